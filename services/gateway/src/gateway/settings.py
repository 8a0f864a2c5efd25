"""Settings of the gateway."""

import ipaddress
from typing import Annotated

import msgspec

from common.errors import UsageError
from common.jobs import STALE_MINUTES
from common.reading.parsed import Limits
from common.settings import (
    BusSettings,
    EmbedSettings,
    ObjectsSettings,
    RuntimeSettings,
    Secret,
    VectorsSettings,
)
from gateway import kept

MIN_KEY_BYTES = 32
MOST_PDF_MB = 64
PDF_PASSAGES = 20
"""Passages kept of a PDF that is sent; its first ones tell what it is about."""


class GatewaySettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where the gateway listens, and who may use it."""

    gateway_host: str = "127.0.0.1"
    """Address to listen on; anything but loopback needs GATEWAY_SHARED_KEY."""
    gateway_port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 8080
    """Port to listen on, of the page and of the API."""
    gateway_shared_key: Secret = Secret("")
    """At least 32 bytes: bearer token of programs, and what a person signs in with."""
    gateway_allowed_hosts: str = ""
    """Further names the page is reached by, with commas between them."""
    public_url: str = ""
    """Address people use, such as https://papers.example.org; empty means host and port."""
    feeds_dir: str = "config/feeds"
    """Folder with one TOML file per feed."""
    gateway_session_hours: Annotated[int, msgspec.Meta(ge=1, le=8760)] = 24 * 14
    """How long one sign-in lasts."""
    gateway_max_streams: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 1000
    """How many live streams may be open at once."""
    gateway_stream_minutes: Annotated[int, msgspec.Meta(ge=1, le=1440)] = 30
    """How long one live stream lasts before its client connects again."""
    gateway_jobs_kept_days: Annotated[float, msgspec.Meta(ge=0.01, le=365)] = 7.0
    """Jobs that ended, and the files they made, are kept so many days."""
    gateway_tidy_schedule: str = "0 0 3 * * *"
    """When jobs past their time are forgotten: six-field cron, UTC; off for never."""
    gateway_job_stale_minutes: Annotated[float, msgspec.Meta(ge=0.05, le=1440)] = STALE_MINUTES
    """A job nobody was heard of for so many minutes is begun again, or given up."""
    gateway_cache_s: Annotated[float, msgspec.Meta(ge=0, le=3600)] = 60.0
    """So long a list or search is answered from memory while the index is the same; 0: never."""
    gateway_cache_mb: Annotated[int, msgspec.Meta(ge=1, le=4096)] = 32
    """Megabytes of answers kept in memory for that."""
    gateway_cache_answers: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 4096
    """How many answers are kept at most."""

    gateway_pdf_mb: Annotated[int, msgspec.Meta(ge=1, le=MOST_PDF_MB)] = 20
    """Megabytes a PDF may have that is sent to find papers near it."""
    gateway_pdf_memory_mb: Annotated[int, msgspec.Meta(ge=256, le=16384)] = 512
    """Memory such a PDF may take to be read."""
    gateway_pdf_cpu_s: Annotated[int, msgspec.Meta(ge=1, le=300)] = 20
    """Processor time such a PDF may take to be read."""
    gateway_pdf_wall_s: Annotated[int, msgspec.Meta(ge=1, le=450)] = 30
    """Time in all such a PDF may take to be read."""

    def __post_init__(self) -> None:
        """Refuse a key that is too short, and an open address without a key."""
        key = self.gateway_shared_key.reveal().encode()
        if key and len(key) < MIN_KEY_BYTES:
            raise UsageError(
                "GATEWAY_SHARED_KEY",
                f"has {len(key)} bytes, at least {MIN_KEY_BYTES} are needed; "
                "make one with `openssl rand -base64 33`",
            )
        if not key and not is_loopback(self.gateway_host):
            raise UsageError(
                "GATEWAY_SHARED_KEY",
                f"is needed because GATEWAY_HOST is {self.gateway_host}, which others can reach; "
                "set it (make one with `openssl rand -base64 33`) or listen on 127.0.0.1",
            )
        if self.public_url and not self.public_url.startswith(("http://", "https://")):
            raise UsageError("PUBLIC_URL", "must start with http:// or https://")

    @property
    def pdf_limits(self) -> Limits:
        """What a PDF that is sent may cost."""
        return Limits(
            memory_bytes=self.gateway_pdf_memory_mb << 20,
            cpu_s=self.gateway_pdf_cpu_s,
            wall_s=self.gateway_pdf_wall_s,
            passages=PDF_PASSAGES,
            pdf_bytes=self.gateway_pdf_mb << 20,
        )

    @property
    def cached(self) -> kept.Limits:
        """How many answers are kept to be repeated."""
        size_bytes = self.gateway_cache_mb << 20
        return kept.Limits(self.gateway_cache_answers, size_bytes, self.gateway_cache_s)

    @property
    def allowed_hosts(self) -> tuple[str, ...]:
        """The names in ``gateway_allowed_hosts``, lower-case."""
        return tuple(
            name.strip().lower() for name in self.gateway_allowed_hosts.split(",") if name.strip()
        )


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the gateway can be told."""

    bus: BusSettings
    runtime: RuntimeSettings
    objects: ObjectsSettings
    vectors: VectorsSettings
    embed: EmbedSettings
    gateway: GatewaySettings


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address; a name other than localhost is not."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
