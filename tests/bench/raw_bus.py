"""Publishes as fast as the server stores, past every client."""

import socket
import uuid
from collections.abc import Mapping
from types import TracebackType

PER_CHUNK = 1000
"""Messages after which the server has to say that it has stored them: it drops what piles up."""
AHEAD = 3
NO_HEADERS: Mapping[str, str] = {}


class Writer:
    """One connection to an open server; on leaving, everything is stored."""

    def __init__(self, port: int) -> None:
        self._server = socket.create_connection(("127.0.0.1", port))
        self._answers = self._server.makefile("rb")
        self._answers.readline()
        self._inbox = f"_INBOX.{uuid.uuid4().hex}"
        hello = f'CONNECT {{"verbose":false,"headers":true}}\r\nSUB {self._inbox} 1\r\n'
        self._server.sendall(hello.encode())
        self._chunk: list[str] = []
        self._unanswered = 0

    def write(self, subject: str, body: str, headers: Mapping[str, str] = NO_HEADERS) -> None:
        """Publish; a body of plain ASCII."""
        self._chunk.append(_published(subject, body, headers))
        if len(self._chunk) == PER_CHUNK:
            self._send()

    def _send(self) -> None:
        verb, subject, rest = self._chunk[-1].split(" ", 2)
        self._chunk[-1] = f"{verb} {subject} {self._inbox} {rest}"
        self._server.sendall("".join(self._chunk).encode())
        self._chunk.clear()
        self._unanswered += 1
        if self._unanswered >= AHEAD:
            self._wait()

    def _wait(self) -> None:
        while not (line := self._answers.readline()).startswith(b"MSG"):
            if not line:
                raise ConnectionError("the server hung up")
        answer = self._answers.readline()
        if b'"error"' in answer:
            raise ConnectionError(answer.decode())
        self._unanswered -= 1

    def __enter__(self) -> "Writer":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        if kind is None and self._chunk:
            self._send()
        while kind is None and self._unanswered:
            self._wait()
        self._server.close()


def _published(subject: str, body: str, headers: Mapping[str, str]) -> str:
    if not headers:
        return f"PUB {subject} {len(body)}\r\n{body}\r\n"
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = f"NATS/1.0\r\n{lines}\r\n"
    return f"HPUB {subject} {len(head)} {len(head) + len(body)}\r\n{head}{body}\r\n"
