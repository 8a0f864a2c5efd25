"""Watches: a person's saved search with the channel that tells them (extra ``text``)."""

from common.querying import Hit, Query, Term
from common.watches.cadence import in_words, last_end, local, period_end
from common.watches.check import check, check_address, parse
from common.watches.delivery import (
    MAILS,
    RECORDS,
    Delivery,
    Disabled,
    decode_delivery,
    disabled_key,
    open_key,
    record_key,
)
from common.watches.match import Match, match
from common.watches.watch import Every, Filters, Mail, Moment, Watch, Webhook

__all__ = [
    "MAILS",
    "RECORDS",
    "Delivery",
    "Disabled",
    "Every",
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
    "in_words",
    "last_end",
    "local",
    "match",
    "open_key",
    "parse",
    "period_end",
    "record_key",
]
