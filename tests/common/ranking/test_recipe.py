"""The numbers of the ranking make sense together."""

import msgspec

from common.ranking.recipe import RECIPE


def test_every_weight_stays_a_part_of_one() -> None:
    assert 0 < RECIPE.meaning <= 1
    assert 0 <= RECIPE.trust < RECIPE.meaning, "meaning counts also where the lists agree"
    assert 0 <= RECIPE.fresh_share < 1, "no paper is lost for its age"
    assert RECIPE.fresh_days > 0


def test_there_is_something_to_compare() -> None:
    assert 0 < RECIPE.agreed <= RECIPE.candidates


def test_another_number_is_another_version() -> None:
    """Whoever changes the recipe changes its version, and what stands here."""
    assert msgspec.to_builtins(RECIPE) == {
        "version": "2",
        "candidates": 100,
        "meaning": 0.65,
        "trust": 0.20,
        "agreed": 10,
        "fresh_days": 180.0,
        "fresh_share": 0.5,
        "in_title": 1.0,
        "in_abstract": 0.6,
        "in_abstract_often": 0.8,
        "often": 3,
        "in_digest": 25,
        "taste": {
            "candidates": 200,
            "likes": 200,
            "kept": 0.7,
            "sample": 2000,
            "ridge": 0.1,
            "refused": 0.3,
            "terms": 200,
            "repeated": 0.75,
            "names": 40,
            "meaning": 0.2,
            "authors": 0.5,
            "authors_shared": 0.4,
            "others": 0.3,
            "others_supported": 0.4,
            "others_shared": 0.8,
            "walk_item": 0.5,
            "walk_person": 0.5,
            "walk_popular": 0.3,
            "walk_near": 1.1,
        },
    }
