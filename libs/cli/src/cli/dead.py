"""``paperbus dead``: what died, why, and once more or never again."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

import click
import msgspec

from cli import deadviews
from cli.context import settings_of
from common import topology
from common.commands import fail_clearly, run_async
from common.errors import UsageError
from common.letters.box import Letters
from common.letters.bulk import each
from common.letters.letter import Letter, Opened
from common.letters.replaying import Outcome
from common.letters.which import Which, checked
from common.runtime import connect

F = TypeVar("F", bound=Callable[..., Any])
MOST = 1_000_000


class Ends(msgspec.Struct, frozen=True):
    """What became of each letter."""

    dry_run: bool
    outcomes: list[Outcome]

    @property
    def is_fine(self) -> bool:
        """Whether no letter was refused."""
        return all(one.is_fine for one in self.outcomes)


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What a person asked for."""

    letters: tuple[int, ...]
    which: Which
    everything: bool
    dry_run: bool
    yes: bool
    as_json: bool


def _filters(command: F) -> F:
    for option in (
        click.option("--paper", default="", help="Of this paper, in any form of its id."),
        click.option("--feed", default="", help="Of papers of this feed."),
        click.option("--since", default="", help="Not older: 2h, 3d, 2026-07-14 or RFC 3339."),
        click.option("--reason", default="", help="With this reason, like gave_up."),
        click.option("--class", "kind", default="", help="With this class of error."),
        click.option("--service", type=click.Choice(topology.SERVICES), help="Of this service."),
    ):
        command = option(command)
    return command


def _orders(command: F) -> F:
    for option in (
        click.option("--json", "as_json", is_flag=True, help="As one JSON object."),
        click.option("--yes", is_flag=True, help="Do not ask before many are changed."),
        click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing."),
        click.option("--all", "everything", is_flag=True, help="All that wait."),
        click.argument("letters", nargs=-1, type=click.IntRange(1), metavar="[LETTER]..."),
    ):
        command = option(command)
    return _filters(command)


def _which(given: dict[str, Any]) -> Which:
    named = {name: given.pop(name) or "" for name in Which.__struct_fields__}
    return checked(Which(**named), datetime.now(UTC))


@click.group("dead")
def group() -> None:
    """Dead letters: messages that could not be handled."""


@group.command("list")
@_filters
@click.option("--limit", type=click.IntRange(1, 100_000), default=100, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@click.pass_context
@fail_clearly
def list_(ctx: click.Context, /, limit: int, as_json: bool, **given: Any) -> None:
    """List them, the longest waiting first."""
    which = _which(given)

    async def work() -> tuple[list[Letter], bool]:
        async with connect("dead", settings_of(ctx)) as runtime:
            return await Letters(runtime.js, runtime.ledger).list(which, limit=limit)

    found, more = run_async(work())
    if as_json:
        click.echo(msgspec.json.encode({"letters": found, "more": more}).decode())
        return
    for line in deadviews.table(found, more=more):
        click.echo(line)


@group.command()
@click.argument("letter", type=click.IntRange(1))
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@click.pass_context
@fail_clearly
def show(ctx: click.Context, letter: int, as_json: bool) -> None:
    """Show one: what it means, what mends it, and its body."""

    async def work() -> Opened | None:
        async with connect("dead", settings_of(ctx)) as runtime:
            return await Letters(runtime.js, runtime.ledger).get(letter)

    found = run_async(work())
    if found is None:
        raise UsageError("LETTER", f"{letter} is no dead letter; `paperbus dead list` shows them")
    if as_json:
        click.echo(deadviews.as_json(found))
        return
    for line in deadviews.page(found):
        click.echo(line)


@group.command()
@_orders
@click.pass_context
@fail_clearly
def replay(ctx: click.Context, /, **given: Any) -> None:
    """Let the service that failed try again, and nobody else; exit code 1 when one cannot be."""
    _act(ctx, _order(given), "replay")


@group.command()
@_orders
@click.pass_context
@fail_clearly
def drop(ctx: click.Context, /, **given: Any) -> None:
    """Give up for good: the paper is cancelled, the letter goes."""
    _act(ctx, _order(given), "drop")


def _order(given: dict[str, Any]) -> Order:
    order = Order(which=_which(given), **given)
    named = bool(order.letters)
    chosen = not order.which.is_any
    if named and (chosen or order.everything):
        raise UsageError("LETTER", "name letters, or choose them by options, not both")
    if not (named or chosen or order.everything):
        raise UsageError("LETTER", "is missing; name letters, choose by options, or say --all")
    if order.as_json and not (named or order.dry_run or order.yes):
        raise UsageError("--yes", "is needed with --json when letters are chosen by options")
    return order


def _act(ctx: click.Context, order: Order, what: str) -> None:
    seqs = order.letters or run_async(_chosen(ctx, order.which))
    if not (order.letters or order.dry_run or order.yes) and seqs:
        click.confirm(f"{what} {deadviews.count(len(seqs))}?", abort=True, err=True)
    ends = run_async(_done(ctx, order, what, seqs))
    if order.as_json:
        click.echo(msgspec.json.encode(ends).decode())
    else:
        for line in deadviews.outcomes(ends.outcomes, dry=ends.dry_run):
            click.echo(line)
    sys.exit(0 if ends.is_fine else 1)


async def _chosen(ctx: click.Context, which: Which) -> tuple[int, ...]:
    async with connect("dead", settings_of(ctx)) as runtime:
        found, _ = await Letters(runtime.js, runtime.ledger).list(which, limit=MOST)
        return tuple(one.seq for one in found)


async def _done(ctx: click.Context, order: Order, what: str, seqs: tuple[int, ...]) -> Ends:
    async with connect("dead", settings_of(ctx)) as runtime:
        letters = Letters(runtime.js, runtime.ledger)
        act = letters.replay if what == "replay" else letters.drop
        return Ends(order.dry_run, await each(partial(act, dry=order.dry_run), seqs))
