"""Where settings differ: from their defaults, from a file, from what runs; pure."""

from collections.abc import Collection, Iterable, Mapping

import msgspec

from common.configured import Configured
from common.started import Started

OF_A_PROCESS = ("HEALTH_HOST", "HEALTH_PORT", "NATS_NKEY_SEED_FILE", "NATS_CREDS_FILE")
"""Each process has its own, so that they tell nothing about drift."""


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One setting of one or more programs that is not the same on both sides."""

    name: str
    here: str
    there: str
    services: tuple[str, ...]


def from_defaults(programs: Iterable[Configured]) -> list[Difference]:
    """What is set to something else than its default."""
    return _together(
        (program.program, one.name, one.value, one.default)
        for program in programs
        for one in program.settings
        if one.value != one.default
    )


def from_others(programs: Iterable[Configured], others: Iterable[Configured]) -> list[Difference]:
    """What two sources of settings do not agree on; secrets only by being there."""
    there = {other.program: {one.name: one.value for one in other.settings} for other in others}
    return _between(programs, there)


def from_running(
    programs: Iterable[Configured], running: Mapping[str, Started]
) -> list[Difference]:
    """What a start now would be told differently from what runs."""
    there = {name: started.values for name, started in running.items()}
    return _between(programs, there, ignored=OF_A_PROCESS)


def _between(
    programs: Iterable[Configured],
    there: Mapping[str, Mapping[str, str]],
    *,
    ignored: Collection[str] = (),
) -> list[Difference]:
    return _together(
        (program.program, one.name, one.value, there[program.program].get(one.name, ""))
        for program in programs
        if program.program in there
        for one in program.settings
        if one.name not in ignored and one.value != there[program.program].get(one.name, "")
    )


def _together(found: Iterable[tuple[str, str, str, str]]) -> list[Difference]:
    """The same difference of several programs as one."""
    whose: dict[tuple[str, str, str], list[str]] = {}
    for program, name, here, there in found:
        whose.setdefault((name, here, there), []).append(program)
    return [
        Difference(name=name, here=here, there=there, services=tuple(programs))
        for (name, here, there), programs in whose.items()
    ]
