"""``paperbus topology keys`` and ``rights``: who may do what on a bus of one's own."""

from pathlib import Path

import click
import msgspec

from common import buskeys, natsconf
from common.commands import fail_clearly


@click.command()
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder of the seeds, one file a user, readable by its owner only.",
)
@click.option("--json", "as_json", is_flag=True, help="The public keys as one JSON value.")
@fail_clearly
def keys(folder: Path, as_json: bool) -> None:
    """Make the keys that are not there yet and print the public halves as variables.

    The server's configuration takes them from its environment; seeds are never printed.
    """
    made = buskeys.make(folder)
    if as_json:
        click.echo(msgspec.json.encode(made).decode())
        return
    for user, key in made.items():
        click.echo(f"{natsconf.variable(user)}={key}")


@click.command()
@fail_clearly
def rights() -> None:
    """Print the users of the bus and their rights as a part of nats.conf; needs no server."""
    click.echo(natsconf.users(), nl=False)
