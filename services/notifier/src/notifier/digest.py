"""What is told of one watch and one period together: its papers, the best first. Pure."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlencode

from common.ids import parse_time, stamp
from common.ranking.freshness import DAY_UNKNOWN, blended
from common.ranking.fusing import Ranked
from common.watches import Watch
from notifier.telling import Telling


class Digest(NamedTuple):
    """The same at every try, for it is made of the watch, the end of its period and its papers."""

    watch: Watch
    end: datetime
    tellings: tuple[Telling, ...] = ()
    public_url: str = ""

    @property
    def name(self) -> str:
        """What no other watch or period has."""
        return f"digest-{self.watch.id}-{stamp(self.end)}"

    @property
    def search_link(self) -> str:
        """Where the page shows what fits; empty when people cannot reach it."""
        if not self.public_url:
            return ""
        asked = [("q", self.watch.query)] if self.watch.query else []
        asked += [("category", code) for code in self.watch.filters.categories]
        return f"{self.public_url.rstrip('/')}/?{urlencode([*asked, ('sort', 'blend')])}"


def best_first(tellings: Iterable[Telling], end: datetime) -> tuple[Telling, ...]:
    """In the order of the page: by how much of the watch each holds, and how new it is."""
    by_key = {f"{one.event.paper} {one.id}": one for one in tellings}
    ranked = [Ranked(key, one.score) for key, one in by_key.items()]
    days_ms = {key: _day_ms(one.meta.announced) for key, one in by_key.items()}
    found = blended(ranked, days_ms, round(end.timestamp() * 1000))
    return tuple(by_key[one.point] for one in found)


def _day_ms(day: str) -> int:
    try:
        return round(parse_time(f"{day}T00:00:00Z").timestamp() * 1000)
    except ValueError:
        return DAY_UNKNOWN
