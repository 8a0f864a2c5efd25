"""All that an audit has gathered before it judges."""

from dataclasses import dataclass, field

from cli.audit.advisory import Heard
from cli.audit.asked import Asked
from cli.audit.lines import Line
from cli.audit.log import Log
from cli.audit.options import QUIESCENCE_S
from cli.audit.paper import Paper
from cli.audit.points import Points
from cli.audit.spent import Spent
from cli.audit.store import Stored
from cli.audit.told import Told


@dataclass
class Evidence:
    """What was read, in the order in which it was read."""

    began_s: float
    """When the audit began, in seconds since 1970."""
    began_seq: int = 0
    """The newest message of the log then; what came later is at work."""
    quiescence_s: float = QUIESCENCE_S
    """How long work may take before it counts as stuck."""
    log: Log = field(default_factory=Log)
    lines: list[Line] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    points: Points = field(default_factory=Points)
    store: Stored = field(default_factory=Stored)
    spent: list[Spent] = field(default_factory=list)
    told: Told = field(default_factory=Told)
    asked: Asked = field(default_factory=Asked)
    accepted: tuple[str, ...] = ()
    """Papers that somebody was promised, by what a client wrote down."""

    def is_young(self, at_s: float) -> bool:
        """Whether something happened so late that it may be at work still."""
        return at_s > self.began_s - self.quiescence_s

    def moved(self, paper: Paper | None) -> bool:
        """Whether a paper was worked on while the audit read."""
        return paper is not None and paper.touched[0] > self.began_seq

    @property
    def is_quiet(self) -> bool:
        """Whether nothing at all was at work, so that nothing is excused by it."""
        return self.log.seq <= self.began_seq and all(line.is_idle for line in self.lines)

    def is_loose(self, at_s: float) -> bool:
        """Whether what has no cause yet may get one: it is young and the system is at work."""
        return not self.is_quiet and self.is_young(at_s)
