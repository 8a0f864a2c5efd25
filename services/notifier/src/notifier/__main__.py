"""Starts the notifier, or one of its commands."""

from common import service
from common.commands import service_group
from notifier import cli
from notifier.settings import Settings
from notifier.wiring import outbound_of, wire

SERVICE = "notifier"


def start(settings: Settings) -> int:
    """Run the service; the exit code. Raises UsageError for a wrong setting."""
    settings.notifier.check()
    return service.run(SERVICE, settings, wire)


main = service_group(SERVICE, Settings, start, "Tells each person what they asked to hear.")
cli.add_commands(main, outbound_of)

if __name__ == "__main__":
    main()
