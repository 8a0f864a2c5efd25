"""The rendered manifests fit Kubernetes, are hardened, and say what the code says."""

import functools
import re
from http.client import HTTPConnection
from typing import Any

import jsonschema
import pytest
from kubernetes_validate import utils as schemas

from common import topology
from common.health import Health, HealthServer
from custom_resources import BY_KIND
from manifests import OVERLAYS, Document, containers, documents, named, of_kind, pods
from manifests import settings_given as settings_of_overlay
from render import code, fleet
from render.crons import crons
from source_tree import ROOT

VERSIONS = ("1.34", "1.37")
PORTS = fleet.load().ports
OURS = (*topology.WORKERS, *(cron.name for cron in crons()), "topology")


@pytest.fixture(autouse=True, scope="module")
def _read_each_schema_once() -> Any:
    """The package reads its largest file anew for every document."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schemas, "schema_contents", functools.cache(schemas.schema_contents))
        yield


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_manifest_fits_kubernetes(overlay: str, version: str) -> None:
    for one in documents(overlay):
        if one["kind"] in BY_KIND:
            jsonschema.Draft202012Validator(BY_KIND[one["kind"]]).validate(one)
        else:
            schemas.validate(one, version, strict=True)


def test_the_checks_can_fail() -> None:
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x"}, "spec": {"containerz": []}}
    with pytest.raises(jsonschema.ValidationError):
        schemas.validate(pod, VERSIONS[0], strict=True)
    scaled = named("prod", "ScaledObject", "indexer")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(BY_KIND["ScaledObject"]).validate(
            {**scaled, "spec": {**scaled["spec"], "minReplicas": 1}}
        )


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_container_is_limited_and_can_do_nothing_else(overlay: str) -> None:
    for name, spec, one in containers(overlay):
        own = one["securityContext"]
        assert own["allowPrivilegeEscalation"] is False, name
        assert own["readOnlyRootFilesystem"] is True, name
        assert own["capabilities"] == {"drop": ["ALL"]}, name
        around = spec["securityContext"]
        assert around["runAsNonRoot"] is True, name
        assert around["runAsUser"] > 0, name
        assert around["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert spec["automountServiceAccountToken"] is False, name
        for kind in ("requests", "limits"):
            assert {"cpu", "memory", "ephemeral-storage"} <= set(one["resources"][kind]), name
        for volume in spec.get("volumes", ()):
            if "emptyDir" in volume:
                assert volume["emptyDir"]["sizeLimit"], f"{name}: {volume['name']}"


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_image_is_one_of_the_fleet(overlay: str) -> None:
    known = {fleet.load().image_of(worker) for worker in topology.WORKERS}
    known |= set(fleet.load().images.values())
    for name, _, one in containers(overlay):
        assert one["image"] in known, name
        assert not one["image"].endswith(":latest"), name


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_everything_that_stays_has_probes(overlay: str) -> None:
    for name, _, one in containers(overlay):
        if not name.startswith(("Job", "CronJob")):
            assert {"startupProbe", "readinessProbe", "livenessProbe"} <= set(one), name


@pytest.mark.parametrize("worker", topology.WORKERS)
def test_the_probes_of_a_worker(worker: str) -> None:
    """K1: liveness never asks whether what it depends on is there. K2: time for a stop."""
    spec = named("prod", "Deployment", worker)["spec"]["template"]["spec"]
    (one,) = spec["containers"]
    assert one["readinessProbe"]["httpGet"]["path"] == "/health/ready"
    assert one["livenessProbe"]["httpGet"]["path"] == "/health/live"
    assert {"name": "health", "containerPort": PORTS["health"]} in one["ports"]
    grace = next(v for v in code.variables_of(worker) if v.name == "SHUTDOWN_GRACE_S")
    assert spec["terminationGracePeriodSeconds"] > float(grace.default) + 10


def test_the_paths_that_are_probed_are_answered() -> None:
    """By the server that every worker has."""
    paths = {
        one[probe]["httpGet"]["path"]
        for name, _, one in containers("prod")
        if name.removeprefix("Deployment/") in topology.WORKERS
        for probe in ("startupProbe", "readinessProbe", "livenessProbe")
    }
    monitor = named("prod", "ServiceMonitor", "paperbus")["spec"]["endpoints"][0]
    health = Health("fetcher")
    server = HealthServer(health, "127.0.0.1", 0)
    server.start()
    try:
        health.beat()
        for path in (*paths, monitor["path"]):
            connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
            connection.request("GET", path)
            assert connection.getresponse().status in (200, 503), path
            connection.close()
    finally:
        server.stop()


def test_the_probes_of_nats() -> None:
    """K4: a frozen stream takes no server away by itself."""
    for overlay in OVERLAYS:
        (one,) = named(overlay, "StatefulSet", "nats")["spec"]["template"]["spec"]["containers"]
        assert one["startupProbe"]["httpGet"]["path"] == "/healthz"
        assert one["readinessProbe"]["httpGet"]["path"] == "/healthz?js-server-only=true"
        assert one["livenessProbe"]["httpGet"]["path"] == "/healthz?js-enabled-only=true"


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_what_all_workers_are_told_is_read_by_one_of_them(overlay: str) -> None:
    known = {name for worker in topology.WORKERS for name in code.names_of(worker)}
    assert set(settings_of_overlay(overlay)) <= known
    assert not {name.upper() for name in code.all_secrets()} & set(settings_of_overlay(overlay))


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_a_worker_gets_its_own_secrets_by_file(overlay: str) -> None:
    for name, spec, one in containers(overlay):
        short = name.partition("/")[2]
        if short not in OURS:
            continue
        worker = short if short in topology.WORKERS else topology.OPERATOR
        files = {entry["name"]: entry["value"] for entry in one["env"]}
        assert set(files) <= code.names_of(worker), name
        wanted = {f"{secret.upper()}_FILE" for secret in code.secrets_of(worker)}
        assert set(files) == wanted | {code.SEED}, name
        secrets = [v["secret"]["secretName"] for v in spec["volumes"] if "secret" in v]
        assert secrets == [f"paperbus-{worker}"], name


def test_the_secrets_are_made_by_the_script() -> None:
    script = (ROOT / "deploy/k8s/secrets.sh").read_text()
    made = dict(re.findall(r"^of (paperbus-\w+) (.*)$", script, flags=re.MULTILINE))
    for overlay in OVERLAYS:
        for name, template in pods(overlay):
            for volume in template["spec"].get("volumes", ()):
                if "secret" in volume:
                    assert volume["secret"]["secretName"] in made, name
    for worker in topology.WORKERS:
        keys = {pair.partition("=")[0] for pair in made[f"paperbus-{worker}"].split()}
        assert keys == {"bus.nk", *code.secrets_of(worker)}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_ports_and_services_are_those_of_the_fleet(overlay: str) -> None:
    for worker in topology.WORKERS:
        service = named(overlay, "Service", worker)
        by_name = {port["name"]: port["port"] for port in service["spec"]["ports"]}
        assert by_name.pop("health") == PORTS["health"]
        assert by_name == ({"http": PORTS["gateway"]} if worker == "gateway" else {})
    for store in code.STORES.values():
        (first, *_) = named(overlay, "Service", store)["spec"]["ports"]
        assert first["port"] == PORTS[store]
    for name in ("NATS_URL", "S3_URL", "QDRANT_URL", "GATEWAY_URL", "NATS_MONITOR_URLS"):
        for host, port in re.findall(r"//([a-z0-9.-]+):(\d+)", settings_of_overlay(overlay)[name]):
            service = named(overlay, "Service", host.rpartition(".")[2])
            assert int(port) in {one["port"] for one in service["spec"]["ports"]}, name


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_selector_finds_a_pod(overlay: str) -> None:
    labels = [template["metadata"]["labels"] for _, template in pods(overlay)]
    for one in of_kind(overlay, "Service", "PodDisruptionBudget", "NetworkPolicy"):
        spec = one["spec"]
        chosen = spec.get("podSelector", spec.get("selector", {}))
        wanted = chosen.get("matchLabels", {} if one["kind"] == "NetworkPolicy" else chosen)
        wanted = {name: value for name, value in wanted.items() if name != "matchLabels"}
        assert any(wanted.items() <= found.items() for found in labels), one["metadata"]["name"]


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_config_map_and_claim_that_is_mounted_is_there(overlay: str) -> None:
    there = {one["metadata"]["name"] for one in of_kind(overlay, "ConfigMap")}
    there.add("paperbus-bus-keys")  # made by deploy/k8s/secrets.sh
    for name, spec, one in containers(overlay):
        for volume in spec.get("volumes", ()):
            if "configMap" in volume:
                assert volume["configMap"]["name"] in there, name
        for source in one.get("envFrom", ()):
            assert source["configMapRef"]["name"] in there, name
        volumes = {volume["name"] for volume in spec.get("volumes", ())}
        mounts = {mount["name"] for mount in one["volumeMounts"]}
        assert mounts - {"data"} <= volumes, name
        assert volumes <= mounts, name


def test_every_worker_is_spread_and_goes_away_one_by_one() -> None:
    budgets = {one["metadata"]["name"] for one in of_kind("prod", "PodDisruptionBudget")}
    assert budgets == {*topology.WORKERS, *code.STORES.values()}
    for worker in topology.WORKERS:
        spec = named("prod", "Deployment", worker)["spec"]["template"]["spec"]
        keys = [one["topologyKey"] for one in spec["topologySpreadConstraints"]]
        assert keys == ["topology.kubernetes.io/zone", "kubernetes.io/hostname"]


def scaled_object(worker: str) -> Document:
    spec: Document = named("prod", "ScaledObject", worker)["spec"]
    return spec


@pytest.mark.parametrize("worker", [w for w, one in fleet.load().workers.items() if one.lag])
def test_a_worker_grows_with_every_durable_it_takes_from(worker: str) -> None:
    spec = scaled_object(worker)
    asked = {(t["metadata"]["stream"], t["metadata"]["consumer"]) for t in spec["triggers"]}
    assert asked == {(one.stream, one.durable) for one in topology.consumers_of(worker)}
    assert 1 <= spec["minReplicaCount"] <= spec["maxReplicaCount"]
    namespace = named("prod", "ScaledObject", worker)["metadata"]["namespace"]
    for trigger in spec["triggers"]:
        where = trigger["metadata"]["natsServerMonitoringEndpoint"]
        assert where == f"nats.{namespace}.svc.cluster.local:{PORTS['nats_monitor']}"


def test_nobody_else_says_how_many_of_a_scaled_worker_there_are() -> None:
    for one in of_kind("prod", "ScaledObject", "HorizontalPodAutoscaler"):
        name = one["spec"]["scaleTargetRef"]["name"]
        assert "replicas" not in named("prod", "Deployment", name)["spec"], name
    assert named("prod", "HorizontalPodAutoscaler", "gateway")["spec"]["minReplicas"] >= 2


def test_the_stores_are_clustered_in_production() -> None:
    given = settings_of_overlay("prod")
    nats = named("prod", "StatefulSet", "nats")["spec"]["replicas"]
    assert nats == 3 == int(given["NATS_REPLICAS"])
    hosts = [url.partition("//")[2].partition(":")[0] for url in given["NATS_URL"].split(",")]
    assert hosts == [f"nats-{number}.nats" for number in range(nats)]
    qdrant = named("prod", "StatefulSet", "qdrant")["spec"]
    (one,) = qdrant["template"]["spec"]["containers"]
    told = {entry["name"]: entry.get("value") for entry in one["env"]}
    copies = int(told["QDRANT__STORAGE__COLLECTION__REPLICATION_FACTOR"])
    most = int(told["QDRANT__STORAGE__COLLECTION__WRITE_CONSISTENCY_FACTOR"])
    assert 1 < copies <= qdrant["replicas"]
    assert most > copies / 2, "writes must be where most copies are (rule Q2)"
    objects = named("prod", "StatefulSet", "objects")["spec"]
    assert objects["replicas"] >= 4
    (one,) = objects["template"]["spec"]["containers"]
    assert f"objects-{{0...{objects['replicas'] - 1}}}.objects-peers" in one["args"][-1]


def test_live_events_pass_the_ingress() -> None:
    notes = named("prod", "Ingress", "gateway")["metadata"]["annotations"]
    prefix = "nginx.ingress.kubernetes.io"
    assert notes[f"{prefix}/proxy-buffering"] == "off"
    assert int(notes[f"{prefix}/proxy-read-timeout"]) >= 3600
    host = named("prod", "Ingress", "gateway")["spec"]["rules"][0]["host"]
    given = settings_of_overlay("prod")
    assert given["PUBLIC_URL"] == f"https://{host}"
    assert host in given["GATEWAY_ALLOWED_HOSTS"].split(",")


def test_the_rules_are_those_of_prometheus() -> None:
    files = sorted((ROOT / "deploy/prometheus/rules").glob("*.yaml"))
    rules = {one["metadata"]["name"] for one in of_kind("prod", "PrometheusRule")}
    assert rules == {f"paperbus-{file.stem}" for file in files}
    assert rules


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_a_backup_is_made_pruned_and_tried_by_the_clock(overlay: str) -> None:
    given = settings_of_overlay(overlay)
    assert given["SCHEDULES_BY"] == "platform", "or the bus would ask for them as well"
    assert re.fullmatch(r"s3://[a-z0-9.-]+/\S+", given["BACKUP_TARGET"])
    for name, words in (
        ("backup", ["paperbus", "backup", "create"]),
        ("backup-prune", ["paperbus", "backup", "prune"]),
        ("backup-verify", ["paperbus", "backup", "verify"]),
    ):
        spec = named(overlay, "CronJob", name)["spec"]
        (one,) = spec["jobTemplate"]["spec"]["template"]["spec"]["containers"]
        assert one["command"] == words
        assert {"configMapRef"} == {kind for source in one["envFrom"] for kind in source}
        files = {entry["name"] for entry in one["env"]}
        assert {"BACKUP_S3_ACCESS_KEY_FILE", "BACKUP_S3_SECRET_KEY_FILE"} <= files
        assert spec["schedule"].split()[2:4] == ["*", "*"]
    assert named(overlay, "CronJob", "backup")["spec"]["schedule"].split()[4] == "*"
