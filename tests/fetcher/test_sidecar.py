"""Metadata of files that came by folder."""

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fetcher.sidecar import BadSidecar, Sidecar, describe, read_sidecar, title_in, title_of_name

NOW = datetime(2026, 7, 14, 12, tzinfo=UTC)
SHA = "a" * 64


@pytest.mark.parametrize(
    ("sidecar", "paper", "version"),
    [
        (Sidecar(), f"upload:{SHA}", 1),
        (Sidecar(doi="https://doi.org/10.21105/JOSE.00078"), "doi:10.21105/jose.00078", 1),
        (Sidecar(id="arXiv:2401.00001v3"), "arxiv:2401.00001", 3),
        (Sidecar(id="2401.00001", doi="10.1/x", version=2), "arxiv:2401.00001", 2),
    ],
)
def test_keys(sidecar: Sidecar, paper: str, version: int) -> None:
    found = describe(sidecar, b"%PDF-", sha256=SHA, stem="../../etc/passwd", now=NOW)
    assert (found.paper, found.version) == (paper, version)


def test_a_full_sidecar() -> None:
    body = msgspec.json.encode(
        {
            "title": "A\n title",
            "authors": ["Ada Lovelace", " "],
            "abstract": "We opti\u0002mize.",
            "licence": "http://creativecommons.org/licenses/by/4.0/",
            "doi": "10.1000/X",
            "submitted": "2020-01-01",
            "unknown": {"is": "ignored"},
        }
    )
    meta = describe(read_sidecar(body), b"", sha256=SHA, stem="x", now=NOW).meta
    assert (meta.title, meta.abstract, meta.authors) == (
        "A title",
        "We optimize.",
        ("Ada Lovelace",),
    )
    assert (meta.doi, meta.abs_url) == ("10.1000/x", "https://doi.org/10.1000/x")
    assert (meta.announced, meta.source) == ("2026-07-14", "folder")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "cannot be used"),
        (b"[]", "cannot be used"),
        (b'{"title": 3}', r"\$.title"),
        (b'{"authors": "Ada"}', r"\$.authors"),
        (b"[" * 100_000, "cannot be used"),
        (b"\xff", "cannot be used"),
    ],
)
def test_bad_sidecars_name_the_field(body: bytes, words: str) -> None:
    with pytest.raises(BadSidecar, match=words):
        read_sidecar(body)


def test_a_bad_id() -> None:
    with pytest.raises(BadSidecar, match="'nonsense' is not a paper id"):
        describe(Sidecar(id="nonsense"), b"", sha256=SHA, stem="x", now=NOW)


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (b"<< /Title (On Computable Numbers) /Author (Turing) >>", "On Computable Numbers"),
        (rb"<< /Title (A \(nested\) t\151tle) >>", "A (nested) title"),
        (b"<< /Title <FEFF004F006E 002000C9> >>", "On É"),
        (b"/Title (Microsoft Word - draft.docx)", ""),
        (b"/Title (paper.dvi)", ""),
        (b"/Title (untitled)", ""),
        (b"/Title ()", ""),
        (b"/Title (x)", ""),
        (
            b"<dc:title><rdf:Alt><rdf:li xml:lang='x'>Cats &amp; Dogs</rdf:li></rdf:Alt>",
            "Cats & Dogs",
        ),
        (b"no title here", ""),
        (b"/Title (" + b"x" * 10_000, ""),
    ],
)
def test_titles_in_files(body: bytes, title: str) -> None:
    assert title_in(body) == title


@given(st.binary(max_size=300))
def test_any_bytes_give_a_title_or_none(body: bytes) -> None:
    found = title_in(b"/Title (" + body + b")/Title <" + body.hex().encode() + b">")
    assert "\n" not in found
    assert len(found) <= 1000


@pytest.mark.parametrize(
    ("stem", "title"), [("my_paper-2", "my paper-2"), ("\x00\x1f", "Untitled"), ("ü", "ü")]
)
def test_names_become_titles(stem: str, title: str) -> None:
    assert title_of_name(stem) == title
