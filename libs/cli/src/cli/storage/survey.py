"""Asks every store what it holds; disturbs nothing."""

import asyncio
import math
import os
import shutil
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from cli.census.bus import answered
from cli.census.settings import pairs
from cli.settings import Settings
from cli.storage.holding import BUS, INDEX, LOCAL, LOGS, OBJECTS, Disk, Holding
from common import topology
from common.objectlist import Listed
from common.runtime import Runtime

if TYPE_CHECKING:
    from nats.js import JetStreamContext
    from qdrant_client import AsyncQdrantClient

PART_OF_OWNER = {"pdf": "fetcher", "text": "indexer", "summary": "summarizer"}
STREAM_OWNERS = {
    topology.PAPERS: "all services",
    topology.REQUESTS: "all services",
    topology.NOTICES: "notifier, workers",
    topology.ADVISORIES: "nats",
}
FLOAT_BYTES = 4
BLOCK_BYTES = 512


class Surveyed(NamedTuple):
    """Everything that was found."""

    holdings: list[Holding]
    disks: dict[str, Disk]
    papers: int
    """Papers that can be found by search."""


async def survey(runtime: Runtime, settings: Settings) -> Surveyed:
    """Ask all stores. Raises Unavailable, Terminal, UsageError."""
    # Late: the clients of the stores cost a second that no other command should pay.
    from common import objects
    from common.objectlist import listed
    from common.vectors import adapter

    store = objects.connect(settings.objects)
    qdrant = adapter.client_of(settings.vectors)
    try:
        bus, lying, (collections, papers) = await asyncio.gather(
            of_bus(runtime.js), listed(store, ""), of_index(qdrant)
        )
    finally:
        await qdrant.close()
    folder = settings.doctor.data_dir
    here = await asyncio.to_thread(of_folder, Path(folder)) if folder else []
    volumes = pairs("CENSUS_VOLUMES", settings.census.census_volumes)
    disks = of_disks(volumes or ({"data": folder} if folder else {}))
    return Surveyed([*bus, *of_objects(lying), *collections, *here], disks, papers)


async def of_bus(js: "JetStreamContext") -> list[Holding]:
    """Streams and buckets; one that is missing is left out. Raises Unavailable."""
    owners = {**STREAM_OWNERS, **{f"KV_{one.name}": one.writer for one in topology.BUCKETS}}
    found = []
    for name, owner in owners.items():
        info = await answered(js.stream_info(name))
        if info is None:
            continue
        found.append(
            Holding(
                store=BUS,
                name=name,
                owner=owner,
                count=info.state.messages,
                size_bytes=info.state.bytes,
                limit_bytes=max(0, info.config.max_bytes or 0),
            )
        )
    return found


def of_objects(lying: Iterable[Listed]) -> list[Holding]:
    """Objects by the first part of their keys; pure."""
    counts: defaultdict[str, list[int]] = defaultdict(list)
    for one in lying:
        counts[one.key.partition("/")[0]].append(one.size_bytes)
    return [
        Holding(
            store=OBJECTS,
            name=f"{part}/",
            owner=PART_OF_OWNER.get(part, topology.OPERATOR),
            count=len(sizes),
            size_bytes=sum(sizes),
        )
        for part, sizes in sorted(counts.items())
    ]


async def of_index(qdrant: "AsyncQdrantClient") -> tuple[list[Holding], int]:
    """Collections, and how many papers can be found; what they take up is told by no API."""
    # Late: see survey.
    from common.vectors.collections import PAPERS, served
    from common.vectors.translated import translated

    aliases = await served(qdrant)
    served_as = {name: alias for alias, name in aliases.items()}
    found, papers = [], 0
    with translated():
        for name in sorted(one.name for one in (await qdrant.get_collections()).collections):
            info = await qdrant.get_collection(name)
            points = info.points_count or 0
            if served_as.get(name) == PAPERS:
                papers = points
            vectors = info.config.params.vectors
            dims = [one.size for one in vectors.values()] if isinstance(vectors, dict) else []
            alias = served_as.get(name)
            found.append(
                Holding(
                    store=INDEX,
                    name=name,
                    owner="indexer",
                    count=points,
                    size_bytes=points * sum(dims) * FLOAT_BYTES,
                    note=f"serves {alias}; the vectors alone" if alias else "serves no search",
                )
            )
    return found, papers


def of_folder(folder: Path) -> list[Holding]:
    """What each folder of a system on this machine takes up on its disk; blocks."""
    if not folder.is_dir():
        return []
    found = []
    for sub in sorted(one for one in folder.iterdir() if one.is_dir()):
        sizes = list(_sizes(sub))
        owner = "all processes" if sub.name == LOGS else sub.name
        found.append(
            Holding(
                store=LOCAL,
                name=f"{sub.name}/",
                owner=owner,
                count=len(sizes),
                size_bytes=sum(sizes),
            )
        )
    return found


def _sizes(folder: Path) -> Iterable[int]:
    for root, _, names in os.walk(folder):
        for name in names:
            try:
                yield (Path(root) / name).lstat().st_blocks * BLOCK_BYTES
            except OSError:
                continue  # gone meanwhile


def of_disks(volumes: Mapping[str, str]) -> dict[str, Disk]:
    """How full each volume is; one that is not there is left out."""
    found = {}
    for name, path in volumes.items():
        if path and Path(path).exists():
            usage = shutil.disk_usage(path)
            found[name] = Disk(used_bytes=usage.used, free_bytes=usage.free)
    return found


def fullest(disks: Mapping[str, Disk]) -> tuple[str, float]:
    """The volume that is filled most; nan where none is known."""
    if not disks:
        return "", math.nan
    name = max(disks, key=lambda one: disks[one].used_ratio)
    return name, disks[name].used_ratio
