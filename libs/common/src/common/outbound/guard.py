"""The transport that resolves once, checks every address and connects to a checked one."""

import asyncio
import socket
from collections.abc import Awaitable, Callable

import httpx

from common.errors import Retryable, Terminal
from common.outbound.addresses import refusal
from common.outbound.allow import WEB_PORTS, Allow

Resolve = Callable[[str, int], Awaitable[list[str]]]

MAX_TRIED = 3
_PORTS = {"http": 80, "https": 443}


class AddressRefused(Terminal):
    """The address is not one that may be reached from here."""

    def __init__(self, host: str, why: str) -> None:
        super().__init__(
            f"{host} {why}; an operator can allow it by OUTBOUND_ALLOW", reason="address_refused"
        )


class NameUnknown(Retryable):
    """The host has no address, now."""


async def system_resolver(host: str, port: int) -> list[str]:
    """All addresses of a host; raises NameUnknown."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NameUnknown(f"{host} cannot be resolved") from error
    return list(dict.fromkeys(str(info[4][0]) for info in found))


class Guard(httpx.AsyncBaseTransport):
    """Sends to checked addresses only; the host name stays in ``Host``, SNI and certificate check.

    Connections are not kept, so that two hosts on one address never share one.
    """

    def __init__(self, inner: httpx.AsyncBaseTransport, allow: Allow, resolve: Resolve) -> None:
        self._inner = inner
        self._allow = allow
        self._resolve = resolve

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send to the first checked address that takes a connection."""
        url = request.url
        addresses = await self.checked(url)
        sni = {"sni_hostname": url.raw_host.decode().strip("[]")}
        last: httpx.TransportError | None = None
        for address in addresses[:MAX_TRIED]:
            try:
                return await self._inner.handle_async_request(
                    httpx.Request(
                        request.method,
                        url.copy_with(host=address.partition("%")[0]),
                        headers=request.headers,
                        stream=request.stream,
                        extensions={**request.extensions, **sni},
                    )
                )
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                last = error
        raise last or httpx.ConnectError("no address")

    async def checked(self, url: httpx.URL) -> list[str]:
        """The addresses of the host; raises AddressRefused when one of them may not be reached."""
        host, port = url.host, url.port or _PORTS.get(url.scheme, 0)
        if url.scheme not in _PORTS or not host:
            raise AddressRefused(host or "the URL", "must be http or https with a host")
        if self._allow.place(host, port):
            return await self._resolve(host, port)
        if port not in WEB_PORTS:
            raise AddressRefused(f"{host}:{port}", "is on another port than 80 and 443")
        addresses = await self._resolve(host, port)
        for address in addresses:
            if self._allow.address(address):
                continue
            if why := refusal(address):
                raise AddressRefused(host, f"resolves to {address}, which {why}")
            if url.scheme != "https":
                raise AddressRefused(host, "must be reached by https, as others read http")
        if not addresses:
            raise NameUnknown(f"{host} has no address")
        return addresses

    async def aclose(self) -> None:
        """Close what is inside."""
        await self._inner.aclose()
