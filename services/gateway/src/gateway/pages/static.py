"""Static files."""

from litestar import Response, get

from gateway.access import PUBLIC
from gateway.failures import Missing
from gateway.pages.assets import ASSETS
from gateway.wiring import AnyRequest

FOR_EVER = "public, max-age=31536000, immutable"


@get("/static/{name:str}", opt={PUBLIC: True}, include_in_schema=False)
async def static(request: AnyRequest, name: str) -> Response[bytes]:
    """A file by its name; there are only those that were read at the start."""
    asset = ASSETS.get(name)
    if asset is None:
        raise Missing("There is no such file.")
    headers = {"Cache-Control": FOR_EVER, "ETag": f'"{asset.tag}"', "Vary": "Accept-Encoding"}
    body = asset.body
    if asset.packed and "gzip" in request.headers.get("accept-encoding", ""):
        body = asset.packed
        headers["Content-Encoding"] = "gzip"
    return Response(body, headers=headers, media_type=asset.kind)


@get("/favicon.ico", opt={PUBLIC: True}, include_in_schema=False)
async def favicon() -> Response[bytes]:
    """The icon for browsers that ask without looking."""
    asset = ASSETS["icon.svg"]
    return Response(asset.body, headers={"Cache-Control": FOR_EVER}, media_type=asset.kind)
