"""Every released shape of every message decodes for ever."""

import typing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from common import chores, events
from common.events import ALL_MESSAGES, Event, Message

GOLDEN = Path(__file__).parent / "golden"
DECLARING = (events.__name__, chores.__name__)
FILES = sorted(GOLDEN.glob("*.json"))
KINDS = {kind.subject: kind for kind in ALL_MESSAGES}


def kind_of(file: Path) -> type[Message]:
    """Files are named ``<subject>.<schema>.json``."""
    return KINDS[file.name.rsplit(".", 2)[0]]


def body_of(file: Path) -> Any:
    return msgspec.json.decode(file.read_bytes())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_golden_file_decodes_to_all_it_says(file: Path) -> None:
    found = msgspec.json.decode(file.read_bytes(), type=kind_of(file))
    for name, value in body_of(file).items():
        assert msgspec.json.decode(msgspec.json.encode(getattr(found, name))) == value


@pytest.mark.parametrize("kind", ALL_MESSAGES, ids=lambda kind: kind.subject)
def test_every_message_has_a_golden_file_with_all_fields(kind: type[Message]) -> None:
    file = GOLDEN / f"{kind.subject}.{events.SCHEMA_VERSION}.json"
    assert file.exists(), "add a sample of the new message; never change those that are there"
    assert set(body_of(file)) == {field.name for field in msgspec.structs.fields(kind)}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_fields_of_tomorrow_are_ignored(file: Path) -> None:
    body = body_of(file)
    body["of_tomorrow"] = {"x": [1]}
    if "meta" in body:
        body["meta"]["of_tomorrow"] = 1
    found = msgspec.json.decode(msgspec.json.encode(body), type=kind_of(file))
    assert found == msgspec.json.decode(file.read_bytes(), type=kind_of(file))


@pytest.mark.parametrize("kind", events.PAPER_EVENTS, ids=lambda kind: kind.subject)
def test_a_reader_of_any_event_can_read_this_one(kind: type[Event]) -> None:
    file = GOLDEN / f"{kind.subject}.1.json"
    event = msgspec.json.decode(file.read_bytes(), type=Event)
    assert (event.paper, event.version) == (body_of(file)["paper"], body_of(file)["version"])


@pytest.mark.parametrize("kind", ALL_MESSAGES, ids=lambda kind: kind.subject)
def test_what_is_not_said_is_not_sent(kind: type[Message]) -> None:
    required = {field.name for field in msgspec.structs.fields(kind) if field.required}
    body = body_of(GOLDEN / f"{kind.subject}.1.json")
    least = msgspec.convert({name: body[name] for name in required}, kind)
    assert set(msgspec.to_builtins(least)) == required


@pytest.mark.parametrize("kind", ALL_MESSAGES, ids=lambda kind: kind.subject)
def test_messages_are_frozen_and_documented(kind: type[Message]) -> None:
    assert kind.__struct_config__.frozen
    assert kind.__doc__
    hints = typing.get_type_hints(kind)
    assert {"event_id", "at", "schema", "trace"} <= set(hints)


def test_subjects_are_unique() -> None:
    assert len(KINDS) == len(ALL_MESSAGES)
    assert {subject.count(".") for subject in KINDS} == {1}


def test_all_messages_are_listed() -> None:
    def below(kind: type[Message]) -> set[type[Message]]:
        return {kind}.union(*(below(child) for child in kind.__subclasses__()))

    declared = {kind for kind in below(Message) if kind.__module__ in DECLARING}
    assert {kind for kind in declared if kind.subject} == set(ALL_MESSAGES)
