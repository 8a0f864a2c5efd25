"""Servers that refuse everything and tell loudly what they were given, secrets first."""

import base64
import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Echo:
    """What was told to one server; ``heard`` holds it all."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.port = 0


@contextmanager
def http_echo(status: int) -> Iterator[Echo]:
    """Answers every request with ``status`` and with all that came."""
    echo = Echo()

    class Handler(BaseHTTPRequestHandler):
        def _refuse(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            told = f"{self.path} {dict(self.headers)}"
            echo.heard.append(f"{told} {sent!r}")
            bearer = self.headers.get("Authorization", "").removeprefix("Bearer ")
            said = f"Incorrect key provided: {bearer}. You sent {told}"
            body = json.dumps({"error": {"message": said}}).encode()
            self.send_response(status, said.replace("\n", " ")[:300])
            self.send_header("X-You-Sent", bearer)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _refuse  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    with _served(server, echo):
        yield echo


@contextmanager
def smtp_echo() -> Iterator[Echo]:
    """Refuses every sign-in and repeats the password."""
    echo = Echo()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 echo")
            for line in self.rfile:
                word = line.decode(errors="replace").strip()
                if word.upper().startswith("EHLO"):
                    self._say("250-echo\r\n250 AUTH PLAIN")
                elif word.upper().startswith("AUTH PLAIN"):
                    given = base64.b64decode(word.split()[-1]).decode().split("\0")[-1]
                    echo.heard.append(given)
                    self._say(f"535 5.7.8 wrong password {given}")
                elif word.upper() == "QUIT":
                    self._say("221 bye")
                    return
                else:
                    self._say("250 ok")

        def _say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    with _served(server, echo):
        yield echo


@contextmanager
def _served(server: Any, echo: Echo) -> Iterator[None]:
    echo.port = int(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
