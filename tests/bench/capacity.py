"""``make capacity``: the simulation, written into docs/operations/capacity.md and shown."""

import math
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import capacity_units
import msgspec
from capacity_model import (
    GIB,
    LIMITS,
    PAPERS,
    USERS,
    Assumed,
    crowd,
    indexer_s,
    log_of_paper,
    matching_cores,
    node,
    passages,
    stock,
)
from capacity_units import Units

Sizes = dict[str, Any]
"""One table of deploy/fleet.toml."""
NODE_GIB = 64
ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "operations" / "capacity.md"
FLEET = ROOT / "deploy" / "fleet.toml"
BEGIN = "<!-- Written by `make capacity`; do not edit by hand. -->"
ONLY_DEMO = ("upstream", "sinks")
"""Stand-ins for the outside."""
END = "<!-- End of what `make capacity` writes. -->"


def main() -> int:
    """Write the part of the page that follows from the numbers, and show it."""
    page = PAGE.read_text(encoding="utf-8")
    text = simulated(capacity_units.read(), Assumed())
    PAGE.write_text(with_part(page, text), encoding="utf-8")
    print(text)
    return 0


def with_part(page: str, text: str) -> str:
    """The page with the part between the marks replaced."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{text}\n{END}{after}"


def simulated(units: Units, given: Assumed) -> str:
    """All tables."""
    fleet = tomllib.loads(FLEET.read_text(encoding="utf-8"))
    sizes, workers = fleet["servers"], fleet["workers"]
    parts = [
        ("### Measured, for one", measured(units)),
        ("### Assumed", assumed(given)),
        ("### What one node of each kind holds", held(units, given, sizes)),
        ("### Papers", of_papers(units, given, workers)),
        ("### People", of_people(units, given)),
        ("### Papers and people together: cores of the notifier", together(units, given)),
    ]
    return "\n".join(line for head, lines in parts for line in (head, "", *lines, ""))


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """As Markdown."""
    yield f"| {' | '.join(head)} |"
    yield f"| --- |{' ---: |' * (len(head) - 1)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)


def measured(units: Units) -> Iterator[str]:
    """The units."""
    rows = [[f"log: {name}", size(value)] for name, value in units.log_bytes.items()]
    rows += [
        ["log: all of a version", size(log_of_paper(units))],
        ["ledger rows (subjects)", f"{units.rows:.0f}"],
        ["memory of the bus for a subject", size(units.subject_bytes)],
        ["text object, a passage", size(units.text_bytes)],
        ["summary object", size(units.summary_bytes)],
        ["index on disk, a point", size(units.point_bytes)],
        ["passages of a page", f"{units.passages_per_page:.1f}"],
        ["delivery: record and mark", size(units.delivery_bytes)],
        ["delivery: notice", size(units.notices_bytes)],
        ["watch", size(units.watch_bytes)],
        ["CPU: one watch matched with one paper", f"{units.match_s * 1e6:.0f} µs"],
        ["CPU of the gateway: one search", f"{units.search_s * 1e3:.0f} ms"],
    ]  # fmt: skip
    each = f"a paper of {units.cpu_passages:.1f} passages"
    rows += [
        [f"CPU of {name}: {each}", f"{value * 1e3:.0f} ms"]
        for name, value in units.cpu_s.items()
        if name not in ONLY_DEMO
    ]
    rows += [
        [f"memory of {name}", size(value)]
        for name, value in units.memory_bytes.items()
        if name not in ONLY_DEMO
    ]
    yield from table(("of what", "cost"), rows)


def assumed(given: Assumed) -> Iterator[str]:
    """Everything that was not measured."""
    texts = {name: str(value) for name, value in msgspec.structs.asdict(given).items()}
    rows = [[name.replace("_", " "), text] for name, text in texts.items()]
    yield from table(("assumption", "value"), rows)


def held(units: Units, given: Assumed, sizes: dict[str, Sizes]) -> Iterator[str]:
    """One node."""
    rows = [
        [one.what, size(one.limit_bytes), count(one.papers)] for one in node(units, given, sizes)
    ]
    yield from table(("limit", "as shipped", "papers"), rows)


def of_papers(units: Units, given: Assumed, workers: dict[str, Sizes]) -> Iterator[str]:
    """One column for each size of the stock."""
    stocks = [stock(papers, units, given) for papers in PAPERS]
    rows = [
        ["versions a day", *(count(one.a_day) for one in stocks)],
        ["log PAPERS, one copy", *(size(one.log_bytes) for one in stocks)],
        ["… against the limit as shipped",
         *(f"{one.log_bytes / LIMITS['PAPERS']:,.1f} ×" for one in stocks)],
        [f"bus: disk, {given.bus_copies} copies", *(size(one.bus_disk_bytes) for one in stocks)],
        ["bus: memory of each node, for subjects", *(size(one.bus_memory_bytes) for one in stocks)],
        ["objects: PDFs", *(size(one.pdf_bytes) for one in stocks)],
        ["objects: texts and summaries", *(size(one.text_bytes) for one in stocks)],
        ["objects: disk, with coding", *(size(one.objects_disk_bytes) for one in stocks)],
        ["index: points", *(count(one.points) for one in stocks)],
        [f"index: disk, {given.index_copies} copies",
         *(size(one.index_disk_bytes) for one in stocks)],
        ["index: memory, vectors as they are", *(size(one.index_memory_bytes) for one in stocks)],
        ["index: memory, int8 with vectors on disk",
         *(size(one.index_memory_int8_bytes) for one in stocks)],
        [f"… as Qdrant nodes of {NODE_GIB} GiB",
         *(count(math.ceil(one.index_memory_int8_bytes / NODE_GIB / GIB)) for one in stocks)],
        [f"cores of the indexer, {given.drain_hours:.0f} h for the busiest day",
         *(count(one.indexer_cores) for one in stocks)],
        ["… as replicas of the indexer, of as many as are shipped",
         *(of_most(one.indexer_cores, workers["indexer"]) for one in stocks)],
        ["cores of the other services", *(count(one.other_cores) for one in stocks)],
        ["days to index all anew on 16 cores", *(count(one.fill_days) for one in stocks)],
        [f"{given.model}: a day", *(usd(one.llm_day_usd) for one in stocks)],
        [f"{given.model}: the whole stock once", *(usd(one.llm_stock_usd) for one in stocks)],
    ]  # fmt: skip
    yield from table(("", *(f"{count(papers)} papers" for papers in PAPERS)), rows)


def of_people(units: Units, given: Assumed) -> Iterator[str]:
    """One column for each number of people."""
    crowds = [crowd(users, units, given) for users in USERS]
    rows = [
        ["watches", *(count(one.watches) for one in crowds)],
        [f"bucket watches (limit {size(LIMITS['watches'])})",
         *(size(one.watches_bytes) for one in crowds)],
        ["searches a second in the busiest hour", *(f"{one.searches_s:.2f}" for one in crowds)],
        ["cores of the gateway for them", *(count(one.gateway_cores) for one in crowds)],
        ["gateways for open pages", *(count(one.gateways_live) for one in crowds)],
        ["deliveries a day", *(count(one.deliveries_day) for one in crowds)],
        [f"days until deliveries ({size(LIMITS['deliveries'])}) is full",
         *(count(one.deliveries_full_days) for one in crowds)],
        [f"NOTICES, 90 days (limit {size(LIMITS['NOTICES'])})",
         *(size(one.notices_bytes) for one in crowds)],
    ]  # fmt: skip
    yield from table(("", *(f"{users:,} people" for users in USERS)), rows)


def together(units: Units, given: Assumed) -> Iterator[str]:
    """Every watch is matched with every paper."""
    rows = [
        [f"{users:,} people"]
        + [count(matching_cores(papers, users, units, given)) for papers in PAPERS]
        for users in USERS
    ]
    yield from table(("", *(f"{count(papers)} papers" for papers in PAPERS)), rows)
    yield ""
    yield (
        f"A paper of {given.pages:.0f} pages has {passages(units, given):.0f} passages "
        f"and costs the indexer {indexer_s(units, given):.1f} s of CPU."
    )


def of_most(cores: float, worker: Sizes) -> str:
    """How many replicas that is, and how many there may be."""
    replicas = math.ceil(cores / float(worker["cpu_limit"]))
    return f"{replicas:,} of {worker['max_replicas']}"


def size(value: float) -> str:
    """Bytes for people."""
    for unit in ("B", "KiB", "MiB", "GiB", "TiB", "PiB"):
        if value < 1024 or unit == "PiB":
            break
        value /= 1024
    return f"{value:.0f} {unit}" if value >= 10 or unit == "B" else f"{value:.1f} {unit}"


def count(value: float) -> str:
    """A number for people, to two or three digits."""
    for unit in ("", " thousand", " million", " billion"):
        if value < 1000 or unit == " billion":
            break
        value /= 1000
    digits = 0 if value >= 10 or value == int(value) else 1 if value >= 0.1 else 3
    return f"{value:.{digits}f}{unit}"


def usd(value: float) -> str:
    """Money."""
    return f"{value:,.2f} USD" if value < 100 else f"{value:,.0f} USD"


if __name__ == "__main__":
    sys.exit(main())
