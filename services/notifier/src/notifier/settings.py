"""Settings of the notifier."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from common.errors import UsageError
from common.settings import BusSettings, ObjectsSettings, RuntimeSettings, Secret
from common.watches import check_address


class NotifierSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How webhooks and mail go out."""

    public_url: str = ""
    """Where people reach the page; links in messages go there."""
    outbound_allow: str = ""
    """Comma list of host:port or networks that webhooks may reach though not public, or by http."""
    webhook_timeout_s: Annotated[float, Meta(gt=0, le=30)] = 15.0
    """Longest a webhook's receiver may take in all."""
    smtp_host: str = ""
    """Mail server; empty means that no mail is sent."""
    smtp_port: Annotated[int, Meta(ge=1, le=65535)] = 587
    """Port of the mail server."""
    smtp_tls: Literal["starttls", "tls", "none"] = "starttls"
    """starttls as on port 587, tls from the start as on port 465, or none on a trusted network."""
    smtp_user: str = ""
    """Name to sign in with; empty means without."""
    smtp_password: Secret = Secret()
    """Password to sign in with."""
    smtp_from: str = ""
    """Address that mail comes from."""
    operators_mail: str = ""
    """Addresses of those who run the system, with commas between; mail about it goes there."""
    smtp_timeout_s: Annotated[float, Meta(gt=0, le=120)] = 15.0
    """Longest each step of the mail server may take."""
    notify_workers: Annotated[int, Meta(ge=1, le=64)] = 4
    """Papers matched at once."""
    notify_retry_base_s: Annotated[float, Meta(gt=0, le=3600)] = 30.0
    """Wait after a first failure; each further one waits four times as long."""
    notify_retry_cap_s: Annotated[float, Meta(gt=0, le=86400)] = 21600.0
    """Longest wait between two tries."""
    notify_max_age_s: Annotated[float, Meta(gt=0, le=2592000)] = 172800.0
    """After this time a delivery that still fails is given up."""
    notify_sweep_s: Annotated[float, Meta(gt=0, le=3600)] = 10.0
    """How often waiting deliveries are looked at."""

    @property
    def operators(self) -> tuple[str, ...]:
        """The addresses in ``operators_mail``."""
        return tuple(part.strip() for part in self.operators_mail.split(",") if part.strip())

    def check(self) -> None:
        """Raise UsageError for what the types cannot say."""
        if self.smtp_host and not self.smtp_from:
            raise UsageError("SMTP_FROM", "is needed with SMTP_HOST; set the sender's address")
        if self.smtp_from:
            check_address(self.smtp_from, "SMTP_FROM")
        for address in self.operators:
            check_address(address, "OPERATORS_MAIL")
        if self.public_url and not self.public_url.startswith(("http://", "https://")):
            raise UsageError("PUBLIC_URL", "must start with http:// or https://")


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """All settings of the notifier."""

    bus: BusSettings
    runtime: RuntimeSettings
    objects: ObjectsSettings
    notifier: NotifierSettings
