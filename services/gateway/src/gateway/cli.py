"""Commands for debugging the gateway from a shell."""

from typing import Any, cast

import click
from litestar import Litestar
from litestar.routes import HTTPRoute

from gateway import app
from gateway.access import PUBLIC
from gateway.gate import Gate
from gateway.hub import Hub
from gateway.ports import Bus, Stores


def add_commands(group: click.Group) -> None:
    """Add the gateway's own commands to ``group``."""

    @group.command(help="Print all routes; P marks those that need no key.")
    def routes() -> None:
        made = app.create(_nothing(), Hub(cast("Bus", None)), Gate("", hosts=None))
        for line in listed(made):
            click.echo(line)


def listed(made: Litestar) -> list[str]:
    """One line per method and path, sorted by path."""
    lines = []
    for route in made.routes:
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                mark = "P" if handler.opt.get(PUBLIC) else " "
                methods = sorted(handler.http_methods - {"OPTIONS"})
                lines += [(route.path, f"{mark} {method:<7}{route.path}") for method in methods]
    return [line for _, line in sorted(lines)]


def _nothing() -> Stores:
    """Routes can be listed without anything behind them."""
    absent = dict.fromkeys(Stores.__struct_fields__)
    return Stores(**cast("dict[str, Any]", {**absent, "checks": {}, "version": "0"}))
