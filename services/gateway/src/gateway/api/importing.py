"""Bringing papers into a library from other programs."""

import asyncio
from dataclasses import dataclass
from typing import Annotated

from litestar import post
from litestar.openapi.spec import (
    Example,
    OpenAPIMediaType,
    OpenAPIType,
    Operation,
    Reference,
    RequestBody,
    Schema,
)
from litestar.params import Parameter

from gateway.importing import bringing, formats
from gateway.importing.formats import MOST_KEPT_BYTES, SOURCES
from gateway.importing.views import Imported
from gateway.principal import principal
from gateway.shelf import said
from gateway.shelf.said import READINGS
from gateway.wiring import QUERY, AnyRequest, Wiring

_TEXT = Schema(type=OpenAPIType.STRING, min_length=1)
_TEXTS = {
    "ids": "arXiv:1706.03762v7\n10.1038/nature14539\n",
    "bibtex": "@misc{vaswani2017attention,\n  eprint = {1706.03762}\n}\n",
    "ris": "TY  - JOUR\nDO  - 10.1038/nature14539\nER  - \n",
}
_FEEDS = '<opml><body><outline xmlUrl="https://rss.arxiv.org/rss/cs.LG"/></body></opml>'


@dataclass
class Text(Operation):
    """Describes the body, which the handler takes in by itself."""

    def __post_init__(self) -> None:
        """A text in one of the formats, or a library that was exported."""
        texts: dict[str, Example | Reference] = {
            name: Example(value=text) for name, text in _TEXTS.items()
        }
        whole = Schema(type=OpenAPIType.OBJECT, required=["format", "version", "papers"])
        content = {
            "text/plain": OpenAPIMediaType(schema=_TEXT, examples=texts),
            "text/x-opml": OpenAPIMediaType(schema=_TEXT, example=_FEEDS),
            SOURCES["json"].media_types[0]: OpenAPIMediaType(schema=whole),
        }
        self.request_body = RequestBody(content=content, required=True)


@post(
    "/library/import",
    status_code=200,
    opt={QUERY: ("format", "tag", "state")},
    request_max_body_size=MOST_KEPT_BYTES,
    operation_class=Text,
    tags=["library"],
    summary="Bring papers into your library",
)
async def library_import(
    request: AnyRequest,
    stores: Wiring,
    form: Annotated[
        str, Parameter(query="format", description=", ".join(SOURCES), max_length=40)
    ] = "",
    tag: Annotated[
        list[str] | None, Parameter(description="Tags of every paper; repeat it", max_items=50)
    ] = None,
    *,
    reading: Annotated[
        str | None,
        Parameter(
            query="state",
            description="Reading state of every paper",
            schema_extra={"enum": READINGS},
        ),
    ] = None,
) -> Imported:
    """Ids or DOIs one a line, BibTeX, RIS, OPML, or what ``/library/export`` gave as JSON.

    Each also under its own media type, or named by ``format``. Papers are known by arXiv id or
    DOI; those of arXiv that are not here are asked for. Without a tag and a state they are to be
    read. What was said before stays.
    """
    how = bringing.how_of(tag or (), said.state(reading) if reading is not None else None)
    kind = request.content_type[0]
    body = await request.body()
    source, found = await asyncio.to_thread(formats.parsed, body, name=form, media_type=kind)
    return await bringing.bring(stores, principal(request), source, found, how)
