"""Papers near a PDF that is sent."""

from dataclasses import dataclass
from typing import Annotated

from litestar import post
from litestar.openapi.spec import (
    OpenAPIFormat,
    OpenAPIMediaType,
    OpenAPIType,
    Operation,
    RequestBody,
    Schema,
)
from litestar.params import Parameter

from gateway.upload import search
from gateway.upload.receiving import FIELD, FORM, MOST_BYTES, PLAIN
from gateway.views import HitList
from gateway.wiring import QUERY, AnyRequest, Wiring

_FILE = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY, min_length=1)


@dataclass
class Upload(Operation):
    """Describes the body, which the handler takes in by itself."""

    def __post_init__(self) -> None:
        """Either the PDF itself or a form with it."""
        form = Schema(type=OpenAPIType.OBJECT, properties={FIELD: _FILE}, required=[FIELD])
        content = {PLAIN[0]: OpenAPIMediaType(schema=_FILE), FORM: OpenAPIMediaType(schema=form)}
        self.request_body = RequestBody(content=content, required=True)


@post(
    "/similar/pdf",
    status_code=200,
    opt={QUERY: ("limit",)},
    request_max_body_size=MOST_BYTES,
    operation_class=Upload,
    tags=["search"],
    summary="Papers near a PDF",
)
async def similar_pdf(
    request: AnyRequest,
    stores: Wiring,
    limit: Annotated[int, Parameter(ge=1, le=50)] = 10,
) -> HitList:
    """The nearest papers by meaning and by words; the PDF is read once and kept nowhere."""
    return await search.near(request, stores, limit=limit)
