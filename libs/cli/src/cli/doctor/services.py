"""The processes themselves: ready, of one version, and on time."""

import asyncio
from email.utils import parsedate_to_datetime

import msgspec

from cli.census.settings import pairs
from cli.doctor import clock
from cli.doctor.finding import Finding, Level
from cli.doctor.probing import Answer, ask
from cli.settings import CliSettings
from common.errors import UNREADABLE
from common.redact import redacted
from common.topology import OPERATOR
from common.version import VERSION

HTTP_S = 1.0
"""HTTP writes the time to the second."""


class Told(msgspec.Struct, frozen=True):
    """What a service says of itself."""

    status: str = ""
    version: str = ""
    problems: tuple[str, ...] = ()


async def look(own: CliSettings) -> list[Finding]:
    """Ask every service whose address is known; raises UsageError."""
    places = pairs("GATEWAY_HEALTH_URLS", own.gateway_health_urls)
    if not places:
        says = "not looked at: no addresses are known"
        mend = "set GATEWAY_HEALTH_URLS=name=url,…, or name the folder by `paperbus --data`"
        return [Finding(check="services", about="all", level="note", says=says, mend=mend)]
    answers = await asyncio.gather(*map(ask, places.values()))
    return [
        finding
        for name, answer in zip(places, answers, strict=True)
        for finding in judged(name, answer)
    ]


def judged(name: str, answer: Answer) -> list[Finding]:
    """What one service's answer means; pure."""
    mend = f"look into the log of the {name}; `paperbus status` shows what it waits for"
    if answer.status == 0:
        says = f"does not answer ({redacted(answer.error)})"
        level: Level = "degraded" if name == OPERATOR else "unhealthy"  # papers flow without it
        return [Finding(check="services", about=name, level=level, says=says, mend=mend)]
    try:
        told = msgspec.json.decode(answer.body, type=Told)
    except UNREADABLE:
        told = Told()
    if answer.status != 200:
        why = "; ".join(told.problems) or told.status or f"it answered {answer.status}"
        says = f"is not ready: {redacted(why)}"
        found = Finding(check="services", about=name, level="unhealthy", says=says, mend=mend)
    else:
        found = Finding(check="services", about=name, says=f"ready, version {told.version}")
    return [found, *_version(name, told), *_clock(name, answer)]


def _version(name: str, told: Told) -> list[Finding]:
    if told.version in ("", VERSION):
        return []
    says = f"runs version {told.version}, this command is {VERSION}"
    mend = f"restart the {name} with the same version"
    return [Finding(check="versions", about=name, level="degraded", says=says, mend=mend)]


def _clock(name: str, answer: Answer) -> list[Finding]:
    try:
        there = parsedate_to_datetime(answer.date)
    except (TypeError, ValueError):
        return []
    if answer.between is None:
        return []
    return [clock.judged(name, clock.off_s(there, answer.between, exact_s=HTTP_S))]
