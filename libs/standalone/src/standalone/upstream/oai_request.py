"""OAI-PMH requests: arguments checked as the protocol says, and its error conditions."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import msgspec

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class OaiError(Exception):
    """One of the protocol's error conditions."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Rule(NamedTuple):
    """The arguments a verb takes."""

    required: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    resumable: bool = False


_LIST = Rule(frozenset({"metadataPrefix"}), frozenset({"from", "until", "set"}), resumable=True)
RULES = {
    "Identify": Rule(),
    "ListMetadataFormats": Rule(optional=frozenset({"identifier"})),
    "ListSets": Rule(resumable=True),
    "ListIdentifiers": _LIST,
    "ListRecords": _LIST,
    "GetRecord": Rule(required=frozenset({"identifier", "metadataPrefix"})),
}


class OaiRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request whose arguments are legal for its verb; `arguments` as they came."""

    verb: str
    arguments: dict[str, str]
    first: date | None = None
    last: date | None = None


def parse_request(pairs: Sequence[tuple[str, str]]) -> OaiRequest:
    """Check the arguments of a request. Raises OaiError badVerb or badArgument."""
    verbs = [value for name, value in pairs if name == "verb"]
    if len(verbs) != 1 or verbs[0] not in RULES:
        raise OaiError("badVerb", _about_verb(verbs))
    arguments = {name: value for name, value in pairs if name != "verb"}
    repeated = [name for name, count in Counter(name for name, _ in pairs).items() if count > 1]
    if repeated:
        raise OaiError("badArgument", f"The argument {repeated[0]} is repeated.")
    _check_names(RULES[verbs[0]], arguments)
    first, last = _day(arguments, "from"), _day(arguments, "until")
    if first and last and first > last:
        raise OaiError("badArgument", "The from argument must not be later than until.")
    return OaiRequest(verb=verbs[0], arguments=arguments, first=first, last=last)


def _about_verb(verbs: list[str]) -> str:
    if not verbs:
        return "The verb argument is missing."
    if len(verbs) > 1:
        return "The verb argument is repeated."
    return f"Illegal OAI verb: {verbs[0]}"


def _check_names(rule: Rule, arguments: dict[str, str]) -> None:
    if rule.resumable and "resumptionToken" in arguments:
        if len(arguments) > 1:
            raise OaiError("badArgument", "resumptionToken is an exclusive argument.")
        return
    for name in arguments:
        if name not in rule.required | rule.optional:
            raise OaiError("badArgument", f"Illegal argument: {name}")
    for name in sorted(rule.required):
        if not arguments.get(name):
            raise OaiError("badArgument", f"The required argument {name} is missing.")


def _day(arguments: dict[str, str], name: str) -> date | None:
    value = arguments.get(name)
    if value is None:
        return None
    try:
        if DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise OaiError("badArgument", f"{name} is not a date of granularity YYYY-MM-DD: {value}")
