import pytest

from gateway.licences import judge

CC = "http://creativecommons.org"


@pytest.mark.parametrize(
    ("url", "label", "may_serve"),
    [
        (f"{CC}/licenses/by/4.0/", "CC BY 4.0", True),
        ("https://creativecommons.org/licenses/by-nc-nd/4.0", "CC BY-NC-ND 4.0", True),
        (f"{CC}/licenses/BY-SA/3.0/", "CC BY-SA 3.0", True),
        (f"{CC}/publicdomain/zero/1.0/", "CC0 1.0", True),
        ("http://arxiv.org/licenses/nonexclusive-distrib/1.0/", "arXiv licence", False),
        ("http://arxiv.org/licenses/assumed-1991-2003/", "arXiv licence", False),
        ("https://evil.example/creativecommons.org/licenses/by/4.0/", "Other licence", False),
        (f"{CC}/licenses/unheard/4.0/", "Other licence", False),
        ("", "No licence stated", False),
        ("javascript:alert(1)", "No licence stated", False),
    ],
)
def test_the_table(url: str, label: str, may_serve: bool) -> None:
    found = judge(url)
    assert (found.label, found.may_serve) == (label, may_serve)


def test_only_web_addresses_are_linked() -> None:
    assert judge("javascript:alert(1)").url == ""
