"""The client for addresses given by people: no redirects, no proxies, no cookies, small answers."""

import asyncio
import ssl
from collections.abc import Mapping
from typing import NamedTuple, Self

import httpx

from common.errors import Retryable, Terminal
from common.outbound.allow import Allow
from common.outbound.guard import Guard, Resolve, system_resolver

MAX_ANSWER_BYTES = 64 * 1024
TIMEOUT_S = 15.0
NOTHING = Allow()


class Answer(NamedTuple):
    """What came back; the body is cut after ``max_answer_bytes``."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Outbound:
    """Posts to checked addresses; a request never takes longer than ``timeout_s`` in all."""

    def __init__(
        self,
        *,
        allow: Allow = NOTHING,
        resolve: Resolve = system_resolver,
        timeout_s: float = TIMEOUT_S,
        user_agent: str = "paperbus",
        verify: ssl.SSLContext | bool = True,
    ) -> None:
        inner = httpx.AsyncHTTPTransport(
            verify=verify, trust_env=False, limits=httpx.Limits(max_keepalive_connections=0)
        )
        self._timeout_s = timeout_s
        self._client = httpx.AsyncClient(
            transport=Guard(inner, allow, resolve),
            timeout=timeout_s,
            trust_env=False,
            follow_redirects=False,
            headers={"user-agent": user_agent, "accept-encoding": "identity"},
        )

    async def post(self, url: str, content: bytes, headers: Mapping[str, str]) -> Answer:
        """One POST, whatever its status; raises AddressRefused, Terminal or Retryable.

        After a Retryable the other side may have got the request.
        """
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._post(url, content, headers)
        except TimeoutError as error:
            raise Retryable(f"no whole answer within {self._timeout_s:g} s") from error
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise Terminal(f"not a URL: {error}", reason="bad_url") from error
        except httpx.HTTPError as error:
            raise Retryable(f"no answer: {type(error).__name__}") from error

    async def _post(self, url: str, content: bytes, headers: Mapping[str, str]) -> Answer:
        request = self._client.build_request("POST", url, content=content, headers=dict(headers))
        response = await self._client.send(request, stream=True)
        self._client.cookies.clear()
        body = b""
        try:
            async for piece in response.aiter_raw():
                body += piece
                if len(body) >= MAX_ANSWER_BYTES:
                    break
        finally:
            await response.aclose()
        return Answer(response.status_code, response.headers, body[:MAX_ANSWER_BYTES])

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *ended: object) -> None:
        await self.close()
