"""A paper, a library and a search as files for other programs."""

from dataclasses import dataclass
from typing import Annotated

from litestar import Response, get
from litestar.openapi.spec import (
    OpenAPIMediaType,
    OpenAPIResponse,
    OpenAPIType,
    Operation,
    Schema,
)
from litestar.params import Dependency, Parameter

from common.ids import now
from common.paperid import parse
from gateway import files, library, listing, switched
from gateway.api.library import Asked
from gateway.api.search import ASKED, QUESTION
from gateway.asked import Question
from gateway.citing.formats import FORMATS, format_of
from gateway.citing.work import Work, of_meta
from gateway.listing import Page
from gateway.principal import principal
from gateway.shelf import export, keeping
from gateway.wiring import QUERY, AnyRequest, Wiring, paper_of

NAMES = ", ".join(FORMATS)
Form = Annotated[str, Parameter(query="format", description=NAMES, max_length=40)]
"""An argument named ``format`` would hide what Python calls so."""
EXAMPLE = Work(
    paper="arxiv:1706.03762",
    title="Attention Is All You Need",
    authors=("Ashish Vaswani", "Noam Shazeer"),
    submitted="2017-06-12",
    categories=("cs.CL",),
)
_TEXT = Schema(type=OpenAPIType.STRING)
_ITEMS = Schema(type=OpenAPIType.ARRAY, items=Schema(type=OpenAPIType.OBJECT))


@dataclass
class File(Operation):
    """Describes a file, which is of the format asked for."""

    def __post_init__(self) -> None:
        """Every media type there is."""
        self.responses = {"200": OpenAPIResponse("The file", content=_contents())}


@dataclass
class LibraryFile(Operation):
    """Describes the file of a library."""

    def __post_init__(self) -> None:
        """The formats of citations, and the one that is taken back."""
        kept = OpenAPIMediaType(schema=Schema(type=OpenAPIType.OBJECT))
        content = {keeping.MEDIA_TYPE: kept, **_contents()}
        self.responses = {"200": OpenAPIResponse("The file", content=content)}


def _contents() -> dict[str, OpenAPIMediaType]:
    return {
        one.media_type: OpenAPIMediaType(
            schema=_ITEMS if one.media_type.endswith("json") else _TEXT,
            example=None if one.media_type.endswith("json") else one.document([EXAMPLE]),
        )
        for one in FORMATS.values()
    }


@get(
    "/papers/{paper:str}/cite",
    opt={QUERY: ("format", "inline")},
    tags=["papers"],
    operation_class=File,
    summary="How to cite a paper",
    media_type="application/x-bibtex",
)
async def paper_cite(
    request: AnyRequest,
    paper: str,
    stores: Wiring,
    form: Form = "bibtex",
    *,
    inline: Annotated[bool, Parameter(description="true shows it instead of saving it")] = False,
) -> Response[bytes]:
    """One paper in a format of citations; its key never changes."""
    wanted = format_of(form)
    found = await library.known(stores.ledger, parse(paper_of(paper)))
    work = of_meta(found.key, found.version, found.meta)
    return files.answer(
        request,
        wanted.document([work]).encode(),
        name=f"{work.file_name}.{wanted.suffix}",
        media_type=wanted.media_type,
        inline=inline,
    )


@get(
    "/library/export",
    opt={QUERY: ("format", "tag", "state", "opinion")},
    tags=["library"],
    operation_class=LibraryFile,
    summary="Your library as a file",
    media_type="application/json",
)
async def library_export(
    request: AnyRequest,
    stores: Wiring,
    narrowed: Asked,
    form: Annotated[
        str, Parameter(query="format", description=f"json (default), {NAMES}", max_length=40)
    ] = keeping.NAME,
) -> Response[bytes]:
    """All of it, in the order of the papers' ids; ``json`` is what ``/library/import`` takes back.

    With ``tag``, ``state`` and ``opinion``, the part that fits.
    """
    wanted = None if form == keeping.NAME else format_of(form, keeping.NAME)
    shelf = await stores.shelves.of(principal(request))
    return files.answer(
        request,
        await export.library(stores, shelf, narrowed, wanted),
        name=f"paperbus-library.{wanted.suffix if wanted else keeping.NAME}",
        media_type=wanted.media_type if wanted else keeping.MEDIA_TYPE,
    )


@get(
    "/search/export",
    opt={QUERY: (*ASKED, "format")},
    dependencies=QUESTION,
    tags=["search"],
    operation_class=File,
    summary="What a search finds as a file",
    media_type="application/x-bibtex",
)
async def search_export(
    request: AnyRequest,
    stores: Wiring,
    question: Annotated[Question, Dependency(skip_validation=True)],
    form: Form = "bibtex",
) -> Response[bytes]:
    """The best 100 papers at most, in their order."""
    wanted = format_of(form)
    switched.need(stores, "search")
    page = Page(listing.MAX_HITS)
    found = await listing.search(stores.index, question, page, now_ms=listing.now_ms())
    body = await export.papers(stores, [item.id for item in found.items], wanted)
    name = f"paperbus-search-{now()[:10]}.{wanted.suffix}"
    return files.answer(request, body, name=name, media_type=wanted.media_type)
