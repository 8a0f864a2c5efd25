"""Paper identifiers in all the forms people write."""

import re
from urllib.parse import quote, unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from common.errors import UsageError
from common.paperid import PaperId, arxiv_id, parse, to_token

NEW = st.builds(
    lambda year, month, number, digits: f"{year:02}{month:02}.{number:0{digits}}",
    st.integers(7, 99),
    st.integers(1, 12),
    st.integers(1, 9999),
    st.sampled_from([4, 5]),
)
ARCHIVES = st.sampled_from(["hep-th", "math", "cond-mat", "astro-ph", "cs", "q-bio", "acc-phys"])
OLD = st.builds(
    lambda archive, year, month, number: f"{archive}/{year:02}{month:02}{number:03}",
    ARCHIVES,
    st.integers(0, 99),
    st.integers(1, 12),
    st.integers(1, 999),
)
LOCAL = NEW | OLD
VERSION = st.none() | st.integers(1, 999)
SHAPES = st.sampled_from(
    [
        "{id}", "arXiv:{id}", "arxiv:{id}", "ARXIV: {id}", "oai:arXiv.org:{id}",
        "https://arxiv.org/abs/{id}", "http://arxiv.org/abs/{id}", "arxiv.org/abs/{id}",
        "https://www.arxiv.org/abs/{id}", "https://export.arxiv.org/abs/{id}",
        "https://arxiv.org/pdf/{id}", "https://arxiv.org/pdf/{id}.pdf", "https://arxiv.org/html/{id}",
        "https://arxiv.org/src/{id}", "https://arxiv.org/abs/{id}/", "https://arxiv.org/abs/{id}?q=1#s",
        "10.48550/arXiv.{id}", "10.48550/ARXIV.{id}", "https://doi.org/10.48550/arXiv.{id}",
        "doi:10.48550/arXiv.{id}", "{id}.pdf", "  {id}\n",
    ]
)  # fmt: skip


@given(local=LOCAL, version=VERSION, shape=SHAPES)
def test_every_form_gives_one_key(local: str, version: int | None, shape: str) -> None:
    written = local if version is None else f"{local}v{version}"
    assert parse(shape.format(id=written)) == PaperId(f"arxiv:{local}", version)


@given(local=LOCAL, version=VERSION)
def test_what_is_printed_can_be_read(local: str, version: int | None) -> None:
    found = PaperId(f"arxiv:{local}", version)
    assert parse(str(found)) == found


@pytest.mark.parametrize(
    ("text", "key", "version"),
    [
        ("math.CA/0611800v2", "arxiv:math/0611800", 2),
        ("arXiv:math.CA/0611800", "arxiv:math/0611800", None),
        ("https://ar5iv.labs.arxiv.org/html/1910.06709", "arxiv:1910.06709", None),
        ("https://arxiv.org/abs/math.GT/0309136", "arxiv:math/0309136", None),
        ("hep-th/9901001V3", "arxiv:hep-th/9901001", 3),
        ("HEP-TH/9901001", "arxiv:hep-th/9901001", None),
        ("10.1000/XYZ", "doi:10.1000/xyz", None),
        (
            "https://doi.org/10.1103/PhysRevLett.116.061102",
            "doi:10.1103/physrevlett.116.061102",
            None,
        ),
        ("doi: 10.1000/a(b)c", "doi:10.1000/a(b)c", None),
        ("https://dx.doi.org/10.1000/a%2Fb", "doi:10.1000/a/b", None),
        ("upload:" + "a" * 64, "upload:" + "a" * 64, None),
        ("UPLOAD:" + "A" * 64, "upload:" + "a" * 64, None),
        ("doi:10.21105/jose.00078", "doi:10.21105/jose.00078", None),
        ("https://arxiv.org/pdf/cs.CL/0001001v1.pdf", "arxiv:cs/0001001", 1),
        ("https://ar5iv.org/abs/1910.06709", "arxiv:1910.06709", None),
        ("https://alphaxiv.org/abs/1910.06709v2", "arxiv:1910.06709", 2),
    ],
)
def test_forms_by_example(text: str, key: str, version: int | None) -> None:
    assert parse(text) == PaperId(key, version)


@pytest.mark.parametrize(
    "text",
    [
        "", "   ", "nonsense", "2401", "2401.001", "2401.0000001", "2413.00001", "2400.00001",
        "hep-th/990100", "hep-th/99010011", "2401.00001v0", "2401.00001v", "2401.00001w2",
        "upload:abc", "upload:" + "g" * 64, "10.1000/", "11.1000/xyz", "https://example.org/abs/2401.00001",
        "https://arxiv.org.evil.example/abs/2401.00001", "arxiv:2401.00001 or so", "-/0101001",
        "2401.00001\n2401.00002", "٢٤٠١.٠٠٠٠١", "10.1000/a\x00b", "hep-th/9913001",
    ],
)  # fmt: skip
def test_no_ids(text: str) -> None:
    with pytest.raises(UsageError, match="write it like") as caught:
        parse(text)
    assert caught.value.field == "id"
    assert len(str(caught.value)) < 400


@given(st.text())
@example("10.1000/" + "x" * 5000)
def test_any_text_is_an_id_or_a_usage_error(text: str) -> None:
    try:
        found = parse(text)
    except UsageError:
        return
    assert found.scheme in ("arxiv", "doi", "upload")
    assert parse(found.key) == PaperId(found.key)
    assert found.key == f"{found.scheme}:{found.local}"


KEYS = LOCAL.map(lambda local: f"arxiv:{local}") | st.text(min_size=1).map(
    lambda s: f"doi:10.1000/{s}"
)


@given(KEYS)
def test_tokens_are_one_subject_token_and_come_back(key: str) -> None:
    token = to_token(key)
    assert not re.search(r"[.*>\s/]", token)
    assert token.isascii()
    assert unquote(token) == key


@given(KEYS, KEYS)
def test_different_keys_have_different_tokens(one: str, other: str) -> None:
    assert (to_token(one) == to_token(other)) == (one == other)


def test_a_token_as_the_architecture_writes_it() -> None:
    assert to_token("arxiv:2401.00001") == "arxiv:2401%2E00001"
    assert to_token("doi:10.1000/a b%c") == "doi:10%2E1000%2Fa%20b%25c"
    assert quote("é") in to_token("doi:10.1000/é")


def test_parts() -> None:
    paper = parse("arXiv:2401.00001v2")
    assert (paper.scheme, paper.local, paper.version) == ("arxiv", "2401.00001", 2)
    assert (str(paper), str(parse("2401.00001"))) == ("arxiv:2401.00001v2", "arxiv:2401.00001")
    assert arxiv_id("10.1000/xyz") is None
