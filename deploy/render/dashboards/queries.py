"""Ways to ask that hold over any number of replicas."""

from render.dashboards.model import Query

RATE = "[$__rate_interval]"


def told(name: str, by: str = "", where: str = "") -> str:
    """A gauge that the operator's worker tells: two workers tell the same, so never a sum."""
    return f"max{_by(by)} ({name}{_where(where)})"


def rate(name: str, by: str = "", where: str = "") -> str:
    """A counter of every replica, for each second."""
    return f"sum{_by(by)} (rate({name}{_where(where)}{RATE}))"


def grown(name: str, over: str, by: str = "", where: str = "") -> str:
    """How much a counter grew over a fixed time."""
    return f"sum{_by(by)} (increase({name}{_where(where)}[{over}]))"


def or_zero(expr: str, gauge: str, by: str) -> str:
    """0 for each of those that a gauge names and that have not counted anything yet."""
    return f"{expr} or 0 * max by ({by}) ({gauge})"


def quantile(share: float, name: str, by: str = "", where: str = "") -> str:
    """Of a histogram of every replica."""
    labels = f"le, {by}" if by else "le"
    return (
        f"histogram_quantile({share:g}, "
        f"sum by ({labels}) (rate({name}_bucket{_where(where)}{RATE})))"
    )


def quantiles(name: str, *shares: float) -> tuple[Query, ...]:
    """Some of them, by the names that have a colour of their own."""
    return tuple(Query(quantile(share, name), f"p{share * 100:g}") for share in shares)


def within(name: str, seconds: float, over: str) -> str:
    """Share of a histogram's observations that took no longer; ``seconds`` is one of its bounds."""
    return (
        f'sum(increase({name}_bucket{{le="{seconds:.1f}"}}[{over}]))'
        f" / (sum(increase({name}_count[{over}])) > 0)"
    )


def age(name: str, by: str = "", where: str = "") -> str:
    """Seconds since the time that a gauge tells."""
    return f"time() - {told(name, by, where)}"


def dependency_waits() -> str:
    """How often a minute services waited for each store that was down."""
    counted = f"60 * {rate('paperbus_dependency_waits_total', 'dependency')}"
    return or_zero(counted, "paperbus_dependency_up", "dependency")


def _by(labels: str) -> str:
    return f" by ({labels})" if labels else ""


def _where(matchers: str) -> str:
    return f"{{{matchers}}}" if matchers else ""
