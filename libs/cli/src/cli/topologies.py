"""``paperbus topology``: makes the bus match the declaration, or shows where it does not."""

import sys

import click

from cli.context import settings_of
from common import connection, provision, topology
from common.commands import fail_clearly, run_async
from common.provision import Difference, Step


@click.group("topology")
def group() -> None:
    """Streams, durables and buckets of the bus."""


@group.command()
@click.pass_context
@fail_clearly
def apply(ctx: click.Context) -> None:
    """Create or update everything that is declared; doing it again changes nothing."""

    async def work() -> list[Step]:
        settings = settings_of(ctx)
        async with connection.client(settings.bus, "topology") as nc:
            return await provision.apply(nc, replicas=settings.cli.nats_replicas)

    for step in run_async(work()):
        click.echo(f"{step.action:<10} {step.what}")


@group.command()
@click.pass_context
@fail_clearly
def check(ctx: click.Context) -> None:
    """Compare the server with the declaration; exit code 1 when they differ."""

    async def work() -> list[Difference]:
        settings = settings_of(ctx)
        async with connection.client(settings.bus, "topology") as nc:
            return await provision.differences(nc, replicas=settings.cli.nats_replicas)

    found = run_async(work())
    for difference in found:
        what, field, declared, actual = difference
        click.echo(f"{what}.{field}: declared {declared!r}, the server has {actual!r}")
    if found:
        click.echo("run `paperbus topology apply`", err=True)
        sys.exit(1)
    click.echo("the bus is as declared")


@group.command()
def show() -> None:
    """Print what is declared; needs no server."""
    for stream in topology.STREAMS:
        click.echo(f"stream   {stream.name:<11} {stream.retention:<10} {' '.join(stream.subjects)}")
    for consumer in topology.CONSUMERS:
        click.echo(
            f"durable  {consumer.durable:<30} {consumer.stream:<9} row {consumer.row or '-'}"
        )
    for bucket in topology.BUCKETS:
        click.echo(f"bucket   {bucket.name:<11} written by {bucket.writer}")
