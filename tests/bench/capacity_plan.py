"""``make capacity``, second part: what the index costs by layout, written into docs/scale.md."""

import math
import sys
import tomllib
from collections.abc import Iterator, Sequence

import capacity_layouts as layouts
import capacity_units
import msgspec
from capacity import FLEET, ROOT, count, size, table, with_part
from capacity_layouts import LAYOUTS, Measured
from capacity_model import GIB, MIB, PAPERS, Assumed, passages

PAGE = ROOT / "docs" / "scale.md"
MILLION = 1_000_000
NODE_GIB = 64
SHIPPED, INT8, ON_DISK = (one.name for one in LAYOUTS[:3])
PASSAGES, PASSAGES_ON_DISK = (one.name for one in LAYOUTS[-2:])
WAYS = (
    ("as shipped", (SHIPPED, PASSAGES)),
    ("int8, originals on disk", (ON_DISK, PASSAGES_ON_DISK)),
)
"""Of papers and of their passages."""


def main() -> int:
    """Write the part of the page that follows from the numbers, and show it."""
    text = planned(layouts.read())
    PAGE.write_text(with_part(PAGE.read_text(encoding="utf-8"), text), encoding="utf-8")
    print(text)
    return 0


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """Of one more point: what every index takes, however small, is no part of it."""

    disk_bytes: float
    memory_bytes: float
    """Its own, and files that queries read all over."""
    cpu_s: float
    words_ms: float


def costs(found: Sequence[Measured]) -> dict[str, Cost]:
    """By layout, from its smallest to its largest size."""
    given = {one.layout: sorted((o for o in found if o.layout == one.layout), key=_points)
             for one in found}  # fmt: skip
    return {name: _between(each[0], each[-1]) for name, each in given.items()}


def _points(one: Measured) -> int:
    return one.points


def _between(small: Measured, large: Measured) -> Cost:
    more = large.points - small.points

    def slope(*names: str) -> float:
        return float(sum(getattr(large, name) - getattr(small, name) for name in names) / more)

    return Cost(
        disk_bytes=slope("disk_bytes"),
        memory_bytes=slope("own_bytes", "hot_bytes"),
        cpu_s=slope("store_s", "build_s"),
        words_ms=large.words_ms / large.points,
    )


def planned(found: Sequence[Measured]) -> str:
    """All tables."""
    each = passages(capacity_units.read(), Assumed())
    parts = [
        ("### Measured", measured(found)),
        ("### A million papers", million(costs(found), each)),
        ("### What takes over where", takeover(costs(found), each)),
    ]
    return "\n".join(line for head, lines in parts for line in (head, "", *lines, ""))


def measured(found: Sequence[Measured]) -> Iterator[str]:
    """One row for each layout and size."""
    rows = [
        [
            one.layout,
            f"{one.points:,}",
            size(one.disk_bytes),
            size(one.own_bytes),
            size(one.hot_bytes),
            f"{one.store_s:.0f} s",
            f"{one.build_s:.0f} s",
            f"{one.dense_ms:.2f} ms",
            f"{one.words_ms:.2f} ms",
        ]
        for one in found
    ]
    head = ("layout", "points", "disk", "memory of its own", "files read all over", "CPU to store",
            "CPU to build", "query by meaning", "query by words")  # fmt: skip
    yield from table(head, rows)


def million(cost: dict[str, Cost], each: float) -> Iterator[str]:
    """Abstracts alone, and whole texts."""
    rows = []
    for what, parts in _kinds(each):
        for name, way in WAYS:
            whole = paper(cost, way, parts)
            rows.append(
                [
                    f"{what}; {name}",
                    size(whole.disk_bytes * MILLION),
                    size(whole.memory_bytes * MILLION),
                    f"{whole.cpu_s * MILLION / 3600:.1f} h",
                    f"{cost[way[0]].words_ms * MILLION:.0f} ms",
                ]
            )
    head = ("a million papers", "disk, one copy", "memory, one copy", "CPU to store and build",
            "query by words, on one core")  # fmt: skip
    yield from table(head, rows)


def takeover(cost: dict[str, Cost], each: float) -> Iterator[str]:
    """How many papers one server holds in each way, and how many servers more papers need."""
    sizes = tomllib.loads(FLEET.read_text(encoding="utf-8"))["servers"]["qdrant"]
    shipped = float(sizes["memory_limit"]) * MIB
    disk = float(sizes["disk_gib"]) * GIB
    rows = []
    for what, parts in _kinds(each):
        for name, way in WAYS:
            whole = paper(cost, way, parts)
            nodes = (papers * whole.memory_bytes / NODE_GIB / GIB for papers in PAPERS)
            rows.append(
                [
                    f"{what}; {name}",
                    count(min(shipped / whole.memory_bytes, disk / whole.disk_bytes)),
                    count(NODE_GIB * GIB / whole.memory_bytes),
                    *(f"{math.ceil(one):,}" for one in nodes),
                ]
            )
    head = ("papers held by", f"as shipped: {size(shipped)}, {size(disk)} of disk",
            f"{NODE_GIB} GiB of memory",
            *(f"servers of {NODE_GIB} GiB for {count(papers)}" for papers in PAPERS))  # fmt: skip
    yield from table(head, rows)


def _kinds(each: float) -> Iterator[tuple[str, float]]:
    yield "abstracts", 1.0  # an abstract is the only passage of its paper
    yield f"whole texts, {each:.0f} passages a paper", each


def paper(cost: dict[str, Cost], way: tuple[str, str], parts: float) -> Cost:
    """One paper with so many passages."""
    whole, passage = (cost[name] for name in way)
    return Cost(
        disk_bytes=whole.disk_bytes + parts * passage.disk_bytes,
        memory_bytes=whole.memory_bytes + parts * passage.memory_bytes,
        cpu_s=whole.cpu_s + parts * passage.cpu_s,
        words_ms=whole.words_ms,
    )


if __name__ == "__main__":
    sys.exit(main())
