"""The application: routes, dependencies, errors, OpenAPI, and the layers around it."""

from collections.abc import Callable
from typing import Any

from litestar import Litestar, Request, Response, Router
from litestar.datastructures import State
from litestar.di import Provide
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme

from gateway import problems
from gateway.access import guarded
from gateway.answers import Tagged
from gateway.api import health
from gateway.api.cite import library_export, paper_cite, search_export
from gateway.api.dead import Dead, provide_origin, provide_which
from gateway.api.deliveries import deliveries
from gateway.api.events import events
from gateway.api.feeds import Feeds
from gateway.api.importing import library_import
from gateway.api.jobs import Jobs, job_events
from gateway.api.library import Library, provide_narrowed
from gateway.api.openapi import openapi
from gateway.api.papers import Papers
from gateway.api.passages import passages
from gateway.api.pdf import paper_pdf
from gateway.api.recommendations import provide_ask, recommendations
from gateway.api.search import search, search_facets
from gateway.api.similar import similar_to
from gateway.api.similar_pdf import similar_pdf
from gateway.api.status import show
from gateway.api.watches import Watches
from gateway.cards import API
from gateway.gate import Gate
from gateway.hub import Hub
from gateway.jobs.board import Board
from gateway.live import Pace
from gateway.pages import routes
from gateway.pages.errors import error_page
from gateway.ports import Stores
from gateway.wiring import NOTICES, QUERY_DEPENDENCIES, check_query

MAX_BODY_BYTES = 256 * 1024
DEFAULT_PACE = Pace()


def create(
    stores: Stores, hub: Hub, gate: Gate, *, pace: Pace = DEFAULT_PACE, board: Board | None = None
) -> Litestar:
    """The application without its outer layer (see ``edge.Edge``)."""
    return Litestar(
        route_handlers=[_api(), *health.HANDLERS, *routes.HANDLERS],
        dependencies={
            **_given(stores, hub, gate, pace),
            **provided(board=board or Board(stores.jobs)),
            **QUERY_DEPENDENCIES,
        },
        middleware=[guarded(gate)],
        exception_handlers={Exception: _to_response},
        openapi_config=_openapi(stores.version, key=not gate.open),
        request_max_body_size=MAX_BODY_BYTES,
        state=State({NOTICES: stores.notices}),
        logging_config=None,
        debug=False,
    )


def _api() -> Router:
    return Router(
        API,
        route_handlers=[
            Papers,
            paper_pdf,
            paper_cite,
            search,
            search_facets,
            search_export,
            passages,
            similar_pdf,
            Watches,
            Library,
            library_export,
            library_import,
            recommendations,
            similar_to,
            Feeds,
            Jobs,
            job_events,
            Dead,
            deliveries,
            show,
            events,
            openapi,
        ],
        before_request=check_query,
        response_class=Tagged,
        dependencies={
            "ask": Provide(provide_ask, sync_to_thread=False),
            "narrowed": Provide(provide_narrowed, sync_to_thread=False),
            "origin": Provide(provide_origin, sync_to_thread=False),
            "which": Provide(provide_which, sync_to_thread=False),
        },
    )


def _given(stores: Stores, hub: Hub, gate: Gate, pace: Pace) -> dict[str, Provide]:
    return provided(stores=stores, hub=hub, gate=gate, pace=pace)


def provided(**values: Any) -> dict[str, Provide]:
    """Values as dependencies of that name."""
    return {name: Provide(_giver(value), sync_to_thread=False) for name, value in values.items()}


def _giver(value: Any) -> Callable[[], Any]:
    def give() -> Any:
        return value

    return give


def _to_response(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    told = problems.answer(error, path=request.url.path)
    if error_page.wanted(request):
        return error_page.response(request, told)
    return Response(
        told.problem,
        status_code=told.problem.status,
        headers=told.headers,
        media_type=problems.MEDIA_TYPE,
    )


def _openapi(version: str, *, key: bool) -> OpenAPIConfig:
    scheme = SecurityScheme(type="http", scheme="bearer", description="The shared key")
    return OpenAPIConfig(
        title="paperbus",
        version=version,
        description="New papers, found, read and summarised. Errors are RFC 9457 problems.",
        path=f"{API}/openapi",
        render_plugins=[JsonRenderPlugin(path="/json")],
        components=Components(security_schemes={"key": scheme}) if key else Components(),
        security=[{"key": []}] if key else None,
        use_handler_docstrings=True,
    )
