"""Which tests must run in one process: those of a module, and rows that share a system."""

from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

TOGETHER = (
    ("test_row_01", "test_row_03", "test_row_05", "test_row_19"),
    ("test_row_13", "test_row_26"),
)


class Scheduling(LoadScopeScheduling):  # type: ignore[misc]
    """As ``--dist loadscope``, but for the rows."""

    def _split_scope(self, nodeid: str) -> str:
        scope: str = super()._split_scope(nodeid)
        for rows in TOGETHER:
            if any(row in scope for row in rows):
                return rows[0]
        return scope
