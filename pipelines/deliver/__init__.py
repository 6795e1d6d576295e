"""Handing files in: a template, a check before anything lands, headers taught, a list's sidecar, and the landing itself.

What reads a file runs in a process of its own within limits (`bounded.py` asks, `child.py` answers), since whoever hands in
may be anybody: page and command line ask the same. Only `landing.py` writes under landing/.
"""
