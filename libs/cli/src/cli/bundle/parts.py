"""What goes into a bundle: answers of this very command; pure."""

import msgspec

from cli.controls.spans import span_of
from common.errorbook.record import DAYS_KEPT

BODIES = "20"
"""The audit hashes no more stored bodies than these: it shall be quick here."""
LETTERS = "1000"


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a bundle, and the command whose answer it is."""

    file: str
    asks: tuple[str, ...]
    text: str


def parts(since: str, paper: str) -> list[Part]:
    """All of them; ``since`` is a span such as 24h, ``paper`` a canonical id or empty."""
    span = span_of(since, "--since")
    errors = since if span.days <= DAYS_KEPT else f"{DAYS_KEPT}d"
    asked = (
        ("doctor.json", "doctor", "what is wrong, and what mends it"),
        ("status.json", "status", "services, papers, and what waits"),
        ("errors.json", f"errors --since {errors}", "errors by type, with their places"),
        ("audit.json", f"audit --bodies {BODIES}", "whether anything was lost or done twice"),
        ("config.json", "config show --all", "every setting and its source; secrets as ***"),
        ("running.json", "config diff --running", "what runs with other settings than these"),
        ("letters.json", f"dead list --since {since} --limit {LETTERS}", "dead letters, no bodies"),
        ("schedules.json", "schedule list", "what runs by the clock, and how it went"),
        ("backups.json", "backup list", "the backups there are"),
        ("migrate.json", "migrate status", "the version of what is kept"),
        ("storage.json", "storage analyze", "who holds how much"),
        ("flags.json", "flags list", "what was switched off by hand"),
        ("levels.json", "log list", "log levels that were set by hand"),
        ("jobs.json", "jobs list --limit 100", "work that people asked for"),
        ("reindex.json", "reindex status", "the models of the index"),
    )
    found = [_json(*one) for one in asked]
    bus = ("topology", "check")
    found.append(Part(file="topology.txt", asks=bus, text="whether the bus is as declared"))
    return [*found, *_of(paper)] if paper else found


def _of(paper: str) -> list[Part]:
    return [
        _json("paper/trace.json", f"trace {paper}", "all that was done for the paper"),
        _json("paper/letters.json", f"dead list --paper {paper}", "its dead letters"),
    ]


def _json(file: str, command: str, text: str) -> Part:
    return Part(file=file, asks=(*command.split(), "--json"), text=text)
