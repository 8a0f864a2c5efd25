"""Levels of modules that change while the process runs, for both kinds of logs."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from common import logs
from common.controls.levels import LEVELS, Levels

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    yield
    LEVELS.begin("info")
    structlog.reset_defaults()
    root.handlers[:] = before[0]
    root.setLevel(before[1])


def begin() -> None:
    """The log as in a service; not by a fixture, as stderr is another one in the test itself."""
    logs.configure("fetcher", "info", "json")


def said(capsys: Capture) -> list[str]:
    lines = capsys.readouterr().err.splitlines()
    return [str(json.loads(line)["event"]) for line in lines]


def speak(module: str) -> None:
    """Log a line of each level as if from ``module``."""
    source = "log = structlog.get_logger('x')\nfor name in levels: getattr(log, name)(name)"
    levels = ("debug", "info", "warning", "error")
    code: dict[str, Any] = {"__name__": module, "structlog": structlog, "levels": levels}
    exec(source, code)


@pytest.mark.parametrize(
    ("levels", "module", "least"),
    [
        ({}, "fetcher.arxiv", "info"),
        ({"root": "debug"}, "fetcher.arxiv", "debug"),
        ({"root": "error"}, "fetcher.arxiv", "error"),
        ({"fetcher.arxiv": "debug"}, "fetcher.arxiv", "debug"),
        ({"fetcher.arxiv": "debug"}, "fetcher.oai", "info"),
        ({"fetcher": "debug"}, "fetcher.arxiv", "debug"),
        ({"fetcher": "debug", "fetcher.arxiv": "error"}, "fetcher.arxiv", "error"),
        ({"fetch": "debug"}, "fetcher.arxiv", "info"),
        ({"root": "debug", "common": "warning"}, "common.boundary", "warning"),
    ],
)
def test_a_module_says_as_much_as_it_may(
    capsys: Capture, levels: dict[str, str], module: str, least: str
) -> None:
    begin()
    LEVELS.change(levels)
    speak(module)
    order = ["debug", "info", "warning", "error"]
    assert said(capsys) == order[order.index(least) :]


def test_a_logger_that_spoke_before_follows_and_goes_back(capsys: Capture) -> None:
    begin()
    log = structlog.get_logger("x")
    log.debug("before")
    LEVELS.change({__name__: "debug"})
    log.debug("while")
    LEVELS.change({})
    log.debug("after")
    assert said(capsys) == ["while"]


def test_libraries_follow_and_get_their_own_level_back(capsys: Capture) -> None:
    begin()
    library = logging.getLogger("some.library")
    logging.getLogger("some").setLevel(logging.ERROR)
    library.warning("at first")
    LEVELS.change({"some": "debug"})
    library.debug("while")
    LEVELS.change({})
    library.warning("after")
    assert said(capsys) == ["while"]
    assert logging.getLogger("some").level == logging.ERROR
    logging.getLogger("some").setLevel(logging.NOTSET)


def test_the_root_does_not_wake_all_libraries() -> None:
    begin()
    LEVELS.change({"root": "debug"})
    assert logging.getLogger().level == logging.WARNING


def test_is_enabled_for_tells_the_same() -> None:
    begin()
    log = structlog.get_logger("x")
    assert not log.is_enabled_for(logging.DEBUG)
    LEVELS.change({__name__: "debug"})
    assert log.is_enabled_for(logging.DEBUG)
    assert log.get_effective_level() == logging.DEBUG


def test_what_was_set_is_forgotten_at_the_next_start() -> None:
    levels = Levels()
    levels.begin("warning")
    levels.change({"a": "debug"})
    assert levels.of("a.b") == logging.DEBUG
    levels.begin("error")
    assert levels.of("a.b") == logging.ERROR
