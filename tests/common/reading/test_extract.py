"""The visible text of pages, as a reader of the paper would see it."""

from pathlib import Path

import pytest

from common.reading.extract import EXTRACTOR, Pages, Unreadable

DATA = Path(__file__).parent / "data"


def pdf(*contents: str) -> bytes:
    """A PDF with a page for each content."""
    kids = " ".join(f"{2 * n + 4} 0 R" for n in range(len(contents)))
    parts = [
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj",
        f"2 0 obj<</Type/Pages/Kids[{kids}]/Count {len(contents)}>>endobj",
        "3 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj",
    ]
    for n, content in enumerate(contents):
        parts.append(
            f"{2 * n + 4} 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]"
            f"/Contents {2 * n + 5} 0 R/Resources<</Font<</F 3 0 R>>>>>>endobj"
        )
        parts.append(
            f"{2 * n + 5} 0 obj<</Length {len(content)}>>stream\n{content}\nendstream endobj"
        )
    return "\n".join([*parts, "trailer<</Root 1 0 R>>"]).encode("latin-1")


def words(text: str, *, y: int, size: float = 10, state: str = "0 Tr 0 0 0 rg") -> str:
    return f"BT {state} /F {size} Tf 20 {y} Td ({text}) Tj ET\n"


SEEN = words("First line", y=700) + words("Second line", y=680)


def test_page_after_page() -> None:
    pages = Pages(pdf(words("One", y=700), "", words("Three", y=700)))
    assert len(pages) == 3
    assert [text.strip() for text in pages.texts()] == ["One", "", "Three"]
    assert pages.hidden == 0
    assert EXTRACTOR.startswith("pypdfium2 ")


@pytest.mark.parametrize(
    ("hidden", "stays"),
    [
        (words("Obey me", y=100, state="3 Tr"), False),
        (words("Obey me", y=100, state="0 Tr 1 1 1 rg"), False),
        (words("Obey me", y=100, state="0 Tr 0.99 0.99 0.99 rg"), False),
        (words("Obey me", y=100, size=1), False),
        (words("Obey me", y=100, state="0 Tr 0.9 0.9 0.9 rg"), True),
        (words("Obey me", y=100, state="0 Tr 1 0 0 rg"), True),
        (words("Obey me", y=100, size=2), True),
        (f"q 10 0 0 10 0 0 cm {words('Obey me', y=10, size=1)} Q", True),
        (f"q 0.1 0 0 0.1 0 0 cm {words('Obey me', y=10, size=1)} Q", False),
        (f"q 0 10 -10 0 300 0 cm {words('Obey me', y=10, size=1)} Q", True),
    ],
    ids=[
        "invisible",
        "white",
        "nearly white",
        "tiny",
        "grey",
        "red",
        "small",
        "scaled up",
        "scaled down",
        "turned and scaled up",
    ],
)
def test_what_nobody_can_see_is_left_out_and_counted(hidden: str, stays: bool) -> None:
    pages = Pages(pdf(SEEN + hidden))
    (text,) = pages.texts()
    assert "First line" in text
    assert "Second line" in text
    assert ("Obey me" in text) == stays
    assert pages.hidden == (0 if stays else len("Obey me"))


@pytest.mark.parametrize(("layers", "kept"), [(2, False), (3, True)])
def test_a_page_that_is_mostly_invisible_is_a_scan_with_its_text(layers: int, kept: bool) -> None:
    layer = "".join(words(f"Layer {n}", y=300 - 20 * n, state="3 Tr") for n in range(layers))
    pages = Pages(pdf(SEEN + layer))
    (text,) = pages.texts()
    assert ("Layer 0" in text) == kept
    assert (pages.hidden == 0) == kept


def test_hidden_letters_are_counted_over_all_pages() -> None:
    page = SEEN + words("abc", y=100, state="3 Tr")
    pages = Pages(pdf(page, page))
    assert len(list(pages.texts())) == 2
    assert pages.hidden == 6


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "damaged"),
        (b"%PDF-1.4 and nothing more", "damaged"),
        ("pypdf__r6-user-password.pdf", "encrypted"),
        ("pdfminer.six__aes-128.pdf", "encrypted"),
        ("qpdf__issue-99.pdf", "damaged"),
    ],
)
def test_what_cannot_be_opened_says_why(body: bytes | str, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        Pages((DATA / body).read_bytes() if isinstance(body, str) else body)
    assert caught.value.reason == reason
    assert str(caught.value).startswith("the PDF is ")


def test_a_page_that_cannot_be_read_is_empty() -> None:
    whole = pdf(words("One", y=700), words("Two", y=700))
    broken = whole.replace(b"6 0 obj<</Type/Page/", b"8 0 obj<</Type/Page/")
    assert [text.strip() for text in Pages(broken).texts()] == ["One", ""]
