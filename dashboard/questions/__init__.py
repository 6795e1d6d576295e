"""Every question to a snapshot, by name; one file for each part of the dashboard."""

from dashboard.questions import audit, data, firms, industry, parks, policy

_PARTS = (audit, data, firms, industry, parks, policy)
QUESTIONS = {question.name: question for part in _PARTS for question in part.QUESTIONS}
