"""A confined process cannot do what a hostile PDF might want; each probe is a process."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from common.reading import confine

GIVEN_UP = """
import os, resource, socket, subprocess, sys
from common.reading.confine import confine, cut_network, die_with_parent
from common.reading.parsed import Limits

def outcome(work):
    try:
        return work() or "done"
    except (OSError, MemoryError) as error:
        return type(error).__name__
"""
LIMITS = "Limits(memory_bytes=512 << 20, cpu_s=7)"
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a POSIX system")


def run(script: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", GIVEN_UP + script, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("work", "says"),
    [
        ("len(bytearray(64 << 20)) and 'done'", "done"),
        ("len(bytearray(600 << 20)) and 'done'", "MemoryError"),
        ("os.write(file, b'x') and 'written'", "OSError"),
        ("[os.dup(0) for _ in range(80)] and 'open'", "OSError"),
    ],
    ids=["memory within", "memory over", "write a file", "many files"],
)
def test_limits_hold(work: str, says: str, tmp_path: Path) -> None:
    target = tmp_path / "file"
    target.touch()
    script = f"file = os.open(sys.argv[1], os.O_WRONLY)\nconfine({LIMITS})\n"
    assert run(f"{script}print(outcome(lambda: {work}))", str(target)) == says
    assert target.read_bytes() == b""


def test_the_limits_cannot_be_raised_again() -> None:
    script = f"""
confine({LIMITS})
for kind in (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE, resource.RLIMIT_CORE):
    print(*resource.getrlimit(kind))
try:
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, 1))
except ValueError:
    print("refused")
"""
    memory = 512 << 20
    assert run(script).splitlines() == [f"{memory} {memory}", "7 7", "0 0", "0 0", "refused"]


def test_a_limit_that_is_lower_already_stays() -> None:
    script = "resource.setrlimit(resource.RLIMIT_CPU, (3, 3))\n"
    script += f"confine({LIMITS})\nprint(*resource.getrlimit(resource.RLIMIT_CPU))"
    assert run(script) == "3 3"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has something to give up")
def test_root_becomes_nobody_without_children() -> None:
    script = f"""
confine({LIMITS})
print(os.getresuid(), os.getresgid(), os.getgroups())
print(outcome(lambda: os.setuid(0)), outcome(lambda: os.fork() and "forked"))
"""
    users, refused = run(script).splitlines()
    nobody = (confine.NOBODY,) * 3
    assert users == f"{nobody} {nobody} []"
    assert refused == "PermissionError BlockingIOError"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can")
def test_the_network_is_gone_for_good() -> None:
    script = """
listening = socket.create_server(("127.0.0.1", 0))
address = listening.getsockname()
socket.create_connection(address, 5).close()
print(cut_network(), outcome(lambda: socket.create_connection(address, 5)))
probe = "import socket, sys; socket.create_connection(('127.0.0.1', int(sys.argv[1])), 5)"
child = [sys.executable, "-c", probe, str(address[1])]
print(subprocess.run(child, stderr=subprocess.DEVNULL).returncode)
"""
    cut, child = run(script).splitlines()
    if cut.startswith("False"):
        pytest.skip("this system does not let a process leave the network")
    assert cut == "True OSError"
    assert child == "1"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can")
def test_it_dies_with_its_parent() -> None:
    script = """
import signal
if os.fork() == 0:
    die_with_parent()
    os.write(1, b"ready")
    signal.pause()
signal.pause()
"""
    command = [sys.executable, "-c", GIVEN_UP + script]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.read(5) == b"ready"
        os.kill(parent.pid, signal.SIGKILL)
        # the end of the pipe comes when the child, its last holder, is gone
        assert parent.stdout.read() == b""


def test_other_systems_go_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert confine.cut_network() is False
    confine.die_with_parent()
