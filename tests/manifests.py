"""The files of ``deploy/`` read for tests: manifests as kustomize renders them, compose.yaml."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from source_tree import ROOT

Document = dict[str, Any]
OVERLAYS = ("dev", "prod")
KUBECTL = shutil.which("kubectl", path=str(Path(sys.executable).parent))
"""The one of this environment; another on the machine may be too old for our manifests."""


def parsed(text: str) -> list[Document]:
    """Every document of a YAML text."""
    return [one for one in yaml.load_all(text, yaml.CSafeLoader) if one]


@cache
def documents(overlay: str) -> tuple[Document, ...]:
    """Everything an overlay puts into a cluster."""
    if KUBECTL is None:
        pytest.skip("kubectl is not in this environment; `make setup-dev` installs it")
    done = subprocess.run(
        [KUBECTL, "kustomize", str(ROOT / "deploy/k8s/overlays" / overlay)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return tuple(parsed(done.stdout))


def of_kind(overlay: str, *kinds: str) -> list[Document]:
    """The documents of some kinds."""
    return [one for one in documents(overlay) if one["kind"] in kinds]


def named(overlay: str, kind: str, name: str) -> Document:
    """The one document of that kind and name."""
    (found,) = [one for one in of_kind(overlay, kind) if one["metadata"]["name"] == name]
    return found


def pods(overlay: str) -> Iterator[tuple[str, Document]]:
    """Name and template of every pod, whatever makes it."""
    for one in of_kind(overlay, "Deployment", "StatefulSet", "Job", "CronJob"):
        spec = one["spec"]
        if one["kind"] == "CronJob":
            spec = spec["jobTemplate"]["spec"]
        yield f"{one['kind']}/{one['metadata']['name']}", spec["template"]


def containers(overlay: str) -> Iterator[tuple[str, Document, Document]]:
    """Name of the pod, its spec, and each container in it."""
    for name, template in pods(overlay):
        spec = template["spec"]
        for one in (*spec.get("initContainers", ()), *spec["containers"]):
            yield name, spec, one


def settings_given(overlay: str) -> dict[str, str]:
    """What all workers are told."""
    for one in of_kind(overlay, "ConfigMap"):
        if one["metadata"]["name"].startswith("paperbus-settings"):
            found: dict[str, str] = one["data"]
            return found
    raise AssertionError("there is no ConfigMap paperbus-settings")


@cache
def compose() -> Document:
    """compose.yaml with its anchors unfolded."""
    (found,) = parsed((ROOT / "compose.yaml").read_text())
    return found


def compose_schema() -> Document:
    """The schema of the Compose Specification."""
    found: Document = json.loads((ROOT / "tests/deploy/compose-spec.json").read_text())
    return found
