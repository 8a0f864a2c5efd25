"""Formula queries: the JSON of an expression into the engine's."""

from typing import Any

import msgspec
import qdrant_edge as engine

from standalone.vectors.conditions import Condition, Coordinates
from standalone.vectors.errors import bad_body
from standalone.vectors.filters import condition, geo_point

_LISTS = {"mult": "Mult", "sum": "Sum", "max": "Max", "min": "Min"}
_SINGLES = {
    "neg": "Neg",
    "abs": "Abs",
    "sqrt": "Sqrt",
    "exp": "Exp",
    "log10": "Log10",
    "ln": "Ln",
    "acosh": "Acosh",
}
_DECAYS = {"lin_decay": "Lin", "exp_decay": "Exp", "gauss_decay": "Gauss"}


def formula(given: Any, defaults: dict[str, Any] | None) -> Any:
    """The engine's formula. Raises RequestError."""
    return engine.Formula(expression(given), defaults or {})


def expression(given: Any) -> Any:
    """One expression. Raises RequestError."""
    make: Any = engine.Expression
    if isinstance(given, bool) or not isinstance(given, int | float | str | dict):
        raise bad_body(f"formula: {given!r} is no expression")
    if isinstance(given, int | float):
        return make.Constant(float(given))
    if isinstance(given, str):
        return make.Variable(given)
    if len(given) == 1:
        name, inner = next(iter(given.items()))
        made = _operation(name, inner)
        if made is not None:
            return made
    try:
        return make.Condition(condition(msgspec.convert(given, Condition)))
    except msgspec.ValidationError as error:
        raise bad_body(f"formula: {error}") from error


def _operation(name: str, inner: Any) -> Any:
    make: Any = engine.Expression
    if name in _LISTS and isinstance(inner, list):
        return getattr(make, _LISTS[name])([expression(part) for part in inner])
    if name in _SINGLES:
        return getattr(make, _SINGLES[name])(expression(inner))
    if name == "datetime":
        return make.Datetime(inner)
    if name == "datetime_key":
        return make.DatetimeKey(inner)
    if isinstance(inner, dict):
        return _parametrised(name, inner)
    return None


def _parametrised(name: str, inner: dict[str, Any]) -> Any:
    make: Any = engine.Expression
    if name == "div":
        left, right = expression(inner.get("left")), expression(inner.get("right"))
        return make.Div(left, right, inner.get("by_zero_default"))
    if name == "pow":
        return make.Pow(expression(inner.get("base")), expression(inner.get("exponent")))
    if name == "geo_distance":
        origin = msgspec.convert(inner.get("origin"), Coordinates)
        return make.GeoDistance(geo_point(origin), inner.get("to"))
    if name in _DECAYS:
        target = inner.get("target")
        return make.Decay(
            getattr(engine.DecayKind, _DECAYS[name]),
            expression(inner.get("x")),
            None if target is None else expression(target),
            inner.get("midpoint"),
            inner.get("scale"),
        )
    return None
