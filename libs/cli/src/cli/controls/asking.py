"""What the commands about controls have in common: where they are kept, and how they are set."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import click

from cli.context import settings_of
from cli.controls.spans import span_of
from common.controls.record import BUCKET, Control
from common.controls.store import Store
from common.ids import stamp
from common.runtime import Runtime, connect


@asynccontextmanager
async def opened(ctx: click.Context) -> AsyncIterator[tuple[Runtime, Store]]:
    """The bus, and the controls kept there."""
    async with connect("controls", settings_of(ctx)) as runtime:
        yield runtime, Store(runtime.kv(BUCKET))


def control(value: str, lasts: str, why: str) -> Control:
    """What a person asked for, from now on; raises UsageError for ``--for``."""
    now = datetime.now(UTC)
    until = stamp(now + span_of(lasts, "--for")) if lasts else ""
    return Control(value=value, at=stamp(now), until=until, why=why.strip()[:200])


lasts = click.option("--for", "lasts", default="", help="End by itself after so long: 30m, 2h, 7d.")
why = click.option("--why", default="", help="A reason, for those who find it later.")
as_json = click.option("--json", "as_json", is_flag=True, help="As one JSON value.")
