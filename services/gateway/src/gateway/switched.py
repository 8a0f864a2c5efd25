"""Refuses what the operator switched off, in words a person understands."""

from gateway.failures import SwitchedOff
from gateway.ports import Stores

RETRY_S = 60
WORDS = {
    "accepting": "New papers and jobs are not taken for now: the operator switched that off.",
    "search": "Search is switched off by the operator for now; lists and papers can still be read.",
    "recommending": "Recommendations are switched off by the operator for now.",
    "similar": "Similar papers are switched off by the operator for now.",
}


def need(stores: Stores, flag: str) -> None:
    """Raise SwitchedOff while the switch is off."""
    if not stores.is_on(flag):
        raise SwitchedOff(f"{WORDS[flag]} Nothing is lost; try again later.", retry_s=RETRY_S)
