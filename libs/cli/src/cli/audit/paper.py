"""What the log says about one paper, kept small: there may be hundreds of thousands."""

from typing import NamedTuple

from common.ledger import Row

Code = tuple[str, int, int]
"""A fact: subject, version, epoch."""


class Retry(NamedTuple):
    """One service was asked by name to do its work again."""

    service: str
    row: str
    version: int
    epoch: int
    seq: int


class Death(NamedTuple):
    """A row that said dead, and the revision that said so."""

    paper: str
    service: str
    row: str
    version: int
    epoch: int
    seq: int
    at_s: float


class Indexed(NamedTuple):
    """The newest indexing of a paper."""

    version: int
    epoch: int
    passages: int


class Paper:
    """All that is kept of one paper; marks and codes are shared by all papers."""

    __slots__ = ("due", "indexed", "retries", "rows", "seqs", "stated", "stray", "touched")

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}
        """The state of each row, without its texts."""
        self.seqs: dict[str, int] = {}
        """Where the newest revision of each row lies in the log."""
        self.stated: tuple[Code, ...] = ()
        self.due: tuple[Code, ...] = ()
        """Facts that a row justified and that have not come."""
        self.stray: tuple[Code, ...] = ()
        """Facts that came and that no row justified."""
        self.indexed: Indexed | None = None
        self.retries: tuple[Retry, ...] = ()
        self.touched: tuple[int, float] = (0, 0.0)
        """Sequence and time of the newest message about it."""

    def promise(self, code: Code) -> None:
        """A row says that this is stated."""
        if code in self.stray:
            self.stray = without(self.stray, code)
        else:
            self.due += (code,)

    def state(self, code: Code) -> bool:
        """This was stated; False when it had been already."""
        if code in self.stated:
            return False
        self.stated += (code,)
        if code in self.due:
            self.due = without(self.due, code)
        else:
            self.stray += (code,)
        return True


def without(codes: tuple[Code, ...], gone: Code) -> tuple[Code, ...]:
    """The others; once, if it is there twice."""
    if len(codes) == 1:
        return ()
    at = codes.index(gone)
    return codes[:at] + codes[at + 1 :]
