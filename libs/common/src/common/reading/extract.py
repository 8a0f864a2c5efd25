"""The visible text of every page of a PDF, as pdfium reads it."""

import ctypes
from collections.abc import Iterator
from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

EXTRACTOR = f"pypdfium2 {pdfium.PYPDFIUM_INFO}"
_TEXT = 1
_INVISIBLE = 3
_TINY_PT = 2.0
_WHITE = 250
_PASSWORD = 4


class Unreadable(Exception):
    """pdfium cannot open the file; ``reason`` is one word."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class Pages:
    """The pages of an open PDF; ``hidden`` counts the letters left out as invisible."""

    def __init__(self, body: bytes) -> None:
        self.hidden = 0
        try:
            self._document = pdfium.PdfDocument(body)
        except pdfium.PdfiumError as error:
            if getattr(error, "err_code", None) == _PASSWORD:
                raise Unreadable("encrypted", "the PDF is locked with a password") from error
            raise Unreadable("damaged", "the PDF is damaged and cannot be opened") from error

    def __len__(self) -> int:
        return len(self._document)

    def texts(self) -> Iterator[str]:
        """Page after page; a page that cannot be read is empty."""
        for number in range(len(self)):
            yield self._text(number)

    def _text(self, number: int) -> str:
        try:
            page = self._document[number]
        except pdfium.PdfiumError:
            return ""
        try:
            self._hide(page)
            text_page = page.get_textpage()
            try:
                return str(text_page.get_text_range())
            finally:
                text_page.close()
        except pdfium.PdfiumError:
            return ""
        finally:
            page.close()

    def _hide(self, page: pdfium.PdfPage) -> None:
        """Take invisible text off the page (rule M5), unless it is the layer of a scan's OCR."""
        items = list(_text_objects(page.raw))
        hidden = [item for item in items if not _visible(item)]
        if not hidden or 2 * len(hidden) > len(items):
            return
        text_page = page.get_textpage()
        self.hidden += sum(_length(item, text_page.raw) for item in hidden)
        text_page.close()
        for item in hidden:
            # Only text directly on the page can be taken off; text in forms stays.
            if raw.FPDFPage_RemoveObject(page.raw, item):
                raw.FPDFPageObj_Destroy(item)


def _text_objects(page: Any) -> Iterator[Any]:
    for at in range(raw.FPDFPage_CountObjects(page)):
        item = raw.FPDFPage_GetObject(page, at)
        if raw.FPDFPageObj_GetType(item) == _TEXT:
            yield item


def _length(item: Any, text_page: Any) -> int:
    """Letters in a text object; pdfium counts two bytes each and a final zero."""
    return max(0, int(raw.FPDFTextObj_GetText(item, text_page, None, 0)) // 2 - 1)


_size = ctypes.c_float()
_colour = [ctypes.c_uint() for _ in range(4)]
_colour_refs = [ctypes.byref(part) for part in _colour]


def _visible(item: Any) -> bool:
    if raw.FPDFTextObj_GetTextRenderMode(item) == _INVISIBLE:
        return False
    raw.FPDFTextObj_GetFontSize(item, _size)
    if _size.value < _TINY_PT and _drawn_size(item, _size.value) < _TINY_PT:
        return False
    raw.FPDFPageObj_GetFillColor(item, *_colour_refs)
    return any(part.value < _WHITE for part in _colour[:3])


def _drawn_size(item: Any, size: float) -> float:
    """Height of the letters in points; many producers scale a font of size 1."""
    matrix = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(item, matrix):
        return size
    scale = max(abs(matrix.a), abs(matrix.b), abs(matrix.c), abs(matrix.d))
    return float(size * scale)
