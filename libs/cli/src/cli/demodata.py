"""What the demo replays: the day, its feeds, and the servers that play the outside world."""

import gzip
import json
import shutil
import sys
import zlib
from importlib import resources
from pathlib import Path
from typing import Annotated

import msgspec

from common.errors import UsageError
from standalone.child import Command
from standalone.servers import answers
from standalone.stack import Stack

SHIPPED_FEEDS = Path("config/feeds")
REST = "arxiv-day"
FOLDER = "folder"


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """One replay."""

    data: Path
    day: Path
    day_name: str
    """The announcement day, YYYY-MM-DD."""
    papers: int
    files: int
    feeds: tuple[str, ...]
    """Names of the feeds to run, in this order."""

    @property
    def feeds_dir(self) -> Path:
        """Where the demo's own feeds are written."""
        return self.data / "feeds"

    @property
    def inbox(self) -> Path:
        """The folder feed's folder."""
        return self.data / "inbox"


class _Record(msgspec.Struct, frozen=True):
    id: str
    seen: Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d\d-\d\d")]


def plan(data: Path, day: Path | None) -> Plan:
    """What will be replayed; raises UsageError when the day's file cannot be used."""
    shipped = Path(str(resources.files("standalone"))) / "day"
    file = day or next(iter(sorted(shipped.glob("*.jsonl.gz"))))
    days = _days(file)
    samples = list((shipped / "folder").glob("*.pdf"))
    names = [path.stem for path in sorted(SHIPPED_FEEDS.glob("*.toml"))]
    return Plan(
        data=data.resolve(),
        day=file.resolve(),
        day_name=max(set(days), key=days.count),
        papers=len(days),
        files=len(samples),
        feeds=(*names, REST, FOLDER),
    )


def _days(file: Path) -> list[str]:
    """The announcement day of each record."""
    opened = gzip.open if file.suffix == ".gz" else open
    days: list[str] = []
    try:
        with opened(file, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    days.append(_day(line, number))
    except (OSError, UnicodeDecodeError, EOFError, zlib.error) as error:
        raise UsageError("DAY", f"{file} cannot be read: {error}") from error
    if not days:
        raise UsageError("DAY", f"{file} holds no records; give JSON lines, one record a line")
    return days


def _day(line: str, number: int) -> str:
    try:
        return msgspec.json.decode(line, type=_Record).seen
    except msgspec.DecodeError as error:
        raise UsageError(
            "DAY", f"line {number} is no record with id and seen; one JSON object a line"
        ) from error


def write_feeds(plan: Plan) -> None:
    """The shipped feeds, one for all that is left of the day, and one for the folder."""
    plan.feeds_dir.mkdir(parents=True, exist_ok=True)
    plan.inbox.mkdir(parents=True, exist_ok=True)
    for path in SHIPPED_FEEDS.glob("*.toml"):
        shutil.copyfile(path, plan.feeds_dir / path.name)
    (plan.feeds_dir / f"{REST}.toml").write_text(
        'kind = "arxiv"\ntitle = "The whole day"\ncategories = ["*"]\n'
    )
    (plan.feeds_dir / f"{FOLDER}.toml").write_text(
        f'kind = "folder"\ntitle = "Papers in a folder"\npath = {json.dumps(str(plan.inbox))}\n'
    )


def fill_inbox(plan: Plan) -> None:
    """Drop the shipped papers in; those that were processed before are left where they are."""
    source = Path(str(resources.files("standalone"))) / "day" / "folder"
    for pdf in source.glob("*.pdf"):
        if not (plan.inbox / "processed" / pdf.name).exists():
            for file in (pdf.with_suffix(".json"), pdf):
                shutil.copyfile(file, plan.inbox / file.name)


def servers(stack: Stack, plan: Plan) -> list[Command]:
    """arXiv out of the recorded day, and receivers for webhooks and mail."""
    logs = stack.data.sub("logs")
    ports = stack.ports
    upstream = f"http://127.0.0.1:{ports['upstream']}/control"
    hooks = f"http://127.0.0.1:{ports['webhook']}/received"
    return [
        Command(
            name="upstream",
            argv=[
                *(sys.executable, "-m", "standalone.upstream"),
                *("--port", str(ports["upstream"]), "--day", str(plan.day)),
            ],
            log=logs / "upstream.log",
            is_ready=lambda: answers(upstream),
        ),
        Command(
            name="sinks",
            argv=[
                *(sys.executable, "-m", "standalone.sinks"),
                *("--webhook-port", str(ports["webhook"])),
                *("--smtp-port", str(ports["smtp"])),
                *("--data", str(stack.data.sub("sinks"))),
            ],
            log=logs / "sinks.log",
            is_ready=lambda: answers(hooks),
        ),
    ]


def environment(stack: Stack, plan: Plan) -> dict[str, str]:
    """Only addresses and a pace differ from a system that talks to the real world."""
    ports = stack.ports
    arxiv = f"http://127.0.0.1:{ports['upstream']}"
    return {
        "FEEDS_DIR": str(plan.feeds_dir),
        "ARXIV_OAI_URL": f"{arxiv}/oai",
        "ARXIV_API_URL": f"{arxiv}/api/query",
        "ARXIV_RSS_URL": f"{arxiv}/rss",
        "ARXIV_PDF_URL": f"{arxiv}/pdf",
        "ARXIV_INTERVAL_S": "0",
        "FOLDER_SETTLE_S": "0",
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(ports["smtp"]),
        "SMTP_TLS": "none",
        "SMTP_FROM": "paperbus@example.org",
        "OUTBOUND_ALLOW": f"127.0.0.1:{ports['webhook']}",
    }
