"""Starts the notifier, or one of its commands."""

from collections.abc import Iterator

from common import service
from common.commands import service_group
from common.configured import refused
from common.errors import UsageError
from notifier import cli
from notifier.settings import Settings
from notifier.wiring import outbound_of, wire

SERVICE = "notifier"


def start(settings: Settings) -> int:
    """Run the service; the exit code. Raises UsageError for a wrong setting."""
    settings.notifier.check()
    return service.run(SERVICE, settings, wire)


def check(settings: Settings) -> Iterator[UsageError]:
    """Whether mail can go out, and whom webhooks may reach."""
    yield from refused(settings.notifier.check)
    yield from refused(lambda: outbound_of(settings.notifier))


TEXT = "Tells each person what they asked to hear."
main = service_group(SERVICE, Settings, start, TEXT, check)
cli.add_commands(main, outbound_of)

if __name__ == "__main__":
    main()
