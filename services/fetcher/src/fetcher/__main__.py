"""Starts the fetcher, or one of its commands."""

from collections.abc import Iterator
from pathlib import Path

from common.commands import service_group
from common.errors import UsageError
from fetcher import cli
from fetcher.feeds import all_problems
from fetcher.settings import Settings

SERVICE = "fetcher"


def start(settings: Settings) -> int:
    """Run the service; the exit code."""
    # The broker's framework costs 0.7 s to import, and the debug commands do without it.
    from common import service
    from fetcher.wiring import wire

    return service.run(SERVICE, settings, wire)


def check(settings: Settings) -> Iterator[UsageError]:
    """What is wrong with the feeds."""
    yield from all_problems(Path(settings.fetcher.feeds_dir))


TEXT = "Watches paper sources and keeps every paper."
main = service_group(SERVICE, Settings, start, TEXT, check)
cli.add_commands(main)

if __name__ == "__main__":
    main()
