"""What the address bar of the first page says, as text, for the form to show again."""

from typing import Any, NamedTuple
from urllib.parse import urlencode

from litestar.datastructures import MultiDict

from common.licences import KINDS
from gateway import asked, queries
from gateway.asked import Manner, Personal, Question
from gateway.ports import Filters
from gateway.shelf.shelf import Shelf

USUAL = {"mode": "hybrid", "sort": "relevance"}
CHOICES = ("q", "mode", "sort", "cursor", "explain", "inside")
"""Those that do not narrow what is shown."""
ONE = ("feed", "date_from", "date_to", "full_text", "has_summary", "licence", "library", "unread")


SWITCHES = {
    "full_text": "full text was read",
    "has_summary": "has a summary",
    "library": "in my library",
    "unread": "not read yet",
}
"""What is there or not, in words."""


class Bar(NamedTuple):
    """Every value is text, and empty when it is not there."""

    q: str = ""
    mode: str = "hybrid"
    sort: str = "relevance"
    category: tuple[str, ...] = ()
    feed: str = ""
    date_from: str = ""
    date_to: str = ""
    full_text: str = ""
    has_summary: str = ""
    licence: str = ""
    library: str = ""
    unread: str = ""
    explain: str = ""
    inside: str = ""
    """Look inside the papers, and show passages."""
    cursor: str = ""

    @property
    def filtered(self) -> bool:
        """Whether anything but the query narrows the list."""
        return any(value for name, value in self._asdict().items() if name not in CHOICES)

    @property
    def chosen(self) -> bool:
        """Whether anything but the query is not as usual."""
        return self.link(q="") != "/"

    @property
    def is_empty(self) -> bool:
        """Whether the newest papers are shown, from the start."""
        return not (self.q or self.cursor or self.filtered)

    def link(self, **changed: Any) -> str:
        """The address with some values changed, at the start of the list."""
        values = {**self._asdict(), "cursor": "", **changed}
        given = {name: value for name, value in values.items() if value != USUAL.get(name, "")}
        given = {name: value for name, value in given.items() if value}
        return f"/?{urlencode(given, doseq=True)}" if given else "/"

    @property
    def counts(self) -> str:
        """Where the counts of this list are."""
        return f"/counts{self.link().removeprefix('/')}"

    @property
    def unfiltered(self) -> str:
        """The address of the query alone."""
        return self.link(category=(), **dict.fromkeys(ONE, ""))

    def toggled(self, category: str) -> str:
        """The address with one category more, or less."""
        rest = tuple(one for one in self.category if one != category)
        return self.link(category=rest if category in self.category else (*rest, category))

    @property
    def chips(self) -> list[tuple[str, str]]:
        """What narrows the list beside categories, each with the address without it."""
        told = {
            "feed": self.feed,
            "date_from": f"from {self.date_from}",
            "date_to": f"to {self.date_to}",
            "licence": licence_name(self.licence),
            **SWITCHES,
        }
        return [(name, self.link(**{at: ""})) for at, name in told.items() if getattr(self, at)]

    def question(self, shelf: Shelf) -> Question | None:
        """What is looked for, None when nothing is; raises UsageError."""
        if not self.q:
            return None
        manner = Manner(self.mode, self.sort)
        return asked.question(self.q, manner, self.filters(), self.personal, shelf=shelf)

    def narrowed(self, shelf: Shelf) -> Filters:
        """The filters and one's own papers; raises UsageError."""
        return asked.own(self.filters(), self.personal, shelf)

    @property
    def personal(self) -> Personal:
        """Which of one's own papers."""
        return Personal(library=bool(self.library), read=False if self.unread else None)

    def filters(self) -> Filters:
        """The filters alone; raises UsageError."""
        found = queries.filters(
            category=list(self.category),
            feed=self.feed or None,
            dates=(self.date_from or None, self.date_to or None),
            full_text=True if self.full_text else None,
        )
        return queries.further(
            found,
            has_summary=True if self.has_summary else None,
            licence=[self.licence] if self.licence else None,
        )


def licence_name(kind: str) -> str:
    """A kind of licence as people call it."""
    if kind in KINDS:
        return KINDS[kind].label
    return "no licence stated" if kind == "none" else "other licence"


def bar_of(given: MultiDict[str]) -> Bar:
    """The query string; unknown parameters are left alone on the page."""
    return Bar(
        q=given.get("q", "").strip()[: queries.MAX_QUERY_CHARS + 1],
        mode=given.get("mode") or USUAL["mode"],
        sort=given.get("sort") or USUAL["sort"],
        category=tuple(dict.fromkeys(c for c in given.getall("category", []) if c)),
        explain=given.get("explain", ""),
        inside=given.get("inside", ""),
        cursor=given.get("cursor", ""),
        **{name: given.get(name, "") for name in ONE},
    )
