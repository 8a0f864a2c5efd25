"""What happened to each paper, as rows of a table."""

from typing import NamedTuple, TypeVar

import msgspec

from cli.progress import furthest
from common.events import PaperEmbedded, PaperFetched, SummaryReady
from common.ids import parse_time
from common.ledger import Row

T = TypeVar("T")


class Told(msgspec.Struct, frozen=True):
    """What the notifier says it did, as far as the table shows it."""

    matched: int = 0
    sent: int = 0


class Line(NamedTuple):
    """One paper: where it is, what it became, and how long that took."""

    paper: str
    version: int
    state: str
    pdf: str
    passages: int
    summary: str
    matched: int
    took_s: float
    """From announcement to the last row."""
    notes: str


def line(rows: dict[str, Row]) -> Line:
    """The line of one paper from its ledger rows."""
    first = rows.get("fetcher") or next(iter(rows.values()))
    state = furthest(rows)
    embedded = _result(rows.get("indexer"), PaperEmbedded)
    fetched = _result(rows.get("fetcher"), PaperFetched)
    summary = _result(rows.get("summarizer"), SummaryReady)
    told = _result(rows.get("notifier"), Told)
    dead = next((row for row in rows.values() if row.state == "dead"), None)
    notes = [note for row in rows.values() for note in row.notes]
    return Line(
        paper=first.paper,
        version=first.version,
        state="ready" if state == "notified" else state,
        pdf=_pdf(fetched, embedded),
        passages=embedded.passages if embedded else 0,
        summary=summary.model if summary else "",
        matched=told.matched if told else 0,
        took_s=_took_s(rows),
        notes="; ".join(dict.fromkeys(notes)) if dead is None else f"{dead.reason}: {dead.error}",
    )


def _pdf(fetched: PaperFetched | None, embedded: PaperEmbedded | None) -> str:
    if fetched is None or fetched.pdf is None:
        return "no"
    if embedded is None:
        return "yes"
    return f"{embedded.pages} pages" if embedded.full_text else "unread"


def _result(row: Row | None, kind: type[T]) -> T | None:
    if row is None or row.state != "done" or not bytes(row.result):
        return None
    return msgspec.json.decode(row.result, type=kind)


def _took_s(rows: dict[str, Row]) -> float:
    fetched = rows.get("fetcher")
    if fetched is None:
        return 0.0
    announced = fetched.started or fetched.at
    last = max(row.at for row in rows.values())
    return max(0.0, (parse_time(last) - parse_time(announced)).total_seconds())
