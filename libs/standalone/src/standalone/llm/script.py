"""What the scripted model does with each call: a list of steps, one a call, then plain answers."""

from pathlib import Path
from typing import Literal

import msgspec

from common.errors import UsageError

Fault = Literal[
    "ok",
    "rate_limit",
    "error",
    "unauthorised",
    "context_length",
    "no_response_format",
    "hang",
    "truncate",
    "refuse",
    "filter",
    "prose",
    "no_usage",
]


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One call, or ``times`` calls in a row."""

    fault: Fault = "ok"
    times: int = 1
    retry_after: str = ""
    """For ``rate_limit`` and ``error``: seconds or an HTTP date."""
    status: int = 500
    """For ``error``."""
    text: str = ""
    """The answer word for word; empty takes a made-up one that fits the schema asked for."""
    seconds: float = 3600.0
    """For ``hang``: how long nothing comes after the call was billed."""


class Script(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Steps still to come; when none is left every call is answered plainly."""

    steps: list[Step] = []

    def next(self) -> Step:
        """The step for the next call."""
        if not self.steps:
            return Step()
        step = self.steps.pop(0)
        if step.times > 1:
            self.steps.insert(0, msgspec.structs.replace(step, times=step.times - 1))
        return step


def load_script(path: Path) -> Script:
    """The script in a JSON file; raises UsageError when it is none."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Script)
    except OSError as error:
        raise UsageError("--script", f"{path} cannot be read: {error.strerror}") from error
    except msgspec.DecodeError as error:
        raise UsageError("--script", f"{path}: {error}") from error
