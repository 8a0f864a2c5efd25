"""compose.yaml fits the specification, the services' settings and their ports and paths."""

import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from cli.schedule import own
from cli.settings import Settings
from common import natsconf, settings, topology
from env_example import settings_of
from manifests import compose, compose_schema, parsed
from render import code
from render.compose import seed_of
from render.fleet import load, package_of
from source_tree import ROOT

SERVICES: dict[str, dict[str, Any]] = compose()["services"]
VARIABLE = re.compile(r"\$\{(\w+)(?::?[-?][^}]*)?\}")
OURS_IN_ENV = {"PAPERBUS_UID", "PAPERBUS_GID", "PAPERBUS_DATA", "PAPERBUS_BIND", "PAPERBUS_PORT"}
OTHERS_IN_ENV = {
    *("JAEGER_PORT", "PROMETHEUS_PORT", "ALERTMANAGER_PORT", "GRAFANA_PORT"),
    *("PROMETHEUS_RETENTION", "PROMETHEUS_RETENTION_SIZE"),
}
COMMANDS = ("topology", "cli")
OWN = (*topology.WORKERS, *COMMANDS)


def worker_of(service: str) -> str:
    return topology.OPERATOR if service in COMMANDS else service


def test_it_fits_the_compose_specification() -> None:
    validator = jsonschema.Draft202012Validator(compose_schema())
    found = [f"{e.json_path}: {e.message}" for e in validator.iter_errors(compose())]
    assert not found


def test_the_check_of_the_specification_can_fail() -> None:
    broken = {"services": {"nats": {"imagee": "nats:2.15.1"}}}
    assert not jsonschema.Draft202012Validator(compose_schema()).is_valid(broken)


def test_every_worker_and_every_server_is_there() -> None:
    assert {*topology.WORKERS, "topology", "nats", "qdrant", "minio", "seaweedfs"} <= {*SERVICES}
    assert {"otel-collector", "jaeger", "prometheus", "alertmanager", "grafana"} <= {*SERVICES}


def test_profiles() -> None:
    profiles = {one["profiles"][0] for one in SERVICES.values()}
    assert profiles == {"core", "minio", "seaweedfs", "observability", "llm", "tools"}
    for name in (*topology.WORKERS, "topology", "nats", "qdrant"):
        assert SERVICES[name]["profiles"] == ["core"]
    for name in ("minio", "seaweedfs"):
        assert SERVICES[name]["networks"]["inside"]["aliases"] == ["objects"], name


@pytest.mark.parametrize("service", OWN)
def test_every_setting_is_one_the_service_reads(service: str) -> None:
    known = code.names_of(worker_of(service))
    unknown = set(SERVICES[service]["environment"]) - known
    assert not unknown


@pytest.mark.parametrize("worker", topology.WORKERS)
def test_every_setting_a_service_reads_can_be_given(worker: str) -> None:
    given = SERVICES[worker]["environment"]
    for variable in code.variables_of(worker):
        name = f"{variable.name}_FILE" if variable.secret else variable.name
        assert name in given, f"{name} cannot be set in .env"


@pytest.mark.parametrize("worker", topology.WORKERS)
def test_the_settings_can_be_loaded(worker: str, tmp_path: Path) -> None:
    """As a container would, with secrets in files."""
    environ = {}
    for name, value in SERVICES[worker]["environment"].items():
        if value is None:
            continue
        text = VARIABLE.sub(lambda found: found[0].partition(":-")[2].rstrip("}"), value)
        if name.endswith("_FILE") and value.startswith("/run/secrets/"):
            file = tmp_path / Path(value).name
            file.write_text("0123456789abcdef" * 4 if file.name in load().secrets.random else "")
            text = str(file)
        environ[name] = text
    loaded = settings.load(settings_of(package_of(worker)), environ)
    assert dict(settings.describe(loaded))["HEALTH_PORT"] == str(load().ports["health"])


@pytest.mark.parametrize("worker", topology.WORKERS)
def test_a_service_gets_its_own_key_and_the_secrets_it_reads(worker: str) -> None:
    secrets = set(SERVICES[worker]["secrets"])
    assert secrets == {seed_of(worker), *code.secrets_of(worker)}
    assert SERVICES[worker]["environment"][code.SEED] == f"/run/secrets/{seed_of(worker)}"


def test_every_secret_is_a_file_that_init_makes() -> None:
    declared = compose()["secrets"]
    used = {name for one in SERVICES.values() for name in one.get("secrets", ())}
    assert used <= set(declared)
    script = (ROOT / "deploy/secrets.sh").read_text()
    for name, how in declared.items():
        assert set(how) == {"file"}
        assert how["file"].endswith(f"/secrets/{name}")
        assert name.startswith("bus_") or re.search(rf"\b{name}\b", script), name


def test_no_secret_stands_in_the_environment() -> None:
    secret = {name.upper() for name in code.all_secrets()}
    for name, one in SERVICES.items():
        assert not secret & set(one.get("environment", ())), name


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_every_container_is_hardened_and_limited(service: str) -> None:
    one = SERVICES[service]
    assert one["user"].startswith("${PAPERBUS_UID")
    assert one["read_only"] is True
    assert one["cap_drop"] == ["ALL"]
    assert one["security_opt"] == ["no-new-privileges:true"]
    limits = one["deploy"]["resources"]["limits"]
    assert float(limits["cpus"]) > 0
    assert limits["pids"] > 0
    assert re.fullmatch(r"\d+m", limits["memory"])
    assert not re.search(r":latest$|^[^:]+$", one["image"]), one["image"]


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_what_is_published_is_on_loopback_unless_asked_otherwise(service: str) -> None:
    for port in SERVICES[service].get("ports", ()):
        assert port.startswith("${PAPERBUS_BIND:-127.0.0.1}:"), port


def test_the_addresses_are_those_of_services_and_ports() -> None:
    ports = load().ports
    answers = {worker: {ports["health"]} for worker in topology.WORKERS}
    answers["gateway"].add(ports["gateway"])
    answers |= {"nats": {ports["nats"], ports["nats_monitor"]}}
    answers |= {"objects": {ports["objects"]}, "qdrant": {ports["qdrant"]}}
    found = set()
    for worker in topology.WORKERS:
        for value in SERVICES[worker]["environment"].values():
            for host, port in re.findall(r"(?:nats|http)://([a-z]+):(\d+)", value or ""):
                assert int(port) in answers[host], value
                found.add(host)
    assert found == set(answers)


def test_the_bus_knows_every_user_by_the_variable_its_configuration_names() -> None:
    conf = (ROOT / "deploy/nats/users.conf").read_text()
    environment = SERVICES["nats"]["environment"]
    for user in topology.WORKERS:
        name = natsconf.variable(user)
        assert f"${name}" in conf
        assert environment[name].startswith(f"${{{name}:?")


def test_every_folder_that_is_mounted_is_there_or_made_by_init() -> None:
    init = (ROOT / "deploy/compose/init.sh").read_text()
    for name, one in SERVICES.items():
        for volume in one.get("volumes", ()):
            source = volume.split(":")[0] if volume.startswith("./") else ""
            if source:
                assert (ROOT / source).exists(), f"{name} mounts {source}"
            else:
                folder = volume.partition("}/")[2].split(":")[0]
                assert re.search(rf"\b{folder}\b", init), f"{name} mounts {folder}"


def test_every_variable_of_the_file_is_known() -> None:
    settings_names = {name for worker in topology.WORKERS for name in code.names_of(worker)}
    keys = {natsconf.variable(user) for user in topology.WORKERS}
    known = settings_names | keys | OURS_IN_ENV | OTHERS_IN_ENV
    asked = {found[1] for found in VARIABLE.finditer((ROOT / "compose.yaml").read_text())}
    assert asked <= known


def test_files_written_by_hand_have_the_ports_of_the_fleet() -> None:
    ports = load().ports
    (collector,) = parsed((ROOT / "deploy/otel/collector.yaml").read_text())
    listens = collector["receivers"]["otlp"]["protocols"]["http"]["endpoint"]
    assert listens == f"0.0.0.0:{ports['otlp']}"
    for pipeline in collector["service"]["pipelines"].values():
        for part in ("receivers", "processors", "exporters"):
            assert set(pipeline[part]) <= set(collector[part])
    nats = (ROOT / "deploy/compose/nats.conf").read_text()
    assert f'http: "0.0.0.0:{ports["nats_monitor"]}"' in nats
    seaweedfs = (ROOT / "deploy/compose/seaweedfs.sh").read_text()
    assert f"-s3.port={ports['objects']}" in seaweedfs
    assert f"port: {ports['nats']}\n" in (ROOT / "deploy/nats/nats.conf").read_text()


def test_a_stop_leaves_the_services_their_grace() -> None:
    seconds = int(SERVICES["indexer"]["stop_grace_period"].rstrip("s"))
    grace = next(v for v in code.variables_of("indexer") if v.name == "SHUTDOWN_GRACE_S")
    assert seconds > float(grace.default) + 5


def test_only_what_must_reach_others_has_a_way_out() -> None:
    assert compose()["networks"]["inside"]["internal"] is True
    for name in ("nats", "qdrant", "minio", "seaweedfs", "indexer"):
        assert "outside" not in SERVICES[name]["networks"], name


def test_the_page_says_what_each_profile_takes() -> None:
    text = (ROOT / "docs/operations/compose.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \|.*\| (\d+) \| (\d+) \|$", text, flags=re.MULTILINE)
    told = {name: (int(asked), int(most)) for name, asked, most in rows}
    stays = [one for one in SERVICES.values() if one["restart"] == "unless-stopped"]
    for profile, numbers in told.items():
        found = [one["deploy"]["resources"] for one in stays if one["profiles"] == [profile]]
        asked, most = (
            sum(int(one[kind]["memory"].rstrip("m")) for one in found)
            for kind in ("reservations", "limits")
        )
        assert numbers == (asked, most), profile
    assert set(told) == {"core", "minio", "seaweedfs", "observability", "llm"}


def test_a_backup_is_made_every_night_onto_a_disk_that_stays() -> None:
    """The operator's worker makes it when the bus asks."""
    chosen = settings.load(Settings, {}).schedules
    (nightly,) = [one for one in own.chores(chosen) if one.name == "backup"]
    assert nightly.asked_by == "bus"
    assert nightly.cron.split()[3:] == ["*", "*", "*"]
    assert topology.consumer_for(topology.OPERATOR, type(nightly.message))
    for name in (topology.OPERATOR, "cli"):
        one = SERVICES[name]
        assert one["environment"]["BACKUP_TARGET"] == "${BACKUP_TARGET:-/backups}"
        assert "${PAPERBUS_DATA:-./data/compose}/backups:/backups" in one["volumes"]
        assert {"BACKUP_S3_URL", "BACKUP_RECIPIENT", "BACKUP_KEEP_DAYS"} <= set(one["environment"])
        assert {"backup_s3_access_key", "backup_s3_secret_key"} <= set(one["secrets"])
