"""Every question to a snapshot, by name; one file for each part of the dashboard."""

from dashboard.questions import audit, budget, data, firms, industry, parks, policy

_PARTS = (audit, budget, data, firms, industry, parks, policy)
QUESTIONS = {question.name: question for part in _PARTS for question in part.QUESTIONS}
