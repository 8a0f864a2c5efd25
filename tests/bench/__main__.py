"""Measures speed as ratios, both sides in one run: ``make bench [BENCH="bus search"]``."""

import json
import sys

import bench_audit
import bench_bus
import bench_chain
import bench_ledger
import bench_memory
import bench_scale
import bench_search
import bench_start

ALL = {
    "audit": bench_audit.measure,
    "bus": bench_bus.measure,
    "chain": bench_chain.measure,
    "ledger": bench_ledger.measure,
    "memory": bench_memory.measure,
    "scale": bench_scale.measure,
    "search": bench_search.measure,
    "start": bench_start.measure,
}


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in ALL]
    if unknown:
        print(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(ALL)}")
        return 2
    for name in names or list(ALL):
        for row in ALL[name]():
            print(json.dumps({"bench": name, **row}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
