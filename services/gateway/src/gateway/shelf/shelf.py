"""The shelf of one person: a view of everything they say that does not change any more."""

from collections.abc import Iterable
from functools import cached_property

from common.errors import UsageError
from gateway.shelf.said import MAX_TAG_CHARS, Opinion, Reading, Said


class Shelf:
    """Papers are in the order in which they were last spoken of, the newest first."""

    def __init__(self, entries: Iterable[Said] = ()) -> None:
        told = (one for one in entries if not one.is_nothing)
        self.entries = tuple(sorted(told, key=lambda one: (one.at, one.paper), reverse=True))
        self._by_paper = {one.paper: one for one in self.entries}

    def said(self, paper: str) -> Said:
        """What is said of a paper; nothing for most."""
        return self._by_paper.get(paper) or Said(paper=paper)

    def papers(self) -> frozenset[str]:
        """All papers of which something is said."""
        return self._papers

    @cached_property
    def _papers(self) -> frozenset[str]:
        return frozenset(self._by_paper)

    @cached_property
    def liked(self) -> tuple[str, ...]:
        """Papers the person likes."""
        return tuple(one.paper for one in self.entries if one.opinion == "like")

    @cached_property
    def disliked(self) -> tuple[str, ...]:
        """Papers the person does not want to see."""
        return tuple(one.paper for one in self.entries if one.opinion == "dislike")

    @cached_property
    def tags(self) -> dict[str, tuple[str, ...]]:
        """The papers of each tag; tags in the order of the alphabet."""
        found: dict[str, list[str]] = {}
        for one in self.entries:
            for name in one.tags:
                found.setdefault(name, []).append(one.paper)
        return {name: tuple(found[name]) for name in sorted(found, key=_alphabet)}

    def tagged(self, tag: str) -> tuple[str, ...]:
        """The papers of one tag; raises UsageError when no paper has it."""
        if tag not in self.tags:
            known = ", ".join(list(self.tags)[:10])
            mend = f"yours are {known}" if known else "tag a paper first, or leave it out"
            raise UsageError("tag", f"{tag[:MAX_TAG_CHARS]!r} is not one of your tags; {mend}")
        return self.tags[tag]

    @cached_property
    def wanted(self) -> tuple[str, ...]:
        """Papers that speak for what the person wants: liked, tagged, or taken to read."""
        return tuple(
            one.paper
            for one in self.entries
            if one.opinion != "dislike" and (one.opinion == "like" or one.tags or _is_kept(one))
        )

    def in_state(self, *states: Reading) -> tuple[str, ...]:
        """Papers in one of these reading states."""
        return tuple(one.paper for one in self.entries if one.state in states)

    def narrowed(
        self, *, tag: str = "", state: Reading | None = None, opinion: Opinion | None = None
    ) -> list[Said]:
        """What is said, as far as it fits everything that is given."""
        return [
            one
            for one in self.entries
            if (not tag or tag in one.tags)
            and state in (None, one.state)
            and opinion in (None, one.opinion)
        ]


def _is_kept(one: Said) -> bool:
    return one.state in ("to_read", "reading")


def _alphabet(name: str) -> tuple[str, str]:
    return name.casefold(), name
