"""What a run is made of, what it is asked for by id, and how it ends."""

from collections.abc import Mapping
from typing import NamedTuple

from common.paperid import PaperId
from fetcher.announce import Announcer
from fetcher.arxiv import Arxiv
from fetcher.feeds import Feed
from fetcher.folder import FolderRun
from fetcher.harvest import Harvest
from fetcher.ports import Now
from fetcher.runs import RunStore, Verdict


class Ending(NamedTuple):
    """How a run went."""

    verdict: Verdict
    reason: str = ""
    missing: tuple[str, ...] = ()


class LookUp(NamedTuple):
    """Papers asked for by id, and who announces them."""

    papers: tuple[PaperId, ...]
    refetch: bool
    by: Announcer


class Parts(NamedTuple):
    """What a run needs."""

    arxiv: Arxiv
    announcer: Announcer
    runs: RunStore
    harvest: Harvest
    folder: FolderRun
    feeds: Mapping[str, Feed]
    now: Now
    check_list: bool = False
