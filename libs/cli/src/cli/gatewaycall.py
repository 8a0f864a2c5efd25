"""Asks the gateway over HTTP, as any other client."""

import urllib.error
import urllib.parse
import urllib.request

import msgspec

from common.errors import Terminal, Unavailable, UsageError
from common.secret import Secret

TIMEOUT_S = 20.0


class _Problem(msgspec.Struct, frozen=True):
    detail: str = ""


class Gateway:
    """One gateway, and the key it may ask for."""

    def __init__(self, url: str, key: Secret) -> None:
        self._url = url.rstrip("/")
        self._key = key

    def get(self, path: str, **params: str) -> bytes:
        """The answer's body; raises Unavailable, UsageError for 4xx, Terminal for a conflict."""
        query = f"?{urllib.parse.urlencode(params)}" if params else ""
        return self._asked(urllib.request.Request(self._url + path + query))

    def post(self, path: str) -> bytes:
        """As ``get``."""
        return self._asked(urllib.request.Request(self._url + path, data=b"", method="POST"))

    def _asked(self, request: urllib.request.Request) -> bytes:
        if self._key.reveal():
            request.add_header("Authorization", f"Bearer {self._key.reveal()}")
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
                body: bytes = answer.read()
                return body
        except urllib.error.HTTPError as error:
            raise _told(error) from error
        except OSError as error:
            words = f"{self._url} does not answer ({error}); is GATEWAY_URL right?"
            raise Unavailable("gateway", words) from error


def _told(error: urllib.error.HTTPError) -> Exception:
    try:
        detail = msgspec.json.decode(error.read(), type=_Problem).detail
    except (msgspec.DecodeError, OSError):
        detail = ""
    words = detail or f"the gateway answered {error.code}"
    if error.code == 401:
        return UsageError("GATEWAY_SHARED_KEY", "is wrong or missing; give the gateway's own")
    if error.code in (409, 422):
        return Terminal(words)
    return UsageError("gateway", words) if error.code < 500 else Unavailable("gateway", words)
