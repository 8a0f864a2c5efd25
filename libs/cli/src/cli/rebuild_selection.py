"""Which papers a rebuild is about."""

import msgspec

from common.events import PaperMeta
from common.kv import key


class Selection(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything that is set must hold; days are YYYY-MM-DD, both included."""

    since: str = ""
    until: str = ""
    feed: str = ""
    papers: tuple[str, ...] = ()

    def takes(self, paper: str, meta: PaperMeta, at: str) -> bool:
        """Whether a paper is meant; its day is that of its announcement, else that of ``at``."""
        day = meta.announced or at[:10]
        return (
            (not self.papers or paper in self.papers)
            and (not self.feed or self.feed in meta.feeds)
            and (not self.since or day >= self.since)
            and (not self.until or day <= self.until)
        )

    @property
    def name(self) -> str:
        """The same for the same selection; may stand in a key."""
        return key(self.since, self.until, self.feed, ",".join(sorted(self.papers)))
