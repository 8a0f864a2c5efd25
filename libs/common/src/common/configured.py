"""Every setting of one program: what it is, where it comes from, and all that is wrong with it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from common.errors import UsageError
from common.redact import redacted
from common.settings import converted, value_of
from common.variables import Variable, is_block, variables

DEFAULT, ENVIRONMENT, FILE = "default", "environment", "file"
MASK = "***"


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """One variable with its value; a secret one is ``***``."""

    name: str
    value: str
    source: str = DEFAULT
    """default, environment, or file for a secret given as ``NAME_FILE``."""
    default: str = ""
    text: str = ""
    required: bool = False
    secret: bool = False


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong, and how to mend it."""

    name: str
    words: str


class Configured(msgspec.Struct, frozen=True, kw_only=True):
    """One program as it would start now."""

    program: str
    settings: list[Setting]
    problems: list[Problem]


Check = Callable[[Any], Iterable[UsageError]]
"""What the types cannot say about loaded settings."""


def configured(
    program: str, kind: type[msgspec.Struct], environ: Mapping[str, str], check: Check | None = None
) -> Configured:
    """All settings and all problems at once; raises nothing."""
    told = {variable.name: variable for variable in variables(kind)}
    look = _Look(environ, told)
    loaded = look.block(kind)
    errors = [*look.errors, *(check(loaded) if check and loaded is not None else ())]
    problems = {(error.field, error.message): None for error in errors}
    return Configured(
        program=program,
        settings=look.settings,
        problems=[Problem(name=name, words=redacted(words)) for name, words in problems],
    )


def refused(check: Callable[[], object]) -> Iterator[UsageError]:
    """The error a check raises, if it does."""
    try:
        check()
    except UsageError as error:
        yield error


class _Look:
    """Goes through a settings struct and its blocks."""

    def __init__(self, environ: Mapping[str, str], told: Mapping[str, Variable]) -> None:
        self._environ = environ
        self._told = told
        self.settings: list[Setting] = []
        self.errors: list[UsageError] = []

    def block(self, kind: type[msgspec.Struct]) -> Any:
        """The loaded struct; None when something in it is wrong."""
        values: dict[str, Any] = {}
        before = len(self.errors)
        for field in msgspec.structs.fields(kind):
            if is_block(field.type):
                values[field.name] = self.block(field.type)
                continue
            try:
                if (value := self._variable(field)) is not None:
                    values[field.name] = value
            except UsageError as error:
                self.errors.append(error)
        if len(self.errors) > before:
            return None
        try:
            return kind(**values)
        except UsageError as error:
            self.errors.append(error)
            return None

    def _variable(self, field: msgspec.structs.FieldInfo) -> Any:
        variable = self._told[field.name.upper()]
        given = value = None
        try:
            given = value_of(field, self._environ)
            if given is None and variable.required:
                raise UsageError(variable.name, "is not set and has no default; set it")
            value = None if given is None else converted(field, given)
            return value
        finally:
            self.settings.append(self._setting(variable, given, value))

    def _setting(self, variable: Variable, given: str | None, value: Any) -> Setting:
        source = ENVIRONMENT if self._environ.get(variable.name) else FILE
        shown = variable.default if given is None else str(given if value is None else value)
        return Setting(
            name=variable.name,
            value=MASK if variable.secret and given else redacted(shown),
            source=DEFAULT if given is None else source,
            default=variable.default,
            text=variable.text,
            required=variable.required,
            secret=variable.secret,
        )
