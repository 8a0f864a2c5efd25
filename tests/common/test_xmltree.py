"""XML from outside."""

import pytest

from common import xmltree
from common.xmltree import HostileXml, NotXml

LAUGHS = (
    b"""<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><l>&b;</l>"""
)
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE l SYSTEM "file:///etc/passwd"><l/>"""


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (LAUGHS, HostileXml),
        (OUTSIDE, HostileXml),
        (b"<!DOCTYPE html><html><body>We are busy</body></html>", HostileXml),
        (b"broken xml", NotXml),
        (b"", NotXml),
        (b"<a><b></a>", NotXml),
        (b"<html><body>busy<br></body>", NotXml),
        (b"\x00\xff", NotXml),
        (b'<?xml version="1.0" encoding="no-such"?><a/>', NotXml),
    ],
)
def test_refused(body: bytes, error: type[Exception]) -> None:
    with pytest.raises(error, match="source"):
        xmltree.parse(body, source="source")


def test_a_huge_answer_is_refused() -> None:
    with pytest.raises(HostileXml, match="limit"):
        xmltree.parse(b" " * (xmltree.MAX_BYTES + 1), source="x")


def test_names_are_found_whatever_their_namespace() -> None:
    root = xmltree.parse(b'<a xmlns="urn:x"><b><c>1<i>2</i></c></b><b/></a>', source="x")
    assert xmltree.local(root) == "a"
    assert xmltree.text(root, "b", "c") == "12"
    assert xmltree.text(root, "b", "nothing") == ""
    assert len(list(xmltree.children(root, "b"))) == 2
    assert list(xmltree.children(None, "b")) == []
