"""Watches: a person's saved search with the channel that tells them (extra ``text``)."""

from common.querying import Hit, Query, Term
from common.watches.check import check, check_address, parse
from common.watches.delivery import (
    RECORDS,
    Delivery,
    Disabled,
    decode_delivery,
    disabled_key,
    open_key,
    record_key,
)
from common.watches.match import Match, match
from common.watches.watch import Filters, Mail, Moment, Watch, Webhook

__all__ = [
    "RECORDS",
    "Delivery",
    "Disabled",
    "Filters",
    "Hit",
    "Mail",
    "Match",
    "Moment",
    "Query",
    "Term",
    "Watch",
    "Webhook",
    "check",
    "check_address",
    "decode_delivery",
    "disabled_key",
    "match",
    "open_key",
    "parse",
    "record_key",
]
