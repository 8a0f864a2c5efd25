"""Signing in with the shared key, and out again."""

import asyncio
import time

from litestar import Response, get, post
from litestar.datastructures import Cookie

from gateway.access import PUBLIC
from gateway.failures import TooMany
from gateway.gate import COOKIE, safe_next
from gateway.pages import render
from gateway.wiring import AnyRequest, Door

WRONG_S = 0.3


@get("/signin", opt={PUBLIC: True}, include_in_schema=False)
async def signin_page(request: AnyRequest, gate: Door) -> Response[bytes]:
    """The form; nobody needs it where no key is set."""
    place = safe_next(request.query_params.get("next", "/"))
    if gate.open:
        return render.see(place)
    return render.page(request, "signin.html", next=place, problem="")


@post("/signin", opt={PUBLIC: True}, include_in_schema=False)
async def signin(request: AnyRequest, gate: Door) -> Response[bytes]:
    """A session for who knows the key."""
    if not gate.may_try(time.monotonic()):
        raise TooMany("Too many wrong keys; wait a minute and try again.", retry_s=60)
    form = await request.form()
    place = safe_next(str(form.get("next", "/")))
    if not gate.key_matches(str(form.get("key", "")).strip()):
        gate.failed(time.monotonic())
        await asyncio.sleep(WRONG_S)
        told = "That is not the key. It is the value of GATEWAY_SHARED_KEY."
        return render.page(request, "signin.html", status=401, next=place, problem=told)
    answer = render.see(place)
    session = gate.new_session(time.time())
    answer.set_cookie(_cookie(session, gate.session_s, https=_https(request, gate)))
    return answer


@post("/signout", include_in_schema=False)
async def signout(request: AnyRequest, gate: Door) -> Response[bytes]:
    """The session ends in this browser."""
    answer = render.see("/signin")
    answer.set_cookie(_cookie("", 0, https=_https(request, gate)))
    return answer


def _https(request: AnyRequest, gate: Door) -> bool:
    return gate.https or request.url.scheme == "https"


def _cookie(value: str, age_s: int, *, https: bool) -> Cookie:
    return Cookie(
        key=COOKIE,
        value=value,
        max_age=age_s,
        path="/",
        secure=https,
        httponly=True,
        samesite="strict",
    )
