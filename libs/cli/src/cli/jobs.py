"""``paperbus jobs``: what was asked for, how far it is, and stopping it."""

import sys
import time
from collections.abc import Iterator
from typing import Any

import click
import msgspec

from cli import tables
from cli.context import settings_of
from cli.gatewaycall import Gateway
from common.commands import fail_clearly
from common.errors import UsageError
from common.jobs import ENDED, STATES, Counts

LOOK_EVERY_S = 1.0
SHOWN = 100


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """A job as the gateway tells it."""

    id: str
    kind: str = ""
    title: str = ""
    state: str = ""
    stage: str = ""
    progress: float = 0.0
    counts: Counts = Counts()
    owner: str = ""
    priority: str = ""
    created: str = ""
    started: str = ""
    ended: str = ""
    error: str = ""
    result: str | None = None
    queue_rank: int | None = None
    queue_total: int | None = None


class _List(msgspec.Struct, frozen=True):
    items: list[Seen]


as_json = click.option("--json", "as_json", is_flag=True, help="As one JSON value.")
job_id = click.argument("job_id", metavar="JOB")


@click.group("jobs")
def group() -> None:
    """Follow and stop work that was asked for."""


@group.command("list")
@click.option("--state", type=click.Choice(STATES), help="Only those in this state.")
@click.option("--kind", help="Only those of this kind: fetch, summaries, reindex, export.")
@click.option("--limit", type=click.IntRange(1, SHOWN), default=20, help="At most so many.")
@as_json
@click.pass_context
@fail_clearly
def listed(
    ctx: click.Context, state: str | None, kind: str | None, limit: int, as_json: bool
) -> None:
    """Show jobs, the newest first."""
    asked = {"state": state, "kind": kind, "limit": str(limit)}
    body = _gateway(ctx).get("/api/v1/jobs", **{k: v for k, v in asked.items() if v})
    found = msgspec.json.decode(body, type=_List).items
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
        return
    rows = ((job.id, job.title, job.state, _done(job), job.error or _stage(job)) for job in found)
    tables.show(("job", "what", "state", "done", "stage"), rows, whole=("job",))


@group.command()
@job_id
@as_json
@click.pass_context
@fail_clearly
def show(ctx: click.Context, job_id: str, as_json: bool) -> None:
    """Show one job."""
    body = _gateway(ctx).get(_place(job_id))
    _print(body, as_json)


@group.command()
@job_id
@as_json
@click.pass_context
@fail_clearly
def cancel(ctx: click.Context, job_id: str, as_json: bool) -> None:
    """Stop a job; exit code 1 when it has ended already."""
    body = _gateway(ctx).post(f"{_place(job_id)}/cancel")
    _print(body, as_json)


@group.command()
@job_id
@as_json
@click.pass_context
@fail_clearly
def watch(ctx: click.Context, job_id: str, as_json: bool) -> None:
    """Follow a job to its end; exit code 1 unless it ended well."""
    body, last = b"", ""
    for body in _until_it_ends(_gateway(ctx), job_id):
        line = _line(msgspec.json.decode(body, type=Seen))
        if line != last:
            click.echo(line, err=as_json)
            last = line
    if as_json:
        click.echo(body.decode())
    sys.exit(0 if msgspec.json.decode(body, type=Seen).state == "ok" else 1)


def _until_it_ends(gateway: Gateway, job_id: str) -> Iterator[bytes]:
    while True:
        body = gateway.get(_place(job_id))
        yield body
        if msgspec.json.decode(body, type=Seen).state in ENDED:
            return
        time.sleep(LOOK_EVERY_S)


def _gateway(ctx: click.Context) -> Gateway:
    settings = settings_of(ctx).cli
    return Gateway(settings.gateway_url, settings.gateway_shared_key)


def _place(job_id: str) -> str:
    if not job_id or not all(char.isalnum() or char == "-" for char in job_id):
        raise UsageError("JOB", f"{job_id[:60]!r} is no id of a job; `paperbus jobs list` has them")
    return f"/api/v1/jobs/{job_id}"


def _print(body: bytes, as_json: bool) -> None:
    if as_json:
        click.echo(body.decode())
        return
    job = msgspec.json.decode(body, type=Seen)
    rows: dict[str, Any] = {
        "job": job.id,
        "what": job.title,
        "state": job.state,
        "stage": _stage(job),
        "done": _done(job),
        "asked": job.created,
        "begun": job.started,
        "ended": job.ended,
        "error": job.error,
        "result": job.result,
    }
    for name, value in rows.items():
        if value:
            click.echo(f"{name + ':':<8}{value}")


def _line(job: Seen) -> str:
    parts = (job.state, f"{job.progress:.0%}", _done(job), job.error or _stage(job))
    return " · ".join(part for part in parts if part)


def _done(job: Seen) -> str:
    if not job.counts.total:
        return ""
    failed = f", {job.counts.failed} failed" if job.counts.failed else ""
    return f"{job.counts.done} of {job.counts.total}{failed}"


def _stage(job: Seen) -> str:
    if job.queue_rank:
        return f"number {job.queue_rank} of {job.queue_total} in the queue"
    return job.stage
