"""The operator's command, as a person types it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import structlog
from click.testing import CliRunner, Result

from cli import envfile
from cli.__main__ import main
from servers import free_port


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("NATS_URL", "HEALTH_PORT", "S3_SECRET_KEY", "OTEL_EXPORTER_OTLP_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)


def run(*arguments: str, **environ: Any) -> Result:
    return CliRunner().invoke(main, list(arguments), env=environ)


def test_every_command_explains_itself() -> None:
    result = run("--help")
    assert result.exit_code == 0
    for name in main.commands:
        assert name in result.output
        help_of = run(name, "--help")
        assert help_of.exit_code == 0
        assert "Usage:" in help_of.output


def test_it_starts_without_the_heavy_libraries() -> None:
    script = "import sys, cli.__main__; print({'numpy', 'qdrant_client'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert done.stdout == b"set()\n"


def test_what_libraries_log_is_no_part_of_an_answer(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("config", "validate").exit_code == 0
    structlog.get_logger("paperbus").warning("something")
    printed = capsys.readouterr()
    assert "something" in printed.err
    assert printed.out == ""


def test_version() -> None:
    assert run("--version").exit_code == 0


@pytest.mark.parametrize("as_json", [False, True])
def test_settings_are_shown_without_secrets(as_json: bool) -> None:
    result = run(
        "config",
        "show",
        *(["--json"] if as_json else []),
        S3_SECRET_KEY="canary77",
        NATS_URL="nats://u:canary77@elsewhere:4222",
    )
    assert result.exit_code == 0
    assert "canary77" not in result.output
    lines = (line.partition("=") for line in result.output.splitlines())
    shown = json.loads(result.output) if as_json else {name: value for name, _, value in lines}
    assert shown["S3_SECRET_KEY"] == "***"
    assert shown["NATS_URL"] == "nats://***@elsewhere:4222"
    assert shown["S3_ACCESS_KEY"] == ""


def test_settings_are_checked() -> None:
    assert run("config", "validate").output == "settings are valid\n"


@pytest.mark.parametrize(
    ("arguments", "environ", "words"),
    [
        (("config", "validate"), {"HEALTH_PORT": "many"}, "HEALTH_PORT"),
        (("config", "show"), {"LOG_FORMAT": "xml"}, "LOG_FORMAT"),
        (("config", "validate"), {"S3_SECRET_KEY_FILE": "none"}, "S3_SECRET_KEY_FILE"),
        (("config", "validate"), {"S3_BUCKET": "Not A Bucket"}, "S3_BUCKET"),
        (("topology", "check"), {"NATS_URL": ","}, "NATS_URL"),
        (("trace", "2401.00001"), {}, "OTEL_EXPORTER_OTLP_ENDPOINT"),
        (("trace", "what is this"), {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x"}, "what is this"),
    ],
)
def test_a_wrong_setting_is_one_line_and_exit_code_2(
    arguments: tuple[str, ...], environ: dict[str, str], words: str
) -> None:
    result = run(*arguments, **environ)
    assert result.exit_code == 2
    assert result.output.startswith("error: ")
    assert words in result.output
    assert result.output.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("no-such-command",),
        ("config", "no-such"),
        ("trace",),
        ("demo", "--port", "99999"),
        ("demo", "--day", "no-such-file"),
        ("demo", "--timeout-s", "0"),
        ("audit", "--nonsense"),
    ],
)
def test_wrong_usage_is_exit_code_2(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2


@pytest.mark.parametrize("arguments", [("topology", "check"), ("topology", "apply"), ("audit",)])
def test_a_bus_that_does_not_answer_is_one_line_and_exit_code_1(
    arguments: tuple[str, ...],
) -> None:
    result = run(*arguments, NATS_URL=f"nats://127.0.0.1:{free_port()}")
    assert result.exit_code == 1
    assert result.output.startswith("error: nats: ")
    assert "NATS_URL" in result.output
    assert result.output.count("\n") == 1


def test_the_declared_topology_needs_no_server() -> None:
    result = run("topology", "show")
    assert result.exit_code == 0
    assert "fetcher-paper-announced" in result.output


@pytest.mark.parametrize("folder", ["data", "data/demo", "elsewhere"])
def test_the_addresses_of_a_system_started_here_are_used(tmp_path: Path, folder: str) -> None:
    place = tmp_path / folder
    place.mkdir(parents=True)
    envfile.write(place, {"NATS_URL": "nats://127.0.0.1:1"})
    named = ("--data", str(place)) if folder == "elsewhere" else ()
    result = run(*named, "topology", "check")
    assert "127.0.0.1:1;" in result.output
    again = run(*named, "topology", "check", NATS_URL="nats://127.0.0.1:2")
    assert "127.0.0.1:2;" in again.output
