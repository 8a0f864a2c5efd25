"""What a settings struct reads from the environment, told without loading it."""

from collections.abc import Iterator
from typing import Any, get_type_hints

import msgspec

from common.fieldtexts import field_texts
from common.redact import redacted
from common.secret import Secret


class Variable(msgspec.Struct, frozen=True, kw_only=True):
    """One environment variable a settings struct reads."""

    name: str
    kind: str
    default: str
    required: bool
    secret: bool
    text: str


def is_block(kind: Any) -> bool:
    """Whether a field is a struct of further fields."""
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def variables(kind: type[msgspec.Struct]) -> Iterator[Variable]:
    """Every variable that ``load`` reads for ``kind``, blocks unfolded."""
    texts = field_texts(kind)
    for field in msgspec.structs.fields(kind):
        if is_block(field.type):
            yield from variables(field.type)
            continue
        secret = field.type is Secret
        default = "" if field.required or secret else str(field.default)
        yield Variable(
            name=field.name.upper(),
            kind=getattr(get_type_hints(kind)[field.name], "__name__", "choice"),
            default=default,
            required=field.required,
            secret=secret,
            text=texts.get(field.name, ""),
        )


def describe(settings: msgspec.Struct) -> Iterator[tuple[str, str]]:
    """Name and value of every variable as loaded; secrets as ``***``."""
    for field in msgspec.structs.fields(settings):
        value = getattr(settings, field.name)
        if isinstance(value, msgspec.Struct):
            yield from describe(value)
        else:
            yield field.name.upper(), redacted(str(value))
