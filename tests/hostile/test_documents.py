"""Rules X4 and L8: XML and JSON from strangers expand to nothing and ask nobody."""

import json
from pathlib import Path

import msgspec
import pytest

from canary import Canary
from common import xmltree
from common.errors import UNREADABLE, Retryable
from common.events import ALL_MESSAGES, Message
from fetcher.sidecar import BadSidecar, read_sidecar

SOURCES = sorted((Path(__file__).parents[2]).glob("*/*/src/**/*.py"))
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))


def hostile_xml(port: int) -> list[bytes]:
    url = f"http://127.0.0.1:{port}/canary"
    return [
        f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]><x>&l11;</x>'.encode(),
        f'<!DOCTYPE x [<!ENTITY a "{"a" * 50_000}">]><x>{"&a;" * 5000}</x>'.encode(),
        f'<!DOCTYPE x [<!ENTITY e SYSTEM "{url}">]><x>&e;</x>'.encode(),
        f'<!DOCTYPE x SYSTEM "{url}.dtd"><x/>'.encode(),
        f'<!DOCTYPE x PUBLIC "-//X//Y" "{url}.dtd"><x/>'.encode(),
        f'<!DOCTYPE x [<!ENTITY % p SYSTEM "{url}"> %p;]><x/>'.encode(),
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "php://filter/read=/etc/passwd">]><x>&e;</x>',
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY e "x">]><x>&e;</x>'.encode(
            "utf-16"
        ),
        b"<x>&undefined;</x>",
        b"<x>\x00</x>",
        b"<x",
        b"",
    ]


def test_no_entity_is_ever_expanded(canary: Canary) -> None:
    for body in hostile_xml(canary.port):
        with pytest.raises(Retryable):
            xmltree.parse(body, source="test")


def test_includes_are_plain_elements(canary: Canary) -> None:
    url = f"http://127.0.0.1:{canary.port}/x"
    body = f'<x xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="{url}"/></x>'
    assert xmltree.text(xmltree.parse(body.encode(), source="test")) == ""
    sheet = f'<?xml-stylesheet href="{url}"?><x xsi:schemaLocation="a {url}" xmlns:xsi="s"/>'
    assert xmltree.local(xmltree.parse(sheet.encode(), source="test")) == "x"


def test_xml_is_parsed_in_one_place_only() -> None:
    assert len(SOURCES) > 200
    parsers = ("xml.", "lxml", "defusedxml", "html5lib", "bs4")
    found = {
        file.name
        for file in SOURCES
        for line in file.read_text().splitlines()
        if line.startswith(("import ", "from ")) and line.split()[1].startswith(parsers)
        # Only quoting, or the stand-in for arXiv, which reads nothing.
        if "xml.sax.saxutils" not in line and "/standalone/upstream/" not in file.as_posix()
    }
    # What strangers send, and the listings of our own object store; both without DTD and entities.
    assert found == {"xmltree.py", "objectlist.py"}


DEEP = [b"[" * 100_000, b'{"a":' * 100_000, b"[" * 2000 + b"]" * 2000]


@pytest.mark.parametrize("body", [*DEEP, b'{"id": NaN}', b"\xff", b'{"version": 1e999}', b"1" * 9])
def test_a_sidecar_of_a_stranger_is_refused_in_words(body: bytes) -> None:
    with pytest.raises(BadSidecar):
        read_sidecar(body)


@pytest.mark.parametrize("body", [*DEEP, b"\xff\xfe", b"null", b"[]", json.dumps("x" * 9).encode()])
@pytest.mark.parametrize("kind", ALL_MESSAGES, ids=lambda kind: kind.subject)
def test_no_message_survives_being_none(kind: type[Message], body: bytes) -> None:
    with pytest.raises(UNREADABLE):
        msgspec.json.decode(body, type=kind)
