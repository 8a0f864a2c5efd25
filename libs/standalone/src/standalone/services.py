"""Services and the operator's worker as child processes, tied to the servers by environment."""

import sys
from collections.abc import Mapping

from common import topology
from common.buskeys import seed_file
from common.topology import OPERATOR
from standalone.child import Command
from standalone.folder import DataFolder
from standalone.servers import BUCKET, KEYS, S3_USER, answers

PORT_NAMES = tuple(f"{service}-health" for service in topology.WORKERS)


def environment(data: DataFolder, ports: Mapping[str, int]) -> dict[str, str]:
    """What finds the servers; the key on the bus is the operator's."""
    return {
        "NATS_NKEY_SEED_FILE": str(seed_file(data.path / KEYS, OPERATOR)),
        "NATS_URL": f"nats://127.0.0.1:{ports['nats']}",
        "NATS_MONITOR_URLS": f"http://127.0.0.1:{ports['nats-monitor']}",
        "S3_URL": f"http://127.0.0.1:{ports['s3']}",
        "S3_ACCESS_KEY": S3_USER,
        "S3_SECRET_KEY": data.secret("s3"),
        "S3_BUCKET": BUCKET,
        "QDRANT_URL": f"http://127.0.0.1:{ports['vectors']}",
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{ports['receiver']}",
        "DATA_DIR": str(data.path),
        "CENSUS_VOLUMES": f"data={data.path}",
        "EMBEDDING_CACHE_DIR": str(data.sub("models")),
    }


def argv_of(worker: str) -> list[str]:
    """The command that runs one of ``topology.WORKERS``."""
    rest = ["cli", "operate"] if worker == OPERATOR else [worker, "run"]
    return [sys.executable, "-m", *rest]


def service(
    name: str, data: DataFolder, ports: Mapping[str, int], environ: Mapping[str, str]
) -> Command:
    """One service as a child."""
    urls = [f"http://127.0.0.1:{ports[f'{name}-health']}/health/ready"]
    if name == "gateway" and "GATEWAY_PORT" in environ:
        urls.append(f"http://127.0.0.1:{environ['GATEWAY_PORT']}/health/live")
    return Command(
        name=name,
        argv=argv_of(name),
        log=data.sub("logs") / f"{name}.log",
        is_ready=lambda: all(answers(url) for url in urls),
        environ={
            **environ,
            "HEALTH_PORT": str(ports[f"{name}-health"]),
            "NATS_NKEY_SEED_FILE": str(seed_file(data.path / KEYS, name)),
        },
        stop_s=30.0,
    )
