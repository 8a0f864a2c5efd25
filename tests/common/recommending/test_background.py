"""What is usual in an index."""

import numpy as np

from common import bm25
from common.recommending.background import usual


def test_rarity_falls_with_every_paper_that_holds_a_word() -> None:
    rows = np.eye(3, dtype=np.float32)
    known = usual(rows, [bm25.document(text) for text in ("ice", "ice fire", "ice fire wood")])
    ice, fire, wood, other = (bm25.query(one).indices[0] for one in ("ice", "fire", "wood", "sky"))
    assert known.rarity(ice) < known.rarity(fire) < known.rarity(wood) < known.rarity(other)
    assert known.rarity(ice) > 0


def test_one_paper_or_equal_papers_are_no_trouble() -> None:
    known = usual(np.ones((5, 3), np.float32), [])
    assert np.isfinite(known.spread).all()
    assert known.mean.tolist() == [1.0, 1.0, 1.0]
