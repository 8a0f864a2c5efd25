"""``paperbus`` and the services' commands for a test that types them often: loaded once and forked.

``installed(folder)`` puts programs of these names into a folder for PATH. Each hands its arguments,
folder, environment and streams over, and ends with the exit code of the command. Commands that ask
``python -m SERVICE`` get the same; so does a Python that has the folder in PYTHONPATH.
"""

import importlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from source_tree import SERVICES

PROGRAMS = {"paperbus": "cli", **{service: service for service in SERVICES}}
LATE = ("cli.audit.gather", "cli.operate.wiring", "common.objects")
"""What commands load when they need it."""
PYTHON = "python-or-forked"
CLIENT = """#!{python} -ISE
import json, os, socket, sys
name, words = os.path.basename(sys.argv[0]), sys.argv[1:]
if name == {shim!r}:
    if words[:1] != ["-m"] or words[1] not in {services!r}:
        os.execv({python!r}, [{python!r}, *words])
    name, words = words[1], words[2:]
asked = json.dumps([name, words, os.getcwd(), dict(os.environ)]).encode()
with socket.socket(socket.AF_UNIX) as server:
    server.connect({address!r})
    socket.send_fds(server, [len(asked).to_bytes(4, "big")], [0, 1, 2])
    server.sendall(asked)
    answer = server.recv(1)
sys.exit(answer[0] if answer else 1)
"""


@contextmanager
def installed(folder: Path) -> Iterator[Path]:
    """A folder for PATH whose programs start at once."""
    folder.mkdir()
    address = folder / "socket"
    text = CLIENT.format(
        python=sys.executable, address=str(address), shim=PYTHON, services=SERVICES
    )
    for name in (*PROGRAMS, PYTHON):
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    of_python = f"import sys\nsys.executable = {str(folder / PYTHON)!r}\n"
    (folder / "sitecustomize.py").write_text(of_python)
    command = [sys.executable, __file__, str(address)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        assert server.stdout is not None
        assert server.stdout.readline() == b"loaded\n"
        yield folder
    finally:
        server.kill()
        server.communicate()


def serve(address: str) -> None:
    """Fork for each command, for ever."""
    for name in (*(f"{package}.__main__" for package in PROGRAMS.values()), *LATE):
        importlib.import_module(name)  # this is what takes the time
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the children
    sys.executable = str(Path(address).with_name(PYTHON))
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen()
        sys.stdout.write("loaded\n")
        sys.stdout.flush()
        while True:
            connection, _ = listener.accept()
            if os.fork() == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                listener.close()
                _run(connection)
            connection.close()


def _run(connection: socket.socket) -> None:
    size, streams, _, _ = socket.recv_fds(connection, 4, 3)
    with connection.makefile("rb") as told:
        asked = json.loads(told.read(int.from_bytes(size, "big")))
    name, words, folder, environ = asked
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environ)
    sys.argv = [name, *words]
    code = 1
    try:
        importlib.import_module(f"{PROGRAMS[name]}.__main__").main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        connection.sendall(bytes([code]))
        os._exit(code)


if __name__ == "__main__":
    serve(sys.argv[1])
