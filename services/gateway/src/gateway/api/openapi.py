"""The description of the API itself."""

from litestar import Response, get
from litestar.serialization import encode_json

from gateway.api.described import with_problems
from gateway.wiring import AnyRequest


@get("/openapi.json", include_in_schema=False)
async def openapi(request: AnyRequest) -> Response[bytes]:
    """OpenAPI 3.1, made from the routes."""
    body = encode_json(with_problems(request.app.openapi_schema.to_schema()))
    return Response(body, media_type="application/vnd.oai.openapi+json")
