from gateway.pages import track
from gateway.views import Step, TimelineView


def line(*steps: Step) -> TimelineView:
    return TimelineView(paper="p", version=1, state="ready", steps=steps)


def test_bars_fill_the_width_and_none_is_too_thin() -> None:
    bars = track.stretches(
        line(
            Step(name="fetched", state="done", waited_s=0.001, took_s=1.0),
            Step(name="embedded", state="done", waited_s=50.0, took_s=0.002),
        )
    )
    assert round(bars[-1].x + bars[-1].width) == 1000
    assert min(bar.width for bar in bars) >= 5
    assert [bar.kind for bar in bars] == ["wait", "fetched", "wait", "embedded"]


def test_without_times_there_is_no_track() -> None:
    assert track.stretches(line(Step(name="fetched", state="waiting"))) == []
