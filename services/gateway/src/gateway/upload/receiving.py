"""The PDF in a request, held in memory: as the body itself, or as a file of a form."""

import asyncio
from collections.abc import AsyncIterator

from litestar.exceptions import InternalServerException
from multipart import MultipartError, MultipartSegment, PushMultipartParser

from common.errors import UsageError
from gateway.failures import Refused
from gateway.settings import MOST_PDF_MB
from gateway.wiring import AnyRequest

FIELD = "file"
FORM = "multipart/form-data"
PLAIN = ("application/pdf", "application/octet-stream")
FORM_BYTES = 64 * 1024
"""What a form may have around its file."""
MOST_BYTES = (MOST_PDF_MB << 20) + FORM_BYTES
"""No request to these routes has more, whatever the settings say."""
MOST_FIELDS = 8
MAGIC = b"%PDF-"
MAGIC_WITHIN = 1024
PATIENCE_S = 120.0
"""How long an upload may take to arrive: 20 MB at 1.4 Mbit/s."""


class TooLarge(Refused):
    """More than may be sent."""

    status = 413


class TooSlow(Refused):
    """The upload did not arrive in time."""

    status = 408


class OtherKind(Refused):
    """The body is neither a PDF nor a form."""

    status = 415


class NoPdf(Refused):
    """Something else than a PDF was sent."""

    status = 422


async def pdf_of(request: AnyRequest, *, most_bytes: int, patience_s: float = PATIENCE_S) -> bytes:
    """The bytes of the PDF; raises UsageError when there is none, Refused when it will not do."""
    kind, options = request.content_type
    if kind != FORM and kind not in PLAIN:
        raise OtherKind(f"Send the PDF as {PLAIN[0]}, or as the file {FIELD!r} of a form.")
    try:
        took = _File(options.get("boundary", "")) if kind == FORM else _Body()
        async with asyncio.timeout(patience_s):
            await _receive(request, took, most_bytes)
    except TimeoutError as error:
        raise TooSlow("The PDF did not arrive in time; try again.") from error
    except MultipartError as error:
        raise UsageError(FIELD, f"did not arrive as a form should ({error}); send again") from error
    if not took.body:
        raise UsageError(FIELD, "is missing; choose a PDF first")
    if MAGIC not in took.body[:MAGIC_WITHIN]:
        raise NoPdf("The file is not a PDF; choose one that is.")
    return bytes(took.body)


async def _receive(request: AnyRequest, took: "_Body", most_bytes: int) -> None:
    size = 0
    async for chunk in _chunks(request):
        size += len(chunk)
        if size > most_bytes + took.around:
            mend = "send only its first pages"
            raise TooLarge(f"The PDF has more than {most_bytes >> 20} MB; {mend}.")
        took.feed(chunk)
    took.end()


async def _chunks(request: AnyRequest) -> AsyncIterator[bytes]:
    try:
        async for chunk in request.stream():
            yield chunk
    except InternalServerException as error:  # what litestar raises when the client is gone
        raise Refused("The upload broke off; send it again.") from error


class _Body:
    """The body as it is."""

    around = 0

    def __init__(self) -> None:
        self.body = bytearray()

    def feed(self, chunk: bytes) -> None:
        self.body += chunk

    def end(self) -> None:
        """Nothing can be missing."""


class _File(_Body):
    """The first file of a form that has the name; other parts are let go."""

    around = FORM_BYTES

    def __init__(self, boundary: str) -> None:
        super().__init__()
        self._parser = PushMultipartParser(boundary, max_segment_count=MOST_FIELDS)
        self._inside = self._done = False

    def feed(self, chunk: bytes) -> None:
        for part in self._parser.parse(chunk):
            if isinstance(part, MultipartSegment):
                self._inside = part.name == FIELD and not self._done
            elif part is None:
                self._done |= self._inside
            elif self._inside:
                self.body += part

    def end(self) -> None:
        """Raise MultipartError when the form breaks off."""
        self._parser.close()
