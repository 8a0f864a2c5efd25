"""Subjects that are made of others: rows, retries, dead letters and schedules."""

LEDGER = "ledger"
RETRY = "retry"
DEAD = "dead"
SCHEDULE = "schedule"


def ledger_subject(token: str, row: str) -> str:
    """Where the row of one paper (as a token) lies; ``*`` selects all."""
    return f"{LEDGER}.{token}.{row}"


def retry_subject(service: str, subject: str) -> str:
    """Where a replay for one service alone is published."""
    return f"{RETRY}.{service}.{subject}"


def dead_subject(subject: str) -> str:
    """Where the dead letter of a message on ``subject`` lies."""
    return f"{DEAD}.{subject}"
