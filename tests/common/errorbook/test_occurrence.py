"""Errors as the log tells of them: their kind, their place, each once."""

import json
import logging
import threading
from collections.abc import Iterator

import pytest
import structlog

from common import logs
from common.errorbook.occurrence import Occurrence, happened, listen, unlisten
from common.errors import UsageError
from common.secret import Secret


@pytest.fixture
def heard() -> Iterator[list[Occurrence]]:
    """What a listener is told while logs are as in a service."""
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    logs.configure("fetcher", "info", "json")
    found: list[Occurrence] = []
    listen(found.append)
    yield found
    unlisten(found.append)
    structlog.reset_defaults()
    root.handlers[:] = before[0]
    root.setLevel(before[1])


def raised() -> Exception:
    """An error out of a library, by way of our own code."""
    try:
        Secret("short").check("KEY", least_bytes=16)
    except UsageError as error:
        return error
    raise AssertionError


def test_an_error_of_ours_is_placed_where_we_raised_it(heard: list[Occurrence]) -> None:
    structlog.get_logger().error("failed", exc_info=raised())
    (one,) = heard
    assert (one.kind, one.place) == ("UsageError", "common.secret:Secret.check")


def test_an_error_of_a_library_is_placed_where_we_called_it(heard: list[Occurrence]) -> None:
    try:
        logs.configure("fetcher", "no-such-level", "json")
    except KeyError:
        structlog.get_logger().exception("failed")
    assert [one.place for one in heard] == ["common.controls.levels:Levels.begin"]


def test_one_exception_counts_once_however_often_it_is_told(heard: list[Occurrence]) -> None:
    error = raised()
    happened(Occurrence(error, "bury"))
    structlog.get_logger().error("dead", exc_info=error)
    assert len(heard) == 1


@pytest.mark.parametrize("level", ["info", "warning"])
def test_lesser_lines_do_not_count(heard: list[Occurrence], level: str) -> None:
    getattr(structlog.get_logger(), level)("waiting", exc_info=raised())
    assert heard == []


def test_a_line_without_an_exception_counts_by_its_name(heard: list[Occurrence]) -> None:
    structlog.get_logger().error("bus_refused", error="x")
    (one,) = heard
    assert one.kind == "bus_refused"
    assert one.place.endswith(f":{test_a_line_without_an_exception_counts_by_its_name.__name__}")


def test_libraries_and_other_threads_are_heard(heard: list[Occurrence]) -> None:
    def speak() -> None:
        try:
            json.loads("{")
        except ValueError:
            logging.getLogger("library").exception("no json")

    thread = threading.Thread(target=speak)
    thread.start()
    thread.join()
    assert [one.kind for one in heard] == ["JSONDecodeError"]


def test_nobody_is_told_who_does_not_listen(heard: list[Occurrence]) -> None:
    unlisten(heard.append)
    structlog.get_logger().error("failed")
    assert heard == []
