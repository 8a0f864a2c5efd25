"""What the upstream was asked: counts, spacing and concurrency, so that politeness can be seen."""

from collections import Counter

import msgspec


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Requests so far, `/control` left out; times in seconds."""

    total: int
    requests: dict[str, int]
    statuses: dict[str, int]
    min_spacing_s: float | None
    min_spacing_s_of: dict[str, float]
    max_concurrency: int
    connections: int
    user_agents: list[str]
    most_asked: dict[str, int]


class Statistics:
    """Counts requests as they begin and end; spacing is between the beginnings."""

    def __init__(self) -> None:
        self._open = 0
        self.reset()

    def reset(self) -> None:
        """Begin anew; requests under way still count as such."""
        self._kinds: Counter[str] = Counter()
        self._statuses: Counter[int] = Counter()
        self._targets: Counter[str] = Counter()
        self._agents: Counter[str] = Counter()
        self._clients: set[tuple[str, int]] = set()
        self._last: dict[str, float] = {}
        self._spacing: dict[str, float] = {}
        self._most = self._open

    def begin(self, kind: str, target: str, now: float) -> float | None:
        """Count a request; return the seconds since the one before, None for the first."""
        gap = self._space("", now)
        self._space(kind, now)
        self._kinds[kind] += 1
        self._targets[target] += 1
        self._open += 1
        self._most = max(self._most, self._open)
        return gap

    def _space(self, kind: str, now: float) -> float | None:
        """Note a beginning among those of a kind (`""`: among all); return the gap before it."""
        last = self._last.get(kind)
        self._last[kind] = now
        if last is None:
            return None
        self._spacing[kind] = min(self._spacing.get(kind, now - last), now - last)
        return now - last

    def saw(self, agent: str | None, client: tuple[str, int] | None) -> None:
        """Remember who asked."""
        self._agents[agent or ""] += 1
        if client is not None:
            self._clients.add((client[0], client[1]))

    def end(self, status: int | None) -> None:
        """Count a request as answered with a status; None when it never was."""
        self._open -= 1
        self._statuses[status or 0] += 1

    def asked(self) -> Asked:
        """Return the counts."""
        return Asked(
            total=self._kinds.total(),
            requests=dict(self._kinds),
            statuses={str(status): count for status, count in self._statuses.items()},
            min_spacing_s=self._spacing.get(""),
            min_spacing_s_of={kind: gap for kind, gap in self._spacing.items() if kind},
            max_concurrency=self._most,
            connections=len(self._clients),
            user_agents=sorted(self._agents),
            most_asked=dict(self._targets.most_common(20)),
        )
