"""Rule X10: a whole system with unmistakable secrets, driven into errors, tells none of them."""

import asyncio
import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import resources
from pathlib import Path
from typing import Any

import httpx
import pytest

from common import connection, topology
from common.settings import BusSettings, load
from common.stream import by_sequence
from echoes import Echo, http_echo, smtp_echo
from servers import free_port, poll_until
from standalone.folder import DataFolder
from standalone.stack import Stack

pytestmark = pytest.mark.e2e

S3 = "canary s3 kept-quiet/and+safe"
LLM = "canary-llm-which-looks-like-nothing"
SMTP = "canary smtp correct horse battery"
KEY = "canary-gateway-key-of-more-than-32-bytes"
QDRANT = "canary-qdrant-key-not-for-eyes"
EMBEDDING = "canary-embedding-key-not-for-eyes"
PATH = "canary-token-in-a-webhook-path"
PAPERS = ("essential-genes-mutagenesis", "collaborative-backup-storage")


class System:
    """A running stack, and how to speak to it."""

    def __init__(self, stack: Stack, port: int) -> None:
        self.stack = stack
        self.api = httpx.Client(
            base_url=f"http://127.0.0.1:{port}",
            headers={"Authorization": f"Bearer {KEY}"},
            timeout=60,
        )

    def logs(self) -> str:
        files = (self.stack.data.path / "logs").glob("*.log")
        return "\n".join(file.read_text(errors="replace") for file in files)


@contextmanager
def running(folder: Path, environ: dict[str, str]) -> Iterator[System]:
    data = DataFolder(folder / "data")
    data.claim()
    (data.path / "secrets.json").write_text(json.dumps({"s3": S3}))
    port = free_port()
    stack = Stack(data, lambda text: None)
    try:
        stack.start_servers()
        stack.start_services({**environ, "GATEWAY_PORT": str(port)})
        yield System(stack, port)
    finally:
        stack.stop()


def settings(folder: Path, llm: Echo, hook: Echo, smtp: Echo) -> dict[str, str]:
    inbox, feeds = folder / "inbox", folder / "feeds"
    inbox.mkdir()
    feeds.mkdir()
    (feeds / "folder.toml").write_text(
        f'kind = "folder"\ntitle = "A folder"\npath = {json.dumps(str(inbox))}\n'
    )
    return {
        "FEEDS_DIR": str(feeds),
        "FOLDER_SETTLE_S": "0",
        "EMBEDDING_KIND": "static",
        "GATEWAY_HOST": "127.0.0.1",
        "GATEWAY_SHARED_KEY": KEY,
        "LOG_LEVEL": "debug",
        "QDRANT_API_KEY": QDRANT,
        "EMBEDDING_API_KEY": EMBEDDING,
        "OPENAI_API_KEY": LLM,
        "OPENAI_BASE_URL": f"http://127.0.0.1:{llm.port}/v1",
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(smtp.port),
        "SMTP_TLS": "none",
        "SMTP_USER": "someone",
        "SMTP_PASSWORD": SMTP,
        "SMTP_FROM": "paperbus@example.org",
        "OUTBOUND_ALLOW": f"127.0.0.1:{hook.port}",
    }


def watched(system: System, hook: Echo) -> str:
    """Watches that will fail by webhook and by mail; the signing secret that was shown once."""
    address = f"http://127.0.0.1:{hook.port}/hook/{PATH}"
    secret = ""
    for channel in ({"kind": "webhook", "url": address}, {"kind": "mail", "address": "a@b.org"}):
        # Both papers hold words like these, and a low score lets nearly everything pass.
        body = {
            "name": channel["kind"],
            "query": "genes storage backup data",
            "channel": channel,
            "on": "embedded",
            "min_score": 0.0,
        }
        answer = system.api.post("/api/v1/watches", json=body)
        assert answer.status_code == 201, answer.text
        secret = secret or json.dumps(answer.json()).partition("whsec_")[2].partition('"')[0]
    assert len(secret) > 20
    return secret


def dropped(inbox: Path) -> None:
    """Papers in the folder; only what comes after a watch was made is told."""
    source = Path(str(resources.files("standalone"))) / "day" / "folder"
    for name in PAPERS:
        shutil.copy(source / f"{name}.json", inbox)
        shutil.copy(source / f"{name}.pdf", inbox)
    (inbox / "bad.pdf").write_bytes(b"%PDF-1.4 nothing %%EOF")


def driven(system: System, echoes: tuple[Echo, ...]) -> None:
    """Run the feed, wait for every echo, and make mistakes at the door."""
    answer = system.api.post("/api/v1/feeds/folder/run", json={})
    assert answer.status_code < 300, answer.text
    poll_until(lambda: all(echo.heard for echo in echoes), "nobody asked an echo", seconds=200)
    system.api.post("/signin", data={"key": "wrong" * 9})
    system.api.get("/api/v1/papers", headers={"Authorization": "Bearer x"})
    system.api.post("/api/v1/watches", content=b"[" * 5000)
    poll_until(lambda: bool(kept(system, topology.DEAD)), "nothing died", seconds=120)
    system.stack.kill("s3")  # errors of the object store
    system.api.get("/api/v1/status")


def kept(system: System, start: str = "") -> list[str]:
    """Every message of every stream and bucket, headers too; bucket ``watches`` holds secrets."""
    environ = system.stack.environ

    async def read() -> list[str]:
        found: list[str] = []
        async with connection.client(load(BusSettings, environ), "test") as nc:
            js = nc.jetstream()
            names = [stream.name for stream in topology.STREAMS]
            names += [f"KV_{b.name}" for b in topology.BUCKETS if b.name != "watches"]
            for name in names:
                last = (await js.stream_info(name)).state.last_seq
                for seq in range(1, last + 1):
                    stored = await by_sequence(js, name, seq)
                    if stored is not None and stored.subject.startswith(start):
                        found.append(f"{stored.subject} {stored.headers} {stored.body!r}")
        return found

    return asyncio.run(read())


def answers(system: System) -> list[str]:
    """What every route answers, whether it likes the question or not."""
    described: dict[str, Any] = system.api.get("/api/v1/openapi.json").json()
    found = [system.api.get(page).text for page in ("/", "/status", "/watches", "/deliveries")]
    for path, item in described["paths"].items():
        if "get" in item and not path.endswith("/events"):
            answer = system.api.get(
                path.replace("{paper}", "upload:x").replace("{", "").replace("}", "")
            )
            found.append(f"{answer.status_code} {dict(answer.headers)} {answer.text}")
    for service in topology.SERVICES:
        port = system.stack.ports[f"{service}-health"]
        found += [
            httpx.get(f"http://127.0.0.1:{port}{at}", timeout=60).text
            for at in ("/metrics", "/health/ready")
        ]
    return found


def arguments(system: System) -> str:
    """The command lines of all children: any user of the machine may read them."""
    pids = [child.pid for child in system.stack.children if child.pid]
    return "\n".join(Path(f"/proc/{pid}/cmdline").read_text() for pid in pids)


@pytest.mark.timeout(600)
def test_no_secret_is_told_anywhere(tmp_path: Path) -> None:
    with ExitStack() as stack:
        llm, hook = stack.enter_context(http_echo(400)), stack.enter_context(http_echo(500))
        smtp = stack.enter_context(smtp_echo())
        system = stack.enter_context(running(tmp_path, settings(tmp_path, llm, hook, smtp)))
        whsec = watched(system, hook)
        dropped(tmp_path / "inbox")
        driven(system, (llm, hook, smtp))
        assert LLM in llm.heard[0]
        assert smtp.heard[0] == SMTP
        letters = kept(system, topology.DEAD)
        told = {"bus": "\n".join(kept(system)), "answers": "\n".join(answers(system))}
        told["arguments"] = arguments(system)
    # Traces are sent at the end too, so they are read after it.
    receiver = (tmp_path / "data" / "receiver").rglob("*")
    told["traces"] = "\n".join(f.read_bytes().decode("latin-1") for f in receiver if f.is_file())
    told["logs"] = system.logs()

    seeds = [file.read_text() for file in (tmp_path / "data" / "keys").iterdir()]
    assert len(seeds) == len(topology.SERVICES) + 1
    secrets = (S3, LLM, SMTP, KEY, QDRANT, EMBEDDING, PATH, whsec, *seeds)
    found = [
        (where, secret) for where, text in told.items() for secret in secrets if secret in text
    ]
    assert found == []
    assert letters
    assert "***" in told["bus"]
    assert "summarizer" in told["traces"]
    assert len(told["logs"]) > 1000
