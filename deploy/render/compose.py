"""compose.yaml, and the list of secrets that ``deploy/compose/init.sh`` makes."""

from collections.abc import Mapping

import msgspec

from common import natsconf, topology
from render import code, fleet
from render.fleet import Size, package_of
from render.templates import rendered

SECRETS = "/run/secrets"
PREPARE = ("sh", "-c", "paperbus topology apply && paperbus migrate run")
"""What runs to its end before anything of ours starts; doing it again changes nothing."""
ALERT_SETTINGS = (
    "OPERATORS_MAIL",
    *(f"SMTP_{one}" for one in ("HOST", "PORT", "FROM", "USER", "TLS")),
)
"""What ``deploy/alertmanager/start.sh`` reads; the notifier's own settings."""


class Container(msgspec.Struct, frozen=True, kw_only=True):
    """One of our containers, as the template draws it."""

    name: str
    package: str
    image: str
    size: Size
    environment: dict[str, str]
    passed: tuple[str, ...]
    secrets: tuple[str, ...]
    volumes: tuple[str, ...] = ()
    tmpfs: tuple[str, ...] = ()
    networks: tuple[str, ...] = ("inside",)
    published: bool = False


def files() -> Mapping[str, str]:
    """Path and text of what is written."""
    made = fleet.load()
    workers = [_container(name) for name in topology.WORKERS]
    task = msgspec.structs.replace(_container(topology.OPERATOR), size=made.tasks)
    values = {
        "fleet": made,
        "workers": workers,
        "prepare": PREPARE,
        "task": task,
        "bus_keys": [natsconf.variable(user) for user in topology.WORKERS],
        "secret_files": secret_files(),
        "random": made.secrets.random,
        "empty": [name for name in code.all_secrets() if name not in made.secrets.random],
        "users": topology.WORKERS,
        "alert_settings": ALERT_SETTINGS,
    }
    return {
        "compose.yaml": rendered("compose.yaml.j2", values),
        "deploy/compose/init.sh": rendered("init.sh.j2", values),
        "deploy/secrets.sh": rendered("secrets.sh.j2", values),
    }


def secret_files() -> list[str]:
    """Every file of a secret, in the order of the alphabet."""
    seeds = [seed_of(user) for user in topology.WORKERS]
    return sorted({*code.all_secrets(), *fleet.load().secrets.random, *seeds})


def seed_of(user: str) -> str:
    """The secret that holds a user's key of the bus."""
    return f"bus_{user}"


def addresses(worker: str) -> dict[str, str]:
    """The settings a container is given, whatever .env says."""
    ports = fleet.load().ports
    health = ports["health"]
    ready = ",".join(f"{w}=http://{w}:{health}/health/ready" for w in topology.WORKERS)
    given = {
        "NATS_URL": f"nats://nats:{ports['nats']}",
        "NATS_MONITOR_URLS": f"http://nats:{ports['nats_monitor']}",
        code.SEED: f"{SECRETS}/{seed_of(worker)}",
        "S3_URL": f"http://objects:{ports['objects']}",
        "QDRANT_URL": f"http://qdrant:{ports['qdrant']}",
        "GATEWAY_URL": f"http://gateway:{ports['gateway']}",
        "GATEWAY_HEALTH_URLS": ready,
        "GATEWAY_HOST": "0.0.0.0",
        "GATEWAY_PORT": str(ports["gateway"]),
        "HEALTH_HOST": "0.0.0.0",
        "HEALTH_PORT": str(health),
        "FEEDS_DIR": "/etc/paperbus/feeds",
        "EMBEDDING_CACHE_DIR": "/var/cache/paperbus",
    }
    known = code.names_of(worker)
    return {name: value for name, value in given.items() if name in known}


def _own(worker: str) -> dict[str, str]:
    """What only this layout gives: everything lies on one disk, with the backups if need be.

    A variable without a value would take that of the image away.
    """
    own = {
        "BACKUP_TARGET": "${BACKUP_TARGET:-/backups}",
        "CENSUS_VOLUMES": "data=/backups",
        "CHANGELOG_FILE": "/usr/share/paperbus/CHANGELOG.md",
        "LOG_FORMAT": "${LOG_FORMAT:-json}",
    }
    known = code.names_of(worker)
    return {name: value for name, value in own.items() if name in known}


def _container(worker: str) -> Container:
    made = fleet.load()
    size = made.workers[worker]
    secrets = code.secrets_of(worker)
    given = addresses(worker) | _own(worker)
    by_file = {f"{name.upper()}_FILE": f"{SECRETS}/{name}" for name in secrets}
    passed = (v.name for v in code.variables_of(worker) if not v.secret and v.name not in given)
    published = worker == "gateway"
    return Container(
        name=worker,
        package=package_of(worker),
        image=made.image_of(worker),
        size=size,
        environment={**given, **by_file},
        passed=tuple(passed),
        secrets=(seed_of(worker), *secrets),
        volumes=_volumes(given),
        tmpfs=_tmpfs(given, size.scratch),
        networks=("inside", "outside") if size.outbound or published else ("inside",),
        published=published,
    )


def _volumes(given: Mapping[str, str]) -> tuple[str, ...]:
    feeds = fleet.load().limits.feeds
    found = [f"./{feeds}:{given['FEEDS_DIR']}:ro"] if "FEEDS_DIR" in given else []
    if "BACKUP_TARGET" in given:
        found.append("${PAPERBUS_DATA:-./data/compose}/backups:/backups")
    return tuple(found)


def _tmpfs(given: Mapping[str, str], mib: int) -> tuple[str, ...]:
    place = given.get("EMBEDDING_CACHE_DIR")
    return (f"{place}:size={mib}m,mode=1777",) if place else ()
