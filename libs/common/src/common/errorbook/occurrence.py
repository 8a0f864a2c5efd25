"""One error as it happens, and who wants to hear of it."""

import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import NamedTuple

from common.topology import SERVICES

OWN = (*SERVICES, "common", "standalone", "cli")
_SPEAKING = ("structlog", "logging", "common.logs", "common.errorbook", "common.controls.levels")
_NOTED = "_paperbus_noted"


class Occurrence(NamedTuple):
    """An exception, or without one the name of a line in the log."""

    error: BaseException | None = None
    event: str = ""
    trace_id: str = ""
    words: str = ""
    """What a line without an exception says of its error."""

    @property
    def kind(self) -> str:
        """What it is called."""
        return self.event if self.error is None else type(self.error).__name__

    @property
    def place(self) -> str:
        """``module:function`` that raised it, the innermost of our own; else that spoke of it."""
        places = list(_places(self.error))
        own = [place for place in places if place.partition(".")[0].partition(":")[0] in OWN]
        return (own or places or [_speaker()])[-1]


Listener = Callable[[Occurrence], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Tell it of every error from now on, in whatever thread it happens."""
    _listeners.append(listener)


def unlisten(listener: Listener) -> None:
    """Tell it nothing any more."""
    if listener in _listeners:
        _listeners.remove(listener)


def happened(one: Occurrence) -> None:
    """Tell all who listen; one exception is told once, however often it is logged."""
    if not _listeners:
        return
    if one.error is not None:
        if getattr(one.error, _NOTED, False):
            return
        setattr(one.error, _NOTED, True)
    for listener in tuple(_listeners):
        listener(one)


def _places(error: BaseException | None) -> Iterator[str]:
    trace = error.__traceback__ if error else None
    while trace is not None:
        yield _place(trace.tb_frame)
        trace = trace.tb_next


def _place(frame: FrameType) -> str:
    return f"{frame.f_globals.get('__name__', '?')}:{frame.f_code.co_qualname}"


def _speaker() -> str:
    """Who logs, or speaks of an error, now."""
    frame = sys._getframe(1)
    while frame.f_back is not None:
        if not str(frame.f_globals.get("__name__", "")).startswith(_SPEAKING):
            return _place(frame)
        frame = frame.f_back
    return ""
