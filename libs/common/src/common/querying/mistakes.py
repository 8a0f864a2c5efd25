"""What is said when a query is wrong."""

from common.errors import UsageError
from common.querying.query import Term, written


class QuerySyntaxError(UsageError):
    """A query is wrong at ``position``, counted from 1, for ``length`` characters."""

    def __init__(self, field: str, what: str, *, position: int, length: int = 1) -> None:
        super().__init__(field, f"{what} (position {position})")
        self.what = what
        self.position = position
        self.length = length

    @classmethod
    def of(cls, term: Term, field: str, what: str) -> "QuerySyntaxError":
        """A whole part of the query is wrong."""
        return cls(field, what, position=term.at, length=len(written(term)))
