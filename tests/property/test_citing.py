"""Whatever a title or an author is called, every file can be read, and says it."""

import csv
import io
import json
import re

import rispy
from hypothesis import given, settings
from hypothesis import strategies as st
from pybtex.database import parse_string

from gateway.citing import bibtex, csl, ris, table
from gateway.citing.source import line, plain
from gateway.citing.work import Work

PIECES = st.sampled_from(
    [
        *r"""\{}$%&#_~^"'@,=+- """,
        r"\'e",
        r"{\"o}",
        r"\&",
        "$x_1$",
        "\\emph{a}",
        "and",
        "GPU",
        "\n",
        "ER  - ",
    ]
)
TEXTS = st.one_of(
    st.text(max_size=40), st.lists(PIECES, max_size=12).map("".join), st.just("\u2028\x00\x0b")
)


def work_of(title: str, author: str) -> Work:
    return Work(
        paper="arxiv:2401.00001", title=line(title), authors=(line(author),), submitted="2024-01-02"
    )


def unescaped(text: str) -> str:
    """What escaping made, undone; braces that only group are gone."""
    for sign, written in bibtex.ESCAPED.items():
        if len(written) > 2:
            text = text.replace(written, f"\x00{ord(sign):04d}")
    text = re.sub(r"[{}]", "", text)
    text = re.sub(r"\\([&%$#_])", r"\1", text)
    return re.sub(r"\x00(\d{4})", lambda found: chr(int(found[1])), text)


@settings(max_examples=40)
@given(title=TEXTS, author=TEXTS)
def test_bibtex_is_read_back(title: str, author: str) -> None:
    work = work_of(title, author)
    (entry,) = parse_string(bibtex.entry(work), "bibtex").entries.values()
    assert entry.fields["eprint"] == "2401.00001"
    assert len(entry.persons.get("author", ())) == bool(work.names and work.names[0].family)
    if not set(title) & set("\\${}"):  # what TeX itself may mean
        found = entry.fields.get("title", "")
        assert " ".join(unescaped(found).split()) == plain(work.title)
    assert bibtex.entry(work).count("{") == bibtex.entry(work).count("}")


@given(text=st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), max_size=60))
def test_what_bibtex_escapes_is_what_was_there(text: str) -> None:
    text = line(text).replace("$", "").replace("\\", "")
    assert unescaped(bibtex.text(text)) == text


@given(title=TEXTS, author=TEXTS)
def test_ris_is_read_back(title: str, author: str) -> None:
    work = work_of(title, author)
    (entry,) = rispy.loads(ris.record(work))
    assert entry.get("title", "") == plain(work.title)
    assert entry["accession_number"] == "arXiv:2401.00001"
    assert entry["year"] == "2024"


@given(title=TEXTS, author=TEXTS)
def test_csl_json_is_read_back(title: str, author: str) -> None:
    found = json.loads(csl.item(work_of(title, author)))
    assert found.get("title", "") == plain(line(title))


@given(title=TEXTS, author=TEXTS)
def test_csv_is_read_back_and_runs_nothing(title: str, author: str) -> None:
    text = table.heading() + table.row(work_of(title, author))
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert not any(cell.lstrip(" ").startswith(table.FORMULAS) for cell in row.values())
    shown = plain(line(title))
    assert row["title"] in (shown, f"'{shown}")
