"""What a rebuild came to."""

import msgspec


class Outcome(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Counts of papers; ``total`` are those meant."""

    projection: str
    total: int
    dry_run: bool = False
    before: int = 0
    """Redone by an earlier start of the same command."""
    done: int = 0
    dead: int = 0
    waiting: int = 0
    """Wait for an object that is being made anew; they end by themselves."""
    made: int = 0
    """Summaries whose object was gone and was made again."""
    lost: tuple[str, ...] = ()
    """Papers whose summary is gone and would have to be paid again."""
    lost_usd: float = 0.0
    """What those had cost."""
    took_s: float = 0.0
    per_s: float = 0.0

    @property
    def is_fine(self) -> bool:
        """Whether nothing died and nothing is lost."""
        return not self.dead and not self.lost

    def words(self) -> str:
        """The same in one line."""
        if self.dry_run:
            return (
                f"{self.projection}: {self.total - self.before} of {self.total} papers would be "
                f"redone{self._gone()}; nothing was done"
            )
        parts = [f"{self.projection}: {self.before + self.done} of {self.total} papers redone"]
        parts += [f"{self.before} of them before"] if self.before else []
        parts += [f"{self.made} summaries made again"] if self.made else []
        parts += [f"{self.waiting} wait for a lost object"] if self.waiting else []
        parts += [f"{self.dead} dead, see `paperbus dead list`"] if self.dead else []
        return f"{', '.join(parts)}{self._gone()}; {self.took_s:.1f} s, {self.per_s:.1f} papers/s"

    def _gone(self) -> str:
        if not self.lost:
            return ""
        return (
            f", {len(self.lost)} paid summaries are gone from the store "
            f"(they cost ${self.lost_usd:.4f}; --pay makes them again)"
        )
