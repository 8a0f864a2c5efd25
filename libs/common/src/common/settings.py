"""Typed settings from the environment: shared blocks, and how any block is loaded."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta

from common.errors import UsageError
from common.redact import redacted, remember
from common.reporting import ReportingSettings
from common.secret import Secret
from common.variables import Variable, describe, is_block, variables

__all__ = ["Secret", "Variable", "describe", "environment", "load", "variables"]

S = TypeVar("S", bound=msgspec.Struct)
Port = Annotated[int, Meta(ge=0, le=65535)]


class BusSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where the bus is."""

    nats_url: str = "nats://127.0.0.1:4222"
    """Address of NATS; several may be given with commas between."""
    nats_nkey_seed_file: str = ""
    """File with the nkey seed of this service, where the server asks for one."""
    nats_creds_file: str = ""
    """File with JWT credentials, where the server asks for them."""


class RuntimeSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How a service runs, the same for all of them."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """Least level of a log line that is written."""
    log_format: Literal["text", "json"] = "text"
    """Text for people, JSON for collectors."""
    health_host: str = "127.0.0.1"
    """Address of /health and /metrics."""
    health_port: Port = 0
    """Port of /health and /metrics; 0 takes a free one and logs it."""
    otel_exporter_otlp_endpoint: str = ""
    """Base URL of an OTLP/HTTP receiver; empty means no traces are sent."""
    shutdown_grace_s: Annotated[float, Meta(gt=0, le=600)] = 25.0
    """How long running work may go on after a stop was asked for."""
    workers: Annotated[int, Meta(ge=0, le=256)] = 0
    """Messages handled at once per consumer; 0 takes what the service thinks best."""
    dead_redrive: bool = True
    """Whether a service replays by itself what died of a dependency that works again."""
    dead_redrive_after_s: Annotated[float, Meta(ge=1, le=86_400)] = 60.0
    """How long a dead letter rests before that, in seconds."""
    metrics_key: Secret = Secret()
    """At least 16 bytes: bearer token that /metrics asks for; empty leaves it open."""

    reporting: ReportingSettings = ReportingSettings()
    """To whom errors are reported."""

    def __post_init__(self) -> None:
        """Refuse a key that can be guessed."""
        self.metrics_key.check("METRICS_KEY", least_bytes=16)


class ObjectsSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where objects are kept."""

    s3_url: str = "http://127.0.0.1:9000"
    """Address of any S3."""
    s3_access_key: Secret = Secret()
    """Access key of the object store."""
    s3_secret_key: Secret = Secret()
    """Secret key of the object store."""
    s3_bucket: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")] = "paperbus"
    """Bucket; it is made when it is not there."""
    s3_archive_bucket: Annotated[str, Meta(pattern=r"^([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])?$")] = ""
    """Second bucket, for old PDFs; what is not in the first is read there. Empty for none."""
    s3_region: str = "us-east-1"
    """Region the requests are signed for."""


class VectorsSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where vectors are kept."""

    qdrant_url: str = "http://127.0.0.1:6333"
    """Address of Qdrant."""
    qdrant_api_key: Secret = Secret()
    """Key of Qdrant, where it asks for one."""
    vectors_quantization: Literal["none", "int8"] = "none"
    """int8 keeps a quarter of each vector in memory; for collections made from now on."""
    vectors_on_disk: bool = False
    """Whether vectors and lists of words stay on the disk; for collections made from now on."""
    vectors_shards: Annotated[int, Meta(ge=0, le=1000)] = 0
    """Parts of a new collection, for several nodes; 0 leaves it to the server."""
    vectors_copies: Annotated[int, Meta(ge=0, le=10)] = 0
    """Copies of each part of a new collection; 0 leaves it to the server."""


class EmbedSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How texts become vectors; the same at index and at query time."""

    embedding_kind: Literal["local", "static", "openai"] = "local"
    """local: a small offline model; static: for small machines; openai: any endpoint."""
    embedding_model: str = ""
    """Name of the model at the endpoint; only for openai."""
    embedding_dir: str = ""
    """Folder with tokenizer.json and model.onnx to use instead of the packaged model."""
    embedding_cache_dir: str = ""
    """Where the model graph is kept once built; empty means the user's cache folder."""
    embedding_base_url: str = ""
    """Endpoint for openai, with /v1."""
    embedding_api_key: Secret = Secret()
    """Key of that endpoint."""
    embedding_dimensions: Annotated[int, Meta(ge=0, le=8192)] = 0
    """Length of a vector; 0 takes what the model gives."""
    embedding_threads: Annotated[int, Meta(ge=0, le=256)] = 0
    """Processor threads of the local model; 0 takes one per core."""


def environment() -> dict[str, str]:
    """The environment of this process; the only place that reads it."""
    return dict(os.environ)


def load(kind: type[S], environ: Mapping[str, str]) -> S:
    """Settings of ``kind`` from ``environ``; raises UsageError that names the variable.

    Fields that are structs are blocks; all others are variables with the field's name in upper
    case. An empty variable counts as absent. ``NAME_FILE`` gives a Secret by file.
    """
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(kind):
        if is_block(field.type):
            values[field.name] = load(field.type, environ)
        else:
            value = value_of(field, environ)
            if value is not None:
                values[field.name] = converted(field, value)
            elif field.required:
                raise UsageError(field.name.upper(), "is not set and has no default; set it")
    return kind(**values)


def value_of(field: msgspec.structs.FieldInfo, environ: Mapping[str, str]) -> str | None:
    """What is given for one field, by itself or by file; raises UsageError."""
    name = field.name.upper()
    value = environ.get(name) or None
    if value is not None or field.type is not Secret:
        return value
    path = environ.get(f"{name}_FILE")
    if not path:
        return None
    try:
        return Path(path).read_text(encoding="utf-8").strip() or None
    except OSError as error:
        raise UsageError(f"{name}_FILE", f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{name}_FILE", "holds something that is no text") from error


def converted(field: msgspec.structs.FieldInfo, value: str) -> Any:
    """The value of one field as its type; raises UsageError."""
    name = field.name.upper()
    if field.type is Secret:
        remember(value)
        return Secret(value)
    try:
        return msgspec.convert(value, field.type, strict=False)
    except msgspec.ValidationError as error:
        raise UsageError(name, f"{redacted(value)!r} does not fit: {error}") from error
