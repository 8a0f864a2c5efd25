"""Where settings differ."""

from cli.config.differing import Difference, from_defaults, from_others, from_running
from common.configured import Configured, Setting
from common.started import Started


def program(name: str, **values: str) -> Configured:
    settings = [Setting(name=key, value=value, default="d") for key, value in values.items()]
    return Configured(program=name, settings=settings, problems=[])


def difference(name: str, here: str, there: str, *services: str) -> Difference:
    return Difference(name=name, here=here, there=there, services=services)


def test_from_defaults_the_same_of_several_is_told_once() -> None:
    found = [program("fetcher", A="1", B="d"), program("indexer", A="1", C="2")]
    assert from_defaults(found) == [
        difference("A", "1", "d", "fetcher", "indexer"),
        difference("C", "2", "d", "indexer"),
    ]


def test_from_another_source() -> None:
    here = [program("fetcher", A="1", B="2"), program("indexer", A="1")]
    there = [program("fetcher", A="1", B="3")]
    assert from_others(here, there) == [difference("B", "2", "3", "fetcher")]


def test_from_what_runs_but_not_what_each_process_has_of_its_own() -> None:
    here = [program("fetcher", A="1", NEW="x", HEALTH_PORT="9090"), program("indexer", A="5")]
    values = {"A": "2", "HEALTH_PORT": "1234"}
    running = {"fetcher": Started(service="fetcher", version="1", at="", values=values)}
    assert from_running(here, running) == [
        difference("A", "1", "2", "fetcher"),
        difference("NEW", "x", "", "fetcher"),
    ]
