"""What a sentence is for, by its cue."""

import pytest

from summarizer.cues import LEAD_IN, part_of


@pytest.mark.parametrize(
    ("sentence", "position", "part"),
    [
        ("However, such models remain expensive.", 0.2, "problem"),
        ("Language models are successful, yet aligning them is a challenge.", 0.0, "problem"),
        ("We propose a new loss.", 0.5, "method"),
        ("Our framework combines both.", 0.5, "method"),
        ("Experiments show that it outperforms all baselines.", 0.8, "findings"),
        ("We find a gap of 12%.", 0.9, "findings"),
        ("A limitation is the small corpus.", 0.9, "limits"),
        ("We do not consider noise.", 0.9, "limits"),
        ("Proofs for odd n are left for future work.", 1.0, "limits"),
        ("We do not consider noise.", 0.1, None),
        ("Let X be a compact space.", 0.3, None),
    ],
)
def test_parts(sentence: str, position: float, part: str | None) -> None:
    assert part_of(sentence, position) == part


@pytest.mark.parametrize(
    ("sentence", "rest"),
    [
        ("In this paper, we win.", "we win."),
        ("To address this gap in the field, we win.", "we win."),
        ("However, in this work, we win.", "we win."),
        ("Here we win.", "we win."),
        ("Herein we win.", "Herein we win."),
    ],
)
def test_lead_ins(sentence: str, rest: str) -> None:
    assert LEAD_IN.sub("", sentence) == rest
