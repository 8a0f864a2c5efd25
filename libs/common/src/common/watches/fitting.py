"""Which watches a paper fits, and whether it is news to them."""

from collections.abc import Iterable
from typing import NamedTuple

import structlog

from common.errors import UsageError
from common.events import PaperEmbedded, SummaryReady
from common.ids import parse_time
from common.watches.match import Match, match
from common.watches.watch import Moment, Watch

log = structlog.get_logger("paperbus")


class Fit(NamedTuple):
    """A watch and the verdict on one paper."""

    watch: Watch
    verdict: Match


def fitting(
    watches: Iterable[Watch], event: PaperEmbedded | SummaryReady, moment: Moment
) -> list[Fit]:
    """The verdict of every active watch that waits for this moment."""
    found = []
    for watch in watches:
        if not watch.active or watch.on != moment:
            continue
        try:
            found.append(Fit(watch, match(watch, event.meta, event.paper)))
        except UsageError as error:
            log.warning("watch_is_wrong", watch=watch.id, error=str(error))
    return found


def is_new(watch: Watch, arrived: str) -> bool:
    """Whether the paper came after the watch was made: old papers are not news."""
    if not watch.created or not arrived:
        return True
    return parse_time(arrived) >= parse_time(watch.created)
