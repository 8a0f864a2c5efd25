"""Queries that name one paper."""

import pytest

from fakes_gateway import World
from gateway import straight
from gateway.ports import Card

ARXIV = Card(paper="arxiv:2401.00001", version=2, title="Here")
OLD = Card(paper="arxiv:hep-th/9901001", version=1, title="Old")
JOURNAL = Card(paper="doi:10.1000/xyz", version=1, title="By its DOI")
PUBLISHED = "10.1103/physrevd.1"


@pytest.fixture
def there(world: World) -> World:
    world.index.cards = {card.paper: card for card in (ARXIV, OLD, JOURNAL)}
    world.index.by_doi = {PUBLISHED: OLD}
    return world


@pytest.mark.parametrize(
    ("text", "named", "card"),
    [
        ("2401.00001", True, ARXIV),
        (" arXiv:2401.00001v1 ", True, ARXIV),
        ("arXiv: 2401.00001", True, ARXIV),
        ("https://arxiv.org/pdf/2401.00001v2", True, ARXIV),
        ("10.48550/arXiv.2401.00001", True, ARXIV),
        ("hep-th/9901001", True, OLD),
        ("10.1000/XYZ", True, JOURNAL),
        ("doi: 10.1000/xyz", True, JOURNAL),
        (PUBLISHED, True, OLD),
        ("https://doi.org/10.1103/PhysRevD.1", True, OLD),
        ("10.1103/physrevd.2", True, None),
        ("2401.99999", True, None),
        ("graph networks", False, None),
        ("2401.00001 graph", False, None),
        ("id:2401.00001", False, None),
    ],
)
async def test_ids_and_dois(there: World, text: str, named: bool, card: Card | None) -> None:
    assert await straight.paper_of(there.index, text) == (named, card)


@pytest.mark.parametrize(
    ("text", "title", "same"),
    [
        ("Attention Is All You Need", "Attention Is All You Need", True),
        ("attention is all you need.", "Attention Is All\n You Need", True),
        ("Attention: is ALL – you need?", "Attention Is All You Need", True),
        ("Attention is all", "Attention Is All You Need", False),
        ("Attention is all you need too", "Attention Is All You Need", False),
        ("all attention is you need", "Attention Is All You Need", False),
        ("Graph networks", "Graph networks", False),
        ("Über große Graphen", "ÜBER GROSSE GRAPHEN", True),
        ("", "", False),
        ("… – !", "… – !", False),
    ],
)
def test_whole_titles(text: str, title: str, same: bool) -> None:
    assert straight.is_title(text, title) is same
