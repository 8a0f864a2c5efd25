"""A client that asks for papers, a few at a time, until each is accepted; keeps a history."""

import http.client
import json
import threading
import time
import urllib.error
import urllib.request
from typing import NamedTuple

from chaos.kit.system import System

IDS_A_REQUEST = 4
GIVE_UP_S = 600.0


class Tried(NamedTuple):
    """One try: status 0 means that nobody knows what became of it."""

    at: float
    status: int
    retry_after: str
    took_s: float


class Load:
    """Spreads all papers of a system over ``seconds``; use as a context to end it."""

    def __init__(self, system: System, seconds: float) -> None:
        ids = system.ids
        self._system = system
        self._chunks = [ids[n : n + IDS_A_REQUEST] for n in range(0, len(ids), IDS_A_REQUEST)]
        self._pause_s = seconds / len(self._chunks)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.accepted: set[str] = set()
        self.history: list[Tried] = []

    def __enter__(self) -> "Load":
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        if error[0] is not None:
            self._stopping.set()
        self._thread.join(GIVE_UP_S)

    @property
    def is_over(self) -> bool:
        """Whether every request was accepted."""
        return not self._thread.is_alive()

    def statuses(self, since: float = 0.0) -> set[int]:
        """The statuses of tries that began after a moment."""
        return {tried.status for tried in self.history if tried.at >= since}

    def _run(self) -> None:
        for chunk in self._chunks:
            while not self._stopping.is_set():
                tried = self._ask(chunk)
                self.history.append(tried)
                if tried.status == 202:
                    self.accepted.update(chunk)
                    break
                self._stopping.wait(0.5)
            self._stopping.wait(self._pause_s)

    def _ask(self, chunk: list[str]) -> Tried:
        headers = {"Content-Type": "application/json"}
        headers["Idempotency-Key"] = f"load-{self._system.seed}-{chunk[0]}"
        url = f"{self._system.page}/api/v1/papers"
        body = json.dumps({"ids": chunk}).encode()
        request = urllib.request.Request(url, data=body, method="POST", headers=headers)
        began = time.monotonic()
        status, retry_after = 0, ""
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                status = answer.status
        except urllib.error.HTTPError as error:
            status, retry_after = error.code, error.headers.get("Retry-After", "")
        except (OSError, http.client.HTTPException):
            status = 0
        return Tried(began, status, retry_after, time.monotonic() - began)
