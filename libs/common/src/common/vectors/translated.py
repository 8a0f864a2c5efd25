"""Qdrant's exceptions as ours."""

from collections.abc import Iterator
from contextlib import contextmanager

from qdrant_client.common.client_exceptions import ResourceExhaustedResponse
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

from common.errors import ServiceError, Terminal, Unavailable
from common.vectors import DEPENDENCY

_WAIT = frozenset({401, 403, 408, 429})
"""Not the paper's fault: a wrong key, a busy server."""


class NoCollection(Unavailable):
    """The collection is not made yet, or was dropped."""


@contextmanager
def translated() -> Iterator[None]:
    """Raises Unavailable while Qdrant does not serve us, Terminal for what it refuses."""
    try:
        yield
    except ResponseHandlingException as error:
        raise Unavailable(DEPENDENCY, f"does not answer ({error.source})") from error
    except ResourceExhaustedResponse as error:
        delay_s = float(error.retry_after_s)
        raise Unavailable(DEPENDENCY, "is busy", delay_s=delay_s) from error
    except UnexpectedResponse as error:
        raise _of_status(error) from error


def _of_status(error: UnexpectedResponse) -> ServiceError:
    status = error.status_code or 500
    said = error.content[:300].decode(errors="replace")
    if status == 404:
        return NoCollection(DEPENDENCY, f"answers 404: {said}")
    if status >= 500 or status in _WAIT:
        return Unavailable(DEPENDENCY, f"answers {status}: {said}")
    return Terminal(f"qdrant refused the request ({status}): {said}", reason="qdrant_refused")
