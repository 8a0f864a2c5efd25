"""Templates to answers: escaped, packed, tagged."""

import gzip
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from litestar import Response

from common.ids import now
from gateway import cards, tex
from gateway.answers import etag_of, has_tag
from gateway.pages import assets, texts
from gateway.wiring import NOTICES, AnyRequest

HTML = "text/html"
PACK_FROM = 1000


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("gateway", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {
        "tex": tex.inline,
        "prose": tex.paragraphs,
        "plain": tex.plain,
        "day": texts.day,
        "short_day": texts.short_day,
        "moment": texts.moment,
        "clock": texts.clock,
        "minute": texts.minute,
        "span": texts.span,
        "number": texts.number,
        "ordinal": texts.ordinal,
    }
    environment.globals |= {
        "asset": assets.address,
        "names": texts.names,
        "page_path": cards.page_path,
        "maintenance": None,
    }
    return environment


_ENVIRONMENT = _environment()


def text(template: str, **values: Any) -> str:
    """A filled template."""
    return _ENVIRONMENT.get_template(template).render(**values)


def page(
    request: AnyRequest, template: str, *, status: int = 200, **values: Any
) -> Response[bytes]:
    """A filled template as an answer; 304 when the browser has it already."""
    notices = request.app.state.get(NOTICES)
    told = notices.told(now()) if notices else None
    body = text(template, path=request.url.path, maintenance=told, **values).encode()
    headers = {"Cache-Control": "private, no-cache", "Vary": "Accept-Encoding, HX-Request"}
    if status == 200:
        headers["ETag"] = etag_of(body)
        if has_tag(request.headers.get("if-none-match"), headers["ETag"]):
            return Response(b"", status_code=304, headers=headers, media_type=HTML)
    if len(body) > PACK_FROM and "gzip" in request.headers.get("accept-encoding", ""):
        body = gzip.compress(body, 5)
        headers["Content-Encoding"] = "gzip"
    return Response(body, status_code=status, headers=headers, media_type=HTML)


def see(place: str) -> Response[bytes]:
    """Go on by GET, after a form was sent."""
    return Response(b"", status_code=303, headers={"Location": place}, media_type=HTML)
