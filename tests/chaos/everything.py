"""``python -m chaos.everything``: row 33, all faults at once, for minutes or hours.

A seed repeats the order of faults, their lengths and the load; what the machine makes of them
differs from run to run. At the end one fault is planted, and the audit must find it.
"""

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from chaos.kit import outside, strike
from chaos.kit.load import Load
from chaos.kit.planted import PLANTS
from chaos.kit.system import System, running
from chaos.kit.verdict import judge
from common import topology

PROXIED = ("nats", "s3", "vectors")
WORKERS = tuple(name for name in topology.SERVICES if name != "gateway")


def _pause(seconds: float) -> None:
    time.sleep(seconds)  # the length of a fault, not a wait for something


def kill_service(system: System, rng: random.Random) -> None:
    strike.kill(system.child(rng.choice(topology.SERVICES)).pid)


def kill_server(system: System, rng: random.Random) -> None:
    name = rng.choice(("nats", "nats", "vectors", "s3", "llm"))
    system.down(name)
    _pause(rng.uniform(0, 4))
    system.up(name)


def hang_nats(system: System, rng: random.Random) -> None:
    with strike.paused(system.pid("nats")):
        _pause(rng.uniform(2, 20))


def zombie(system: System, rng: random.Random) -> None:
    with strike.paused(system.child(rng.choice(WORKERS)).pid):
        _pause(rng.uniform(5, 40))


def bad_network(system: System, rng: random.Random) -> None:
    part = rng.choice(PROXIED)
    kind = rng.choice(("latency_s", "black_hole", "drop_one", "reset", "refuse"))
    lasting = kind in ("latency_s", "black_hole", "refuse")
    system.spoil(part, **{kind: rng.uniform(0.05, 0.3) if kind == "latency_s" else True})
    if lasting:
        _pause(rng.uniform(2, 8))
        system.spoil(part, **{kind: 0})


def corrupt_objects(system: System, rng: random.Random) -> None:
    system.spoil("s3", corrupt=True)
    _pause(rng.uniform(1, 4))
    system.spoil("s3", corrupt=False)


def model_storm(system: System, rng: random.Random) -> None:
    steps = [
        {"fault": "rate_limit", "retry_after": "2", "times": rng.randrange(1, 6)},
        {"fault": "error", "status": 500, "times": rng.randrange(1, 4)},
        *outside.refusals(rng, system.papers),
    ]
    outside.ask(f"http://127.0.0.1:{system.ports['llm']}/control", "PUT", {"steps": steps})


def receiver_fails(system: System, rng: random.Random) -> None:
    failure = {"status": 500, "times": rng.randrange(1, 6), "keep": rng.random() < 0.5}
    outside.ask(f"http://127.0.0.1:{system.ports['webhook']}/control", "POST", failure)


def ask_again(system: System, rng: random.Random) -> None:
    ids = rng.sample(system.ids, min(8, len(system.ids)))
    try:
        outside.ask(f"{system.page}/api/v1/papers", "POST", {"ids": ids})
    except OSError:
        return  # who asks twice may be refused


FAULTS: tuple[Callable[[System, random.Random], None], ...] = (
    kill_service,
    kill_service,
    kill_service,
    kill_server,
    hang_nats,
    zombie,
    bad_network,
    bad_network,
    corrupt_objects,
    model_storm,
    receiver_fails,
    ask_again,
)


def heal(system: System) -> None:
    """End every fault that lasts."""
    for part in PROXIED:
        system.spoil(part, latency_s=0, black_hole=False, refuse=False, corrupt=False)
    outside.ask(f"http://127.0.0.1:{system.ports['llm']}/control", "PUT", {"steps": []})
    outside.ask(f"http://127.0.0.1:{system.ports['webhook']}/control", "DELETE")


def strike_for(system: System, seconds: float) -> Counter[str]:
    """One fault after the other until the time is over; how many of each."""
    rng = random.Random(system.seed)
    began = time.monotonic()
    done: Counter[str] = Counter()
    while (at := time.monotonic() - began) < seconds:
        fault = rng.choice(FAULTS)
        print(f"{at:7.1f} s  {fault.__name__}", flush=True)
        fault(system, random.Random(rng.random()))
        done[fault.__name__] += 1
        _pause(rng.uniform(0.5, 4))
    return done


def run(folder: Path, *, seed: int, minutes: float, papers: int) -> list[str]:
    """All of row 33; what was wrong."""
    with running(folder, seed=seed, papers=papers, proxied=PROXIED) as system:
        with Load(system, minutes * 60) as load:
            done = strike_for(system, minutes * 60)
            heal(system)
        print(f"healed; {sum(done.values())} faults: {dict(done)}; {load.statuses()}", flush=True)
        try:
            verdict = judge(system, load.accepted)
        except TimeoutError as error:
            return [str(error)]
        print(verdict, flush=True)
        wrong = list(verdict.problems)
        return wrong or [*_self_test(system)]


def _self_test(system: System) -> list[str]:
    rng = random.Random(system.seed)
    plant = rng.choice(PLANTS)
    planted = system.on_bus(lambda runtime: plant(runtime, rng))
    found = judge(system, settle=False).problems
    print(f"planted: {planted}; the audit says: {found}", flush=True)
    return [] if found else [f"the audit does not see that {planted}"]


def main() -> int:
    parser = argparse.ArgumentParser(description="All faults at once, then the audit.")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--papers", type=int, default=300)
    chosen = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="paperbus-chaos-"))
    print(f"seed {chosen.seed}, {chosen.minutes:g} minutes, in {folder}", flush=True)
    wrong = run(folder, seed=chosen.seed, minutes=chosen.minutes, papers=chosen.papers)
    for line in wrong:
        print(f"WRONG: {line}")
    if wrong:
        print(f"run it again with SEED={chosen.seed}; everything is kept in {folder}")
        return 1
    shutil.rmtree(folder, ignore_errors=True)
    print(f"green: seed {chosen.seed}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
