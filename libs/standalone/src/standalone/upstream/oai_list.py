"""OAI-PMH lists: which papers match, a page of them, and the token for the next page."""

import math
from datetime import date
from itertools import islice

import msgspec

from standalone.upstream.identifier import OAI_PREFIX
from standalone.upstream.markup import element
from standalone.upstream.oai_formats import FORMATS
from standalone.upstream.oai_request import OaiError, OaiRequest
from standalone.upstream.oai_token import Token, unpack
from standalone.upstream.paper import Paper
from standalone.upstream.store import Store
from standalone.upstream.taxonomy import all_sets, set_of

SET_SPECS = frozenset(one.spec for one in all_sets())


class Harvest(msgspec.Struct, frozen=True, kw_only=True):
    """What an answer depends on beside the request; `now` in seconds since the epoch."""

    store: Store
    base_url: str
    now: float
    page_size: int = 100
    token_ttl_s: float = 86400.0
    tokens_lapsed: bool = False


def check_format(request: OaiRequest) -> None:
    """Raise OaiError cannotDisseminateFormat when the metadataPrefix is unknown."""
    prefix = request.arguments["metadataPrefix"]
    if prefix not in FORMATS:
        known = ", ".join(FORMATS)
        raise OaiError("cannotDisseminateFormat", f"Unknown format {prefix}; known: {known}.")


def _header(paper: Paper) -> str:
    sets = dict.fromkeys(set_of(category) for category in paper.record.categories)
    return (
        "<header>\n"
        + element("identifier", OAI_PREFIX + paper.record.id)
        + element("datestamp", paper.announced.isoformat())
        + "".join(element("setSpec", spec) for spec in sets)
        + "\n</header>"
    )


def write_record(request: OaiRequest, paper: Paper) -> str:
    """Return a paper as the request wants it: its header alone, or the whole record."""
    if request.verb == "ListIdentifiers":
        return _header(paper)
    written = FORMATS[request.arguments["metadataPrefix"]].write(paper)
    return f"<record>\n{_header(paper)}\n<metadata>\n{written}\n</metadata>\n</record>"


def _in_set(paper: Paper, spec: str) -> bool:
    return any(
        f"{set_of(category)}:".startswith(f"{spec}:") for category in paper.record.categories
    )


def _matching(request: OaiRequest, harvest: Harvest) -> list[Paper]:
    spec = request.arguments.get("set")
    if spec is not None and spec not in SET_SPECS:
        raise OaiError("badArgument", f"Set does not exist: {spec}")
    papers = [
        paper
        for paper in harvest.store.listed
        if (request.first is None or paper.announced >= request.first)
        and (request.last is None or paper.announced <= request.last)
        and (spec is None or _in_set(paper, spec))
    ]
    if not papers:
        raise OaiError("noRecordsMatch", "No records match the request.")
    return papers


def page(request: OaiRequest, harvest: Harvest) -> str:
    """Return one page of a list with the token for the next, if any. Raises OaiError."""
    token = None
    if "resumptionToken" in request.arguments:
        now = math.inf if harvest.tokens_lapsed else harvest.now
        token = unpack(request.arguments["resumptionToken"], request.verb, now)
        request = token.request()
    check_format(request)
    papers = _matching(request, harvest)
    size, cursor = (token.size, token.cursor) if token else (len(papers), 0)
    rest = (one for one in papers if token is None or _key(one) > token.after)
    items = list(islice(rest, harvest.page_size))
    body = "\n".join(write_record(request, paper) for paper in items)
    more = bool(items) and _key(items[-1]) < _key(papers[-1])
    if token is None and not more:
        return body
    numbers = {"cursor": str(cursor), "completeListSize": str(size)}
    if not more:
        return body + "\n" + element("resumptionToken", "", **numbers)
    following = Token(
        request.verb,
        request.arguments["metadataPrefix"],
        request.arguments.get("set"),
        request.first,
        request.last,
        _key(items[-1]),
        cursor + len(items),
        size,
        harvest.now + harvest.token_ttl_s,
    )
    expiry = {"expirationDate": following.expires_at}
    return body + "\n" + element("resumptionToken", following.pack(), **expiry, **numbers)


def _key(paper: Paper) -> tuple[date, str]:
    return (paper.announced, paper.record.id)
