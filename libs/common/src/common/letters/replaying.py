"""What a dead letter is replayed as, and what may become of it: the pure part."""

from typing import Any, Literal

import msgspec

from common import topology
from common.batch import Draft
from common.events import Event
from common.ids import event_id, message_id
from common.ledger import Entry, Row
from common.letters.letter import HEADERS, Letter, Opened

End = Literal["replayed", "dropped", "settled", "gone", "refused"]


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one letter.

    replayed: published once more for its service alone. dropped: given up for good. settled:
    nothing was left to do, so the letter was only removed. gone: there is no such letter (any
    more). refused: it cannot be replayed.
    """

    letter: int
    outcome: End
    words: str = ""
    paper: str = ""
    epoch: int = 0
    """Of the replay."""

    @property
    def is_fine(self) -> bool:
        """Whether the letter no longer waits."""
        return self.outcome != "refused"


class Redrive(msgspec.Struct, frozen=True, kw_only=True):
    """Marks a replay that a recovery made by itself."""

    times: int
    at: str


def is_open(row: Row | None, letter: Letter) -> bool:
    """Whether what the letter is about still waits for it: nothing newer was done or began."""
    if row is None:
        return True
    if row.version != letter.version:
        return row.version < letter.version
    if row.epoch != letter.epoch:
        return row.epoch < letter.epoch
    return row.state in ("dead", "announced")


def gone(seq: int) -> Outcome:
    """The end of a letter that is not there."""
    return Outcome(letter=seq, outcome="gone", words="there is no such dead letter (any more)")


def cut_off(letter: Letter) -> Outcome:
    """The end of a replay whose message was too large to be kept and is not in the log."""
    words = (
        f"it cannot be replayed: the letter keeps only a part of a message of "
        f"{letter.cut_from_bytes} bytes, and the message itself is not in the log (any more); "
        "ask for the work anew, or drop the letter"
    )
    return Outcome(letter=letter.seq, outcome="refused", words=words, paper=letter.paper)


def replayed(found: Opened, entry: Entry | None, redrive: Redrive | None) -> tuple[Draft, int]:
    """The message that redoes the work, and its epoch; the same letter always gives the same."""
    letter = found.letter
    assert found.consumer is not None
    own = found.consumer.stream == topology.PAPERS
    body, epoch = found.body, 0
    if isinstance(found.event, Event):
        epoch = max(letter.epoch, entry.row.epoch if entry else 0) + 1
        raw: dict[str, Any] = msgspec.json.decode(body)
        named = event_id(letter.paper, letter.subject, letter.version, epoch)
        body = msgspec.json.encode({**raw, "epoch": epoch, "event_id": named})
    headers = {HEADERS["letter"]: str(letter.seq)}
    times, at = (redrive.times, redrive.at) if redrive else (letter.redrives, letter.redriven)
    if times:
        headers |= {HEADERS["redrives"]: str(times), HEADERS["redriven"]: at}
    draft = Draft(
        subject=topology.retry_subject(letter.service, letter.subject) if own else letter.subject,
        body=body,
        message_id=message_id("replay", str(letter.seq)),
        trace=found.trace,
        headers=headers,
        limit_bytes=topology.MAX_REPLAY_BYTES,
    )
    return draft, epoch
