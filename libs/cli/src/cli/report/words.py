"""Numbers for people; pure."""

from cli.backup.shown import size
from cli.report.figures import Quantiles

MINUTE_S, HOUR_S, DAY_S = 60.0, 3600.0, 86_400.0
NOTHING = "–"


def number(count: float) -> str:
    """With blanks between thousands."""
    text = (
        f"{count:,.1f}" if isinstance(count, float) and not count.is_integer() else f"{count:,.0f}"
    )
    return text.replace(",", "\u2009")


def took(seconds: float | None) -> str:
    """A duration in the unit that fits."""
    if seconds is None:
        return NOTHING
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < MINUTE_S:
        return f"{seconds:.1f} s"
    for unit, length in (("min", MINUTE_S), ("h", HOUR_S)):
        if seconds < length * 100:
            return f"{seconds / length:.1f} {unit}"
    return f"{seconds / DAY_S:.1f} days"


def p50(found: Quantiles | None) -> str:
    """The middle one."""
    return took(found.p50_s if found else None)


def p95(found: Quantiles | None) -> str:
    """That of 19 in 20 or less."""
    return took(found.p95_s if found else None)


def change(now: float, before: float) -> str:
    """How much more or less than before, in percent."""
    if not before:
        return NOTHING if now else "as before"
    share = (now - before) / before
    return "as before" if abs(share) < 0.005 else f"{share:+.0%}"


def share(part: int, of: int) -> str:
    """In percent, rounded down so that 100 % means all."""
    return f"{int(1000 * part / of) / 10:g} %" if of else NOTHING


def usd(amount: float) -> str:
    """US dollars."""
    return f"${amount:,.2f}" if amount >= 1 or not amount else f"${amount:.4f}"


def grown(count: int) -> str:
    """Bytes more or less."""
    return f"{'-' if count < 0 else '+'}{size(abs(count))}"
