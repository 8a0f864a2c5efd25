"""The scripts that make keys and secrets, and the configurations of NATS that take the keys."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from common import topology
from manifests import compose
from render import code, fleet
from source_tree import ROOT
from standalone.servers import binary

FOLDER = "data/compose/secrets"
CONFIGURATIONS = (
    "compose/nats.conf",
    "k8s/stores/single/server.conf",
    "k8s/stores/clustered/server.conf",
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like the repository's, in which ``init.sh`` ran."""
    root = tmp_path_factory.mktemp("made")
    copy_scripts(root)
    init(root)
    return root


def copy_scripts(root: Path) -> None:
    shutil.copytree(ROOT / "deploy/compose", root / "deploy/compose")
    shutil.copy(ROOT / "deploy/secrets.sh", root / "deploy/secrets.sh")


def init(root: Path, **more: str) -> None:
    environ = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", **more}
    script = str(root / "deploy/compose/init.sh")
    done = subprocess.run(
        ["sh", script], env=environ, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr


def everything(root: Path) -> dict[str, str]:
    files = [root / ".env", *(one for one in (root / FOLDER).rglob("*") if one.is_file())]
    return {str(one.relative_to(root)): one.read_text() for one in files}


def variables(root: Path) -> dict[str, str]:
    lines = (root / ".env").read_text().splitlines()
    return {name: value for name, _, value in (line.partition("=") for line in lines)}


def test_every_secret_of_compose_is_made_and_readable_by_its_owner_only(made: Path) -> None:
    for name in compose()["secrets"]:
        file = made / FOLDER / name
        assert file.stat().st_mode & 0o077 == 0, name
        has_value = name in fleet.load().secrets.random or name.startswith("bus_")
        assert bool(file.read_text()) is has_value, name


def test_the_folders_that_are_mounted_are_made(made: Path) -> None:
    wanted = {
        volume.partition("}/")[2].split(":")[0]
        for one in compose()["services"].values()
        for volume in one.get("volumes", ())
        if volume.startswith("${")
    }
    assert all((made / "data/compose" / name).is_dir() for name in wanted)


def test_the_environment_names_a_user_that_is_not_root_and_every_public_key(made: Path) -> None:
    env = variables(made)
    assert int(env["PAPERBUS_UID"]) > 0
    assert set(env["COMPOSE_PROFILES"].split(",")) == {"core", "minio", "observability"}
    keys = [env[f"PAPERBUS_NKEY_{user.upper()}"] for user in topology.WORKERS]
    assert len(set(keys)) == len(topology.WORKERS)
    secret = {(made / FOLDER / name).read_text() for name in code.all_secrets()} - {""}
    assert not secret & set(env.values())


def test_doing_it_again_changes_nothing(made: Path) -> None:
    with (made / ".env").open("a") as file:
        file.write("ARXIV_CONTACT=you@example.org\n")
    before = everything(made)
    init(made)
    after = everything(made)
    assert sorted(after.pop(".env").splitlines()) == sorted(before.pop(".env").splitlines())
    assert after == before


def test_a_folder_that_was_chosen_once_stays(tmp_path: Path) -> None:
    """New keys in another folder would not be those that the services have."""
    copy_scripts(tmp_path)
    init(tmp_path, PAPERBUS_DATA=str(tmp_path / "chosen"))
    before = variables(tmp_path)
    assert before["PAPERBUS_DATA"] == str(tmp_path / "chosen")
    init(tmp_path)
    assert variables(tmp_path) == before
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_nats_takes_the_configuration_with_these_keys(
    name: str, made: Path, tmp_path: Path
) -> None:
    environ = {**variables(made), "NATS_STORE_DIR": str(tmp_path), "SERVER_NAME": "nats-0"}
    command = [binary("nats-server"), "-t", "-c", str(ROOT / "deploy" / name)]
    done = subprocess.run(
        command, env=environ, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
