"""What a person may ask of each kind of job."""

from typing import Annotated, Any, Literal, TypeVar

import msgspec

from common.errors import UsageError

P = TypeVar("P", bound=msgspec.Struct)
MAX_IDS = 1000
MENDS = {
    "format": "write jsonl, bibtex, ris, csl-json, csv or markdown",
    "limit": "give a whole number; 0 means all",
    "ids": "give a list of paper ids like arXiv:2401.00001",
    "categories": 'give a list like ["cs.LG"]',
}
MAX_PAPERS = 100_000
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
Day = Annotated[str, msgspec.Meta(max_length=40)]
Name = Annotated[str, msgspec.Meta(max_length=80)]
Categories = Annotated[
    tuple[Annotated[str, msgspec.Meta(max_length=40)], ...], msgspec.Meta(max_length=50)
]
Many = Annotated[int, msgspec.Meta(ge=0, le=MAX_PAPERS)]


class Params(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """What all of them share."""


class FetchParams(Params, frozen=True, kw_only=True, omit_defaults=True):
    """A run of a feed, or papers by id."""

    feed: Name = ""
    ids: Annotated[tuple[Id, ...], msgspec.Meta(max_length=MAX_IDS)] = ()
    since: Day = ""
    limit: Many = 0
    refetch: bool = False


class PaperParams(Params, frozen=True, kw_only=True, omit_defaults=True):
    """Which papers of the index."""

    feed: Name = ""
    categories: Categories = ()
    date_from: Day = ""
    date_to: Day = ""
    limit: Many = 0
    """At most so many, the newest first; 0 means all."""


class BulkParams(PaperParams, frozen=True, kw_only=True, omit_defaults=True):
    """Papers a service shall do something for, by filters or by id."""

    ids: Annotated[tuple[Id, ...], msgspec.Meta(max_length=MAX_IDS)] = ()


class ReindexParams(BulkParams, frozen=True, kw_only=True, omit_defaults=True):
    """Papers to index anew."""


class SummariesParams(BulkParams, frozen=True, kw_only=True, omit_defaults=True):
    """Papers to summarise."""

    model: Annotated[str, msgspec.Meta(max_length=200)] = ""
    """Another model, or ``extractive``; papers that have a summary by it are left alone."""
    redo: bool = False
    """Also papers that have such a summary already."""


class ExportParams(PaperParams, frozen=True, kw_only=True, omit_defaults=True):
    """Papers to write into a file."""

    format: Literal["jsonl", "bibtex", "ris", "csl-json", "csv", "markdown"] = "jsonl"
    has_pdf: bool | None = None
    full_text: bool | None = None


def parsed(params: dict[str, Any], kind: type[P]) -> P:
    """The parameters as ``kind``; raises UsageError naming what is wrong."""
    try:
        return msgspec.convert(params, kind)
    except msgspec.ValidationError as error:
        words, _, place = str(error).partition(" - at `$")
        field = place.strip("`.") or "params"
        mend = MENDS.get(field, "the API's description has the fields of each kind")
        raise UsageError(field, f"{words[:200]}; {mend}") from error


def plain(params: Params) -> dict[str, Any]:
    """The parameters as they are kept: only what was said."""
    made: dict[str, Any] = msgspec.to_builtins(params)
    return made
