"""Every reason that the code can give has its plain words."""

import re
from pathlib import Path

import pytest

from common.letters.reasons import REASONS, explained

ROOT = Path(__file__).parents[3]
GIVEN = re.compile(r'(?<!Deferred\()reason="(\w+)"')
NO_DEATHS = {"start", "bus", "restore", "state_version", "dropped", "superseded", "not_fetched"}
"""Ends of commands and starts, papers that a job leaves out, and rows that are cancelled."""


def given() -> set[str]:
    """The reasons that stand literally in the code of handlers and what they use."""
    files = [*ROOT.glob("services/*/src/**/*.py"), *ROOT.glob("libs/common/src/**/*.py")]
    return {found for file in files for found in GIVEN.findall(file.read_text())}


def test_reasons_are_found_in_the_code() -> None:
    assert {"no_pdf", "crash", "topology"} <= given()


@pytest.mark.parametrize("reason", sorted(given() - NO_DEATHS))
def test_every_reason_has_plain_words(reason: str) -> None:
    assert reason in REASONS


@pytest.mark.parametrize("reason", sorted(REASONS))
def test_words_are_sentences(reason: str) -> None:
    for words in REASONS[reason]:
        assert words[0].isupper()
        assert words.endswith(".")


def test_an_unknown_reason_points_at_the_error() -> None:
    assert "error says why" in explained("something new").means
