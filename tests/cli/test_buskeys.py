"""``paperbus topology keys`` and ``rights``."""

import json
from pathlib import Path

from click.testing import CliRunner

from cli.__main__ import main
from common import natsconf
from common.rights import USERS


def run(*argv: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, list(argv))
    return result.exit_code, result.output


def test_keys_are_made_once_and_only_public_halves_are_shown(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    code, told = run("topology", "keys", "--dir", str(folder))
    assert code == 0
    assert [line.partition("=")[0] for line in told.splitlines()] == [
        natsconf.variable(user) for user in USERS
    ]
    seeds = [file.read_text() for file in folder.iterdir()]
    assert len(seeds) == len(USERS)
    assert not [seed for seed in seeds if seed in told]
    code, again = run("topology", "keys", "--dir", str(folder), "--json")
    assert code == 0
    assert {natsconf.variable(user): key for user, key in json.loads(again).items()} == dict(
        line.split("=") for line in told.splitlines()
    )


def test_a_broken_seed_is_named(tmp_path: Path) -> None:
    (tmp_path / "indexer.nk").write_text("nonsense")
    code, told = run("topology", "keys", "--dir", str(tmp_path))
    assert code == 2
    assert "indexer.nk does not hold the seed of an nkey" in told


def test_rights_are_printed_without_a_server() -> None:
    code, told = run("topology", "rights")
    assert (code, told) == (0, natsconf.users())
