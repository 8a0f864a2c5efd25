"""The pages of dead letters, for the operator."""

from collections import Counter
from urllib.parse import urlencode

import msgspec
from litestar import Response, get, post

from common import topology
from common.errors import UsageError
from common.letters.reasons import REASONS
from common.letters.which import Which
from gateway import letters
from gateway.deadforms import DeadEnds, DeadList, DeadOrder
from gateway.pages import render
from gateway.ports import Stores
from gateway.wiring import AnyRequest, Wiring

PER_PAGE = 50
CHOICE = ("service", "class", "reason", "paper", "feed", "since")
ACTS = ("replay", "drop")
ENDS = ("replayed", "dropped", "settled", "gone", "refused")


@get("/dead", include_in_schema=False)
async def dead_page(request: AnyRequest, stores: Wiring) -> Response[bytes]:
    """The letters that wait, and what became of those just dealt with."""
    asked = {name: request.query_params.get(name, "")[:300] for name in CHOICE}
    ended = {name: request.query_params.get(name, "")[:6] for name in ENDS}
    told = {name: int(n) for name, n in ended.items() if n.isascii() and n.isdecimal()}
    return await _page(request, stores, asked, told=told)


@get("/dead/{letter:str}", include_in_schema=False)
async def letter_page(request: AnyRequest, letter: str, stores: Wiring) -> Response[bytes]:
    """One letter with its body."""
    return render.page(
        request, "letter.html", one=await letters.one(stores.letters, letters.number(letter))
    )


@post("/dead", include_in_schema=False)
async def act_on_letters(request: AnyRequest, stores: Wiring) -> Response[bytes]:
    """Replay or drop: one letter by its number, or all that fit the filters shown."""
    form = {str(name): str(value) for name, value in (await request.form()).items()}
    asked = {name: form.get(name, "") for name in CHOICE}
    try:
        ends = await letters.act(stores.letters, _order(form), what=_act(form))
    except UsageError as error:
        return await _page(request, stores, asked, problem=error)
    query = {name: value for name, value in asked.items() if value} | _counts(ends)
    return render.see(f"/dead?{urlencode(query)}")


def _act(form: dict[str, str]) -> str:
    act = form.get("act", "")
    if act not in ACTS:
        raise UsageError("act", "is neither replay nor drop; use the buttons of the page")
    return act


def _order(form: dict[str, str]) -> DeadOrder:
    named = form.get("letter", "")
    filters = {name: form[name] for name in CHOICE if form.get(name)}
    everything = {"all": form.get("all", "") == "1"}
    fields = {"letters": [named]} if named else filters or everything
    try:
        return msgspec.convert(fields, DeadOrder, strict=False)
    except msgspec.ValidationError as error:
        raise UsageError("letter", f"cannot be used: {error}") from error


def _counts(ends: DeadEnds) -> dict[str, str]:
    return {name: str(n) for name, n in Counter(end.outcome for end in ends.outcomes).items()}


async def _page(
    request: AnyRequest,
    stores: Stores,
    asked: dict[str, str],
    *,
    told: dict[str, int] | None = None,
    problem: UsageError | None = None,
) -> Response[bytes]:
    cursor = request.query_params.get("cursor") or None
    try:
        which = msgspec.convert(asked, Which)
        found = await letters.page(stores.letters, which, limit=PER_PAGE, cursor=cursor)
    except UsageError as error:
        problem, found = problem or error, DeadList(items=[])
    return render.page(
        request,
        "dead.html",
        status=400 if problem else 200,
        found=found,
        waiting=await stores.letters.count(),
        asked=asked,
        filters={name: value for name, value in asked.items() if value},
        told=told or {},
        problem=problem,
        services=topology.SERVICES,
        reasons=sorted(REASONS),
    )
