"""Whether a watch a person wrote can work; said before it is stored."""

import base64
import binascii
import re
from urllib.parse import urlsplit

from common import querying
from common.errors import UsageError
from common.querying import Query, QuerySyntaxError
from common.watches.cadence import check_cadence
from common.watches.watch import Mail, Watch, Webhook

SECRET_PREFIX = "whsec_"
MIN_SECRET_BYTES, MAX_SECRET_BYTES = 24, 64
MAX_NAME = 100
MAX_URL = 2000

_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*"
    r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
)


def check(watch: Watch) -> None:
    """Raise UsageError that names the field and the mend; do nothing when all is well."""
    if not watch.name.strip() or len(watch.name) > MAX_NAME or not watch.name.isprintable():
        raise UsageError("name", f"must be 1 to {MAX_NAME} printable characters on one line")
    parse(watch.query)
    if not watch.query.strip() and not any(
        (watch.filters.categories, watch.filters.authors, watch.filters.feeds)
    ):
        raise UsageError("query", "is empty, and so are the filters; name what to watch for")
    if not 0 <= watch.min_score <= 1:
        raise UsageError("min_score", "must be between 0 and 1")
    if isinstance(watch.channel, Mail):
        check_address(watch.channel.address)
    else:
        _check_webhook(watch.channel)
    check_cadence(watch)


def parse(text: str) -> Query:
    """The query of a watch; raises UsageError for one that cannot find anything.

    A watch looks at papers one by one, before anybody has put a tag to them.
    """
    query = querying.parse(text)
    for term in query.terms:
        if term.field == "tag":
            told = "tag: is for searches: a new paper has no tags yet; leave it out"
            raise QuerySyntaxError.of(term, "query", told)
    if query.terms and not any(
        not term.excluded and (term.stems or term.narrows) for term in query.terms
    ):
        raise UsageError("query", "has nothing to look for: add a word that is not a stop word")
    return query


def check_address(address: str, field: str = "channel.address") -> None:
    """Raise UsageError unless it is one plain mail address, ASCII and without a display name."""
    if len(address) > 254 or not _ADDRESS.fullmatch(address) or len(address.split("@")[0]) > 64:
        raise UsageError(field, f"{address[:80]!r} is not a mail address like ada@example.org")


def _check_webhook(webhook: Webhook) -> None:
    try:
        parts = urlsplit(webhook.url)
        port_is_fine = parts.port != 0
    except ValueError:
        raise UsageError("channel.url", "is not a URL; write it like https://host/path") from None
    if parts.scheme not in ("https", "http") or not parts.hostname or not port_is_fine:
        raise UsageError("channel.url", "must be an http or https URL with a host")
    if "@" in parts.netloc or len(webhook.url) > MAX_URL or not webhook.url.isprintable():
        raise UsageError("channel.url", f"must have no user name and at most {MAX_URL} characters")
    if not webhook.secret.split() or not all(map(_is_secret, webhook.secret.split())):
        raise UsageError(
            "channel.secret",
            f"must be {SECRET_PREFIX} followed by {MIN_SECRET_BYTES} to {MAX_SECRET_BYTES} bytes "
            "in base64",
        )


def _is_secret(text: str) -> bool:
    if not text.startswith(SECRET_PREFIX):
        return False
    try:
        raw = base64.b64decode(text.removeprefix(SECRET_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return False
    return MIN_SECRET_BYTES <= len(raw) <= MAX_SECRET_BYTES
