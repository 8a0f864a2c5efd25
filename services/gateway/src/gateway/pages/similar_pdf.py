"""The page to which a PDF is sent to see papers near it."""

from litestar import Response, get, post

from common.errors import ServiceError, UsageError
from gateway import problems
from gateway.pages import render
from gateway.ports import Stores
from gateway.upload import search
from gateway.upload.receiving import MOST_BYTES
from gateway.views import HitList
from gateway.wiring import AnyRequest, Wiring

SHOWN = 20


@get("/similar", include_in_schema=False)
async def similar_page(request: AnyRequest, stores: Wiring) -> Response[bytes]:
    """A form for a PDF."""
    return _page(request, stores)


@post("/similar", include_in_schema=False, status_code=200, request_max_body_size=MOST_BYTES)
async def similar_found(request: AnyRequest, stores: Wiring) -> Response[bytes]:
    """Papers near the PDF, or what is wrong with it."""
    try:
        found = await search.near(request, stores, limit=SHOWN)
    except (ServiceError, UsageError) as error:
        told = problems.answer(error, path=request.url.path)
        answer = _page(request, stores, problem=told.problem.detail, status=told.problem.status)
        answer.headers.update(told.headers)
        return answer
    return _page(request, stores, found=found)


def _page(
    request: AnyRequest,
    stores: Stores,
    *,
    found: HitList | None = None,
    problem: str = "",
    status: int = 200,
) -> Response[bytes]:
    return render.page(
        request,
        "similar_pdf.html",
        status=status,
        found=found,
        problem=problem,
        most_mb=stores.uploads.most_bytes >> 20,
    )
