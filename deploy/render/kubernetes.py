"""deploy/k8s: the manifests that kustomize puts together."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from common import natsconf, topology
from common.declared import Consumer
from render import code, compose, crons, fleet, rules
from render.fleet import ROOT, Worker
from render.templates import rendered

FOLDER = "deploy/k8s"
NAMESPACE = "paperbus"
TASK = "task"
LAYOUTS = {"single": (1, 1, 1), "clustered": (3, 3, 4)}
"""Servers of NATS, Qdrant and the object store."""
SHARDS, COPIES = 2, 3


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Who may reach what."""

    name: str
    stores: tuple[str, ...]
    outbound: tuple[int, ...]
    looks: bool
    """Whether it asks the others how they are."""


class Scaled(msgspec.Struct, frozen=True, kw_only=True):
    """A worker that grows with what waits for it."""

    name: str
    size: Worker
    durables: tuple[Consumer, ...]


def files() -> Mapping[str, str]:
    """Path and text of what is written."""
    made = {f"base/{name}": text for name, text in _base()}
    for layout in LAYOUTS:
        made |= {f"stores/{layout}/{name}": text for name, text in _stores(layout)}
    made |= {f"components/{name}": text for name, text in _components()}
    made["secrets.sh"] = rendered("k8s-secrets.sh.j2", {"users": _users()})
    return {f"{FOLDER}/{name}": text for name, text in made.items()}


def _base() -> Iterator[tuple[str, str]]:
    made = fleet.load()
    for name in topology.WORKERS:
        yield f"{name}.yaml", rendered("worker.yaml.j2", _pod(name) | {"name": name})
    task = _pod(topology.OPERATOR) | {"size": made.tasks}
    yield "topology.yaml", rendered("topology.yaml.j2", task | {"prepare": compose.PREPARE})
    yield "cronjobs.yaml", rendered("cronjobs.yaml.j2", task | {"jobs": crons.crons()})
    yield "network-policies.yaml", rendered("policies.yaml.j2", _policies())
    yield "ingress.yaml", rendered("ingress.yaml.j2", {"ports": made.ports})
    yield "settings.env", rendered("settings.env.j2", {"settings": settings()})
    feeds = ROOT / made.limits.feeds
    for file in sorted(feeds.glob("*.toml")):
        yield f"feeds/{file.name}", file.read_text()


def _pod(worker: str) -> dict[str, object]:
    made = fleet.load()
    given = compose.addresses(worker)
    return {
        "image": made.image_of(worker),
        "ports": made.ports,
        "size": made.workers[worker],
        "given": given,
        "files": code.secrets_of(worker),
        "feeds": "FEEDS_DIR" in given,
    }


def settings() -> dict[str, str]:
    """What every worker is told; each reads what is its own."""
    given: dict[str, str] = {}
    for worker in topology.WORKERS:
        given |= compose.addresses(worker)
    del given[code.SEED]
    made = given | {
        "BACKUP_TARGET": "s3://paperbus-backups/main",
        "LOG_FORMAT": "json",
        "NATS_REPLICAS": "1",
        "OTEL_EXPORTER_OTLP_ENDPOINT": (
            f"http://otel-collector.observability:{fleet.load().ports['otlp']}"
        ),
        "SCHEDULES_BY": "platform",
    }
    return dict(sorted(made.items()))


def _policies() -> dict[str, object]:
    made = fleet.load()
    operator = topology.OPERATOR
    callers = [
        Caller(
            name=name,
            stores=code.stores_of(name),
            outbound=made.workers[name].outbound,
            looks=name == operator,
        )
        for name in topology.WORKERS
    ]
    callers.append(msgspec.structs.replace(callers[-1], name=TASK, outbound=made.tasks.outbound))
    stores = {
        store: [caller.name for caller in callers if store in caller.stores]
        for store in code.STORES.values()
    }
    peers = {
        "nats": made.ports["nats_cluster"],
        "qdrant": made.ports["qdrant_cluster"],
        "objects": made.ports["objects"],
    }
    return {
        "ports": made.ports,
        "callers": callers,
        "stores": stores,
        "peers": peers,
        "workers": topology.WORKERS,
    }


def _stores(layout: str) -> Iterator[tuple[str, str]]:
    made = fleet.load()
    names = ("nats", "qdrant", "objects")
    values = {"ports": made.ports, "images": made.images, "shards": SHARDS, "copies": COPIES}
    for name, replicas in zip(names, LAYOUTS[layout], strict=True):
        own = values | {"size": made.servers[name], "replicas": replicas}
        yield f"{name}.yaml", rendered(f"{name}.yaml.j2", own)
    yield "server.conf", rendered("server.conf.j2", values | {"replicas": LAYOUTS[layout][0]})
    yield "nats.conf", (ROOT / "deploy/nats/nats.conf").read_text()
    yield "users.conf", natsconf.users()


def _components() -> Iterator[tuple[str, str]]:
    made = fleet.load()
    for kind, name in (("Deployment", "worker"), ("Job", "job"), ("CronJob", "cronjob")):
        values = {"kind": kind, "ports": made.ports, "grace_s": made.limits.stop_grace_s}
        yield f"hardened/{name}.yaml", rendered("hardened.yaml.j2", values)
    scaled = [
        Scaled(name=name, size=worker, durables=topology.consumers_of(name))
        for name, worker in made.workers.items()
        if worker.lag
    ]
    values = {
        "scaled": scaled,
        "gateway": made.workers["gateway"],
        "ports": made.ports,
        "namespace": NAMESPACE,
    }
    yield "autoscaling/autoscaling.yaml", rendered("autoscaling.yaml.j2", values)
    yield "monitoring/monitoring.yaml", rendered("monitoring.yaml.j2", {"rules": _rules()})


def _rules() -> dict[str, str]:
    """The rules of Prometheus as they are written for compose."""
    return {f"{NAMESPACE}-{Path(name).stem}": text for name, text in rules.files().items()}


def _users() -> list[tuple[str, tuple[str, ...]]]:
    return [(name, code.secrets_of(name)) for name in topology.WORKERS]
