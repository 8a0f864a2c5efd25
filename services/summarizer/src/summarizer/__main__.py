"""Starts the summarizer, or one of its commands."""

from collections.abc import Iterator

from common import service
from common.commands import service_group
from common.configured import refused
from common.errors import UsageError
from summarizer import cli
from summarizer.settings import Settings
from summarizer.wiring import opened, wire

SERVICE = "summarizer"


def start(settings: Settings) -> int:
    """Run the service; the exit code."""
    return service.run(SERVICE, settings, wire)


def check(settings: Settings) -> Iterator[UsageError]:
    """Whether a budget can be kept."""
    yield from refused(lambda: settings.summarizer.has_budget)


main = service_group(SERVICE, Settings, start, "Summarises papers.", check)
cli.add_commands(main, opened)

if __name__ == "__main__":
    main()
