"""Which kind of licence an address names."""

import pytest

from common.licences import ARXIV, KINDS, NAMES, NONE, OTHER, beginnings, kind_of

CC = "http://creativecommons.org"


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        (f"{CC}/licenses/by/4.0/", "cc-by"),
        (f"{CC}/licenses/by/3.0/us/", "cc-by"),
        (f"{CC}/licenses/by", "cc-by"),
        ("https://www.creativecommons.org/licenses/BY-NC-nd/4.0?x#y", "cc-by-nc-nd"),
        (f"{CC}/publicdomain/zero/1.0/", "cc0"),
        (f"{CC}/publicdomain/mark/1.0/", "public-domain"),
        ("http://arxiv.org/licenses/nonexclusive-distrib/1.0/", ARXIV),
        (f"{CC}/licenses/unheard/4.0/", OTHER),
        ("https://evil.example/creativecommons.org/licenses/by/4.0/", OTHER),
        ("", NONE),
        ("javascript:alert(1)", NONE),
    ],
)
def test_an_address_is_of_a_kind(url: str, kind: str) -> None:
    assert kind_of(url) == kind
    assert kind in NAMES


@pytest.mark.parametrize("kind", KINDS)
def test_what_begins_like_a_kind_is_of_it(kind: str) -> None:
    assert {kind_of(f"{start}4.0/") for start in beginnings(kind)} == {kind}
