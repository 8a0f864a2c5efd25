"""Re-embedding in words for a terminal."""

from collections.abc import Callable

from cli.liveline import LiveLine
from cli.reindex.fill import Tally
from cli.reindex.overlap import Agreement
from cli.reindex.run import Report
from cli.reindex.view import State
from common.vectors.spaces import Spaces

MIB = 1024 * 1024


def progress(*, quiet: bool) -> Callable[[Tally], None]:
    """Tells how far a fill is."""
    shown = LiveLine()

    def say(tally: Tally) -> None:
        if not quiet:
            shown.say(line(tally), ended=0 < tally.total == tally.done)

    return say


def line(tally: Tally) -> str:
    """How far a fill is, with its rate and the time that is left."""
    left = "" if tally.eta_s is None else f", {clock(tally.eta_s)} left"
    return (
        f"{tally.done:,} of {tally.total:,} papers, {tally.texts:,} texts, "
        f"{tally.rate:.1f} papers/s{left}"
    )


def clock(seconds: float) -> str:
    """Minutes and seconds, with hours where there are any."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def ended(report: Report) -> str:
    """What came of a fill."""
    size = f"{report.vector_bytes / MIB:.1f} MiB"
    took = f"{clock(report.seconds)} ({report.papers_per_s:.1f} papers/s)"
    lines = [
        f"{report.model} ({report.kind}, {report.dim} numbers a text)",
        f"papers      {report.papers:,} with {report.passages:,} passages, {size} of vectors",
        f"filled      {report.filled:,} papers, {report.texts_embedded:,} texts in {took}",
        f"cost        {report.tokens:,} tokens paid, {report.cost_usd:.4f} USD",
        *_agreement(report.agreement),
        *(f"failed      {paper}: {why}" for paper, why in report.failed.items()),
    ]
    if report.complete:
        lines.append("complete    `paperbus reindex switch` lets it answer")
    else:
        lines.append(f"incomplete  {len(report.failed)} papers failed; mend them and run it again")
    return "\n".join(lines)


def _agreement(told: Agreement | None) -> list[str]:
    if told is None:
        return []
    hybrid, meaning = told.overlap_at_10, told.semantic_overlap_at_10
    asked = f"over {told.queries} queries"
    lines = [f"overlap@10  {hybrid:.3f} hybrid, {meaning:.3f} by meaning alone, {asked}"]
    if told.own_at_10 is not None:
        before, new = told.own_at_10
        lines.append(f"own paper   found among ten by meaning: {before:.3f} before, {new:.3f} now")
    return lines


def turned(spaces: Spaces) -> str:
    """Which model answers after a switch."""
    kept = spaces.also.model if spaces.also else "no other"
    return f"{spaces.serving.model} answers now; {kept} is kept up to date"


def rows(state: State) -> str:
    """The state of the index, a line for each model."""
    lines = [f"{state.papers:,} papers, {state.passages:,} passages by the log"]
    for one in state.spaces:
        role = "answers" if one.answers else ("kept" if state.switched else "filled")
        told = f"lacks {one.lacking}: {one.first_lacking}" if one.lacking else "complete"
        size = f"{one.vector_bytes / MIB:.1f} MiB"
        lines.append(f"{role:<8} {one.model} ({one.kind}, {one.dim}, {size}): {told}")
    beat = state.fill
    if beat is not None and beat.state == "filling":
        left = "" if beat.eta_s is None else f", {clock(beat.eta_s)} left"
        told = f"{beat.done:,} of {beat.total:,} papers, {beat.papers_per_s:.1f} papers/s{left}"
        lines.append(f"filling  {beat.model}: {told} (at {beat.at})")
    return "\n".join(lines)
