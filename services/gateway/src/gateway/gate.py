"""Who may use the gateway: host names, origins, the shared key and signed sessions."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit

from common.secret import Secret
from gateway.settings import GatewaySettings, is_loopback

COOKIE = "paperbus_session"
LOCAL_NAMES = frozenset(("localhost", "127.0.0.1", "[::1]"))
SAFE_METHODS = frozenset(("GET", "HEAD", "OPTIONS"))
MAX_FAILURES = 10
FAILURE_WINDOW_S = 60.0


class Gate:
    """Decides about hosts, origins and keys; an empty ``key`` means everyone who gets here."""

    def __init__(
        self,
        key: str,
        *,
        hosts: frozenset[str] | None,
        public_url: str = "",
        session_s: int = 14 * 86_400,
        metrics_key: Secret | None = None,
    ) -> None:
        self._key = key.encode()
        self._sign_key = hmac.digest(self._key, b"paperbus session v1", "sha256")
        self._hosts = hosts
        self._public = urlsplit(public_url)
        self._failures: list[float] = []
        self.session_s = session_s
        self._metrics_key = metrics_key or Secret()

    @property
    def open(self) -> bool:
        """Whether no key is asked for."""
        return not self._key

    @property
    def https(self) -> bool:
        """Whether people reach the page by https."""
        return self._public.scheme == "https"

    def host_allowed(self, host: str) -> bool:
        """Whether a Host header may be answered; keeps DNS rebinding out."""
        if self._hosts is None:
            return True
        name = _name_of(host)
        return name in self._hosts or (bool(name) and name == self._public.hostname)

    def origin_allowed(self, headers: Mapping[str, str]) -> bool:
        """Whether a request that changes something comes from our own page or a program."""
        site = headers.get("sec-fetch-site", "")
        if site and site not in ("same-origin", "none"):
            return False
        origin = headers.get("origin")
        if origin is None:
            return True
        asked = urlsplit(origin).netloc.lower()
        ours = {headers.get("host", "").lower(), self._public.netloc.lower()} - {""}
        return bool(asked) and asked in ours

    def key_matches(self, given: str) -> bool:
        """Whether a given key is the shared one, in constant time."""
        given_digest = hashlib.sha256(given.encode()).digest()
        wanted = hashlib.sha256(self._key).digest()
        return hmac.compare_digest(given_digest, wanted) and bool(self._key)

    def may_try(self, at: float) -> bool:
        """Whether another key may be tried now; too many wrong ones have to wait."""
        self._failures = [then for then in self._failures if at - then < FAILURE_WINDOW_S]
        return len(self._failures) < MAX_FAILURES

    def failed(self, at: float) -> None:
        """Remember a wrong key."""
        self._failures.append(at)

    def new_session(self, at: float) -> str:
        """A signed cookie value that ends by itself; ``at`` in seconds since the epoch."""
        body = f"{int(at) + self.session_s}.{secrets.token_urlsafe(12)}"
        return f"{body}.{self._sign(body)}"

    def session_valid(self, value: str, at: float) -> bool:
        """Whether a cookie value is one of ours and has not ended."""
        body, _, signature = value.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._sign(body).encode()):
            return False
        until = body.partition(".")[0]
        return until.isdecimal() and int(until) > at

    def admits(self, headers: Mapping[str, str], cookie: str, at: float) -> bool:
        """Whether a request carries the key or a session."""
        if self.open:
            return True
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return self.key_matches(token.strip())
        return bool(cookie) and self.session_valid(cookie, at)

    def admits_scraper(self, headers: Mapping[str, str], cookie: str, at: float) -> bool:
        """Whether metrics may be read: by their own key where there is one, and by ours."""
        if not self._metrics_key:
            return self.admits(headers, cookie, at)
        if self._metrics_key.is_bearer(headers.get("authorization", "")):
            return True
        return not self.open and self.admits(headers, cookie, at)

    def _sign(self, body: str) -> str:
        return hmac.new(self._sign_key, body.encode(), "sha256").hexdigest()


def _name_of(host: str) -> str:
    host = host.strip().lower()
    if host.startswith("["):
        name, end, rest = host.partition("]")
        return name + end if not rest or rest.startswith(":") else host
    return host.partition(":")[0]


def safe_next(path: str) -> str:
    """A place on this page to go on to; anything else becomes the first page."""
    plain = path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if plain and path.isprintable() and "\\" not in path else "/"


def gate_of(settings: GatewaySettings, *, metrics_key: Secret | None = None) -> Gate:
    """The gate the settings ask for; on loopback only known host names are answered."""
    names = LOCAL_NAMES | frozenset(settings.allowed_hosts)
    restricted = is_loopback(settings.gateway_host) or bool(settings.allowed_hosts)
    return Gate(
        settings.gateway_shared_key.reveal(),
        hosts=names if restricted else None,
        public_url=settings.public_url,
        session_s=settings.gateway_session_hours * 3600,
        metrics_key=metrics_key,
    )
