"""The least a Litestar application can do: bytes that are at hand; the gateway's yardstick.

Arguments: the port, and a file with a JSON object of query strings and what is answered to each.
"""

import json
import sys
from pathlib import Path
from typing import Any

import uvicorn
from litestar import Litestar, Request, Response, get


def create(bodies: dict[bytes, bytes]) -> Litestar:
    """One route."""

    @get("/api/v1/search")
    async def search(request: Request[Any, Any, Any], q: str) -> Response[bytes]:
        body = bodies[request.scope["query_string"]]
        return Response(body, media_type="application/json")

    return Litestar([search], openapi_config=None, logging_config=None)


def main(port: int, file: Path) -> None:
    """Serve as the gateway does."""
    given = json.loads(file.read_text())
    bodies = {query.encode(): body.encode() for query, body in given.items()}
    uvicorn.run(
        create(bodies),
        host="127.0.0.1",
        port=port,
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        ws="none",
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
