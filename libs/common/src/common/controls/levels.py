"""The level of each module's log, which may change while the process runs.

As long as nobody sets one, a line that is not written costs a comparison. Only while some module
has a level of its own is it looked up which module speaks.
"""

import logging
import sys
from collections.abc import Mapping
from typing import Any

import structlog

from common.controls.record import ROOT

_NUMBERS = logging.getLevelNamesMapping()
_SILENT = ("structlog", "common.controls.levels")


class Levels:
    """The levels of one process."""

    def __init__(self) -> None:
        self._start = logging.INFO
        self._base = logging.INFO
        self._least = logging.INFO
        self._modules: dict[str, int] = {}
        self._before: dict[str, int] = {}
        """What the libraries themselves had chosen."""

    def begin(self, level: str) -> None:
        """The level of the settings; what was set while running is forgotten."""
        self._start = _NUMBERS[level.upper()]
        self.change({})

    def change(self, levels: Mapping[str, str]) -> None:
        """Let each named module, and those below it, have its own level; the others as at first."""
        for name, number in self._before.items():
            logging.getLogger(name).setLevel(number)
        numbers = {name: _NUMBERS[level.upper()] for name, level in levels.items()}
        self._base = numbers.pop(ROOT, self._start)
        self._modules = numbers
        self._least = min((self._base, *numbers.values()))
        self._before = {name: logging.getLogger(name).level for name in numbers}
        for name, number in numbers.items():
            logging.getLogger(name).setLevel(number)
        logging.getLogger().setLevel(max(self._base, logging.WARNING))

    def passes(self, method: str) -> bool:
        """Whether a line is written; called with one frame of ours between it and the speaker."""
        number = _NUMBERS[method.upper()]
        if number < self._least or not self._modules:
            return number >= self._base
        return number >= self.of(speaker())

    def of(self, module: str) -> int:
        """The level of a module: its own, or of the nearest package around it."""
        name = module
        while name:
            if name in self._modules:
                return self._modules[name]
            name = name.rpartition(".")[0]
        return self._base


LEVELS = Levels()


def speaker() -> str:
    """The module that logs now: the first that is not of the logging itself."""
    frame = sys._getframe(1)
    while frame.f_back is not None:
        name = str(frame.f_globals.get("__name__", ""))
        if not name.startswith(_SILENT):
            return name
        frame = frame.f_back
    return ""


class Changing(structlog.make_filtering_bound_logger(logging.DEBUG)):  # type: ignore[misc]
    """A logger that asks for the level at every line."""

    def _proxy_to_logger(self, method_name: str, event: str | None = None, **fields: Any) -> Any:
        if not LEVELS.passes(method_name):
            return None
        return super()._proxy_to_logger(method_name, event, **fields)

    def is_enabled_for(self, level: int) -> bool:
        """As the standard library's."""
        return level >= LEVELS.of(speaker())

    def get_effective_level(self) -> int:
        """As the standard library's."""
        return LEVELS.of(speaker())
