"""Letters of announcements that never were."""

import msgspec
import pytest

from common.errors import EventTooLarge
from common.events import PaperAnnounced, PaperMeta
from common.ledger import stamp
from common.letters.letter import opened
from common.letters.stillborn import letter_of, words_of
from common.stream import Stored

ERROR = EventTooLarge("paper.announced", 2_000_000, 49_152)


@pytest.mark.parametrize(
    ("meta", "begins"),
    [
        (PaperMeta(title="T" * 2000), "its title has 2000 characters; event for paper.announced"),
        (PaperMeta(title="T", comment="c" * 90), "its comment has 90 characters"),
    ],
)
def test_the_words_name_the_longest_field(meta: PaperMeta, begins: str) -> None:
    words = words_of(meta, ERROR)
    assert words.startswith(begins)
    assert words.endswith("has 2000000 bytes, the limit is 49152")


def test_each_has_an_id_of_its_own_and_names_no_message() -> None:
    ids = set()
    for epoch in (0, 1):
        event = PaperAnnounced(
            paper="a", version=1, epoch=epoch, meta=PaperMeta(title="T" * 3_000_000)
        )
        draft = letter_of(stamp(event, ""), ERROR, "its title is too long")
        ids.add(draft.message_id)
        found = opened(Stored(9, draft.subject, "2026", draft.body, draft.all_headers())).letter
        assert (found.paper, found.epoch, found.reason) == ("a", epoch, "event_too_large")
        assert (found.stream, found.message, found.error) == ("", 0, "its title is too long")
        assert found.cut_from_bytes == len(msgspec.json.encode(stamp(event, "")))
    assert len(ids) == 2
