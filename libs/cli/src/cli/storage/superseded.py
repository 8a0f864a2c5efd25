"""PDFs of versions that a newer version has replaced, as the log tells it."""

from cli.audit.facts import Fact, read_fact
from common import topology
from common.errors import UNREADABLE
from common.events import PaperFetched
from common.runtime import Runtime
from common.scan import Read, scan


class Pdfs:
    """The PDFs that facts name, and which of them the newest version of a paper has."""

    def __init__(self) -> None:
        self._sizes: dict[str, int] = {}
        self._newest: dict[str, tuple[int, str]] = {}

    def take(self, message: Read) -> None:
        """Learn of one message of the log."""
        if message.subject == PaperFetched.subject:
            try:
                self.learn(read_fact(message.body))
            except UNREADABLE:
                return  # the audit tells of it

    def learn(self, fact: Fact) -> None:
        """Learn of one ``paper.fetched``."""
        key = fact.pdf.key if fact.pdf else ""
        if fact.pdf:
            self._sizes[key] = fact.pdf.size_bytes
        version, _ = self._newest.get(fact.paper, (0, ""))
        if fact.version >= version:
            self._newest[fact.paper] = (fact.version, key)

    def replaced(self) -> dict[str, int]:
        """Key and size of those that no newest version has; versions may share a file."""
        current = {key for _, key in self._newest.values()}
        return {key: size for key, size in self._sizes.items() if key not in current}


async def superseded(runtime: Runtime) -> dict[str, int]:
    """Read the log. Raises Unavailable."""
    pdfs = Pdfs()
    await scan(runtime.js, topology.PAPERS, pdfs.take, upto=await runtime.bus.last_seq())
    return pdfs.replaced()
