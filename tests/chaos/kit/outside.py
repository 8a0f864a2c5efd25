"""The world around the system: arXiv with poison in it, a model that refuses, receivers."""

import json
import random
import sys
import urllib.request
from pathlib import Path
from typing import Any

from cli import demodata
from standalone.child import Command
from standalone.servers import answers
from standalone.stack import Stack

POISON_SHARE = 0.05
REFUSAL_SHARE = 0.05
POISONS: tuple[str, ...] = ("truncate", "wrong_type", "bomb")
BOMB = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]>>endobj\n%%EOF\n"


def poison(rng: random.Random, ids: list[str], folder: Path) -> Path:
    """PDFs that cannot be read, one in twenty: cut off, a page instead, a PDF that is none."""
    pdfs = folder / "pdfs"
    pdfs.mkdir()
    (pdfs / "none.txt").touch()
    faults = []
    for paper in rng.sample(ids, max(1, round(len(ids) * POISON_SHARE))):
        kind = rng.choice(POISONS)
        if kind == "bomb":
            (pdfs / f"{paper}.pdf").write_bytes(BOMB)
        else:
            faults.append({"match": f"/pdf/{paper}", "kind": kind, "times": None})
    script = folder / "faults.json"
    script.write_text(json.dumps(faults))
    return script


def refusals(rng: random.Random, papers: int) -> list[dict[str, Any]]:
    """What the model does with its calls: mostly answers, now and then refuses."""
    share = [rng.random() < REFUSAL_SHARE for _ in range(papers * 4)]
    return [{"fault": "refuse" if no else "ok"} for no in share]


def script(folder: Path, steps: list[dict[str, Any]]) -> None:
    """Write down what the model will do; before it starts."""
    (folder / "model.json").write_text(json.dumps({"steps": steps}))


def calls(port: int) -> list[dict[str, Any]]:
    """The model's own log of what was asked."""
    found: list[dict[str, Any]] = ask(f"http://127.0.0.1:{port}/control")["calls"]
    return found


def servers(stack: Stack, plan: demodata.Plan, folder: Path) -> list[Command]:
    """As in the demo, but the source has poison in it, and there is a model."""
    ports = stack.ports
    source, sinks = demodata.servers(stack, plan)
    faults = ["--faults", str(folder / "faults.json"), "--pdf-dir", str(folder / "pdfs")]
    poisoned = Command(
        name=source.name,
        argv=[*source.argv, *faults],
        log=source.log,
        is_ready=source.is_ready,
    )
    model = Command(
        name="llm",
        argv=[
            *(sys.executable, "-m", "standalone.llm", "--port", str(ports["llm"])),
            *("--script", str(folder / "model.json")),
        ],
        log=stack.data.sub("logs") / "llm.log",
        is_ready=lambda: answers(f"http://127.0.0.1:{ports['llm']}/v1/models"),
    )
    return [poisoned, sinks, model]


def ask(url: str, method: str = "GET", body: Any = None, seconds: float = 15) -> Any:
    """JSON over HTTP; raises urllib's errors."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        url, data=data, method=method, headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=seconds) as answer:
        text = answer.read()
        return json.loads(text) if text else None
