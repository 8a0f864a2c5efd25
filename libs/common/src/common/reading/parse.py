"""One PDF to passages; meant to run in the child, see ``zygote``."""

from common.reading import clean, passages, sections
from common.reading.extract import EXTRACTOR, Pages, Unreadable
from common.reading.parsed import Limits, Parsed, unreadable

LEAST_LETTERS = 60
"""Fewer letters in all are the page numbers of a scan, or nothing."""
SUSPICIOUS_LETTERS = 40
"""So much invisible text is a message to machines; less is a badge or a blank."""


def parse(body: bytes, limits: Limits) -> Parsed:
    """The text of a PDF, or why there is none; never raises for what is in the file."""
    if not body or (len(body) < 1024 and not body.strip()):
        return unreadable("empty", "the PDF file is empty")
    if b"%PDF-" not in body[:1024]:
        return unreadable("not_pdf", "the file is not a PDF")
    try:
        pages = Pages(body)
    except Unreadable as error:
        return unreadable(error.reason, str(error))
    if not len(pages):
        return unreadable("empty", "the PDF has no pages")
    if len(pages) > limits.pages:
        problem = f"the PDF has {len(pages)} pages, more than {limits.pages}"
        return unreadable("too_many_pages", problem, pages=len(pages))
    return _read(pages, limits)


def _read(pages: Pages, limits: Limits) -> Parsed:
    texts: list[str] = []
    size = 0
    for text in pages.texts():
        size += len(text)
        if size > limits.output_bytes // 8:
            problem = "the PDF unfolds into more text than any paper has"
            return unreadable("too_much_text", problem, pages=len(pages))
        texts.append(text)
    body, references = sections.split(clean.cleaned(texts) if _has_text(texts) else [])
    found = passages.cut(body, most=limits.passages)
    if not found:
        problem = "the PDF holds no readable text; it may be a scan"
        return unreadable("no_text", problem, pages=len(pages))
    return Parsed(
        passages=tuple(found),
        references=references,
        pages=len(pages),
        extractor=EXTRACTOR,
        notes=_notes(pages, texts, len(found) == limits.passages),
    )


def _has_text(texts: list[str]) -> bool:
    letters = 0
    for text in texts:
        letters += sum(map(str.isalpha, text))
        if letters >= LEAST_LETTERS:
            return True
    return False


def _notes(pages: Pages, texts: list[str], cut_off: bool) -> tuple[str, ...]:
    notes = []
    if pages.hidden >= SUSPICIOUS_LETTERS:
        notes.append(f"suspicious: {pages.hidden} letters of invisible text were left out")
    if clean.suspicious(texts):
        notes.append("suspicious: invisible tag characters were left out")
    if cut_off:
        notes.append("only the first part of a very long text is indexed")
    return tuple(notes)
