"""What the ledger says about tries: how often work was delivered before it was done."""

from chaos.kit.system import System
from cli.history import history
from common.runtime import Runtime


def most(system: System) -> int:
    """The most deliveries any finished work took."""

    async def read(runtime: Runtime) -> int:
        progress, _ = await history(runtime)
        rows = [row for rows in progress.rows.values() for row in rows.values()]
        return max((row.attempts for row in rows), default=0)

    return system.on_bus(read)


def again_share(system: System) -> float:
    """Share of finished work that was delivered more than once."""

    async def read(runtime: Runtime) -> float:
        progress, _ = await history(runtime)
        rows = [row for rows in progress.rows.values() for row in rows.values()]
        return sum(row.attempts > 1 for row in rows) / max(1, len(rows))

    return system.on_bus(read)
