"""Check A9: whatever was given up has a dead letter, and no row is dead without one."""

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from cli.audit.paper import Death
from cli.audit.verdict import Finding
from common import topology
from common.advisories import Advisory
from common.scan import Read

if TYPE_CHECKING:
    from cli.audit.evidence import Evidence

_CONSUMERS = {one.durable: one for one in topology.CONSUMERS}


class Heard(NamedTuple):
    """One advisory and when it was given."""

    advisory: Advisory
    at_s: float


def heard(message: Read) -> Heard:
    """What the server said; raises msgspec.DecodeError when it is no advisory."""
    return Heard(msgspec.json.decode(message.body, type=Advisory), message.at_s)


def wanted(all_heard: list[Heard]) -> list[int]:
    """Places in the log of the messages that were given up."""
    return [one.advisory.stream_seq for one in all_heard if one.advisory.stream == topology.PAPERS]


def advisories(seen: "Evidence") -> Iterator[Finding]:
    """Each advisory is explained by a letter, or by a row that says the work has ended."""
    for advisory, at_s in seen.heard:
        consumer = _CONSUMERS.get(advisory.consumer)
        if consumer is None or seen.is_loose(at_s):
            continue
        place = (consumer.service, advisory.stream, str(advisory.stream_seq))
        if place in seen.log.buried or _is_covered(seen, advisory):
            continue
        words = f"message {advisory.stream_seq} of {advisory.stream} was given up and has no letter"
        yield Finding("A9", _about(seen, advisory), f"{advisory.consumer}: {words}")


def _about(seen: "Evidence", advisory: Advisory) -> str:
    named = seen.log.named.get(advisory.stream_seq)
    is_known = named is not None and advisory.stream == topology.PAPERS
    return f"{named[1].paper}v{named[1].version}" if named and is_known else advisory.consumer


def _is_covered(seen: "Evidence", advisory: Advisory) -> bool:
    consumer = _CONSUMERS[advisory.consumer]
    named = seen.log.named.get(advisory.stream_seq)
    if advisory.stream != topology.PAPERS or named is None or consumer.row is None:
        return seen.log.gone > 0  # the letter was replayed or dropped, and left no row
    subject, event = named
    paper = seen.log.papers[event.paper]
    row = paper.rows.get(consumer.row)
    replay = subject != consumer.event.subject
    if row is not None and row.covers(event.version, event.epoch, replay=replay):
        return row.state != "dead" or _explained(seen, event.paper, event.version, consumer.row)
    return any(
        retry.seq > advisory.stream_seq and retry.service == consumer.service
        for retry in paper.retries
    )


def _explained(seen: "Evidence", name: str, version: int, row: str) -> bool:
    mine = [
        death
        for death in seen.log.deaths
        if (death.paper, death.version, death.row) == (name, version, row)
    ]
    return not mine or not any(True for _ in _unlettered(seen, mine))


def letters(seen: "Evidence") -> Iterator[Finding]:
    """Row dead and letter are one batch; a letter leaves when it is replayed, dropped or old."""
    for death, missing in _unlettered(seen, seen.log.deaths):
        words = f"{death.row} is dead without {missing} dead letter(s)"
        yield Finding("A9", f"{death.paper}v{death.version}", words)


def _unlettered(seen: "Evidence", deaths: list[Death]) -> Iterator[tuple[Death, int]]:
    groups: defaultdict[tuple[str, str, int], list[Death]] = defaultdict(list)
    for death in deaths:
        if _needs_letter(seen, death):
            groups[death.service, death.paper, death.version].append(death)
    for group, members in groups.items():
        missing = len(members) - seen.log.letters[group]
        if missing > 0:
            yield members[-1], missing


def _needs_letter(seen: "Evidence", death: Death) -> bool:
    paper = seen.log.papers[death.paper]
    if seen.began_s - death.at_s > topology.DEAD_LETTER_TTL_S or seen.moved(paper):
        return False
    if paper.seqs.get(death.row, 0) > death.seq:
        return False
    return not any(
        retry.seq > death.seq and retry.service == death.service for retry in paper.retries
    )
