"""The pages of the operations, command by command, on one system where two papers died."""

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from demo_process import Demo, slice_of_the_day
from forked_paperbus import installed
from runbook_pages import FOLDER, NOT_HERE, Step, steps
from servers import free_port, poll_until, wait_for_port
from source_tree import ROOT

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]

LETTERS = FOLDER / "dead-letters.md"
LAST = FOLDER / "recovery.md"
"""It stops the system."""
SCRIPT = '{"steps": [{"fault": "refuse", "times": 2}]}'
PAPERS = 6
VARIES = re.compile(
    r"[0-9a-f]{32}|[0-9a-f-]{36}|\d[\d.:TZ-]*|(?:arxiv|doi|upload):\S+|(?<=at work \(as )[\w-]+|…"
)
OF_THE_PAPER = ("title", "feeds")
LOOKS = re.compile(
    r"(df|du) |.*--dry-run|.*/api/v1/search|paperbus (--data \S+ )?"
    r"(doctor|status|errors|trace|audit|reconcile|replay|backup|config|storage (cleanup|optimize)"
    r"|\w+ (list|show|check|analyze|status))\b"
)
"""What only looks, or does the same again, is run once for all pages."""
NO_MATTER = re.compile(r' --(json|verbose|objects)\b| --note "[^"]*"| #.*|--data data/demo | +$')
VERDICTS = re.compile(r"paperbus .*\b(doctor|status|reconcile|config diff)\b")
"""These may find something, so their exit code tells nothing here."""


def skeleton(line: str) -> str:
    """A line without numbers, times and papers, which differ from run to run."""
    return " ".join(VARIES.sub("#", line).split())


def promised(step: Step) -> list[str]:
    """The lines that must come, up to where the page cuts them off."""
    lines = step.shows[: step.shows.index("…")] if "…" in step.shows else step.shows
    return [skeleton(one) for one in lines if not one.strip().startswith(OF_THE_PAPER)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where a person who follows the pages would be."""
    made = tmp_path_factory.mktemp("runbook")
    for name in ("config", "deploy", "Makefile"):
        (made / name).symlink_to(ROOT / name)
    (made / "data").mkdir()
    with installed(made / "bin"):
        yield made


@pytest.fixture(scope="module")
def demo(folder: Path) -> Iterator[Demo]:
    port = free_port()
    script = folder / "refuse.json"
    script.write_text(SCRIPT)
    command = [sys.executable, "-m", "standalone.llm", "--port", str(port), "--script", str(script)]
    model = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{port}/v1")
        patch.setenv("OPENAI_API_KEY", "any")
        patch.setenv("BACKUP_TARGET", str(folder / "data" / "backups"))  # as of make up
        running = Demo(folder / "data" / "demo", slice_of_the_day(folder, PAPERS))
        try:
            wait_for_port(port)
            running.wait_for(r"audit: \d+ unexplained")
            yield running
        finally:
            running.stop()
            running.kill_hard()
            model.kill()
            model.wait()


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = f"{folder / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(folder / "bin"), "COLUMNS": "160"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def shown(step: Step, command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run it; what only looks waits for the lines of the page, which may come late."""
    until = time.monotonic() + (60 if LOOKS.match(command) and "like" not in step.marks else 0)
    while missing_in(done := run(command, folder), step) and time.monotonic() < until:
        time.sleep(0.5)
    return done


def missing_in(done: subprocess.CompletedProcess[str], step: Step) -> list[str]:
    shown = [skeleton(line) for line in (done.stdout + done.stderr).splitlines()]
    return [line for line in promised(step) if line not in shown]


def test_the_page_of_dead_letters_has_commands_to_run() -> None:
    told = [step.command.split()[:3] for step in steps(LETTERS) if not step.marks]
    assert told.count(["paperbus", "dead", "replay"]) == 4
    assert all(step.shows for step in steps(LETTERS) if not step.marks)
    assert f"echo '{SCRIPT}'" in LETTERS.read_text(), "the page plays with another script"


def test_dead_letters_step_by_step(demo: Demo, folder: Path) -> None:
    """This page is followed first, and to the letter: it begins with the two papers that died."""
    _needs_curl()
    told = [step for step in steps(LETTERS) if not step.marks]
    poll_until(lambda: "paperbus_dlq_messages 2.0" in demo.metrics(), "no two dead letters")
    listed = run("paperbus dead list", folder).stdout.splitlines()[1:3]
    (first, *_, paper), (second, *_) = (line.split() for line in listed)
    known = {"81": first, "83": second, "2606.16013": re.sub(r"v\d+$", "", paper)}
    for step in told:
        command = re.sub(r"\b(81|83|2606\.16013)\b", lambda match: known[match[1]], step.command)
        done = shown(step, command, folder)
        missing = missing_in(done, step)
        about = f"{step.place}\n{done.stdout[:3000]}\n{done.stderr[-1000:]}"
        assert not missing, f"{missing} in {about}"
        # grep and the trace are there for their lines; status says 1 when something is not ready.
        assert done.returncode == 0, about


def test_every_other_command_does_what_its_page_says(demo: Demo, folder: Path) -> None:
    _needs_curl()
    paper = next(
        item["id"]
        for item in demo.get("/api/v1/papers?limit=100")["items"]
        if item["id"].startswith("arxiv:")
    )
    secrets = _planted(folder / "data" / "demo")
    # Whoever stops the demo does not wait for it: the shell that started it does.
    threading.Thread(target=demo.process.wait, daemon=True).start()
    failed = []
    for step in _to_run():
        done = shown(step, _real(step.command, paper), folder)
        failed += [f"{step.place}\n{words}" for words in _trouble(step, done)]
    assert not failed, "\n".join(failed)
    bundle = _unpacked(folder / "evidence.tar.gz")
    assert {"doctor.json", "audit.json", "paper/trace.json", "logs/planted.log"} <= set(bundle)
    assert json.loads(bundle["paper/timeline.json"])["steps"]
    told = [(name, secret) for name, body in bundle.items() for secret in secrets if secret in body]
    assert not told, "a secret is in the bundle"


def _planted(data: Path) -> list[bytes]:
    """Every secret of the system, written into a log as a careless program would."""
    known = json.loads((data / "secrets.json").read_text()).values()
    seeds = [path.read_text().strip() for path in data.rglob("*.nk")]
    secrets = [*known, *seeds, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "somebody@example.org"]
    lines = [f"careless {one}\n{json.dumps({'event': one})}\n" for one in secrets]
    (data / "logs" / "planted.log").write_text("".join(lines))
    assert len(seeds) > 5
    return [one.encode() for one in secrets]


def _unpacked(path: Path) -> dict[str, bytes]:
    with tarfile.open(path) as tar:
        files = {one.name.partition("/")[2]: tar.extractfile(one) for one in tar.getmembers()}
        return {name: file.read() for name, file in files.items() if file is not None}


def _real(command: str, paper: str) -> str:
    """With what there is now in place of the paper, backup, report and days of the pages."""
    now = datetime.now(UTC)
    first, second, before = (now + timedelta(days=days) for days in (9, 16, -1))
    for example, there in (
        ("2606.16013", paper),
        ("2026-12-06", f"{first:%Y-%m-%d}"),
        ("2026-12-13", f"{second:%Y-%m-%d}"),
        ("20261213T", f"{second:%Y%m%d}T"),
        ("/srv/userdata", "userdata"),
        ("daily-2026-07-14", f"daily-{before:%Y-%m-%d}"),
    ):
        command = command.replace(example, there)
    return re.sub(r"(backup \w+ )\d{8}T\d{6}Z", r"\1latest", command)


def _to_run() -> Iterator[Step]:
    """All that can be run here; what would do and promise the same is run once."""
    seen: set[tuple[str, ...]] = set()
    for page in (*sorted(set(FOLDER.glob("*.md")) - {LETTERS, LAST}), LAST):
        for step in steps(page):
            if step.marks & NOT_HERE:
                continue
            lines = [] if "like" in step.marks else promised(step)
            same = (NO_MATTER.sub("", step.command), *lines)
            if not LOOKS.match(same[0]) or same not in seen:
                seen.add(same)
                yield step


def _trouble(step: Step, done: subprocess.CompletedProcess[str]) -> Iterator[str]:
    said = f"{done.stdout[-1500:]}\n{done.stderr[-1500:]}"
    fine = done.returncode == 0
    if "fails" in step.marks:
        fine = not fine
    elif VERDICTS.search(step.command):
        fine = done.returncode in (0, 1, 2) and "error:" not in done.stderr
    if not fine or "Traceback" in done.stderr:
        yield f"exit code {done.returncode}: {said}"
    if "like" not in step.marks and (missing := missing_in(done, step)):
        yield f"{missing} not in {said}"


def _needs_curl() -> None:
    if shutil.which("curl") is None:
        pytest.skip("no curl here: install it to run the commands of the pages")
