"""The users' block is one the real server takes, and the one in ``deploy`` is the newest."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from common import buskeys, natsconf
from common.rights import USERS

DEPLOY = Path(__file__).parents[2] / "deploy" / "nats"


def checked(conf: Path, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    binary = shutil.which("nats-server", path=str(Path(sys.executable).parent))
    assert binary is not None
    return subprocess.run(
        [binary, "-t", "-c", str(conf)],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_users_of_deploy_follow_from_the_topology() -> None:
    assert (DEPLOY / "users.conf").read_text() == natsconf.users(), (
        "run `paperbus topology rights > deploy/nats/users.conf`"
    )


@pytest.mark.parametrize("name", ["nats.conf", "nats-tls.conf"])
def test_the_server_takes_the_configuration_of_deploy(tmp_path: Path, name: str) -> None:
    folder = shutil.copytree(DEPLOY, tmp_path / "nats")
    made = buskeys.make(tmp_path / "keys")
    environ = {natsconf.variable(user): key for user, key in made.items()}
    environ["NATS_STORE_DIR"] = str(tmp_path / "js")
    environ |= certificate(tmp_path / "tls")
    found = checked(folder / name, environ)
    assert found.returncode == 0, found.stderr


def certificate(folder: Path) -> dict[str, str]:
    folder.mkdir()
    key, cert = str(folder / "tls.key"), str(folder / "tls.crt")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ed25519", "-nodes", "-days", "1"),
            *("-subj", "/CN=nats", "-keyout", key, "-out", cert),
        ],
        check=True,
        capture_output=True,
    )
    return {"NATS_TLS_KEY": key, "NATS_TLS_CERT": cert}


def test_a_key_that_is_not_set_is_refused_by_the_server(tmp_path: Path) -> None:
    folder = shutil.copytree(DEPLOY, tmp_path / "nats")
    found = checked(folder / "nats.conf", {"NATS_STORE_DIR": str(tmp_path / "js")})
    assert found.returncode != 0
    assert natsconf.variable(USERS[0]) in found.stderr
