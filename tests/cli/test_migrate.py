"""Steps of what is kept, and what this software says of data that is not its own."""

import pytest

from cli.migrate.steps import STEPS, Steps, Work
from common import stateversion


def test_the_steps_lead_to_what_is_needed() -> None:
    assert STEPS.newest == stateversion.NEEDED


def test_steps_have_no_gap() -> None:
    steps = Steps()

    async def nothing(_: Work) -> int:
        return 0

    steps.step(2, "first")(nothing)
    for wrong in (1, 2, 4):
        with pytest.raises(ValueError, match="leads to 3"):
            steps.step(wrong, "wrong")
    steps.step(3, "second")(nothing)
    assert [step.version for step in steps.after(1)] == [2, 3]
    assert [step.text for step in steps.after(2)] == ["second"]
    assert steps.after(3) == []


@pytest.mark.parametrize(
    ("version", "needed", "words"),
    [
        (1, 1, ""),
        (1, 2, "run `paperbus migrate run`"),
        (3, 2, "use the newer software"),
    ],
)
def test_a_mismatch_names_the_mend(version: int, needed: int, words: str) -> None:
    found = stateversion.problem(version, needed)
    assert words in found
    assert bool(found) == (version != needed)
