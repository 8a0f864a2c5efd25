"""The handlers: event in, fact out."""

from typing import Any, cast

from common.events import FetchRequested, PaperAnnounced, PaperFetched
from fakes_fetcher import record
from fetcher.download import Downloads
from fetcher.handlers import handlers
from fetcher.runner import Runner


class Recorder:
    def __init__(self) -> None:
        self.requests: list[FetchRequested] = []

    async def handle(self, request: FetchRequested) -> None:
        self.requests.append(request)

    async def fetch(self, event: PaperAnnounced) -> PaperFetched:
        return PaperFetched(paper=event.paper, version=event.version, meta=event.meta)


async def test_each_message_goes_to_its_core() -> None:
    recorder = Recorder()
    table = handlers(cast(Runner, recorder), cast(Downloads, recorder), workers=3)
    by_event: dict[Any, Any] = {b.consumer.event: b for b in table.bindings}
    assert by_event[PaperAnnounced].workers == 3
    assert by_event[FetchRequested].workers == 1
    request = FetchRequested(feed="ai")
    assert await by_event[FetchRequested].handle(request) is None
    assert recorder.requests == [request]
    found = record()
    event = PaperAnnounced(paper=found.paper, version=1, meta=found.meta)
    for _ in range(2):  # delivered twice
        fetched = await by_event[PaperAnnounced].handle(event)
        assert fetched == PaperFetched(paper=found.paper, version=1, meta=found.meta)
