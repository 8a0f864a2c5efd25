"""Judges a system after a fault: the audit, and what the outside world saw."""

import json
import subprocess
from collections import Counter, defaultdict
from collections.abc import Collection
from typing import Any, NamedTuple

from chaos.kit.outside import ask
from chaos.kit.system import System


class Verdict(NamedTuple):
    """What was found; ``problems`` must be empty."""

    settled_s: float
    audit: dict[str, Any]
    problems: tuple[str, ...]

    def __str__(self) -> str:
        shown = {k: v for k, v in self.audit.items() if isinstance(v, int | float)}
        return f"quiet after {self.settled_s:.1f} s; audit {shown}; problems {self.problems}"


def judge(system: System, accepted: Collection[str] = (), *, settle: bool = True) -> Verdict:
    """Wait for quiet, then look at everything; ``accepted`` are papers that got a 202."""
    settled_s = system.settle() if settle else 0.0
    promised = system.folder / "accepted.txt"
    promised.write_text("\n".join(sorted(accepted)), encoding="utf-8")
    try:
        done = system.command("audit", "--json", "--accepted", str(promised))
    except subprocess.TimeoutExpired as error:
        return Verdict(settled_s, {}, (f"audit: {error}; {error.stderr!r}",))
    try:
        audit: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        return Verdict(settled_s, {}, (f"audit: {done.stdout}{done.stderr}",))
    problems = [] if done.returncode == 0 else [f"audit: {_findings(audit)}"]
    lost = system.papers - int(audit.get("papers", 0))
    problems += [f"{lost} papers lost"] if lost > 0 else []
    problems += [*_told_twice(system), *_paid_twice(system)]
    return Verdict(settled_s, audit, tuple(problems))


def assert_green(system: System, accepted: Collection[str] = ()) -> Verdict:
    """Judge, print what was found, and fail when anything was."""
    verdict = judge(system, accepted)
    print(verdict)
    assert not verdict.problems, f"seed {system.seed}: {verdict}\n{system.logs()}"
    system.is_green = True
    return verdict


def checks_found(system: System) -> dict[str, int]:
    """How many findings the audit has of each check, where a test has planted some."""
    audit = json.loads(system.command("audit", "--json").stdout)
    return dict(Counter(check for check, *_ in audit["unexplained"] + audit["doubled"]))


def _findings(audit: dict[str, Any]) -> list[Any]:
    return [one for value in audit.values() if isinstance(value, list) for one in value][:10]


def _told_twice(system: System) -> list[str]:
    """A webhook may come again, but with the id it had; a mail may not."""
    sinks = f"http://127.0.0.1:{system.ports['webhook']}"
    ids: dict[str, set[str]] = defaultdict(set)
    for hook in ask(f"{sinks}/received"):
        headers = {name.lower(): value for name, value in hook["headers"].items()}
        body = hook["body"] if isinstance(hook["body"], dict) else {}
        ids[json.dumps(_what(body), sort_keys=True)].add(headers.get("webhook-id", ""))
    twice = [f"told twice by webhook: {what}" for what, found in ids.items() if len(found) > 1]
    mails = Counter(str(mail.get("message_id") or mail) for mail in ask(f"{sinks}/mail"))
    return twice + [f"told twice by mail: {m}" for m, count in mails.items() if count > 1]


def _what(body: dict[str, Any]) -> dict[str, Any]:
    """What a webhook tells of, without what may differ from one try to the next."""
    data = body.get("data", body)
    return {name: data.get(name) for name in ("watch", "watch_id", "paper", "version", "id")}


def _paid_twice(system: System) -> list[str]:
    """The same prompt may be billed again only by a worker that died in between."""
    calls = ask(f"http://127.0.0.1:{system.ports['llm']}/control")["calls"]
    answered = Counter(call["prompt"] for call in calls if call["fault"] == "ok" and call["billed"])
    bound = 2 + sum("ended with" in line for line in system.said)
    return [f"billed {n} times: {p[:12]}" for p, n in answered.items() if n > bound]
