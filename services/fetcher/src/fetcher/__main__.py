"""Starts the fetcher, or one of its commands."""

from common.commands import service_group
from fetcher import cli
from fetcher.settings import Settings

SERVICE = "fetcher"


def start(settings: Settings) -> int:
    """Run the service; the exit code."""
    # The broker's framework costs 0.7 s to import, and the debug commands do without it.
    from common import service
    from fetcher.wiring import wire

    return service.run(SERVICE, settings, wire)


main = service_group(SERVICE, Settings, start, "Watches paper sources and keeps every paper.")
cli.add_commands(main)

if __name__ == "__main__":
    main()
