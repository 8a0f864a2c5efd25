"""Which papers a rebuild is about."""

from collections.abc import Collection

import msgspec

from common.events import PaperMeta
from common.kv import key


class Selection(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything that is set must hold; days are YYYY-MM-DD, both included."""

    since: str = ""
    until: str = ""
    feed: str = ""
    papers: tuple[str, ...] = ()

    def takes(self, paper: str, feeds: Collection[str], day: str) -> bool:
        """Whether a paper of these feeds and this day is meant."""
        return (
            (not self.papers or paper in self.papers)
            and (not self.feed or self.feed in feeds)
            and (not self.since or day >= self.since)
            and (not self.until or day <= self.until)
        )

    @property
    def name(self) -> str:
        """The same for the same selection; may stand in a key."""
        return key(self.since, self.until, self.feed, ",".join(sorted(self.papers)))


def day_of(meta: PaperMeta, at: str) -> str:
    """The day of a paper: that of its announcement, else that of ``at``."""
    return meta.announced or at[:10]
