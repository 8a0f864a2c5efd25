"""The indexer's commands."""

from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from common.reading.parsed import Parsed
from common.settings import load
from indexer.__main__ import main
from indexer.settings import Settings

DATA = Path(__file__).parent.parent / "common" / "reading" / "data"


def test_parse_shows_passages_with_page_and_section() -> None:
    done = CliRunner().invoke(main, ["parse", str(DATA / "jose_00042.pdf")])
    assert done.exit_code == 0
    assert done.output.startswith("4 pages, ")
    assert "] page 1 · Summary\n" in done.output


def test_parse_json() -> None:
    done = CliRunner().invoke(main, ["parse", "--json", str(DATA / "jose_00042.pdf")])
    assert msgspec.json.decode(done.stdout, type=Parsed).pages == 4


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["parse", str(DATA / "pdfminer.six__aes-128.pdf")], 1, "locked with a password"),
        (["parse", str(DATA / "nothing.pdf")], 2, "does not exist"),
        (["index", "not an id"], 2, "is not a paper id"),
    ],
)
def test_one_clear_line(arguments: list[str], code: int, said: str) -> None:
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == code
    assert said in done.stderr


def test_settings_make_limits() -> None:
    settings = load(Settings, {"INDEX_PDF_MEMORY_MB": "512", "INDEX_PDF_MAX_PAGES": "7"})
    limits = settings.indexer.limits
    assert (limits.memory_bytes, limits.pages, limits.cpu_s) == (512 << 20, 7, 60)
