"""The stores beside the bus: is each there, and can it be written?"""

import asyncio
import re
import secrets
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from cli.doctor.finding import Finding
from cli.doctor.probing import PATIENCE_S, Answer, ask
from common.errors import ServiceError, Terminal
from common.objects import Objects
from common.redact import redacted
from common.settings import ObjectsSettings, VectorsSettings

PROBE = "probe"
POOL = re.compile(r"HTTPS?ConnectionPool\(.*?\): ")
CHECK = "stores"


async def objects(settings: ObjectsSettings) -> list[Finding]:
    """Write a small object, read it and take it away."""
    store = _hasty(settings)
    try:
        ref = await store.put(PROBE, secrets.token_bytes(16), "text/plain")
        await store.get(ref)
        await store.remove(ref.key)
    except ServiceError as error:
        why = POOL.sub("", str(error).removeprefix("objects: "))
        return [_broken("objects", settings.s3_url, why, "S3_URL and S3_ACCESS_KEY", error)]
    says = f"{redacted(settings.s3_url)} takes, gives and removes an object"
    return [Finding(check=CHECK, about="objects", says=says)]


def prepare() -> None:
    """Load what takes long to load, before anybody counts the seconds of an answer."""
    import minio  # noqa: F401  late: it costs 0.3 s that no other command should pay


async def qdrant(settings: VectorsSettings) -> list[Finding]:
    """Ask for the collections."""
    key = settings.qdrant_api_key.reveal()
    url = settings.qdrant_url.rstrip("/")
    answer = await ask(f"{url}/collections", {"api-key": key} if key else None)
    if answer.status == 200:
        return [Finding(check=CHECK, about="qdrant", says=f"{redacted(url)} answers")]
    why = answer.error or f"it answered {answer.status}"
    return [_broken("qdrant", url, why, "QDRANT_URL and QDRANT_API_KEY")]


async def nats(monitors: Sequence[str]) -> list[Finding]:
    """Whether each server says it is well, with all its streams and durables (rule N4)."""
    urls = [f"{monitor.rstrip('/')}/healthz" for monitor in monitors]
    answers = await asyncio.gather(*(ask(url) for url in urls))
    return [judged_nats(url, answer) for url, answer in zip(urls, answers, strict=True)]


def judged_nats(url: str, answer: Answer) -> Finding:
    """What one server's answer means; pure."""
    if answer.status == 200:
        return Finding(check=CHECK, about="nats", says=f"{redacted(url)} is well")
    why = answer.error or answer.body[:200].decode(errors="replace")
    return _broken("nats", url, why, "NATS_MONITOR_URLS and the log of nats-server")


def _hasty(settings: ObjectsSettings) -> Objects:
    """As ``common.objects.connect``, for one who does not wait: a dead store is a finding."""
    # late: see prepare
    import urllib3
    from minio import Minio

    url = urlsplit(settings.s3_url)
    pool: Any = urllib3.PoolManager(
        timeout=urllib3.Timeout(connect=PATIENCE_S / 2, read=PATIENCE_S / 2), retries=False
    )
    client = Minio(
        url.netloc,
        access_key=settings.s3_access_key.reveal(),
        secret_key=settings.s3_secret_key.reveal(),
        secure=url.scheme == "https",
        region=settings.s3_region,
        http_client=pool,
    )
    return Objects(client, settings.s3_bucket)


def _broken(
    about: str, url: str, why: str, names: str, error: ServiceError | None = None
) -> Finding:
    missing = isinstance(error, Terminal) and "NoSuchBucket" in str(error)
    mend = "start the services, the first one makes the bucket" if missing else f"check {names}"
    return Finding(
        check=CHECK,
        about=about,
        level="unhealthy",
        says=f"{redacted(url)}: {redacted(why)[:200]}",
        mend=mend,
    )
