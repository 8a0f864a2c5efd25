"""``paperbus config`` over all services, as a person types it."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import env_example
from cli import envfile
from cli.__main__ import main
from cli.config import template
from cli.config.gathering import Origins
from common.configured import Setting, configured
from common.topology import WORKERS

WRONG = (
    "mine.toml: categories: '?' is no category",
    "mine.toml: limit: must be 0",
    "GATEWAY_SHARED_KEY: is needed",
    "SMTP_FROM: is needed",
    "SUMMARY_BUDGET_DAY_USD: 'much' does not fit",
    "INDEX_WORKERS: '0' does not fit",
    "did you mean ARXIV_INTERVAL_S?",
)


def run(*arguments: str, **environ: Any) -> Result:
    return CliRunner().invoke(main, list(arguments), env=environ)


@pytest.fixture(autouse=True)
def _in_a_folder_with_a_wrong_feed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    feeds = tmp_path / "config" / "feeds"
    feeds.mkdir(parents=True)
    (feeds / "mine.toml").write_text('kind = "arxiv"\ncategories = ["?"]\nlimit = -1\n')


def test_all_settings_and_all_that_is_wrong_with_them_are_told_at_once(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("canary77")
    file = tmp_path / ".env"
    file.write_text(
        "GATEWAY_HOST=0.0.0.0\nSMTP_HOST=mail\nSUMMARY_BUDGET_DAY_USD=much\nARXIV_INTERVALS=3\n"
        f"SMTP_PORT=2525\nSMTP_PASSWORD_FILE={secret}\n"
    )
    envfile.write(tmp_path, {"S3_URL": "http://127.0.0.1:1"})
    arguments = ("--data", str(tmp_path), "config", "show", "--all", "--env-file", str(file))
    environ = {"INDEX_WORKERS": "0", "NATS_URL": "nats://u:canary77@host:4222"}
    result = run(*arguments, "--json", **environ)
    assert result.exit_code == 0
    assert "canary77" not in result.output
    told = json.loads(result.output)
    assert told["absent"] == []
    wrong = {f"{one['name']}: {one['words']}" for one in told["problems"]}
    for words in WRONG:
        assert [one for one in wrong if words in one], words
    assert len(wrong) == len(WRONG)
    found = {one["name"]: one for one in told["settings"]}
    assert found["NATS_URL"]["services"] == list(WORKERS)
    for name, value, source in (
        ("NATS_URL", "nats://***@host:4222", "environment"),
        ("S3_URL", "http://127.0.0.1:1", "data folder"),
        ("SMTP_PORT", "2525", str(file)),
        ("SMTP_PASSWORD", "***", f"{file} (SMTP_PASSWORD_FILE)"),
        ("LOG_LEVEL", "info", "default"),
    ):
        assert (found[name]["value"], found[name]["source"]) == (value, source)


def test_the_template_is_the_example_that_is_shipped() -> None:
    programs = [
        configured("operator" if name == "cli" else name, env_example.settings_of(name), {})
        for name in env_example.PACKAGES
    ]
    assert template.text(programs) == env_example.text()


def test_own_settings_are_checked_with_a_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("LOG_LEVEL=loud\nHEALTH_PORT=many\n")
    result = run("config", "validate", "--env-file", str(file), "--json")
    assert result.exit_code == 2
    assert [one["name"] for one in json.loads(result.output)] == ["LOG_LEVEL", "HEALTH_PORT"]


def test_two_files_cannot_both_be_compared_with() -> None:
    result = run("config", "diff", "--running", "--against", "config/feeds/mine.toml")
    assert result.exit_code == 2
    assert "--running" in result.output


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (Setting(name="A", value="x"), "default"),
        (Setting(name="A", value="x", source="environment"), "environment"),
        (Setting(name="B", value="x", source="environment"), "f.env"),
        (Setting(name="C", value="x", source="environment"), "data folder"),
        (Setting(name="D", value="***", source="file"), "environment (D_FILE)"),
    ],
)
def test_a_source_in_words(source: Setting, told: str) -> None:
    origins = Origins(own={"A": "x", "D_FILE": "f"}, given={"B": "x"}, file="f.env")
    assert origins.named(source) == told
