"""The table of handlers."""

import pytest

from common import events
from common.events import FetchRequested, PaperAnnounced, PaperFetched
from common.handlers import Done, Handlers


def test_a_handler_is_bound_to_its_durable_and_stays_a_function() -> None:
    handlers = Handlers("fetcher")

    @handlers.on(PaperAnnounced, workers=3)
    async def on_paper_announced(event: PaperAnnounced) -> Done:
        return Done()

    @handlers.on(FetchRequested)
    async def on_fetch_requested(event: FetchRequested) -> None:
        return None

    first, second = handlers.bindings
    assert (first.consumer.durable, first.workers) == ("fetcher-paper-announced", 3)
    assert (second.consumer.stream, second.workers) == ("REQUESTS", 1)
    assert first.handle is on_paper_announced


@pytest.mark.parametrize(
    ("service", "event"),
    [("fetcher", PaperFetched), ("nobody", PaperFetched), ("notifier", PaperAnnounced)],
)
def test_what_the_topology_does_not_know_is_refused(
    service: str, event: type[events.Message]
) -> None:
    with pytest.raises(KeyError, match=event.subject.replace(".", r"\.")):
        Handlers(service).on(event)


def test_an_event_has_one_handler_in_a_service() -> None:
    handlers = Handlers("fetcher")

    async def handle(event: PaperAnnounced) -> None:
        return None

    handlers.on(PaperAnnounced)(handle)
    with pytest.raises(ValueError, match=r"paper\.announced"):
        handlers.on(PaperAnnounced)(handle)
