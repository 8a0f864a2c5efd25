"""The one place where XML from outside is parsed: no DTD, no entities, a size limit."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from common.errors import Retryable

__all__ = ["Element", "HostileXml", "NotXml", "child", "children", "local", "parse", "text"]

MAX_BYTES = 20_000_000


class NotXml(Retryable):
    """The source answered something else than the XML asked for; it may do better next time."""


class HostileXml(NotXml):
    """The answer has a DTD or entities, or is too large; often a page put before the source."""


def parse(body: bytes, *, source: str) -> Element:
    """The root element; raises NotXml or HostileXml."""
    if len(body) > MAX_BYTES:
        raise HostileXml(f"{source} answered {len(body)} bytes of XML, the limit is {MAX_BYTES}")
    try:
        root: Element = fromstring(body, forbid_dtd=True)
    except DefusedXmlException as error:
        raise HostileXml(f"{source} answered XML with a DTD") from error
    except (ParseError, ValueError, LookupError) as error:
        raise NotXml(f"{source} answered something that is not XML: {error}") from error
    return root


def local(element: Element) -> str:
    """The tag without its namespace, which real answers do not always declare."""
    return str(element.tag).rpartition("}")[2]


def children(element: Element | None, *names: str) -> Iterator[Element]:
    """The direct children with one of these local names."""
    if element is not None:
        for child in element:
            if local(child) in names:
                yield child


def child(element: Element | None, *path: str) -> Element | None:
    """The first descendant along a path of local names."""
    for name in path:
        element = next(children(element, name), None)
    return element


def text(element: Element | None, *path: str) -> str:
    """The text at the end of a path; empty when there is none."""
    found = child(element, *path)
    return "".join(found.itertext()) if found is not None else ""
