"""The summaries again: shown from the kept objects; nothing is asked of a model for them."""

import msgspec

from cli.rebuild.driver import Driver, Options, body_at
from cli.rebuild.outcome import Outcome
from cli.rebuild.runs import Runs
from cli.rebuild.selection import Selection
from cli.rebuild.targets import Target, targets
from common.events import PaperEmbedded, SummaryReady
from common.ledger import result_as
from common.objects import Objects
from common.retrying import Step
from common.runtime import Runtime

NAME = "summaries"
SUMMARIZED, SHOWN, INDEXED = "summarizer", "indexer-summary", "indexer"
EXTRACTIVE = "extractive"
PREFIX = "summary/"


class Summaries:
    """One rebuild of the summaries."""

    def __init__(self, runtime: Runtime, objects: Objects, runs: Runs, options: Options) -> None:
        self._runtime = runtime
        self._objects = objects
        self._options = options
        self._driver = Driver(runtime, runs, options)

    async def rebuild(self, selection: Selection) -> Outcome:
        """Make what is gone and free, then show all; what would cost is told, or paid if asked."""
        run = await self._driver.begun()
        found = await targets(self._runtime, SUMMARIZED, SHOWN, selection)
        todo = [target for target in found if target.redone_seq <= run.after_seq]
        outcome = Outcome(
            projection=NAME,
            total=len(found),
            before=len(found) - len(todo),
            dry_run=self._options.dry_run,
        )
        again = await self._sorted_out(todo, outcome)
        if self._options.dry_run:
            return outcome
        await self._made_again(again, outcome)
        todo = [target for target in todo if target.paper not in outcome.lost]
        total = len(found) - len(outcome.lost)
        await self._driver.drive(
            self._driver.steps(todo, self._shown), outcome, total, outcome.before
        )
        await self._driver.ended(run)
        return outcome

    async def _sorted_out(self, todo: list[Target], outcome: Outcome) -> list[Target]:
        """The targets whose object is gone and may be made again; the others are lost."""
        sizes = await self._objects.sizes(PREFIX)
        again: list[Target] = []
        lost: list[str] = []
        for target in todo:
            summary = await self._summary(target)
            if sizes.get(summary.summary.key) == summary.summary.size_bytes:
                continue
            if summary.model == EXTRACTIVE or self._options.pay:
                again.append(target)
            else:
                lost.append(target.paper)
                outcome.lost_usd += summary.cost_usd
        outcome.lost = tuple(lost)
        return again

    async def _made_again(self, again: list[Target], outcome: Outcome) -> None:
        if not again:
            return
        made = Outcome(projection="summaries to make", total=len(again))
        steps = self._driver.steps(again, self._remade)
        await self._driver.drive(steps, made, len(again), 0)
        outcome.made, outcome.dead, outcome.took_s = made.done, made.dead, made.took_s

    async def _summary(self, target: Target) -> SummaryReady:
        """The newest one of a paper: making it again may have led to another."""
        newest = await self._runtime.ledger.read(target.paper, SUMMARIZED)
        if newest is not None and newest.row.state == "done":
            known: SummaryReady = result_as(newest, SummaryReady)
            return known
        return msgspec.json.decode(await body_at(self._runtime, target.fact_seq), type=SummaryReady)

    async def _shown(self, target: Target) -> Step:
        return Step("indexer", await self._summary(target))

    async def _remade(self, target: Target) -> Step | None:
        entry = await self._runtime.ledger.read(target.paper, INDEXED)
        embedded: PaperEmbedded | None = None
        if entry is not None and entry.row.state == "done":
            embedded = result_as(entry, PaperEmbedded)
        return None if embedded is None else Step("summarizer", embedded)
