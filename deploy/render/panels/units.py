"""Numbers for people, as Grafana's units write them; pure."""

import math
from collections.abc import Callable, Sequence

TIMES = ((86_400 * 7, "weeks"), (86_400, "days"), (3600, "hours"), (60, "mins"), (1, "s"))
SMALL_TIMES = ((1e-3, "ms"), (1e-6, "µs"))
SHORT = ((1e9, "Bil"), (1e6, "Mil"), (1e3, "K"))
BINARY = tuple(
    (1024.0**power, f"{letter}iB") for power, letter in ((4, "T"), (3, "G"), (2, "M"), (1, "K"))
)


def written(value: float, unit: str, decimals: int | None = None) -> str:
    """The value with its unit."""
    if math.isinf(value):
        return "∞"
    return UNITS.get(unit, _short)(value, decimals)


def ticks(low: float, high: float, unit: str, count: int = 4) -> Sequence[float]:
    """Round values from ``low`` to at least ``high``."""
    rough = (high - low) / count or 1.0
    step = _round_step(rough, 1024.0 if unit == "bytes" else 10.0, unit)
    first, last = math.floor(low / step), math.ceil(high / step - 1e-9)
    return [number * step for number in range(first, max(last, first + 1) + 1)]


def _round_step(rough: float, base: float, unit: str) -> float:
    if unit == "s" and rough >= 1:
        for step in (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600):
            if rough <= step:
                return float(step)
        return math.ceil(rough / 86_400) * 86_400.0
    power = base ** math.floor(math.log(rough, base))
    if base > 10:  # bytes: 1 2 4 … 512 of the unit
        return float(power * 2 ** math.ceil(math.log2(rough / power)))
    return next(power * factor for factor in (1, 2, 2.5, 5, 10) if rough <= power * factor * 1.0001)


def _plain(value: float, decimals: int | None) -> str:
    if decimals is None:
        size = abs(value)
        decimals = 0 if size >= 100 or value == round(value) else 1 if size >= 10 else 2
        if 0 < size < 0.1:
            decimals = 3
    text = f"{value:.{decimals}f}"
    return text if decimals == 0 or "." not in text else text.rstrip("0").rstrip(".") or "0"


def _scaled(value: float, scales: Sequence[tuple[float, str]], decimals: int | None) -> str:
    for size, name in scales:
        if abs(value) >= size * 0.9999:
            return f"{_plain(value / size, decimals)} {name}"
    return _plain(value, decimals)


def _short(value: float, decimals: int | None) -> str:
    return _scaled(value, SHORT, decimals)


def _seconds(value: float, decimals: int | None) -> str:
    if value == 0:
        return "0 s"
    if abs(value) < 1:
        return _scaled(value, SMALL_TIMES, 0 if decimals is None and abs(value) >= 0.01 else 1)
    return _scaled(value, TIMES, decimals)


def _bytes(value: float, decimals: int | None) -> str:
    return _scaled(value, (*BINARY, (1.0, "B")), decimals) if value else "0 B"


def _share(value: float, decimals: int | None) -> str:
    return f"{_plain(value * 100, decimals)} %"


def _dollars(value: float, decimals: int | None) -> str:
    if decimals is None:
        return f"${_plain(value, None)}"
    return f"${value:,.{decimals}f}"


def _rate(value: float, decimals: int | None) -> str:
    return f"{_short(value, decimals)} req/s"


def _yes_no(value: float, decimals: int | None) -> str:
    del decimals
    return "Yes" if value else "No"


UNITS: dict[str, Callable[[float, int | None], str]] = {
    "short": _short,
    "s": _seconds,
    "bytes": _bytes,
    "percentunit": _share,
    "currencyUSD": _dollars,
    "reqps": _rate,
    "bool_yes_no": _yes_no,
}
