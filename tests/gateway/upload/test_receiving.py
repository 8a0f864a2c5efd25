"""What arrives as a PDF, and what is told of all else; the request is a few chunks."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from litestar.exceptions import InternalServerException

from common.errors import ServiceError
from gateway.upload.receiving import FORM_BYTES, pdf_of

PDF = b"%PDF-1.7 " + b"body " * 40
LINE = "----line"
HEAD = f'--{LINE}\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
OTHER = f'--{LINE}\r\nContent-Disposition: form-data; name="note"\r\n\r\nhello\r\n'
END = f"\r\n--{LINE}--\r\n"
FORM = ("multipart/form-data", {"boundary": LINE})
PLAIN = ("application/pdf", {"": ""})


def form(*parts: str | bytes) -> bytes:
    return b"".join(part.encode() if isinstance(part, str) else part for part in parts)


WHOLE = form(OTHER, HEAD, PDF, END)


class Sent:
    """The part of a request that is read."""

    def __init__(self, kind: tuple[str, dict[str, str]], body: bytes, *, size: int = 1 << 16):
        self.content_type = kind
        self._chunks = [body[at : at + size] for at in range(0, len(body), size)]
        self.breaks = self.hangs = False

    async def stream(self) -> AsyncIterator[bytes]:
        for chunk in self._chunks:
            yield chunk
        if self.breaks:
            raise InternalServerException("client disconnected prematurely")
        if self.hangs:
            await asyncio.Event().wait()


async def took(sent: Any, *, most_bytes: int = 1000, patience_s: float = 60.0) -> bytes:
    return await pdf_of(sent, most_bytes=most_bytes, patience_s=patience_s)


@pytest.mark.parametrize("size", [1, 7, 1 << 16])
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (PLAIN, PDF),
        (("application/octet-stream", {}), PDF),
        (FORM, WHOLE),
        (FORM, form(HEAD, PDF, END)),
        (FORM, form(HEAD, PDF, "\r\n", HEAD, b"%PDF-second", END)),
    ],
    ids=["plain", "octets", "with another field", "alone", "the first of two"],
)
async def test_the_very_bytes_arrive(kind: Any, body: bytes, size: int) -> None:
    assert await took(Sent(kind, body, size=size)) == PDF


async def test_what_stands_before_the_mark_is_left_to_the_reader() -> None:
    assert (await took(Sent(PLAIN, b"\n\n" + PDF))).startswith(b"\n\n%PDF-")


@pytest.mark.parametrize(
    ("kind", "body", "status", "told"),
    [
        (("text/html", {}), PDF, 415, "as application/pdf, or as the file 'file' of a form"),
        (("application/x-www-form-urlencoded", {}), PDF, 415, "application/pdf"),
        (("", {}), PDF, 415, "application/pdf"),
        (PLAIN, b"", 400, "file: is missing; choose a PDF first"),
        (FORM, form(HEAD, END), 400, "file: is missing"),
        (FORM, form(OTHER.rstrip(), END), 400, "file: is missing"),
        (FORM, form(HEAD, PDF), 400, "did not arrive as a form should"),
        (FORM, b"nothing of a form", 400, "did not arrive as a form should"),
        (("multipart/form-data", {}), WHOLE, 400, "did not arrive as a form should"),
        (FORM, form(OTHER * 9, HEAD, PDF, END), 400, "did not arrive as a form should"),
        (PLAIN, b"GIF89a" + PDF[9:], 422, "is not a PDF; choose one that is"),
        (FORM, form(HEAD, b"<html>", END), 422, "is not a PDF"),
        (PLAIN, b" " * 1100 + PDF, 413, "more than 0 MB"),
    ],
)
async def test_all_else_is_refused_with_the_mend(
    kind: Any, body: bytes, status: int, told: str
) -> None:
    with pytest.raises(ServiceError, match=told) as refused:
        await took(Sent(kind, body))
    assert getattr(refused.value, "status", 400) == status


@pytest.mark.parametrize(
    ("kind", "over"), [(PLAIN, PDF * 30), (FORM, form(HEAD, PDF * 700, END))], ids=["plain", "form"]
)
async def test_too_much_is_refused_before_it_is_there(kind: Any, over: bytes) -> None:
    sent = Sent(kind, over, size=1000)
    sent.hangs = True
    with pytest.raises(ServiceError, match="send only its first pages"):
        await took(sent, most_bytes=5000)
    assert len(over) > 5000 + (FORM_BYTES if kind == FORM else 0)


async def test_an_upload_that_breaks_off() -> None:
    sent = Sent(FORM, form(HEAD, PDF))
    sent.breaks = True
    with pytest.raises(ServiceError, match="broke off; send it again"):
        await took(sent)


async def test_an_upload_that_never_ends() -> None:
    sent = Sent(PLAIN, PDF)
    sent.hangs = True
    with pytest.raises(ServiceError, match="did not arrive in time") as refused:
        await took(sent, patience_s=0.01)
    assert getattr(refused.value, "status", 0) == 408
