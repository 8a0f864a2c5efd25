"""When certificates end: of what is reached by TLS, whoever signed them."""

import asyncio
import ssl
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

from cli.census.sheet import Found, Values
from common.errors import UsageError

TIMEOUT_S = 5.0
PORTS = {"https": 443, "tls": 4222}
SEQUENCE, UTC_TIME, VERSION = 0x30, 0x17, 0xA0
BEFORE_VALIDITY = 3
"""Serial number, algorithm and issuer come before it."""

Place = tuple[str, int]


def places(named: Mapping[str, str], addresses: Iterable[str]) -> dict[str, Place]:
    """Host and port by name: those a person named, and addresses that begin with https or tls."""
    found = {name: _place(text) for name, text in named.items()}
    for address in addresses:
        for one in address.split(","):
            if one.strip().startswith(("https://", "tls://")):
                place = _place(one.strip())
                found.setdefault(f"{place[0]}:{place[1]}", place)
    return found


def _place(text: str) -> Place:
    try:
        url = urlsplit(text if "://" in text else f"https://{text}")
        port = url.port or PORTS.get(url.scheme, PORTS["https"])
    except ValueError as error:
        raise UsageError("CENSUS_CERTIFICATES", f"{text!r} is no address: {error}") from error
    if not url.hostname:
        raise UsageError("CENSUS_CERTIFICATES", f"{text!r} names no host; write name=host:443")
    return url.hostname, port


async def certificates(asked: Mapping[str, Place]) -> Found:
    """When each ends; one that cannot be asked is left out."""
    ends = await asyncio.gather(*(_end_of(place) for place in asked.values()))
    known: Values = {(name,): end for name, end in zip(asked, ends, strict=True) if end is not None}
    return {"certificate_expiry_timestamp_seconds": known}


async def _end_of(place: Place) -> float | None:
    try:
        async with asyncio.timeout(TIMEOUT_S):
            try:
                der = await _shown(*place)
            except ssl.SSLError:
                der = await _shown(*place, greets=True)
        return not_after(der).timestamp() if der else None
    except (OSError, ValueError, IndexError):
        return None


async def _shown(host: str, port: int, *, greets: bool = False) -> bytes | None:
    """The certificate; a NATS server first greets in plain words, and then begins with TLS."""
    # One that has ended, or that nobody here trusts, has an end all the same.
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    reader, writer = await asyncio.open_connection(host, port, ssl=None if greets else context)
    try:
        if greets:
            await reader.readline()
            await writer.start_tls(context, server_hostname=host)
        der: bytes | None = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        return der
    finally:
        writer.close()


def not_after(der: bytes) -> datetime:
    """The end of the validity of a certificate; raises ValueError, IndexError for what is none.

    The standard library reads only what it has verified, and a library for this alone is not
    worth its weight.
    """
    (_, certificate), *_ = _parts(der)
    (_, signed), *_ = _parts(certificate)
    fields = [part for part in _parts(signed) if part[0] != VERSION]
    tag, validity = fields[BEFORE_VALIDITY]
    if tag != SEQUENCE:
        raise ValueError("this is no certificate")
    _, (kind, text) = _parts(validity)
    form = "%y%m%d%H%M%SZ" if kind == UTC_TIME else "%Y%m%d%H%M%SZ"
    return datetime.strptime(text.decode(), form).replace(tzinfo=UTC)


def _parts(body: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and content of each element of a DER sequence."""
    at = 0
    while at < len(body):
        tag, size = body[at], body[at + 1]
        at += 2
        if size & 0x80:
            count = size & 0x7F
            size, at = int.from_bytes(body[at : at + count]), at + count
        yield tag, body[at : at + size]
        at += size
