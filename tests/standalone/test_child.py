"""Children: kept alive, given up, stopped."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from servers import poll_until
from standalone import child as module
from standalone.child import LOG_TAIL_LINES, Child, Command


class Starter:
    """Makes children that are all stopped in the end."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self.deaths: list[tuple[str, int]] = []
        self._stack = stack

    def start(
        self, code: str, *, stop_s: float = 5.0, environ: dict[str, str] | None = None
    ) -> Child:
        command = Command(
            name="it",
            argv=[sys.executable, "-c", code],
            log=self.folder / "log",
            is_ready=(self.folder / "ready").exists,
            environ={"FOLDER": str(self.folder), **(environ or {})},
            stop_s=stop_s,
        )
        child = Child(command, lambda name, code: self.deaths.append((name, code)))
        self._stack.callback(child.stop)
        child.start()
        return child


@pytest.fixture
def starter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Starter]:
    monkeypatch.setattr(module, "RESTART_DELAYS_S", (0.05, 0.1))
    with ExitStack() as stack:
        yield Starter(tmp_path, stack)


READY = "import os, pathlib, time; pathlib.Path(os.environ['FOLDER'], 'ready').touch();"
WORKS = READY + "time.sleep(60)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + WORKS


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_it_gets_ready_and_stops(starter: Starter) -> None:
    child = starter.start(WORKS)
    assert child.wait_until_ready(20)
    pid = child.pid
    assert pid is not None
    child.stop()
    assert child.pid is None
    assert not is_running(pid)
    assert starter.deaths == []
    child.stop()


def test_one_that_dies_is_started_again(starter: Starter) -> None:
    child = starter.start(WORKS)
    assert child.wait_until_ready(20)
    pids, ready = set(), starter.folder / "ready"
    for _ in range(2):
        pid = child.pid
        assert pid is not None
        pids.add(pid)
        ready.unlink()
        os.kill(pid, signal.SIGKILL)
        poll_until(lambda: ready.exists() and child.pid not in pids, "not started again")
    assert child.pid not in pids
    assert starter.deaths == [("it", -signal.SIGKILL)] * 2
    assert child.restarts == 2


def test_one_that_keeps_dying_is_given_up_early(starter: Starter) -> None:
    child = starter.start("import sys; sys.exit('no such thing')")
    assert not child.wait_until_ready(86_400)
    assert starter.deaths[0] == ("it", 1)
    assert "no such thing" in child.log_tail()


def test_one_that_never_gets_ready_is_waited_for_so_long(starter: Starter) -> None:
    child = starter.start("import time; time.sleep(60)")
    assert not child.wait_until_ready(0.3)


def test_one_that_will_not_stop_is_killed(starter: Starter) -> None:
    child = starter.start(STUBBORN, stop_s=0.3)
    assert child.wait_until_ready(20)
    pid = child.pid
    assert pid is not None
    child.stop()
    assert not is_running(pid)


def test_nothing_is_started_after_the_stop(
    starter: Starter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RESTART_DELAYS_S", (30.0,))
    child = starter.start("import os; open(os.environ['FOLDER'] + '/starts', 'a').write('x')")
    poll_until(lambda: bool(starter.deaths), "did not die")
    child.stop()
    starts = (starter.folder / "starts").read_text()
    child._watcher.join(60)
    assert not child._watcher.is_alive()
    assert (starter.folder / "starts").read_text() == starts == "x"


def test_delays_grow_and_a_settled_child_begins_anew(
    starter: Starter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SETTLED_AFTER_S", 0.0)
    child = starter.start("pass")
    poll_until(lambda: len(starter.deaths) >= 4, "did not die")
    assert child.restarts <= 1


def test_its_output_goes_to_its_log(starter: Starter) -> None:
    lines = "import sys; [print(n, flush=True) for n in range(50)]; print('e', file=sys.stderr);"
    child = starter.start(lines + WORKS)
    assert child.wait_until_ready(20)
    tail = child.log_tail().splitlines()
    assert len(tail) == LOG_TAIL_LINES
    assert "e" in tail


def test_no_log_is_no_tail(tmp_path: Path) -> None:
    command = Command(name="x", argv=["x"], log=tmp_path / "none", is_ready=lambda: True)
    assert Child(command, lambda name, code: None).log_tail() == ""


def test_it_gets_its_environment_on_top_of_ours(starter: Starter) -> None:
    code = "import os, pathlib; print(os.environ['MINE'], 'PATH' in os.environ, flush=True);"
    child = starter.start(code + WORKS, environ={"MINE": "yes"})
    assert child.wait_until_ready(20)
    assert "yes True" in child.log_tail()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's end")
def test_a_child_ends_with_its_parent(tmp_path: Path) -> None:
    parent = (
        "import sys, time; from pathlib import Path; from standalone.child import Child, Command\n"
        "argv = [sys.executable, '-c', 'import time; time.sleep(60)']\n"
        "log = Path(sys.argv[1])\n"
        "child = Child(Command(name='x', argv=argv, log=log, is_ready=lambda: True), print)\n"
        "child.start(); print(child.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", parent, str(tmp_path / "log")], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        assert is_running(pid)
        process.kill()
    poll_until(lambda: not is_running(pid), "an orphan was left")
