"""Which dead letters are meant."""

import re
from datetime import UTC, datetime, timedelta

import msgspec

from common import topology
from common.errors import UsageError
from common.ids import parse_time
from common.letters.letter import Letter
from common.paperid import parse

_SPAN = re.compile(r"^(\d{1,6})([smhd])$", re.ASCII)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class Which(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which letters are meant; empty fields mean any."""

    service: str = ""
    kind: str = msgspec.field(name="class", default="")
    reason: str = ""
    since: str = ""
    """Buried at this moment or later, RFC 3339 UTC."""
    feed: str = ""
    paper: str = ""

    @property
    def is_any(self) -> bool:
        """Whether all letters are meant."""
        return self == Which()

    def fits(self, letter: Letter) -> bool:
        """Whether a letter is one of them."""
        wanted = (
            (self.service, letter.service),
            (self.kind, letter.kind),
            (self.reason, letter.reason),
            (self.paper, letter.paper),
        )
        return (
            all(not asked or asked == there for asked, there in wanted)
            and (not self.feed or self.feed in letter.feeds)
            and letter.at >= self.since
        )


def checked(which: Which, at: datetime) -> Which:
    """What a person wrote, in the terms of letters; raises UsageError that names the field."""
    if which.service and which.service not in topology.SERVICES:
        known = ", ".join(topology.SERVICES)
        raise UsageError("service", f"{which.service[:60]!r} is none; known are: {known}")
    return msgspec.structs.replace(
        which,
        since=moment(which.since.strip(), at) if which.since else "",
        paper=parse(which.paper).key if which.paper else "",
    )


def moment(text: str, at: datetime) -> str:
    """``2h``, ``2026-07-14`` or an RFC 3339 time as RFC 3339 UTC; raises UsageError."""
    span = _SPAN.match(text)
    try:
        if span:
            found = at - timedelta(**{_UNITS[span[2]]: int(span[1])})
        else:
            found = parse_time(text)
            found = found if found.tzinfo else found.replace(tzinfo=UTC)
        return found.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "")
    except (ValueError, OverflowError) as error:
        raise UsageError(
            "since", f"{text[:60]!r} is no time; write it like 2h, 3d, 2026-07-14 or RFC 3339"
        ) from error
