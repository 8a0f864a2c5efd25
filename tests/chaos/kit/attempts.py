"""What ledger and durables say about tries: how often work was delivered before it was done."""

import time

from chaos.kit.system import System
from cli.history import history
from common import topology
from common.runtime import Runtime


def most(system: System) -> int:
    """The most deliveries any finished work of the row's papers took."""
    mine = {f"arxiv:{one}" for one in system.ids}

    async def read(runtime: Runtime) -> int:
        progress, _ = await history(runtime)
        rows = [row for rows in progress.rows.values() for row in rows.values()]
        return max((row.attempts for row in rows if row.paper in mine), default=0)

    return system.on_bus(read)


def again_share(system: System) -> float:
    """Share of finished work that was delivered more than once."""

    async def read(runtime: Runtime) -> float:
        progress, _ = await history(runtime)
        rows = [row for rows in progress.rows.values() for row in rows.values()]
        return sum(row.attempts > 1 for row in rows) / max(1, len(rows))

    return system.on_bus(read)


def in_hand(system: System, service: str) -> int:
    """How many papers a service holds: given out to it and not settled."""

    async def read(runtime: Runtime) -> int:
        mine = [one for one in topology.consumers_of(service) if one.stream == topology.PAPERS]
        found = [await runtime.js.consumer_info(one.stream, one.durable) for one in mine]
        return sum(one.num_ack_pending or 0 for one in found)

    return system.on_bus(read)


def held(system: System, service: str) -> int:
    """How many papers a service that stands still was given, looking for a second or so."""
    until = time.monotonic() + 1
    while not in_hand(system, service) and time.monotonic() < until:
        pass
    return in_hand(system, service)  # what it had settled just before was still under way


def again(system: System) -> int:
    """How often facts were given out over what once each would have been; all are through."""

    async def read(runtime: Runtime) -> int:
        found = 0
        for one in topology.CONSUMERS:
            if one.stream != topology.PAPERS:
                continue
            info = await runtime.js.consumer_info(one.stream, one.durable)
            there = 0
            for subject in one.subjects:
                state = await runtime.js.stream_info(one.stream, subjects_filter=subject)
                there += sum((state.state.subjects or {}).values())
            found += (info.delivered.consumer_seq if info.delivered else 0) - there
        return found

    return system.on_bus(read)
