"""What one paper holds of a query, looked at alone."""

import pytest

from common.querying import Texts, parse
from common.ranking.covering import covered

PAPER = Texts(
    title="Graph networks at scale",
    abstract="We train a model. The model, a large model, is evaluated on molecules.",
    authors=("Ada Lovelace",),
    categories=("cs.LG",),
)


@pytest.mark.parametrize(
    ("query", "score"),
    [
        ("", 1.0),
        ("graph", 1.0),
        ("molecules", 0.6),
        ("model", 0.8),
        ("graph molecules", 0.8),
        ("graph proteins", 0.5),
        ("proteins", 0.0),
        ("cat:cs.LG", 1.0),
        ("au:lovelace molecules", 0.8),
        ("graph -proteins", 1.0),
    ],
)
def test_the_part_that_is_found(query: str, score: float) -> None:
    found = covered(parse(query), PAPER)
    assert found.fits
    assert found.score == score


@pytest.mark.parametrize(
    ("query", "missing", "unwanted"),
    [("graph ti:proteins", "proteins", ""), ("graph -molecules", "", "molecules")],
)
def test_what_keeps_a_paper_out(query: str, missing: str, unwanted: str) -> None:
    found = covered(parse(query), PAPER)
    assert not found.fits
    assert found.score == 0.0
    assert (found.missing.text if found.missing else "") == missing
    assert (found.unwanted.text if found.unwanted else "") == unwanted
