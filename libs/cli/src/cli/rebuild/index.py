"""The index again: every paper is read, embedded and stored anew from what was fetched."""

import msgspec

from cli.rebuild.driver import Driver, Options, body_at
from cli.rebuild.outcome import Outcome
from cli.rebuild.runs import Runs
from cli.rebuild.selection import Selection
from cli.rebuild.targets import Target, targets
from common.events import PaperFetched
from common.retrying import Step
from common.runtime import Runtime

NAME = "index"
FETCHED, INDEXED = "fetcher", "indexer"


async def rebuild(runtime: Runtime, runs: Runs, selection: Selection, options: Options) -> Outcome:
    """Let the indexer redo each paper; it shows the summary that is there, too."""
    driver = Driver(runtime, runs, options)
    run = await driver.begun()
    found = await targets(runtime, FETCHED, INDEXED, selection)
    todo = [target for target in found if target.redone_seq <= run.after_seq]
    before = len(found) - len(todo)
    outcome = Outcome(projection=NAME, total=len(found), before=before, dry_run=options.dry_run)
    if options.dry_run:
        return outcome

    async def step_of(target: Target) -> Step:
        body = await body_at(runtime, target.fact_seq)
        return Step("indexer", msgspec.json.decode(body, type=PaperFetched))

    await driver.drive(driver.steps(todo, step_of), outcome, len(found), before)
    await driver.ended(run)
    return outcome
