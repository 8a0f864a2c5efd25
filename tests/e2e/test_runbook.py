"""The runbook of dead letters, command by command, on a system where two papers died."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from demo_process import Demo, slice_of_the_day
from servers import free_port, poll_until, wait_for_port

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(500)]

PAGE = Path(__file__).parents[2] / "docs" / "operations" / "dead-letters.md"
SCRIPT = '{"steps": [{"fault": "refuse", "times": 2}]}'
VARIES = re.compile(r"[0-9a-f]{32}|[0-9a-f-]{36}|\d[\d.:TZ-]*|(?:arxiv|doi|upload):\S+")
OF_THE_PAPER = ("title", "feeds")


class Step(NamedTuple):
    """A command and what the page says that it shows."""

    command: str
    shows: list[str]


def steps() -> list[Step]:
    found: list[Step] = []
    for block in re.findall(r"```console\n(.*?)```", PAGE.read_text(), re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append(Step(line[2:], []))
            else:
                found[-1].shows.append(line)
    return found


def skeleton(line: str) -> str:
    """A line without numbers, times and papers, which differ from run to run."""
    return " ".join(VARIES.sub("#", line).split())


def promised(step: Step) -> list[str]:
    """The lines that must come, up to where the page cuts them off."""
    lines = step.shows[: step.shows.index("…")] if "…" in step.shows else step.shows
    return [skeleton(one) for one in lines if not one.strip().startswith(OF_THE_PAPER)]


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Demo]:
    port = free_port()
    script = tmp_path / "refuse.json"
    script.write_text(SCRIPT)
    command = [sys.executable, "-m", "standalone.llm", "--port", str(port), "--script", str(script)]
    monkeypatch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{port}/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "any")
    model = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    folder = tmp_path / "data"
    folder.mkdir()
    running = Demo(folder / "demo", slice_of_the_day(tmp_path, 6))
    try:
        wait_for_port(port)
        running.wait_for(r"audit: \d+ unexplained", seconds=300)
        yield running
    finally:
        running.stop()
        running.kill_hard()
        model.kill()
        model.wait()


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={**os.environ, "PATH": path, "COLUMNS": "160"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def real(command: str, known: dict[str, str]) -> str:
    """The command with the letters and the paper of this run in place of the page's."""
    return re.sub(r"\b(81|83|2606\.16013)\b", lambda match: known[match[1]], command)


def test_the_page_has_commands_to_run() -> None:
    assert [step.command.split()[:3] for step in steps()].count(["paperbus", "dead", "replay"]) == 4
    assert all(step.shows for step in steps())
    commands = re.findall(r"^\$ (.*)", PAGE.read_text(), re.MULTILINE)
    assert commands == [step.command for step in steps()], "one is in a block that is not run"
    assert f"echo '{SCRIPT}'" in PAGE.read_text(), "the page plays with another script"


def test_every_command_does_what_the_page_says(demo: Demo, tmp_path: Path) -> None:
    if shutil.which("curl") is None:
        pytest.skip("no curl here: install it to run the commands of the page")
    poll_until(lambda: "paperbus_dlq_messages 2.0" in run(steps()[0].command, tmp_path).stdout, "2")
    listed = run("paperbus dead list", tmp_path).stdout.splitlines()[1:3]
    (first, *_, paper), (second, *_) = (line.split() for line in listed)
    known = {"81": first, "83": second, "2606.16013": re.sub(r"v\d+$", "", paper)}
    for step in steps():
        done = run(real(step.command, known), tmp_path)
        shown = [skeleton(line) for line in done.stdout.splitlines()]
        missing = [line for line in promised(step) if line not in shown]
        about = f"{step.command}\n{done.stdout[:3000]}\n{done.stderr[-1000:]}"
        assert not missing, f"{missing} in {about}"
        # grep and the trace are there for their lines; status says 1 when something is not ready.
        assert done.returncode == 0, about
