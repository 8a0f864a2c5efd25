"""Log lines, as text and as JSON."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from opentelemetry.sdk.trace import TracerProvider

from common import logs
from common.trace import context_of

TRACE_ID = "0af7651916cd43dd8448eb211c80319c"
PARENT = f"00-{TRACE_ID}-b7ad6b7169203331-01"
CANARY = "canary77"


Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    yield
    structlog.reset_defaults()
    root.handlers[:] = before[0]
    root.setLevel(before[1])


def lines(capsys: Capture) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_json_is_one_object_a_line(capsys: Capture) -> None:
    logs.configure("fetcher", "info", "json")
    structlog.get_logger().info("done", paper="arxiv:1", v=2, note="a\nb")
    (line,) = lines(capsys)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "done",
        "level": "info",
        "service": "fetcher",
        "paper": "arxiv:1",
        "v": 2,
        "note": "a\nb",
    }


def test_a_span_gives_its_trace(capsys: Capture) -> None:
    logs.configure("fetcher", "info", "json")
    tracer = TracerProvider().get_tracer("test")
    with tracer.start_as_current_span("x", context=context_of(PARENT)):
        structlog.get_logger().info("inside")
    structlog.get_logger().info("outside")
    inside, outside = lines(capsys)
    assert inside["trace_id"] == TRACE_ID
    assert "trace_id" not in outside


@pytest.mark.parametrize(("level", "shown"), [("debug", 3), ("info", 2), ("error", 1)])
def test_level(capsys: Capture, level: str, shown: int) -> None:
    logs.configure("fetcher", level, "json")
    log = structlog.get_logger()
    log.debug("a")
    log.info("b")
    log.error("c")
    assert len(lines(capsys)) == shown


def say_secrets() -> None:
    log = structlog.get_logger()
    log.warning(f"sent password={CANARY}")
    log.warning("said", error=f"Authorization: Bearer {CANARY}")
    log.warning("nested", about={"headers": [f"api_key={CANARY}"]}, pair=("x", f"token={CANARY}"))
    log.warning("object", error=ValueError(f"https://u:{CANARY}@host"))
    try:
        raise ValueError(f"secret={CANARY}")
    except ValueError as error:
        log.error("caught", exc_info=error)
        logging.getLogger("library").exception("library says token=%s", CANARY)


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_secret_is_logged(capsys: Capture, form: str) -> None:
    logs.configure("fetcher", "debug", form)
    say_secrets()
    text = capsys.readouterr().err
    assert CANARY not in text
    assert text.count("***") >= 7
    assert text.count("Traceback") == 2


def test_libraries_speak_json_too(capsys: Capture) -> None:
    logs.configure("fetcher", "info", "json")
    logging.getLogger("nats.aio").warning("slow %s", "consumer")
    logging.getLogger("nats.aio").info("not shown")
    (line,) = lines(capsys)
    assert (line["event"], line["level"], line["service"]) == (
        "slow consumer",
        "warning",
        "fetcher",
    )


def test_text_is_readable(capsys: Capture) -> None:
    logs.configure("fetcher", "info", "text")
    structlog.get_logger().info("done", paper="arxiv:1")
    (line,) = capsys.readouterr().err.splitlines()
    assert all(part in line for part in ("info", "done", "paper=arxiv:1", "service=fetcher"))


def test_configuring_again_replaces(capsys: Capture) -> None:
    logs.configure("one", "info", "json")
    logs.configure("two", "info", "json")
    structlog.get_logger().info("x")
    logging.getLogger("library").error("y")
    assert [line["service"] for line in lines(capsys)] == ["two", "two"]
