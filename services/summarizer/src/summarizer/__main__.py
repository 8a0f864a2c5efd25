"""Starts the summarizer, or one of its commands."""

from common import service
from common.commands import service_group
from summarizer import cli
from summarizer.settings import Settings
from summarizer.wiring import opened, wire

SERVICE = "summarizer"


def start(settings: Settings) -> int:
    """Run the service; the exit code."""
    return service.run(SERVICE, settings, wire)


main = service_group(SERVICE, Settings, start, "Summarises papers.")
cli.add_commands(main, opened)

if __name__ == "__main__":
    main()
