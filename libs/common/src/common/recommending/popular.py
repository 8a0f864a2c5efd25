"""Where nobody's taste is known yet: what others like, then what is new. Pure."""

from collections.abc import Mapping, Sequence


def popular(counts: Mapping[str, int], newest: Sequence[str], *, limit: int = 20) -> list[str]:
    """The papers most people like, then the newest; a paper once."""
    liked = sorted(
        (paper for paper, count in counts.items() if count > 0),
        key=lambda paper: (-counts[paper], paper),
    )
    return list(dict.fromkeys((*liked, *newest)))[:limit]
