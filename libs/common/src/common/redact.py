"""Takes secrets out of texts that are logged, traced or kept with a dead letter (rule X10)."""

import re

_PATTERNS = (
    (
        re.compile(r"(?i)(authorization|proxy-authorization)(['\"]?\s*[:=]\s*)(\S+\s+)?\S+"),
        r"\1\2***",
    ),
    (
        re.compile(
            r"(?i)\b([\w-]*(?:api[_-]?key|secret|token|password|passwd))(['\"]?\s*[:=]\s*['\"]?)"
            r"[^\s'\"&,;}]+"
        ),
        r"\1\2***",
    ),
    (re.compile(r"(X-Amz-(?:Signature|Credential|Security-Token)=)[^&\s]+"), r"\1***"),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"), "***"),
    (re.compile(r"\b(?:sk|pk)-[\w-]{12,}"), "***"),
    (re.compile(r"\bwhsec_[\w+/=-]{8,}"), "whsec_***"),
    (re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)[^/\s:@]+:[^/\s@]+@"), r"\1***@"),
)


def redacted(text: str) -> str:
    """The text with everything that looks like a credential replaced by ``***``."""
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text
