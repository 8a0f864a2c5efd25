"""A list in Markdown, one paper a line. Pure."""

import re

from gateway.citing.source import pieces
from gateway.citing.work import Work

MOST_AUTHORS = 6
_SPECIAL = re.compile(r"([\\`*_\[\]<>|~$]|&(?=#?\w+;))")
_BEGINS = re.compile(r"^(\d*)(?=[#+=.)-])")
"""What makes a list or a heading of a line that begins with it."""
_UNSAFE = re.compile(r"[`\[\]]|<[A-Za-z/!?]")
"""What is more than a formula to Markdown."""


def line(work: Work) -> str:
    """One paper: who, when, a linked title, and where it came out."""
    title = text(work.title)
    told = [
        _authors(work),
        f"({work.day.year})." if work.day.year else "",
        f"[{title}](<{_address(work.url)}>)." if work.url else f"{title}.",
        f"*{text(work.journal)}*." if work.journal else "",
        text(f"arXiv:{work.eprint}.") if work.eprint else "",
        f"doi:{text(work.doi)}." if work.doi else "",
    ]
    return f"- {' '.join(part for part in told if part)}\n"


def text(words: str) -> str:
    """Words of which Markdown makes nothing else; formulas stay formulas."""
    return "".join(
        one.shown
        if one.kind == "math" and not _UNSAFE.search(one.text)
        else _SPECIAL.sub(r"\\\1", one.shown)
        for one in pieces(words)
    )


def _authors(work: Work) -> str:
    names = [text(name.shown) for name in work.names if name.shown]
    more = " et al." if len(names) > MOST_AUTHORS or work.more_authors else ""
    shown = ", ".join(names[:MOST_AUTHORS]) + more
    return _BEGINS.sub(r"\1\\", shown, count=1)


def _address(url: str) -> str:
    return url.replace("<", "%3C").replace(">", "%3E").replace("\\", "%5C")
