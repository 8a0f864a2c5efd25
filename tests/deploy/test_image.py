"""The recipe of the images: small, without root, with nothing to build in them."""

import ast
import json
import math
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

import pytest
from dockerfile_parse import DockerfileParser

from cli.report.changes import head
from common import topology
from common.health import Health, HealthServer
from common.settings import load as load_settings
from env_example import settings_of
from image.prune import named, needed
from manifests import compose
from render import code, fleet
from source_tree import FILES, LIBS, ROOT, SERVICES, imports, name_of, package_of, tree_of

RECIPE = ROOT / "Dockerfile"
HADOLINT = shutil.which("hadolint", path=str(Path(sys.executable).parent))
PARSED = DockerfileParser(path=str(RECIPE), cache_content=True)
STEPS = [(one["instruction"], one["value"]) for one in PARSED.structure]
FINAL = STEPS[max(i for i, (name, _) in enumerate(STEPS) if name == "FROM") :]


def values(instruction: str, steps: list[tuple[str, str]] = FINAL) -> list[str]:
    return [value for name, value in steps if name == instruction]


def environment() -> dict[str, str]:
    pairs = (pair.partition("=")[::2] for value in values("ENV") for pair in value.split())
    return dict(pairs)


def test_there_are_two_stages_and_both_begin_with_one_pinned_base() -> None:
    assert len(PARSED.parent_images) == 2
    assert len(set(PARSED.parent_images)) == 1
    assert re.fullmatch(r"python:3\.11\.\d+-slim-\w+", PARSED.parent_images[0])


def test_it_runs_as_a_number_that_is_not_root() -> None:
    (user,) = values("USER")
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", user)
    assert FINAL.index(("USER", user)) > max(
        at for at, (name, _) in enumerate(FINAL) if name == "RUN"
    )


def test_what_is_downloaded_is_checked_by_its_hash() -> None:
    everything = " ".join(values("RUN", STEPS))
    installs = re.findall(r"pip install [^&]*", everything)
    assert installs
    for install in installs:
        assert "--require-hashes -r requirements.lock" in install or "./libs" in install
        assert "--no-deps" in install
    assert "ADD" not in {name for name, _ in STEPS}
    assert not re.search(r"curl|wget", everything)


def test_the_final_stage_has_no_build_tools() -> None:
    runs = " ".join(values("RUN"))
    assert "pip uninstall --yes pip setuptools wheel" in runs
    assert not re.search(r"pip install|gcc|build-essential", runs)
    copied = values("COPY")
    assert copied[0] == "--from=build /opt/paperbus /opt/paperbus"
    assert not any("requirements" in one or "pyproject" in one for one in copied)


def test_the_labels_a_list_of_parts_is_made_with() -> None:
    text = " ".join(values("LABEL"))
    for name in ("title", "description", "version", "revision", "created", "licenses", "source"):
        assert f"org.opencontainers.image.{name}=" in text
    assert {"SERVICE", "VERSION", "REVISION", "CREATED"} <= {
        value.partition("=")[0] for value in values("ARG")
    }


def test_the_settings_it_gives_are_read_by_the_services() -> None:
    given = {n: v for n, v in environment().items() if not n.startswith("PYTHON")}
    known = {name for worker in topology.WORKERS for name in code.names_of(worker)}
    assert set(given) - {"PATH", "HOME"} <= known
    assert given["HEALTH_PORT"] == str(fleet.load().ports["health"])
    for name in ("HEALTH_HOST", "FEEDS_DIR", "EMBEDDING_CACHE_DIR"):
        (one,) = {
            service["environment"][name]
            for service in compose()["services"].values()
            if name in (service.get("environment") or ())
        }
        assert one == given[name]


def test_the_changelog_that_reports_show_is_in_the_image() -> None:
    place = environment()["CHANGELOG_FILE"]
    assert f"CHANGELOG.md {place}" in values("COPY")
    assert head((ROOT / "CHANGELOG.md").read_text())[1]


def test_compose_takes_nothing_away_that_the_image_gives() -> None:
    """A variable that compose names without a value is removed from the container."""
    given = environment()
    for name, service in compose()["services"].items():
        values_of = service.get("environment") or {}
        lost = [one for one in given if one in values_of and values_of[one] is None]
        assert not lost, f"{name}: {lost}"
    cli = compose()["services"]["operator"]["environment"]
    assert cli["CHANGELOG_FILE"] == given["CHANGELOG_FILE"]


def test_it_exposes_the_ports_of_the_fleet() -> None:
    ports = fleet.load().ports
    (exposed,) = values("EXPOSE")
    assert set(exposed.split()) == {str(ports["health"]), str(ports["gateway"])}


def is_healthy(port: int) -> bool:
    """What the very command of the image says, asked as often as the image does."""
    (text,) = values("HEALTHCHECK")
    (retries,) = re.findall(r"--retries=(\d+)", text)
    command = json.loads(text[text.index("[") :])
    assert command[0] == "python"
    codes = (
        subprocess.run(
            [sys.executable, *command[1:]],
            env={"HEALTH_PORT": str(port)},
            capture_output=True,
            check=False,
            timeout=60,
        ).returncode
        for _ in range(int(retries))
    )
    return 0 in codes


def test_the_health_check_works_against_a_real_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Against a live process, one that hangs, and one that is gone."""
    server = HealthServer(Health("fetcher"), "127.0.0.1", 0)
    server.start()
    try:
        monkeypatch.setattr("common.health.LOOP_SILENCE_S", math.inf)
        assert is_healthy(server.port)
        monkeypatch.setattr("common.health.LOOP_SILENCE_S", 0.0)
        assert not is_healthy(server.port)
    finally:
        server.stop()
    with socket.socket() as nobody:  # held, so that nobody else answers there
        nobody.bind(("127.0.0.1", 0))
        assert not is_healthy(nobody.getsockname()[1])


def test_a_command_is_started_for_every_service() -> None:
    text = RECIPE.read_text()
    assert "paperbus operate" in text
    for worker in topology.WORKERS:
        package = fleet.package_of(worker)
        build = compose()["services"][worker]["build"]
        assert build == {"context": ".", "args": {"SERVICE": package}}
        folder = "libs" if package == "cli" else "services"
        assert (ROOT / folder / package / "pyproject.toml").exists()


def test_only_what_the_recipe_copies_goes_to_the_builder() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    let_in = {rule[1:] for rule in rules if rule.startswith("!")}
    copied = {
        word
        for value in values("COPY", STEPS)
        if not value.startswith("--from")
        for word in value.split()[:-1]
    }
    assert copied == {"requirements.lock", "libs", "services", "deploy/image/prune.py"} | {
        fleet.load().limits.feeds,
        "CHANGELOG.md",
    }
    for name in copied:
        assert any(rule == name or rule.startswith(f"{name}/") for rule in let_in), name


def test_hadolint_finds_nothing() -> None:
    if HADOLINT is None:
        pytest.skip("hadolint is not in this environment; `make setup-dev` installs it")
    done = subprocess.run(
        [HADOLINT, str(RECIPE)], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout


def test_what_prune_keeps_is_what_a_service_needs() -> None:
    """Asked of this environment, which has everything; nothing is removed."""
    kept = {package: needed(f"paperbus-{package}") for package in ("fetcher", "indexer")}
    assert {"paperbus-fetcher", "paperbus-common", "nats-py", "defusedxml"} <= kept["fetcher"]
    assert {"onnxruntime", "qdrant-client", "pypdfium2"} <= kept["indexer"]
    assert not {"onnxruntime", "pypdfium2", "pytest", "hatchling", "pip"} & kept["fetcher"]
    assert "paperbus-gateway" not in kept["indexer"]


def test_settings_load_with_what_the_image_gives() -> None:
    """An image with nothing but its own settings starts to wait for the bus, and says no more."""
    for worker in topology.WORKERS:
        if worker != "gateway":  # which refuses to listen for all without a key
            load_settings(settings_of(fleet.package_of(worker)), environment())


def module_imports(file: Path) -> set[str]:
    """What a file imports as soon as it is imported itself."""
    found: set[str] = set()
    waiting: list[ast.stmt] = list(tree_of(file).body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        elif isinstance(node, (ast.Try, ast.If)):
            waiting += node.body
    return found


def third_party(package: str) -> dict[str, str]:
    """Modules of others that a package of ours imports, directly or by ours; and by which file."""
    ours = {name_of(file).removesuffix(".py").replace("/", "."): file for file in FILES}
    ours |= {name.removesuffix(".__init__"): file for name, file in ours.items()}
    found: dict[str, str] = {}
    waiting = [file for name, file in ours.items() if name.split(".")[0] == package]
    seen = set(waiting)
    while waiting:
        file = waiting.pop()
        asked = module_imports(file)
        if package_of(file) == package:  # its own files may also import late
            asked |= {module for _, module, _ in imports(file)}
        for module in asked:
            parts = module.split(".")
            if parts[0] not in (*LIBS, *SERVICES):
                found[parts[0]] = name_of(file)
            parents = {ours.get(".".join(parts[: end + 1])) for end in range(len(parts))}
            fresh = {one for one in parents if one is not None} - seen
            seen |= fresh
            waiting += fresh
    return found


@pytest.fixture(scope="module")
def owners() -> Mapping[str, list[str]]:
    """The distributions that bring each module."""
    return metadata.packages_distributions()


@pytest.mark.parametrize("package", [fleet.package_of(worker) for worker in topology.WORKERS])
def test_everything_a_service_imports_is_in_its_image(
    package: str, owners: Mapping[str, list[str]]
) -> None:
    """An environment for all of them hides what one of them forgot to require."""
    kept = needed(f"paperbus-{package}")
    missing = {
        f"{where} imports {module}"
        for module, where in third_party(package).items()
        if module in owners and not {named(one) for one in owners[module]} & kept
    }
    assert not missing
