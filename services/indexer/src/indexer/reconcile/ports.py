"""What a reconciliation needs of the world."""

from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from common.ledger import Entry
from common.pacing import Ended
from common.retrying import Step
from common.vectors.inventory import Held
from indexer.reconcile.papers import Paper
from indexer.reconcile.stuck import Durable


class World(Protocol):
    """Ledger, objects, index and bus. All methods raise Unavailable."""

    async def ensure(self) -> None:
        """Make collections that are missing."""

    def revisions(self) -> AsyncIterator[Entry]:
        """Every revision of every row, oldest first."""

    async def rows(self, paper: str) -> list[Entry]:
        """The rows of one paper as they are now."""

    async def all_held(self) -> dict[str, Held]:
        """The points of every paper."""

    async def held(self, paper: str) -> Held | None:
        """The points of one paper."""

    async def sizes(self) -> dict[str, int]:
        """The length of every object."""

    async def sizes_of(self, paper: Paper) -> dict[str, int]:
        """The length of each object of one paper."""

    async def durables(self) -> dict[str, Durable]:
        """How far each durable is."""

    def retry(self, steps: Iterable[Step]) -> AsyncIterator[Ended]:
        """Ask for this work again, a little at a time."""

    async def delete(self, paper: str) -> None:
        """Remove the points of a paper."""


class Open(Protocol):
    """Connects to the world for one run."""

    def __call__(self) -> AbstractAsyncContextManager[World]:
        """The world, as long as the block lasts."""
