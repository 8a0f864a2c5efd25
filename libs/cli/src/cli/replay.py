"""Plays a day: asks for the feeds, watches the ledger, and sums up."""

import asyncio
import time

from cli import demowatches, outcome
from cli.demodata import FOLDER, Plan, fill_inbox
from cli.history import follow, history
from cli.live import Display
from cli.progress import Progress
from cli.runs import FeedRun, ended_runs
from cli.settings import Settings
from cli.system import System, say
from common.events import FetchRequested
from common.ids import now
from common.runtime import Runtime, connect
from common.settings import load

LOOK_EVERY_S = 0.5


async def play(system: System, plan: Plan, timeout_s: float) -> int:
    """Replay and judge; 0 when every paper reached its end and the audit found nothing."""
    settings = load(Settings, {**system.stack.environ, **system.environ})
    async with connect("demo", settings) as runtime:
        progress, last = await history(runtime)
        before = progress.counts()
        if before.announced:
            say(f"{before.announced} papers are here from an earlier run, {before.ended} ended")
        await demowatches.ensure(system)
        fill_inbox(plan)
        asked_at, began = now(), time.monotonic()
        for feed in plan.feeds:
            since = "" if feed == FOLDER else plan.day_name
            await runtime.bus.request(FetchRequested(feed=feed, since=since))
        watching = asyncio.create_task(follow(runtime, progress, last))
        try:
            async with asyncio.timeout(timeout_s):
                runs = await _until_ended(runtime, plan, progress, asked_at)
        except TimeoutError:
            say(f"gave up after {timeout_s:.0f} s; see the logs in {plan.data / 'logs'}")
            return 1
        finally:
            watching.cancel()
        took_s = time.monotonic() - began
        return await outcome.report(runtime, system, outcome.Played(plan, before, runs, took_s))


async def _until_ended(
    runtime: Runtime, plan: Plan, progress: Progress, asked_at: str
) -> dict[str, FeedRun]:
    """Wait until every feed has run and every paper has come to an end."""
    with Display(progress.counts(), plan.papers + plan.files) as display:
        runs: dict[str, FeedRun] = {}
        while True:
            if not set(plan.feeds) <= set(runs):
                runs = await ended_runs(runtime, asked_at)
            counts = progress.counts()
            display.show(counts, f"{len(runs)} of {len(plan.feeds)} feeds read")
            if set(plan.feeds) <= set(runs) and counts.announced == counts.ended:
                return runs
            await asyncio.sleep(LOOK_EVERY_S)
