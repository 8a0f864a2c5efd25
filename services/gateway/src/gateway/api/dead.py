"""Dead letters: what died, why, and once more or never again."""

from typing import Annotated

from litestar import Controller, get, post
from litestar.params import Dependency, Parameter

from common.letters.which import Which
from gateway import letters
from gateway.deadforms import DeadEnds, DeadList, DeadOrder, DeadView
from gateway.wiring import PAGED, QUERY, AnyRequest, Paging, Wiring, next_link

CHOICE = ("service", "class", "reason", "since", "feed", "paper")
Chosen = Annotated[Which, Dependency(skip_validation=True)]
Origin = Annotated[tuple[str, str], Dependency(skip_validation=True)]
Text = Annotated[str, Parameter(max_length=300)]


def provide_which(
    service: Text = "",
    kind: Annotated[str, Parameter(query="class", max_length=300)] = "",
    *,
    reason: Text = "",
    since: Annotated[str, Parameter(max_length=40, description="2h, 3d or a time")] = "",
    origin: Origin,
) -> Which:
    """The filters of the list."""
    feed, paper = origin
    return Which(service=service, kind=kind, reason=reason, since=since, feed=feed, paper=paper)


def provide_origin(feed: Text = "", paper: Text = "") -> tuple[str, str]:
    """Feed and paper a letter is about."""
    return feed, paper


class Dead(Controller):
    """``/dead``: list, show, replay, drop."""

    path = "/dead"
    tags = ("dead letters",)

    @get("/", opt={QUERY: (*CHOICE, *PAGED)}, summary="Dead letters, the longest waiting first")
    async def all(
        self, request: AnyRequest, stores: Wiring, page: Paging, which: Chosen
    ) -> DeadList:
        """Each with its reason in plain words and what mends it."""
        found = await letters.page(stores.letters, which, limit=page.limit, cursor=page.cursor)
        link = next_link(request, found.next_cursor or "")
        return DeadList(items=found.items, next_cursor=found.next_cursor, next=link)

    @get("/{letter:str}", summary="One dead letter")
    async def one(self, letter: str, stores: Wiring) -> DeadView:
        """With the body of the message."""
        return await letters.one(stores.letters, letters.number(letter))

    @post("/replay", status_code=200, summary="Let the services that failed try again")
    async def replay(self, data: DeadOrder, stores: Wiring) -> DeadEnds:
        """Each message goes to the one service that failed; safe to send twice."""
        return await letters.act(stores.letters, data, what="replay")

    @post("/drop", status_code=200, summary="Give dead letters up for good")
    async def drop(self, data: DeadOrder, stores: Wiring) -> DeadEnds:
        """Their papers are cancelled, with the reason dropped; safe to send twice."""
        return await letters.act(stores.letters, data, what="drop")
