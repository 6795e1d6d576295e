"""Telling people in time: what is told (mails.py, alerts.py) and what was (record.py). When, and by which way, is the pipeline's (pipelines/notify.py)."""
