"""Takes secrets out of texts that are logged, traced or kept with a dead letter (rule X10)."""

import re
from urllib.parse import quote

LEAST_CHARS = 12
"""A shorter secret may be an ordinary word, and taking it out would tell it."""
_known: dict[str, None] = {}

_PATTERNS = (
    (
        re.compile(r"(?i)(authorization|proxy-authorization)(['\"]?\s*[:=]\s*)(\S+\s+)?\S+"),
        r"\1\2***",
    ),
    (
        re.compile(
            r"(?i)\b([\w-]*(?:(?:api|access|secret|private|shared)[_-]?key|secret(?:[_-]\w+)?|token"
            r"|password|passwd|passphrase))(['\"]?\s*[:=]\s*)(?:\"[^\"]*\"|'[^']*'|[^\s'\"&,;}]+)"
        ),
        r"\1\2***",
    ),
    (re.compile(r"(?i)\b((?:set-)?cookie)(['\"]?\s*[:=]\s*)[^\r\n]+"), r"\1\2***"),
    (re.compile(r"\b(Bearer)\s+[\w.~+/=-]{8,}"), r"\1 ***"),
    (re.compile(r"(X-Amz-(?:Signature|Credential|Security-Token)=)[^&\s]+"), r"\1***"),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"), "***"),
    (re.compile(r"\b(?:sk|pk)-[\w-]{12,}"), "***"),
    (re.compile(r"\bwhsec_[\w+/=-]{8,}"), "whsec_***"),
    (re.compile(r"\bgh[a-z]_\w{20,}"), "***"),
    (re.compile(r"\bS[A-Z][A-Z2-7]{56}\b"), "***"),  # the seed of an nkey
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*-----|\Z)"), "***"),
    (re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)[^/\s@]+@"), r"\1***@"),
)


def remember(secret: str) -> None:
    """From now on this very text is taken out too, whatever it looks like."""
    if len(secret) >= LEAST_CHARS:
        _known.update(dict.fromkeys((secret, quote(secret, safe=""), secret.encode().hex())))


def redacted(text: str) -> str:
    """The text with what was remembered and all that looks like a credential made ``***``."""
    for secret in _known:
        text = text.replace(secret, "***")
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text
