"""The notifier put together, without a bus to connect to."""

import asyncio
from datetime import timedelta

import msgspec
import pytest
from nats.aio.client import Client

from common.errors import Retryable, ServiceError, Terminal, UsageError
from common.events import MailRequested, PaperEmbedded, SummaryReady
from common.runtime import Runtime
from common.settings import load
from notifier.settings import Settings
from notifier.wiring import now, outbound_of, wire


def loaded(**environ: str) -> Settings:
    return load(Settings, environ)


async def test_it_listens_to_both_moments_with_the_workers_asked_for() -> None:
    runtime = Runtime("notifier", Client())
    async with wire(runtime, loaded(NOTIFY_WORKERS="7")) as wired:
        assert wired.handlers is not None
        bindings = wired.handlers.bindings
        assert {binding.consumer.event: binding.workers for binding in bindings} == {
            PaperEmbedded: 7,
            SummaryReady: 7,
            MailRequested: 1,
        }


async def test_its_tasks_end_when_the_service_stops() -> None:
    runtime = Runtime("notifier", Client())
    runtime.stopping.set()
    async with wire(runtime, loaded()) as wired:
        assert len(wired.tasks) == 2
        for task in wired.tasks:
            await asyncio.wait_for(asyncio.ensure_future(task()), 60)


@pytest.mark.parametrize(
    ("environ", "field"),
    [
        ({"OUTBOUND_ALLOW": "nonsense"}, "OUTBOUND_ALLOW"),
        ({"OUTBOUND_ALLOW": "10.0.0.1/8"}, "OUTBOUND_ALLOW"),
        ({"SMTP_HOST": "mail.example"}, "SMTP_FROM"),
        ({"OPERATORS_MAIL": "a@example.org, nobody"}, "OPERATORS_MAIL"),
        ({"PUBLIC_URL": "paperbus.example"}, "PUBLIC_URL"),
    ],
)
async def test_a_wrong_setting_is_named_before_anything_runs(
    environ: dict[str, str], field: str
) -> None:
    with pytest.raises(UsageError) as caught:
        async with wire(Runtime("notifier", Client()), loaded(**environ)):
            pass
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("allow", "error"),
    [("", Terminal), ("127.0.0.1:2", Terminal), ("127.0.0.1:1", Retryable)],
    ids=["nothing", "another port", "this port"],
)
async def test_what_is_ours_is_out_of_reach_unless_it_is_allowed(
    allow: str, error: type[ServiceError]
) -> None:
    own = msgspec.structs.replace(loaded().notifier, outbound_allow=allow)
    async with outbound_of(own) as outbound:
        with pytest.raises(error):
            await outbound.post("http://127.0.0.1:1/hook", b"{}", {})


def test_now_is_in_utc() -> None:
    assert now().utcoffset() == timedelta(0)
