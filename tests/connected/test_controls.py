"""What an operator sets while services run, and what they tell: on a real bus with real rights."""

import asyncio
import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from litestar.testing import AsyncTestClient

from buses import connected, until
from cli.__main__ import main
from cli.errors.gather import Errors, grouped, read
from common import started
from common.buskeys import seed_file
from common.controls.record import BUCKET, FLAG, LOG, Control, Place
from common.controls.store import Store
from common.controls.watch import Controls
from common.errorbook.record import BUCKET as ERRORS
from common.errors import UsageError
from common.events import PaperAnnounced, PaperMeta
from common.pauses import pause_of
from common.topology import OPERATOR
from fakes_gateway import World
from gateway import app
from gateway.gate import LOCAL_NAMES, Gate
from gateway.hub import Hub
from servers import Nats, free_port, nats_server, poll_until
from tiny_running import PAPER, tiny

pytestmark = pytest.mark.connected

DOWNLOADING = Place(FLAG, "fetcher", "downloading")
SECONDS = 60
AT, SOON = "2026-07-14T09:00:00.000000Z", "2026-07-14T09:00:00.200000Z"
SEARCH = "/api/v1/search?q=graphs"


@pytest.fixture
def secured(tmp_path: Path, provisioned: Path) -> Iterator[Nats]:
    """A server that knows its users."""
    with nats_server(tmp_path / "nats", secured=True, store=provisioned) as server:
        yield server


async def put(nats: Nats, place: Place, control: Control) -> None:
    async with connected(nats, user=OPERATOR if nats.keys.exists() else "") as runtime:
        await Store(runtime.kv(BUCKET)).put(place, control)


async def pause(nats: Nats) -> str:
    async with connected(nats, user=OPERATOR) as runtime:
        found = pause_of(await runtime.js.consumer_info("PAPERS", "fetcher-paper-announced"))
    return found.state if found else ""


async def _announced(nats: Nats) -> None:
    async with connected(nats, "fetcher", user="fetcher") as runtime:
        event = PaperAnnounced(paper=PAPER, version=1, meta=PaperMeta(title="T"))
        assert await runtime.ledger.announce(event, None)


def test_a_switched_off_step_waits_on_the_server_over_a_restart_and_then_goes_on(
    secured: Nats, tmp_path: Path
) -> None:
    seed = str(seed_file(secured.keys, "fetcher"))
    with tiny(tmp_path / "service", secured, NATS_NKEY_SEED_FILE=seed) as service:
        # Set while it does not run: not even the first message may slip through.
        asyncio.run(put(secured, DOWNLOADING, Control(value="off")))
        asyncio.run(_announced(secured))
        service.start()
        service.becomes_ready()
        assert asyncio.run(pause(secured)) == "switched_off"
        service.signal(signal.SIGTERM)
        assert service.ends(SECONDS) == 0
        assert asyncio.run(pause(secured)) == "switched_off"

        service.start()
        service.becomes_ready()
        asyncio.run(put(secured, Place(LOG, "all", "common.pausing"), Control(value="error")))
        poll_until(lambda: bool(service.said("log_levels")), "no level", seconds=SECONDS)
        secured.kill()
        secured.start()
        asyncio.run(put(secured, DOWNLOADING, Control(value="on")))
        poll_until(lambda: service.begun() == 1, "it does not go on", seconds=SECONDS)
        assert asyncio.run(pause(secured)) == ""
        assert [line["on"] for line in service.said("switched")] == [False, False, True]
        # The last resume was said at a level that its module may no longer use.
        assert len(service.said("switched_off")) == 1
        assert not service.said("switched_on")


def test_errors_and_settings_of_a_service_are_told_also_when_it_ends(
    secured: Nats, tmp_path: Path
) -> None:
    seed = str(seed_file(secured.keys, "fetcher"))
    with tiny(tmp_path / "service", secured, NATS_NKEY_SEED_FILE=seed, WORKERS="3") as service:
        for name in ("task", "break"):
            (service.folder / name).touch()
        service.start()
        assert service.ends(SECONDS) == 1
    found, began = asyncio.run(_told(secured))
    assert began is not None
    assert (began.service, began.values["WORKERS"]) == ("fetcher", "3")
    (kind,) = found.types
    (place,) = kind.places
    assert (kind.type, kind.count, place.service) == ("ZeroDivisionError", 1, "fetcher")
    assert place.place.endswith("task")
    assert place.message == "a bug in a task"


async def _told(nats: Nats) -> tuple[Errors, started.Started | None]:
    async with connected(nats, user=OPERATOR) as runtime:
        kv = runtime.kv(ERRORS)
        return grouped(await read(kv), "2020"), await started.of(kv, "fetcher")


async def test_a_switched_off_part_of_the_gateway_refuses_until_its_time_is_over(
    nats: Nats,
) -> None:
    clock = [AT]
    async with connected(nats, "gateway") as runtime:
        controls = Controls("gateway", runtime.nc, runtime.js, lambda: clock[0])
        following = asyncio.create_task(controls.follow())
        world, gate = World(), Gate("", hosts=LOCAL_NAMES)
        made = app.create(world.stores(is_on=controls.is_on), Hub(world.bus), gate)

        async def search_is(is_on: bool) -> bool:
            return controls.is_on("search") is is_on

        async with AsyncTestClient(made, base_url="http://127.0.0.1:8080") as client:
            assert (await client.get(SEARCH)).status_code == 200
            await put(nats, Place(FLAG, "all", "search"), Control(value="off", until=SOON))
            await until(lambda: search_is(False), "search is on", seconds=SECONDS)
            refused = await client.get(SEARCH)
            assert refused.status_code == 503
            assert refused.headers["retry-after"] == "60"
            assert "switched off by the operator" in refused.json()["detail"]
            asked = await client.post("/api/v1/papers", json={"ids": ["2401.00001"]})
            assert asked.status_code == 202  # only what was switched off
            clock[0] = SOON
            await until(lambda: search_is(True), "it does not end by itself", seconds=SECONDS)
            assert (await client.get(SEARCH)).status_code == 200
        following.cancel()
    with pytest.raises(UsageError):
        await put(nats, Place(FLAG, "gateway", "search"), Control(value="maybe"))


def test_the_commands_set_show_and_clear(nats: Nats) -> None:
    def run(*arguments: str) -> str:
        result = CliRunner().invoke(main, list(arguments), env={"NATS_URL": nats.url})
        assert result.exit_code == 0, result.output
        return result.output

    assert "indexing is off until " in run("flags", "set", "indexing", "off", "--for", "2h")
    shown = {one["name"]: one for one in json.loads(run("flags", "list", "--json"))}
    assert [name for name, one in shown.items() if not one["is_on"]] == ["indexing"]
    assert "since" in run("flags", "list")
    assert run("flags", "clear", "indexing") == "indexing is on, as it is by itself\n"
    assert run("flags", "clear", "indexing").endswith("; nothing was set\n")

    assert "logs at debug in all services" in run("log", "level", "fetcher.arxiv", "debug")
    (level,) = json.loads(run("log", "list", "--json"))
    assert (level["module"], level["level"], level["service"]) == ("fetcher.arxiv", "debug", "all")
    assert "as it was started" in run("log", "level", "fetcher.arxiv", "default")
    assert json.loads(run("log", "list", "--json")) == []

    assert run("errors").startswith("no errors since ")
    assert json.loads(run("errors", "--json"))["total"] == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("flags set nonsense off", "nonsense"),
        ("flags set indexing off --for soon", "--for"),
        ("flags set indexing perhaps", "perhaps"),
        ("log level 1x debug", "MODULE"),
        ("log level fetcher loud", "LEVEL"),
        ("errors --since 8d", "--since"),
        ("errors --since yesterday", "--since"),
    ],
)
def test_wrong_usage_is_told_before_anything_is_done(arguments: str, words: str) -> None:
    nowhere = {"NATS_URL": f"nats://127.0.0.1:{free_port()}"}
    result = CliRunner().invoke(main, arguments.split(), env=nowhere)
    assert result.exit_code == 2
    assert words in result.output
