"""The command's manners: any day, a prompt stop, mistakes told in a sentence."""

import gzip
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from standalone.upstream.records import bundled_day

Start = Callable[..., tuple["subprocess.Popen[str]", str]]
PDF = "/pdf/2606.18250"


@pytest.fixture(scope="module")
def address(start: Start) -> str:
    return start()[1]


def test_any_day_with_real_pdfs_faults_and_pace(start: Start, tmp_path: Path) -> None:
    day = tmp_path / "2026-01-01.jsonl"
    day.write_bytes(b"".join(gzip.decompress(bundled_day().read_bytes()).splitlines(True)[:5]))
    (tmp_path / "pdf").mkdir()
    (tmp_path / "pdf" / "2309.04645.pdf").write_bytes(b"%PDF-real")
    faults = tmp_path / "faults.json"
    faults.write_text('[{"match": "/abs/", "kind": "status", "status": 500}]')
    _, address = start("--day", str(day), "--faults", str(faults), "--pace-s", "3000")
    with httpx.Client(base_url=address) as client:
        assert client.get("/pdf/2309.04645").content == b"%PDF-real"
        hurried = client.get("/pdf/2309.04645")
        assert (hurried.status_code, hurried.headers["retry-after"]) == (429, "3000")
        pending = client.get("/control").json()["faults_pending"]
        assert [one["match"] for one in pending] == ["/abs/"]


def test_sigterm_stops_it_at_once_even_with_a_request_hanging(start: Start) -> None:
    process, address = start()
    with httpx.Client(base_url=address) as client:
        client.post("/control/faults", json={"match": "/", "kind": "hang", "times": None})
        with pytest.raises(httpx.ReadTimeout):
            client.get(PDF, timeout=0.2)
    with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2]))) as hanging:
        hanging.sendall(f"GET {PDF} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        while httpx.get(f"{address}/control").json()["asked"]["requests"]["pdf"] < 2:
            pass
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0  # it hangs for an hour


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--day", "none.jsonl"], "none.jsonl"),
        (["--day", "empty"], "no record"),
        (["--faults", "empty"], "not a fault"),
        (["--pdf-dir", "none"], "none"),
        (["--port", "70000"], "70000"),
        (["--host", "192.0.2.1"], "cannot listen on 192.0.2.1"),
    ],
)
def test_bad_options_are_told_in_a_sentence(
    tmp_path: Path, arguments: list[str], words: str
) -> None:
    (tmp_path / "empty").touch()
    command = [sys.executable, "-m", "standalone.upstream", "--port", "0", *arguments]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_busy_port_is_told(address: str) -> None:
    command = [sys.executable, "-m", "standalone.upstream", "--port", address.rpartition(":")[2]]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1)
    assert "the port is in use" in ended.stderr
