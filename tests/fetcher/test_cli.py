"""The debug commands."""

from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from fetcher.__main__ import main

FEED = 'kind = "arxiv"\ncategories = ["cs.AI"]\nschedule = "0 0 8 * * MON-FRI"\n'
PDF = b"%PDF-1.7 /Title (A worthy title) %%EOF"


def run(tmp_path: Path, *arguments: str) -> Result:
    feeds = tmp_path / "feeds"
    feeds.mkdir(exist_ok=True)
    (feeds / "ai.toml").write_text(FEED)
    inbox = tmp_path / "inbox"
    inbox.mkdir(exist_ok=True)
    (feeds / "inbox.toml").write_text(f'kind = "folder"\npath = "{inbox}"\n')
    environment = {
        "FEEDS_DIR": str(feeds),
        "FOLDER_SETTLE_S": "0",
        "ARXIV_OAI_URL": "http://127.0.0.1:9/oai",
        "ARXIV_API_URL": "http://127.0.0.1:9/api",
        "ARXIV_PATIENCE_S": "0",
        "NATS_URL": "nats://127.0.0.1:9",
    }
    return CliRunner().invoke(main, list(arguments), env=environment)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("fetch",), "name either --feed NAME or --id ID"),
        (("fetch", "--feed", "ai", "--id", "2401.00001"), "name either"),
        (("fetch", "--id", "nonsense"), "'nonsense' is not a paper id"),
        (("fetch", "--feed", "nope", "--dry-run"), "there are: ai, inbox"),
        (("fetch", "--feed", "ai", "--since", "soon"), "--since: 'soon' is no date"),
    ],
)
def test_wrong_use_is_one_sentence_and_2(
    tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    result = run(tmp_path, *arguments)
    assert result.exit_code == 2
    assert words in result.output
    assert result.output.count("\n") == 1


def test_a_bad_feed_file(tmp_path: Path) -> None:
    (tmp_path / "feeds").mkdir()
    (tmp_path / "feeds" / "bad.toml").write_text('kind = "rss"')
    result = run(tmp_path, "feeds")
    assert result.exit_code == 2
    assert "bad.toml: kind: must be 'arxiv' or 'folder'" in result.output


def test_feeds(tmp_path: Path) -> None:
    assert "0 0 8 * * MON-FRI UTC" in " ".join(run(tmp_path, "feeds").output.split())
    first = run(tmp_path, "feeds", "--json").output.splitlines()[0]
    assert msgspec.json.decode(first)["name"] == "ai"


def test_a_rehearsal_of_a_folder_touches_nothing(tmp_path: Path) -> None:
    run(tmp_path, "feeds")
    paper = tmp_path / "inbox" / "x.pdf"
    paper.write_bytes(PDF)
    result = run(tmp_path, "fetch", "--feed", "inbox", "--dry-run", "--json")
    assert result.exit_code == 0, result.output
    found, ended = map(msgspec.json.decode, result.stdout.splitlines())
    assert found["meta"]["title"] == "A worthy title"
    assert ended["counts"]["new"] == 1
    assert paper.exists()
    assert "inbox: ok: seen 1" in run(tmp_path, "fetch", "--feed", "inbox", "--dry-run").output


@pytest.mark.parametrize("arguments", [("--feed", "ai"), ("--id", "2401.00001")])
def test_a_source_that_is_away(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    result = run(tmp_path, "fetch", *arguments, "--dry-run")
    assert result.exit_code == 1
    assert "127.0.0.1 cannot be reached" in result.output
    assert "Traceback" not in result.output
