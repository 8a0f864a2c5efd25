"""Papers you may want."""

from typing import Annotated

from litestar import get
from litestar.params import Dependency, Parameter

from common.ids import now
from common.ranking.recipe import RECIPE
from gateway import foryou, queries, switched
from gateway.foryou import MAX_DAYS, Ask
from gateway.principal import principal
from gateway.shelf import said, told
from gateway.shelf.told import RecommendationList
from gateway.wiring import QUERY, AnyRequest, Wiring

Asked = Annotated[Ask, Dependency(skip_validation=True)]


def provide_ask(
    category: Annotated[
        list[str] | None, Parameter(description="Category like cs.LG; repeat it or use commas")
    ] = None,
    feed: Annotated[str | None, Parameter(description="Name of a feed", max_length=80)] = None,
    *,
    tag: Annotated[
        str | None, Parameter(description="Learn from the papers of this tag", max_length=300)
    ] = None,
    days: Annotated[
        int | None,
        Parameter(
            ge=0,
            le=MAX_DAYS,
            description="Announced so many days ago at most, 0 for all time; a month by default, "
            "and all time when few papers came in it",
        ),
    ] = None,
    limit: Annotated[int, Parameter(ge=1, le=100, description="How many at most")] = 20,
) -> Ask:
    """What is asked for in a query string."""
    wanted = queries.filters(category=category, feed=feed)
    return Ask(wanted, tag=said.tag(tag) if tag is not None else "", days=days, limit=limit)


@get(
    "/recommendations",
    opt={QUERY: ("category", "feed", "tag", "days", "limit", "explain")},
    tags=["recommendations"],
    summary="Papers you may want",
)
async def recommendations(
    request: AnyRequest, stores: Wiring, ask: Asked, explain: bool = False
) -> RecommendationList:
    """Learned from what you like, tag, mean to read and dislike, without what you know already.

    Before you have said anything: what people here like most, or else what is new.
    """
    switched.need(stores, "recommending")
    found = await foryou.recommended(stores, principal(request), ask, today=now())
    return RecommendationList(
        items=[told.item(one, explain=explain) for one in found.items],
        basis=found.basis,
        days=found.days,
        recipe=RECIPE.version,
    )
