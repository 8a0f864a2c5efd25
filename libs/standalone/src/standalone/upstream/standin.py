"""The stand-in for a paper's PDF, typeset from its title, authors and abstract, and labelled so."""

import zlib
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from standalone.upstream.fonts import BOLD, PLAIN, width
from standalone.upstream.layout import Line, break_lines
from standalone.upstream.oai_formats import PARAGRAPH
from standalone.upstream.records import Record

PAGE_WIDTH, PAGE_HEIGHT = float(A4[0]), float(A4[1])
MARGIN, GUTTER = 62.0, 18.0
TOP, BOTTOM = PAGE_HEIGHT - 70.0, 72.0
BODY, LEADING = 10.0, 1.22


def label(paper: str) -> str:
    """Return what every page says of itself."""
    return (
        f"Stand-in for arXiv:{paper}: typeset by paperbus from title and abstract;"
        " not the authors' document."
    )


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


class _Sheet:
    """A canvas with a place on it: columns below the heading, pages as they fill."""

    def __init__(self, record: Record, columns: int) -> None:
        self._data = BytesIO()
        self._label = label(record.id)
        self._canvas = Canvas(self._data, pagesize=A4, invariant=1, pageCompression=1)
        self._canvas.setTitle(_encodable(record.title))
        self._canvas.setAuthor(_encodable(", ".join(record.authors)))
        self._canvas.setSubject(self._label)
        self._columns, self._column = columns, 0
        self._start = self._y = TOP
        self._bottom = BOTTOM
        self._sign()

    @property
    def column_width(self) -> float:
        """Width of a column in points."""
        room = PAGE_WIDTH - 2 * MARGIN - GUTTER * (self._columns - 1)
        return room / self._columns

    def _sign(self) -> None:
        self._canvas.setFont(PLAIN, 8.5)
        self._canvas.drawCentredString(PAGE_WIDTH / 2, 36.0, self._label)

    def set(self, lines: list[Line], size: float, *, centred: bool = False) -> None:
        """Set lines at the place reached, going on to the next column or page."""
        step = size * LEADING
        for line in lines:
            if self._y - step < self._bottom:
                self._advance(heading=centred)
            self._y -= step
            left = MARGIN + self._column * (self.column_width + GUTTER)
            self._draw(line, (PAGE_WIDTH - line.width) / 2 if centred else left, size)

    def skip(self, points: float) -> None:
        """Leave room."""
        self._y -= points

    def begin_columns(self, height: float) -> None:
        """Let columns begin at the place reached, `height` points of text shared among them."""
        self._start = self._y
        self._bottom = max(BOTTOM, self._y - height / self._columns - BODY)

    def _advance(self, *, heading: bool) -> None:
        if not heading and self._column + 1 < self._columns:
            self._column += 1
        else:
            self._canvas.showPage()
            self._sign()
            self._column, self._start, self._bottom = 0, TOP, BOTTOM
        self._y = self._start

    def _draw(self, line: Line, left: float, size: float) -> None:
        for run in line.runs:
            self._canvas.setFont(run.face, size)
            self._canvas.drawString(left, self._y, run.text)
            left += width(run.text, run.face, size)

    def finish(self) -> bytes:
        """Return the document."""
        self._canvas.save()
        return self._data.getvalue()


def _body(record: Record, room: float) -> list[Line]:
    lines = break_lines("Abstract", BOLD, size=BODY, limit=room)
    for paragraph in PARAGRAPH.split(record.abstract):
        lines += break_lines(paragraph, PLAIN, size=BODY, limit=room)
    return lines


def typeset(record: Record) -> bytes:
    """Return the stand-in's bytes: the same for the same record; the id decides the columns."""
    sheet = _Sheet(record, columns=1 + zlib.crc32(record.id.encode()) % 2)
    room = PAGE_WIDTH - 2 * MARGIN
    sheet.set(break_lines(record.title, BOLD, size=16.0, limit=room), 16.0, centred=True)
    sheet.skip(8.0)
    sheet.set(
        break_lines(", ".join(record.authors), PLAIN, size=11.0, limit=room), 11.0, centred=True
    )
    sheet.skip(16.0)
    body = _body(record, sheet.column_width)
    sheet.begin_columns(len(body) * BODY * LEADING)
    sheet.set(body, BODY)
    return sheet.finish()
