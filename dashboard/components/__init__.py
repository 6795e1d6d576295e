"""The parts pages are made of: frame, cards, tables, figures.

Given rows they give elements; only a Table asks, for its own page of rows. No page belongs here.
"""
