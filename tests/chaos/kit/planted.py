"""Faults planted in the log on purpose: an audit that does not find them proves nothing."""

import random
from collections.abc import Awaitable, Callable

import msgspec

from common import paperid, topology
from common.batch import Draft, publish_one
from common.events import Event, PaperEmbedded, SummaryReady
from common.ids import now
from common.ledger import Row
from common.runtime import Runtime

Plant = Callable[[Runtime, random.Random], Awaitable[str]]


async def fact_stated_twice(runtime: Runtime, rng: random.Random) -> str:
    """The same fact once more, as a service without a ledger would."""
    event = rng.choice(await _facts(runtime, SummaryReady))
    draft = Draft(subject=SummaryReady.subject, body=msgspec.json.encode(event))
    await publish_one(runtime.js, topology.PAPERS, draft)
    return f"{event.paper} is summarised twice"


async def row_without_its_fact(runtime: Runtime, rng: random.Random) -> str:
    """A row that says done, without the fact: a batch torn apart."""
    event = rng.choice(await _facts(runtime, PaperEmbedded))
    row = Row(paper=event.paper, row="indexer", state="done", version=event.version + 7, at=now())
    subject = topology.ledger_subject(paperid.to_token(event.paper), "indexer")
    draft = Draft(subject=subject, body=msgspec.json.encode(row))
    await publish_one(runtime.js, topology.PAPERS, draft)
    return f"{event.paper} has a row without its fact"


async def paper_that_stops_half_way(runtime: Runtime, rng: random.Random) -> str:
    """A paper that nobody works on: announced in the ledger, and then silence."""
    paper = f"arxiv:9912.{rng.randrange(10**5):05d}"
    row = Row(paper=paper, row="fetcher", state="announced", version=1, at=now())
    subject = topology.ledger_subject(paperid.to_token(paper), "fetcher")
    draft = Draft(subject=subject, body=msgspec.json.encode(row))
    await publish_one(runtime.js, topology.PAPERS, draft)
    return f"{paper} was accepted and never fetched"


PLANTS: tuple[Plant, ...] = (fact_stated_twice, row_without_its_fact, paper_that_stops_half_way)


async def _facts(runtime: Runtime, kind: type[Event]) -> list[Event]:
    found = []
    last = await runtime.bus.last_seq()
    async for fact in runtime.bus.read(list(topology.STREAMS[0].subjects)):
        if fact.subject == kind.subject:
            found.append(msgspec.json.decode(fact.body, type=kind))
        if fact.seq >= last:
            break
    return found
