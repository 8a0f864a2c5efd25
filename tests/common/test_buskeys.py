"""Seeds on the disk: made once, private, never shown."""

from pathlib import Path

import pytest

from common import buskeys
from common.connection import options
from common.errors import UsageError
from common.rights import USERS
from common.settings import BusSettings


def test_each_user_gets_a_private_seed_and_keeps_it(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    made = buskeys.make(folder)
    assert set(made) == set(USERS)
    assert len(set(made.values())) == len(USERS)
    assert all(key.startswith("U") for key in made.values())
    assert folder.stat().st_mode & 0o777 == 0o700
    for user in USERS:
        assert buskeys.seed_file(folder, user).stat().st_mode & 0o777 == 0o600
    assert buskeys.make(folder) == made


def test_a_seed_that_is_lost_is_made_anew_and_the_others_stay(tmp_path: Path) -> None:
    before = buskeys.make(tmp_path)
    buskeys.seed_file(tmp_path, "indexer").unlink()
    after = buskeys.make(tmp_path)
    assert {user for user in USERS if before[user] != after[user]} == {"indexer"}


@pytest.mark.parametrize("content", [b"", b"SU", b"not a seed", b"\xff\xfe", b"A" * 58, b"SUAAA="])
def test_what_is_no_seed_is_named_and_not_shown(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.nk"
    file.write_bytes(content)
    with pytest.raises(UsageError, match="NATS_NKEY_SEED_FILE") as told:
        options(BusSettings(nats_nkey_seed_file=str(file)), "indexer")
    assert not content or content.decode("latin-1") not in str(told.value)


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        options(BusSettings(nats_nkey_seed_file="/nowhere/x.nk"), "indexer")
