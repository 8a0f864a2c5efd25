"""A person's library as it is asked to change, and as it is shown."""

from collections.abc import Callable, Mapping
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from common.ids import now
from gateway import cards
from gateway.ports import Card
from gateway.shelf import said
from gateway.shelf.said import MAX_TAG_CHARS, MAX_TAGS, Opinion, Reading, Said
from gateway.views import PaperItem, PaperKey, View

Tag = Annotated[str, Meta(max_length=4 * MAX_TAG_CHARS, examples=["graph networks"])]


class SaidChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What should change of what you say of a paper; everything else stays."""

    opinion: Opinion | UnsetType = UNSET
    tags: Annotated[tuple[Tag, ...], Meta(max_length=4 * MAX_TAGS)] | UnsetType = UNSET
    """All its tags from now on."""
    state: Reading | UnsetType = UNSET

    def of(self, before: Said) -> Said:
        """What is said then; the same as before when nothing changes. Raises UsageError."""
        after = msgspec.structs.replace(
            before,
            opinion=before.opinion if self.opinion is UNSET else self.opinion,
            tags=before.tags if self.tags is UNSET else said.tags(self.tags),
            state=before.state if self.state is UNSET else self.state,
        )
        return before if after == before else msgspec.structs.replace(after, at=now())


class SaidView(View, frozen=True, kw_only=True):
    """What you say of one paper."""

    id: PaperKey
    opinion: Opinion = "none"
    tags: tuple[str, ...] = ()
    state: Reading = "none"
    at: str = ""
    """When it was last changed; empty when nothing was said."""


class LibraryItem(SaidView, frozen=True, kw_only=True):
    """The same with the paper; without it when the index has lost it."""

    paper: PaperItem | None = None


class LibraryList(View, frozen=True, kw_only=True):
    """A page of your library, what was changed last first; ``next`` is absent on the last one."""

    items: list[LibraryItem]
    total: int
    next_cursor: str | None = None
    next: str | None = None


class TagItem(View, frozen=True, kw_only=True):
    """One of your tags."""

    tag: Annotated[str, Meta(examples=["graph networks"])]
    papers: int


class TagList(View, frozen=True, kw_only=True):
    """All your tags, in the order of the alphabet."""

    items: list[TagItem]


def view(one: Said) -> SaidView:
    """What is said as the API shows it."""
    return SaidView(id=one.paper, opinion=one.opinion, tags=one.tags, state=one.state, at=one.at)


def item(one: Said, card: Card | None) -> LibraryItem:
    """The same with the paper."""
    return LibraryItem(
        **msgspec.structs.asdict(view(one)),
        paper=None if card is None else cards.item(card),
    )


def of_form(form: Mapping[str, str]) -> Callable[[Said], Said]:
    """What the fields of a form on the page change; raises UsageError."""
    opinion = said.opinion(form["opinion"]) if "opinion" in form else UNSET
    state = said.state(form["state"]) if "state" in form else UNSET
    added = {said.tag(one) for one in form.get("tag", "").split(",") if one.strip()}
    gone = {form.get("untag", "")}

    def changed(before: Said) -> Said:
        tags = tuple((set(before.tags) | added) - gone)
        return SaidChange(opinion=opinion, tags=tags, state=state).of(before)

    return changed
