"""What a person says of a paper, by the buttons on the page."""

from litestar import Response, post

from common.errors import ServiceError, UsageError
from common.paperid import parse
from gateway.gate import safe_next
from gateway.pages import render
from gateway.ports import Stores
from gateway.principal import principal
from gateway.shelf import forms
from gateway.shelf.browsing import check_known
from gateway.shelf.shelf import Shelf
from gateway.wiring import AnyRequest, Wiring

KINDS = ("row", "foryou", "library", "paper")
"""Where the buttons are; a form that names none leads on to another page."""


@post("/library", include_in_schema=False)
async def say(request: AnyRequest, stores: Wiring) -> Response[bytes]:
    """Store it; a script gets the buttons as they are now, others go on to where they were."""
    form = {str(name): str(value) for name, value in (await request.form()).items()}
    here, kind = safe_next(form.get("next", "/")), form.get("kind", "")
    named = parse(form.get("paper", ""))
    who, problem = principal(request), ""
    shelf = await stores.shelves.of(who)
    await check_known(stores, shelf, named)
    quiet = request.headers.get("hx-request") == "true" and kind in KINDS
    try:
        said = await stores.shelves.say(who, named.key, forms.of_form(form))
    except UsageError as error:
        if not quiet:
            raise
        said, problem = shelf.said(named.key), f"The {error.field} {error.message}."
    if not quiet:
        return render.see(here)
    return render.page(
        request,
        "said.html",
        said=said,
        kind=kind,
        title=form.get("title", "")[:1000],
        here=here,
        tags=tuple((await stores.shelves.of(who)).tags),
        problem=problem,
        typed=form.get("tag", "")[:400] if problem else "",
        status=400 if problem else 200,
    )


async def shelf_or_none(request: AnyRequest, stores: Stores) -> Shelf | None:
    """The shelf of who asks; without it a page has no buttons, and is shown all the same."""
    try:
        return await stores.shelves.of(principal(request))
    except ServiceError:
        return None
