"""OAI-PMH arguments: every error of form."""

from datetime import date

import pytest

from standalone.upstream.oai_request import OaiError, parse_request

LIST = [("verb", "ListRecords"), ("metadataPrefix", "arXiv")]


@pytest.mark.parametrize(
    ("pairs", "code", "words"),
    [
        ([], "badVerb", "missing"),
        ([("verb", "")], "badVerb", "Illegal"),
        ([("verb", "Nix")], "badVerb", "Nix"),
        ([("verb", "Identify")] * 2, "badVerb", "repeated"),
        ([("verb", "Identify"), ("a", "b")], "badArgument", "Illegal argument: a"),
        ([("verb", "GetRecord"), ("metadataPrefix", "arXiv")], "badArgument", "identifier"),
        ([("verb", "GetRecord"), ("identifier", "x")], "badArgument", "metadataPrefix"),
        ([("verb", "ListRecords")], "badArgument", "metadataPrefix"),
        ([*LIST, ("metadataPrefix", "arXiv")], "badArgument", "repeated"),
        ([*LIST, ("resumptionToken", "x")], "badArgument", "exclusive"),
        ([*LIST, ("from", "2026-6-1")], "badArgument", "from"),
        ([*LIST, ("from", "2026-02-30")], "badArgument", "from"),
        ([*LIST, ("until", "2026-06-17T00:00:00Z")], "badArgument", "until"),
        ([*LIST, ("from", "2026-06-18"), ("until", "2026-06-17")], "badArgument", "later"),
        ([("verb", "GetRecord"), ("resumptionToken", "x")], "badArgument", "Illegal"),
    ],
)
def test_errors(pairs: list[tuple[str, str]], code: str, words: str) -> None:
    with pytest.raises(OaiError, match=words) as caught:
        parse_request(pairs)
    assert caught.value.code == code


def test_a_legal_request() -> None:
    request = parse_request([*LIST, ("from", "2026-06-16"), ("until", "2026-06-17"), ("set", "cs")])
    assert (request.first, request.last) == (date(2026, 6, 16), date(2026, 6, 17))
    assert request.arguments["set"] == "cs"
