"""What is said when a query is wrong."""

from common.errors import UsageError


class QuerySyntaxError(UsageError):
    """A query is wrong at ``position``, counted from 1, for ``length`` characters."""

    def __init__(self, field: str, what: str, *, position: int, length: int = 1) -> None:
        super().__init__(field, f"{what} (position {position})")
        self.what = what
        self.position = position
        self.length = length

    def named(self, field: str) -> "QuerySyntaxError":
        """The same mistake in a query that goes by another name."""
        return QuerySyntaxError(field, self.what, position=self.position, length=self.length)
