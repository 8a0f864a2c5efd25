"""The real servers and how each is run: NATS, S3, vectors, traces."""

import json
import shutil
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from common import buskeys, natsconf
from common.errors import UsageError
from standalone.child import Command
from standalone.folder import DataFolder

S3_USER = "paperbus"
BUCKET = "paperbus"

S3_PORTS = {
    "s3.port": "s3",
    "s3.port.grpc": "s3-grpc",
    "s3.port.iceberg": "s3-iceberg",
    "s3.port.lance": "s3-lance",
    "master.port": "master",
    "master.port.grpc": "master-grpc",
    "volume.port": "volume",
    "volume.port.grpc": "volume-grpc",
    "filer.port": "filer",
    "filer.port.grpc": "filer-grpc",
    "admin.port": "admin",
    "admin.port.grpc": "admin-grpc",
}
"""Flag of SeaweedFS and our name of its port."""

PORT_NAMES = ("nats", "nats-monitor", *S3_PORTS.values(), "vectors", "receiver")

NATS_CONF = """# Written at every start.
listen: "127.0.0.1:{port}"
http: "127.0.0.1:{monitor}"
max_payload: 1MB
jetstream {{
  store_dir: "{store}"
  sync_interval: always
  max_file_store: 20GB
  strict: true
}}
include "./users.conf"
"""
KEYS = "keys"
"""Folder with the seed of each user of the bus."""


def answers(url: str) -> bool:
    """Whether an HTTP server answers there, whatever it says but an error of its own."""
    try:
        with urllib.request.urlopen(url, timeout=1) as answer:
            return bool(answer.status < 500)
    except urllib.error.HTTPError as error:
        return error.code < 500
    except (OSError, ValueError):
        return False


def binary(name: str) -> str:
    """A program that came with this environment; raises UsageError when it did not."""
    found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    if found is None:
        raise UsageError(name, "is not installed; run `make setup`")
    return found


def nats(data: DataFolder, ports: Mapping[str, int]) -> Command:
    """nats-server with JetStream; every acknowledged write is on the disk (rule N1)."""
    folder = data.sub("nats")
    conf = folder / "nats.conf"
    (folder / "users.conf").write_text(natsconf.users(buskeys.make(data.path / KEYS)))
    conf.write_text(
        NATS_CONF.format(port=ports["nats"], monitor=ports["nats-monitor"], store=folder / "js")
    )
    health = f"http://127.0.0.1:{ports['nats-monitor']}/healthz"
    return Command(
        name="nats",
        argv=[binary("nats-server"), "-c", str(conf)],
        log=data.sub("logs") / "nats.log",
        is_ready=lambda: answers(health),
    )


def s3(data: DataFolder, ports: Mapping[str, int]) -> Command:
    """SeaweedFS with its S3 API; all of its many ports are ours, and on loopback."""
    folder = data.sub("objects")
    config = folder / "s3.json"
    config.write_text(json.dumps({"identities": [_identity(data.secret("s3"))]}))
    config.chmod(0o600)
    fixed = {
        "dir": data.sub("objects/weed"),
        "ip": "127.0.0.1",
        "ip.bind": "127.0.0.1",
        "s3.config": config,
        "s3.iam": "false",
        "s3.localSocket": "",
        "filer.localSocket": folder / "filer.sock",
        "admin.ui": "false",
        "webdav": "false",
        "master.telemetry": "false",
        "master.volumeSizeLimitMB": "1024",
    }
    flags = [f"-{flag}={value}" for flag, value in fixed.items()]
    flags += [f"-{flag}={ports[name]}" for flag, name in S3_PORTS.items()]
    health = f"http://127.0.0.1:{ports['s3']}/status"
    return Command(
        name="s3",
        argv=[binary("weed"), "mini", *flags],
        log=data.sub("logs") / "s3.log",
        is_ready=lambda: answers(health),
    )


def _identity(secret: str) -> dict[str, object]:
    return {
        "name": S3_USER,
        "credentials": [{"accessKey": S3_USER, "secretKey": secret}],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }


def vectors(data: DataFolder, ports: Mapping[str, int]) -> Command:
    """Qdrant's engine behind Qdrant's REST API."""
    return python(data, "vectors", "standalone.vectors", ports["vectors"], "/readyz")


def receiver(data: DataFolder, ports: Mapping[str, int]) -> Command:
    """The keeper of traces."""
    return python(data, "receiver", "standalone.receiver", ports["receiver"], "/health")


def python(data: DataFolder, name: str, module: str, port: int, health: str) -> Command:
    """A server of ours, with its data in a folder of its own name."""
    url = f"http://127.0.0.1:{port}{health}"
    return Command(
        name=name,
        argv=[sys.executable, "-m", module, "--port", str(port), "--data", str(data.sub(name))],
        log=data.sub("logs") / f"{name}.log",
        is_ready=lambda: answers(url),
    )
