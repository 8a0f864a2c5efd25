"""What 1, 10 and 100 million papers and 10 to 100,000 people cost, from measured units; pure."""

import math

import msgspec
from capacity_units import Units

from common import topology
from common.llm.prices import cost_usd, prices_of

PAPERS = (1_000_000, 10_000_000, 100_000_000)
USERS = (10, 1_000, 100_000)
MIB, GIB = 2**20, 2**30
HOUR_S, DAY_S, YEAR_DAYS = 3600.0, 86_400.0, 365.0
LIMITS = {stream.name: stream.max_bytes for stream in topology.STREAMS}
LIMITS |= {bucket.name: bucket.max_bytes for bucket in topology.BUCKETS}


class Assumed(msgspec.Struct, frozen=True, kw_only=True):
    """What was not measured here; change it and run the simulation again."""

    years: float = 10.0
    """The stock came at an even pace over so long; so much comes in future too."""
    versions: float = 1.4
    """Of a paper, each of which is fetched, indexed and summarised."""
    pdf_bytes: float = 1.5e6
    pages: float = 15.0
    """Indexed of a paper."""
    busiest: float = 2.0
    """The busiest day against the mean one."""
    drain_hours: float = 1.0
    """So soon after its announcement a whole day can be searched and is delivered."""
    dimensions: int = 384
    index_overhead: float = 1.5
    """Memory of an index against its vectors: the rule of Qdrant's manual."""
    bus_copies: int = 3
    index_copies: int = 2
    object_overhead: float = 1.5
    """Erasure coding, four parts and two for safety."""
    watches: float = 2.0
    """Of a person."""
    deliveries: float = 3.0
    """To a person in a day."""
    searches: float = 20.0
    """Of a person in a day, a fifth of them in the busiest hour."""
    live: float = 0.05
    """Share of people who have a page open."""
    live_clients: int = 500
    """Of one gateway: so many the bench of memory holds."""
    core_share: float = 0.6
    """How busy a core may be."""
    model: str = "gpt-4o-mini"
    prompt_tokens: int = 6000
    completion_tokens: int = 500


class Stock(msgspec.Struct, frozen=True, kw_only=True):
    """What so many papers take up and ask for."""

    papers: int
    a_day: float
    log_bytes: float
    bus_disk_bytes: float
    bus_memory_bytes: float
    pdf_bytes: float
    text_bytes: float
    objects_disk_bytes: float
    points: float
    index_disk_bytes: float
    index_memory_bytes: float
    index_memory_int8_bytes: float
    indexer_cores: float
    other_cores: float
    fill_days: float
    """To index the whole stock anew on 16 cores."""
    llm_day_usd: float
    llm_stock_usd: float


class Crowd(msgspec.Struct, frozen=True, kw_only=True):
    """What so many people ask for."""

    users: int
    watches: float
    watches_bytes: float
    searches_s: float
    gateway_cores: float
    gateways_live: float
    deliveries_day: float
    deliveries_full_days: float
    """Until the bucket of deliveries is full, if nothing is cleaned up."""
    notices_bytes: float


def passages(units: Units, given: Assumed) -> float:
    """Of one paper."""
    return units.passages_per_page * given.pages


def log_of_paper(units: Units) -> float:
    """Bytes of the log for one version."""
    return sum(units.log_bytes.values())


def indexer_s(units: Units, given: Assumed) -> float:
    """CPU seconds for one paper: all of it is taken to grow with the passages."""
    return units.cpu_s["indexer"] * passages(units, given) / units.cpu_passages


def stock(papers: int, units: Units, given: Assumed) -> Stock:
    """The papers."""
    versions = papers * given.versions
    a_day = versions / given.years / YEAR_DAYS
    each = passages(units, given)
    points = papers * (each + 1)  # an old version's points go
    log = versions * log_of_paper(units)
    pdfs = versions * given.pdf_bytes
    texts = versions * (each * units.text_bytes + units.summary_bytes)
    in_time = a_day * given.busiest / (given.drain_hours * HOUR_S * given.core_share)
    others = ("fetcher", "summarizer", "notifier", "gateway")
    cost = cost_usd(prices_of(given.model), given.prompt_tokens, given.completion_tokens)
    vectors = points * given.dimensions * given.index_overhead * given.index_copies
    return Stock(
        papers=papers,
        a_day=a_day,
        log_bytes=log,
        bus_disk_bytes=log * given.bus_copies,
        bus_memory_bytes=papers * units.rows * units.subject_bytes,
        pdf_bytes=pdfs,
        text_bytes=texts,
        objects_disk_bytes=(pdfs + texts) * given.object_overhead,
        points=points,
        index_disk_bytes=points * units.point_bytes * given.index_copies,
        index_memory_bytes=vectors * 4,
        index_memory_int8_bytes=vectors,
        indexer_cores=in_time * indexer_s(units, given),
        other_cores=in_time * sum(units.cpu_s[name] for name in others),
        fill_days=papers * indexer_s(units, given) / 16 / DAY_S,
        llm_day_usd=a_day * cost,
        llm_stock_usd=papers * cost,
    )


def crowd(users: int, units: Units, given: Assumed) -> Crowd:
    """The people, but for matching, which depends on the papers too."""
    a_day = users * given.deliveries
    peak = users * given.searches * 0.2 / HOUR_S
    return Crowd(
        users=users,
        watches=users * given.watches,
        watches_bytes=users * given.watches * units.watch_bytes,
        searches_s=peak,
        gateway_cores=peak * units.search_s / given.core_share,
        gateways_live=math.ceil(users * given.live / given.live_clients),
        deliveries_day=a_day,
        deliveries_full_days=LIMITS["deliveries"] / (a_day * units.delivery_bytes),
        notices_bytes=a_day * 90 * units.notices_bytes,
    )


def matching_cores(papers: int, users: int, units: Units, given: Assumed) -> float:
    """Of the notifier, to match the busiest day with every watch in time."""
    a_day = papers * given.versions / given.years / YEAR_DAYS * given.busiest
    seconds = a_day * users * given.watches * units.match_s
    return seconds / (given.drain_hours * HOUR_S * given.core_share)


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """One limit of the servers as they are sized, and how many papers fit."""

    what: str
    limit_bytes: float
    papers: float


def node(units: Units, given: Assumed, sizes: dict[str, dict[str, float]]) -> list[Node]:
    """What one server of each kind holds; ``sizes`` are the servers of deploy/fleet.toml."""
    each = passages(units, given) + 1
    log = log_of_paper(units) * given.versions
    objects = given.versions * (
        given.pdf_bytes + passages(units, given) * units.text_bytes + units.summary_bytes
    )
    vector = each * given.dimensions * given.index_overhead
    rows = (
        ("log: max_bytes of PAPERS", LIMITS["PAPERS"], log),
        ("bus: disk", sizes["nats"]["disk_gib"] * GIB, log),
        (
            "bus: memory, for subjects alone",
            sizes["nats"]["memory_limit"] * MIB,
            units.rows * units.subject_bytes,
        ),
        ("objects: disk", sizes["objects"]["disk_gib"] * GIB, objects),
        ("index: disk", sizes["qdrant"]["disk_gib"] * GIB, each * units.point_bytes),
        ("index: memory, vectors as they are", sizes["qdrant"]["memory_limit"] * MIB, vector * 4),
        ("index: memory, quantised to int8", sizes["qdrant"]["memory_limit"] * MIB, vector),
    )
    return [Node(what=what, limit_bytes=limit, papers=limit / cost) for what, limit, cost in rows]
