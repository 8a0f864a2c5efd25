"""Sending an answer as a fault wants it sent."""

import asyncio
import socket
import struct

import msgspec

from standalone.upstream.asgi import HTML, Answer, Receive, Scope, Send, send_answer, start_of
from standalone.upstream.faults import Fault

DRIP_S = 0.05
PAGE = b"<!DOCTYPE html>\n<html><head><title>%s</title></head><body><h1>%s</h1></body></html>\n"


def html_page(title: str, status: int, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    """Return a plain HTML page that says its title."""
    words = title.encode()
    return Answer(body=PAGE % (words, words), media_type=HTML, status=status, headers=headers)


def altered(answer: Answer, fault: Fault) -> Answer:
    """Return what a fault makes of an answer, for faults that alter it as a whole."""
    match fault.kind:
        case "status":
            wait = fault.retry_after_s
            headers = () if wait is None else (("retry-after", str(wait)),)
            title = "Rate exceeded." if fault.status == 429 else f"Error {fault.status}"
            return html_page(title, fault.status, headers)
        case "missing":
            return html_page("404: Not found", 404)
        case "wrong_type":
            return html_page("arXiv is being looked after", 200)
        case _:
            return answer


async def misbehave(
    answer: Answer, fault: Fault, *, scope: Scope, receive: Receive, send: Send
) -> None:
    """Send the answer in the manner of the fault."""
    match fault.kind:
        case "drip":
            await _drip(send, answer, fault.bytes_per_s)
        case "truncate":
            await _truncate(send, answer, fault.keep_ratio)
            transport_of(scope).close()
        case "hang":
            await _hang(receive, fault.seconds)
            await send_answer(send, answer)
        case "reset":
            _reset(transport_of(scope))
        case _:
            await send_answer(send, altered(answer, fault))


def transport_of(scope: Scope) -> asyncio.Transport:
    """Return the connection's transport, which the server's protocol leaves in the state."""
    transport: asyncio.Transport = scope["state"]["transport"]
    return transport


async def _drip(send: Send, answer: Answer, bytes_per_s: float) -> None:
    await send(start_of(answer))
    step = max(1, int(bytes_per_s * DRIP_S))
    for start in range(0, len(answer.body), step):
        part = answer.body[start : start + step]
        await send({"type": "http.response.body", "body": part, "more_body": True})
        await asyncio.sleep(len(part) / bytes_per_s)
    await send({"type": "http.response.body", "body": b""})


async def _truncate(send: Send, answer: Answer, keep_ratio: float) -> None:
    kept = answer.body[: int(len(answer.body) * keep_ratio)]
    whole = msgspec.structs.replace(answer, headers=(*answer.headers, ("connection", "close")))
    await send(start_of(whole))
    await send({"type": "http.response.body", "body": kept, "more_body": True})


async def _hang(receive: Receive, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return


def _reset(transport: asyncio.Transport) -> None:
    sock = transport.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
