"""HTTP questions with a short patience."""

from datetime import UTC, datetime

import httpx
import msgspec

PATIENCE_S = 3.0


class Answer(msgspec.Struct, frozen=True):
    """What came back; status 0 when nothing did."""

    status: int
    body: bytes = b""
    date: str = ""
    """The server's own time, as HTTP writes it."""
    error: str = ""
    between: tuple[datetime, datetime] | None = None
    """Our own times of asking and of being answered."""


async def ask(url: str, headers: dict[str, str] | None = None) -> Answer:
    """GET ``url``; raises nothing that a dead server causes."""
    asked = datetime.now(UTC)
    try:
        async with httpx.AsyncClient(
            timeout=PATIENCE_S,
            trust_env=False,
            verify=url.startswith("https:"),  # else it reads all certificates for nothing
        ) as client:
            got = await client.get(url, headers=headers)
    except httpx.TimeoutException:
        return Answer(0, error=f"no answer within {PATIENCE_S:g} s")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Answer(0, error=str(error) or type(error).__name__)
    return Answer(
        got.status_code,
        got.content,
        got.headers.get("date", ""),
        between=(asked, datetime.now(UTC)),
    )
