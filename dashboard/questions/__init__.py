"""Every question to a snapshot, by name; one file for each part of the dashboard."""

from dashboard.questions import audit, budget, compare, data, deadlines, firms, industry, parks, policy, records

_PARTS = (audit, budget, compare, data, deadlines, firms, industry, parks, policy, records)
QUESTIONS = {question.name: question for part in _PARTS for question in part.QUESTIONS}
