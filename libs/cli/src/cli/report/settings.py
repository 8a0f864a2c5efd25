"""What reports are told from outside."""

from typing import Annotated

import msgspec
from msgspec import Meta


class ReportSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Reports on a day, a week or a month."""

    report_kept: Annotated[int, Meta(ge=1, le=2000)] = 120
    """How many reports are kept; the oldest go first."""
    changelog_file: str = ""
    """Changelog whose head reports show; empty: that of the source tree, where there is one."""
