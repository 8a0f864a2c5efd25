"""``python seeded_gateway.py KEY``: the gateway over in-memory stores; it says where it listens."""

import asyncio
import sys

import uvicorn

from common import logs
from common.events import PaperMeta, VersionInfo
from fakes_gateway import World
from gateway import app, server
from gateway.edge import Edge
from gateway.gate import Gate
from gateway.hub import Hub
from gateway.jobs.board import Board
from gateway.live import Pace
from gateway.ports import FeedInfo

FEEDS = (FeedInfo(name="ai-scholar", title="AI scholar"),)
PAPERS = ("2401.00001", "2401.00002", "2401.00003")
SHORT = Pace(max_age_s=0.2, ping_s=0.05)
"""Live streams end soon, so that one may ask for many of them."""


def seeded() -> World:
    world = World()
    for number in PAPERS:
        meta = PaperMeta(
            title=f"Graph networks {number}",
            abstract="We study graph networks at scale.",
            authors=("Ada Lovelace",),
            categories=("cs.LG",),
            announced="2026-07-14",
            licence="http://creativecommons.org/licenses/by/4.0/",
            versions=(VersionInfo(version=1, submitted="2026-07-13T10:00:00Z"),),
            feeds=("ai-scholar",),
        )
        world.add(meta, f"arxiv:{number}")
    return world


async def main(key: str) -> None:
    logs.configure("gateway", "error", "json")
    world = seeded()
    hub, board = Hub(world.bus), Board(world.jobs)
    gate = Gate(key, hosts=None)
    stores = world.stores(feeds=FEEDS)
    made = Edge(app.create(stores, hub, gate, pace=SHORT, board=board), gate)
    config = uvicorn.Config(made, log_level="warning", lifespan="off")
    listener = server.bind("127.0.0.1", 0)
    listener.listen()
    sys.stdout.write(f"http://127.0.0.1:{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    reading = asyncio.gather(hub.run(), board.run(asyncio.Event()))
    try:
        await uvicorn.Server(config).serve(sockets=[listener])
    finally:
        reading.cancel()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
