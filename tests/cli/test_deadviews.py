"""Dead letters as text."""

import json

import msgspec
import pytest

from cli import deadviews
from common.events import PaperAnnounced, PaperMeta
from common.letters.letter import Letter, Opened, letter, opened
from common.letters.replaying import Outcome
from common.stream import Stored

EVENT = PaperAnnounced(paper="arxiv:1", version=2, meta=PaperMeta(title="On \x1b[31mred"))
WHY = {"class": "Terminal", "reason": "no_pdf", "error": "gone", "attempts": "3", "seq": "7"}


def found(**why: str) -> Opened:
    draft = letter(EVENT.subject, msgspec.json.encode(EVENT), service="fetcher", why={**WHY, **why})
    return opened(
        Stored(9, draft.subject, "2026-07-14T08:00:00.5Z", draft.body, draft.all_headers())
    )


def test_no_letter() -> None:
    assert list(deadviews.table([], more=False)) == ["no dead letter waits"]


def test_a_table() -> None:
    other = Letter(seq=100, at="2026-07-14T09:00:00.5Z", subject="fetch.requested")
    lines = list(deadviews.table([found().letter, other], more=True))
    assert lines[0].split() == ["LETTER", "DIED", "AT", "SERVICE", "REASON", "TRIES", "ABOUT"]
    assert lines[1].split() == ["9", "2026-07-14T08:00:00Z", "fetcher", "no_pdf", "3", "arxiv:1v2"]
    assert lines[2].split() == ["100", "2026-07-14T09:00:00Z", "0", "fetch.requested"]
    assert lines[1].index("fetcher") == lines[0].index("SERVICE")
    assert lines[3].startswith("the first 2 dead letters;")


def test_a_page_holds_everything_and_moves_no_cursor() -> None:
    text = "\n".join(
        deadviews.page(found(redrives="2", redriven="2026-07-14T07:00:00Z", letter="4"))
    )
    for words in ("dead letter 9", "has no PDF", "Replay it.", "On ?[31mred", "no_pdf (Terminal)"):
        assert words in text
    for words in ("PAPERS 7", "from dead letter 4", "2 times, last 2026-07-14T07:00:00Z"):
        assert words in text
    assert "\x1b" not in text
    assert "impossible" not in text
    assert "impossible" in "\n".join(deadviews.page(opened(Stored(9, "dead.x", "t", b"", {}))))


def test_a_letter_that_keeps_only_a_part_says_so() -> None:
    event = msgspec.structs.replace(EVENT, meta=PaperMeta(title="T" * 2_000_000))
    body = msgspec.json.encode(event)
    draft = letter(EVENT.subject, body, service="fetcher", why=WHY)
    stored = Stored(9, draft.subject, "2026-07-14T08:00:00.5Z", draft.body, draft.all_headers())
    text = "\n".join(deadviews.page(opened(stored)))
    assert f"kept       a part of {len(body)} bytes" in text
    assert len(text) < 10_000
    assert "  kept " not in "\n".join(deadviews.page(found()))


def test_json_holds_letter_and_body() -> None:
    shown = json.loads(deadviews.as_json(found()))
    assert (shown["seq"], shown["class"], shown["paper"]) == (9, "Terminal", "arxiv:1")
    assert json.loads(shown["body"].replace("\\x1b", ""))["version"] == 2


@pytest.mark.parametrize(
    ("ends", "dry", "lines"),
    [
        ([], False, ["0 dead letters"]),
        (
            [Outcome(letter=9, outcome="replayed", paper="arxiv:1", words="retry.x, epoch 1")],
            True,
            [
                "9        would be replayed: arxiv:1 retry.x, epoch 1",
                "1 dead letter: 1 replayed (nothing was done)",
            ],
        ),
        (
            [Outcome(letter=9, outcome="dropped"), Outcome(letter=8, outcome="gone")],
            False,
            ["9        dropped", "8        gone", "2 dead letters: 1 dropped, 1 gone"],
        ),
    ],
)
def test_outcomes(ends: list[Outcome], dry: bool, lines: list[str]) -> None:
    assert list(deadviews.outcomes(ends, dry=dry)) == lines
