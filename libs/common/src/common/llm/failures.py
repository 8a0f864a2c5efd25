"""What each failure of an endpoint means for the work: wait, try again, or give up (rules M1, M3).

A time-out while reading may have been billed, so it counts as an attempt; a refused connection
was not, so the work waits in place.
"""

import hashlib
from datetime import UTC, datetime

import openai

from common.errors import Retryable, ServiceError, Terminal, Unavailable
from common.llm.ask import Ask, ModelMissing
from common.retry_after import retry_after_s
from common.secret import Secret

MAX_DELAY_S = 900.0
OUTAGE_AFTER = 5
_UNBILLED = frozenset(("ConnectError", "ConnectTimeout", "PoolTimeout", "UnsupportedProtocol"))
_TOO_LONG = ("context_length", "context length", "maximum context", "too many tokens", "too long")
_FILTERED = ("content_filter", "content_policy", "content management", "data_inspection", "safety")


class Circuit:
    """Tells an outage from one bad question: only different questions failing in a row open it."""

    def __init__(self) -> None:
        self._failed: set[str] = set()

    def close(self) -> None:
        """An answer came."""
        self._failed.clear()

    def failed(self, ask: Ask) -> bool:
        """Note a failure; whether the endpoint must be taken as down."""
        if len(self._failed) < OUTAGE_AFTER:
            self._failed.add(hashlib.sha256(ask.user.encode()).hexdigest())
        return len(self._failed) >= OUTAGE_AFTER


def translate(
    error: openai.OpenAIError, circuit: Circuit, ask: Ask, secret: Secret
) -> ServiceError:
    """The error that the boundary understands; its text names the mend and holds no secret."""
    if isinstance(error, openai.APIStatusError):
        return _of_status(error, circuit, ask, secret)
    if isinstance(error, openai.APIConnectionError):
        cause = type(error.__cause__).__name__
        if cause in _UNBILLED:
            return Unavailable("llm", f"cannot be reached ({cause}); check OPENAI_BASE_URL")
        if circuit.failed(ask):
            return Unavailable("llm", f"{OUTAGE_AFTER} calls in a row got no answer ({cause})")
        return Retryable(f"llm: no answer ({cause}); the call may have been billed")
    return Retryable(f"llm: the answer is not of the protocol ({type(error).__name__})")


def _of_status(
    error: openai.APIStatusError, circuit: Circuit, ask: Ask, secret: Secret
) -> ServiceError:
    status = error.status_code
    if status in (401, 403):
        return Unavailable("llm", f"HTTP {status}; check OPENAI_API_KEY")
    if status == 404:
        return ModelMissing("llm", f"HTTP 404; check model {ask.model} and OPENAI_BASE_URL")
    if status == 402 or error.code == "insufficient_quota":
        return Unavailable("llm", "the account has no quota left; check its billing")
    said = f"HTTP {status}: {_shown(error.message, secret)}"
    delay = retry_after_s(error.response.headers, datetime.now(UTC), cap_s=MAX_DELAY_S)
    if status in (429, 503):
        return Unavailable("llm", said, delay_s=delay)
    if status >= 500 or status in (408, 409):
        if circuit.failed(ask):
            return Unavailable("llm", said, delay_s=delay)
        return Retryable(f"llm: {said}", delay_s=delay)
    return Terminal(f"llm: {said}", reason=_reason(status, f"{error.code} {error.message}".lower()))


def _reason(status: int, text: str) -> str:
    if status == 413 or any(word in text for word in _TOO_LONG):
        return "context_length"
    return "refused" if any(word in text for word in _FILTERED) else "llm_rejected"


def _shown(message: str, secret: Secret) -> str:
    if secret:
        message = message.replace(secret.reveal(), "***")
    return " ".join(message.split())[:200]
