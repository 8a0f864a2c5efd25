"""HTTP towards one source: polite, bounded in size, time and rate, errors told apart."""

import asyncio
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import httpx
import msgspec
from prometheus_client import Counter, Gauge

from common.errors import Retryable, Terminal, Unavailable
from fetcher.manners import retry_after, same_source, user_agent
from fetcher.polite import Polite
from fetcher.unpack import ACCEPTED, pieces

REQUESTS = Counter(
    "paperbus_upstream_requests_total", "Requests to paper sources.", ["host", "code"]
)
STOPPED = Gauge(
    "paperbus_upstream_stopped_until_timestamp_seconds", "Silence towards a source.", ["source"]
)
_SILENCE = frozenset((403, 429, 503))
_REDIRECT = frozenset((301, 302, 303, 307, 308))
_RATE_WINDOW_S = 10.0
_MAX_REDIRECTS = 3
_MAX_REQUESTS = 10  # for one answer: short silences and redirects


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What one answer may cost."""

    max_bytes: int = 20_000_000
    total_s: float = 60.0
    min_bytes_per_s: float = 1024.0


class Answer(NamedTuple):
    """A complete answer that is neither a redirect nor a call for silence."""

    status: int
    body: bytes
    headers: Mapping[str, str]


class TooLarge(Terminal):
    """The answer is over its limit."""

    def __init__(self, url: str, limit_bytes: int) -> None:
        super().__init__(f"{url} has more than {limit_bytes} bytes", reason="too_large")
        self.limit_bytes = limit_bytes


class Incomplete(Retryable):
    """The transfer broke off, or was too slow."""


class ServerError(Retryable):
    """The source failed with a 5xx, or refuses with 403."""


class Forbidden(Terminal):
    """An address led to a host that is not the source's."""


class Web:
    """Requests to one source, one at a time over all replicas."""

    def __init__(
        self, client: httpx.AsyncClient, polite: Polite, source: str, *, stop_s: float = 900.0
    ) -> None:
        self._client, self._polite, self._source = client, polite, source
        self._stop_s = stop_s
        self._failures = 0

    async def get(self, url: str, params: Mapping[str, str], limits: Limits) -> Answer:
        """The answer to one GET; raises Unavailable, Incomplete, ServerError, TooLarge, Forbidden.

        A short silence the source asks for is waited for in place.
        """
        words, redirects = "", 0
        for _ in range(_MAX_REQUESTS):
            async with self._polite.turn():
                answer = await self._once(url, params, limits)
                if answer.status in _SILENCE:
                    delay = retry_after(answer.headers, self._stop_s, now=datetime.now(UTC))
                    words = f"{urlsplit(url).hostname} answered {answer.status}"
                    await self._silence(delay, words)
            if answer.status in _REDIRECT:
                redirects += 1
                url, params = _target(url, answer, redirects), {}
            elif answer.status == 403:
                raise ServerError(words, delay_s=delay)
            elif answer.status not in _SILENCE:
                return self._checked(url, answer)
        raise Unavailable(self._source, f"{words} again and again", delay_s=self._stop_s)

    def _checked(self, url: str, answer: Answer) -> Answer:
        if answer.status >= 500:
            raise ServerError(f"{url} answered {answer.status}")
        self._failures = 0
        return answer

    async def _silence(self, delay_s: float, words: str) -> None:
        STOPPED.labels(self._source).set(time.time() + delay_s)
        await self._polite.stop(delay_s, words)

    async def _once(self, url: str, params: Mapping[str, str], limits: Limits) -> Answer:
        host = urlsplit(url).hostname or ""
        try:
            async with asyncio.timeout(limits.total_s):
                answer = await self._stream(url, params, limits)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            REQUESTS.labels(host, "unreachable").inc()
            raise await self._unreachable(host, error) from error
        except (TimeoutError, httpx.TimeoutException) as error:
            REQUESTS.labels(host, "timeout").inc()
            raise Incomplete(f"{url} took longer than {limits.total_s:g} s") from error
        except (
            httpx.RemoteProtocolError,
            httpx.ReadError,
            httpx.WriteError,
            httpx.DecodingError,
        ) as error:
            REQUESTS.labels(host, "broken").inc()
            raise Incomplete(f"{url} broke off: {error}") from error
        except httpx.HTTPError as error:
            raise Forbidden(f"{url} cannot be asked: {error}", reason="bad_address") from error
        REQUESTS.labels(host, str(answer.status)).inc()
        return answer

    async def _unreachable(self, host: str, error: httpx.HTTPError) -> Unavailable:
        """After each failure in a row everybody is silent for longer: a circuit."""
        self._failures += 1
        delay = min(2.0**self._failures, self._stop_s)
        words = f"{host} cannot be reached ({type(error).__name__})"
        await self._silence(delay, words)
        return Unavailable(self._source, words, delay_s=delay)

    async def _stream(self, url: str, params: Mapping[str, str], limits: Limits) -> Answer:
        chunks: list[bytes] = []
        size, mark, mark_size = 0, time.monotonic(), 0
        async with self._client.stream("GET", url, params=params or None) as response:
            self._polite.answered()
            declared = response.headers.get("content-length", "")
            if declared.isdecimal() and int(declared) > limits.max_bytes:
                raise TooLarge(url, limits.max_bytes)
            async for chunk in pieces(response):
                chunks.append(chunk)
                size += len(chunk)
                if size > limits.max_bytes:
                    raise TooLarge(url, limits.max_bytes)
                if (spent := time.monotonic() - mark) >= _RATE_WINDOW_S:
                    if (size - mark_size) / spent < limits.min_bytes_per_s:
                        raise Incomplete(f"{url} sends less than {limits.min_bytes_per_s:g} B/s")
                    mark, mark_size = time.monotonic(), size
            return Answer(response.status_code, b"".join(chunks), response.headers)


def _target(url: str, answer: Answer, redirects: int) -> str:
    target = urljoin(url, answer.headers.get("location", ""))
    if redirects > _MAX_REDIRECTS:
        raise Forbidden(f"{url} leads from one address to the next", reason="redirect_loop")
    if not same_source(url, target):
        raise Forbidden(
            f"{url} leads to {target[:200]}, which is not of this source", reason="foreign_redirect"
        )
    return target


def new_client(version: str, contact: str) -> httpx.AsyncClient:
    """A client with our name, one connection, no proxies from the environment."""
    return httpx.AsyncClient(
        headers={"User-Agent": user_agent(version, contact), "Accept-Encoding": ACCEPTED},
        limits=httpx.Limits(max_connections=1, max_keepalive_connections=1),
        timeout=httpx.Timeout(30.0, connect=10.0),
        follow_redirects=False,
        trust_env=False,
    )
