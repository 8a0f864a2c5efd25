"""The pages of a report: HTML for browsers and mail, Markdown for terminals and text, JSON."""

import re

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from cli.report.document import Document, document
from cli.report.figures import Report
from cli.report.section import Section

FORMATS = ("html", "md", "json")
_MARKS = re.compile(r"([\\`*_\[\]<>|#~])")
_CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f]+")
_CODE = re.compile(r"(`[^`]+`)")


def pages(report: Report) -> dict[str, str]:
    """Every format by its name."""
    shown = document(report)
    return {"html": html(shown), "md": markdown(shown), "json": json(report)}


def json(report: Report) -> str:
    """The struct itself."""
    return msgspec.json.encode(report).decode()


def html(shown: Document) -> str:
    """One page that needs nothing from anywhere; everything in it is escaped."""
    environment = Environment(
        loader=PackageLoader("cli.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["prose"] = _marked_up
    return environment.get_template("report.html").render(document=shown)


def markdown(shown: Document) -> str:
    """The same as text; signs that mean something in Markdown are escaped."""
    blocks = [f"# {_safe(shown.title)}", _safe(shown.lead)]
    tiles = [f"- {one.name}: **{_safe(one.value)}** ({_safe(one.note)})" for one in shown.tiles]
    blocks.append("\n".join(tiles))
    for section in shown.sections:
        blocks += _section(section)
    return "\n\n".join(blocks) + "\n"


def _section(section: Section) -> list[str]:
    blocks = [f"## {_safe(section.title)}"]
    if section.lines:
        blocks.append("\n".join(f"- {_prose(line)}" for line in section.lines))
    if section.rows:
        sides = ["---:" if section.numeric and n else "---" for n in range(len(section.columns))]
        rows = [section.columns, *section.rows]
        lines = [f"| {' | '.join(_safe(cell) for cell in row)} |" for row in rows]
        blocks.append("\n".join([lines[0], f"| {' | '.join(sides)} |", *lines[1:]]))
    return blocks


def _prose(text: str) -> str:
    """What stands between backticks is a command or a name, and stays one."""
    parts = _CODE.split(_line(text))
    return "".join(part if _CODE.fullmatch(part) else _MARKS.sub(r"\\\1", part) for part in parts)


def _marked_up(text: str) -> Markup:
    """The same for HTML."""
    parts = _CODE.split(text)
    return Markup().join(
        Markup("<code>{}</code>").format(part.strip("`")) if _CODE.fullmatch(part) else escape(part)
        for part in parts
    )


def _safe(text: str) -> str:
    return _MARKS.sub(r"\\\1", _line(text).strip())


def _line(text: str) -> str:
    """In one line, without signs that would steer a terminal."""
    return _CONTROL.sub(" ", text)
