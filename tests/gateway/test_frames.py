import msgspec

from common.bus import Fact
from common.events import PaperAnnounced, PaperMeta
from gateway import frames

AT = "2026-07-14T08:00:00Z"


def data_of(body: bytes) -> dict[str, object]:
    line = next(part for part in body.split(b"\n") if part.startswith(b"data: "))
    found: dict[str, object] = msgspec.json.decode(line.removeprefix(b"data: "))
    return found


def test_an_event_is_small_and_names_its_place() -> None:
    meta = PaperMeta(title="T" * 1000, abstract="A" * 9000, categories=("cs.LG",))
    fact = PaperAnnounced(paper="arxiv:2401.00001", version=2, meta=meta)
    frame = frames.encode(Fact(7, fact.subject, AT, msgspec.json.encode(fact)))
    assert frame.body.startswith(b"id: 7\nevent: paper.announced\ndata: {")
    told = data_of(frame.body)
    assert told["paper"] == "arxiv:2401.00001"
    assert told["state"] == "announced"
    assert len(frame.body) < 700


def test_a_dead_letter_says_so() -> None:
    body = b'{"paper":"arxiv:2401.00001","version":1}'
    frame = frames.encode(Fact(8, "dead.paper.fetched", AT, body))
    assert data_of(frame.body)["state"] == "dead"


def test_a_body_nobody_can_read_still_moves_the_cursor() -> None:
    frame = frames.encode(Fact(9, "dead.paper.fetched", AT, b"\xff["))
    assert frame.body.startswith(b"id: 9\n")
