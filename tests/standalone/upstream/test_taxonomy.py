"""Sets and names of categories."""

import pytest

from standalone.upstream.store import Store
from standalone.upstream.taxonomy import CATEGORIES, all_sets, set_of, subject_of


@pytest.mark.parametrize(
    ("category", "spec", "subject"),
    [
        ("cs.AI", "cs:cs:AI", "Computer Science - Artificial Intelligence"),
        ("hep-th", "physics:hep-th", "High Energy Physics - Theory"),
        ("astro-ph.GA", "physics:astro-ph:GA", "Astrophysics - Astrophysics of Galaxies"),
        ("math.PR", "math:math:PR", "Mathematics - Probability"),
        ("physics.optics", "physics:physics:optics", "Physics - Optics"),
        ("q-fin.ST", "q-fin:q-fin:ST", "Quantitative Finance - Statistical Finance"),
        ("nlin.CD", "physics:nlin:CD", "Nonlinear Sciences - Chaotic Dynamics"),
        ("math-ph", "physics:math-ph", "Mathematical Physics"),
    ],
)
def test_names(category: str, spec: str, subject: str) -> None:
    assert set_of(category) == spec
    assert subject_of(category) == subject
    assert spec in {one.spec for one in all_sets()}


def test_sets_are_unique_and_their_parents_are_sets_too() -> None:
    specs = [one.spec for one in all_sets()]
    assert len(specs) == len(set(specs))
    assert all(spec.rpartition(":")[0] in {"", *specs} for spec in specs)
    assert {"cs", "cs:cs", "physics", "physics:astro-ph", "econ:econ:EM"} <= set(specs)


def test_every_category_of_the_day_is_known(day: Store) -> None:
    used = {one for paper in day.listed for one in paper.record.categories}
    assert used <= set(CATEGORIES)
