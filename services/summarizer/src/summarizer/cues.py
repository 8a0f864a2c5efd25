"""Cue phrases by which authors say what a sentence is for."""

import re
from typing import Literal

Part = Literal["problem", "method", "findings", "limits"]

_VERB = (
    "propos|introduc|present|develop|describ|devis|construct|design|formulat|provid|offer|study|"
    "studi|investigat|explor|address|consider|examin|analy[sz]|establish|deriv|extend|suggest|"
    "build|give|argue"
)


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


PROPOSES = _pattern(
    rf"\b(?:we|i|this (?:paper|work|article|study))\b(?:(?!\bnot\b)[^.,;]){{0,30}}\b(?:{_VERB})\w*"
)
IN_THIS_PAPER = _pattern(
    r"\b(?:in|with)? ?this (?:paper|work|article|study|letter|note)\b|\bhere,? we\b"
)
WE = _pattern(r"^(?:[^,]{0,40}, )?we\b")
OURS = _pattern(r"\b(?:our|proposed|novel|new)\b")
LEAD_IN = _pattern(
    r"^(?:(?:however|therefore|thus|hence|specifically|in particular|moreover|furthermore|"
    r"additionally|to this end|towards? this end|finally|motivated by this|here|"
    r"in (?:this|the (?:current|present)) (?:paper|work|article|study|letter|note)|"
    r"to (?:address|overcome|tackle|solve|bridge|fill|close|mitigate|alleviate) "
    r"(?:this|these|that|those|such|the)\b[^,]{0,60}(?=,))\b,? )+"
)

_PARTS: dict[Part, re.Pattern[str]] = {
    "limits": _pattern(
        r"\blimitations? (?:of|in|to) (?:our|this|the (?:proposed|present|current))\b"
        r"|\b(?:our|one|a|the main) limitations? (?:is|are|was|lies)\b"
        r"|\b(?:caveats?|shortcomings?) of (?:our|this|the proposed)\b|\bbeyond the scope of this\b"
        r"|\b(?:we|our (?:method|approach|model|analysis|study|results?)) "
        r"(?:do not|does not|did not|only) (?:yet )?(?:consider|address|study|studied|evaluate|"
        r"test|cover|treat|investigate|account for|capture|model|explore|handle)\w*\b"
        r"|\b(?:our|the proposed|this) \w+ (?:is|are|was|were) (?:restricted|limited) to\b"
        r"|\b(?:leave|left|leaving)\b[^.;]{0,60}\b(?:future|open)\b|\bremains? (?:an )?open\b"
    ),
    "findings": _pattern(
        r"\b(?:we|results?|experiments?|evaluations?|findings|analys[ei]s|simulations?|"
        r"measurements?)\b[^.;]{0,60}\b(?:show|find|found|demonstrat|prove|observ|reveal|indicat|"
        r"confirm|achiev|conclud|discover|obtain|report|verif)\w*"
        r"|\boutperform\w*|\bstate[- ]of[- ]the[- ]art\b|\bimprov(?:es?|ed|ing) (?:over|upon|by)\b"
        r"|\b\d+(?:\.\d+)? ?(?:\\?%|percent)|\bsignificantly\b|\bachiev(?:es?|ed|ing)\b"
    ),
    "method": _pattern(
        rf"{PROPOSES.pattern}|\b(?:our|the proposed|this new|a novel) (?:\w+ ){{0,3}}(?:method|"
        r"approach|model|framework|algorithm|system|architecture|technique|scheme|procedure|"
        r"pipeline|dataset|benchmark)\b|\bwe (?:use|apply|combine|train|employ|leverage|adopt|"
        r"evaluate|compare|simulate|measure)\b"
    ),
    "problem": _pattern(
        r"\b(?:however|unfortunately|challeng\w*|difficult\w*|remains?|lacks?|suffers?|costly|"
        r"expensive|yet|despite|although|unclear|unknown|problem|open question|"
        r"bottlenecks?|crucial|need(?:s|ed)? (?:for|to)|fails?|hinder\w*|scarce|poorly)\b"
    ),
}


def part_of(sentence: str, position: float) -> Part | None:
    """What a sentence at ``position`` (0 first, 1 last) of an abstract is about, if it says so."""
    if _PARTS["limits"].search(sentence) and position > 0.5:
        return "limits"
    opening = position < 0.34 and not WE.search(sentence)
    if opening and _PARTS["problem"].search(sentence):
        return "problem"
    if not opening and _PARTS["findings"].search(sentence) and not PROPOSES.search(sentence):
        return "findings"
    if _PARTS["method"].search(sentence):
        return "method"
    if _PARTS["problem"].search(sentence) and position < 0.6:
        return "problem"
    return None
