"""Settings from the environment."""

from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import pytest
from msgspec import Meta

from common import settings
from common.errors import UsageError
from common.secret import Secret
from common.settings import BusSettings, RuntimeSettings, load


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """A block."""

    fetch_timeout_s: Annotated[float, Meta(gt=0)] = 30.0
    """How long a fetch may take,
    in all."""
    fetch_kind: Literal["fast", "slow"] = "fast"
    fetch_dry_run: bool = False
    fetch_key: Secret = Secret()


class Needed(msgspec.Struct, frozen=True, kw_only=True):
    """A block without defaults."""

    home_url: str
    home_key: Secret


class All(msgspec.Struct, frozen=True, kw_only=True):
    """Everything."""

    bus: BusSettings
    block: Block


@pytest.mark.parametrize(
    ("environ", "field", "value"),
    [
        ({}, "fetch_timeout_s", 30.0),
        ({"FETCH_TIMEOUT_S": "2"}, "fetch_timeout_s", 2.0),
        ({"FETCH_TIMEOUT_S": ""}, "fetch_timeout_s", 30.0),
        ({"fetch_timeout_s": "2"}, "fetch_timeout_s", 30.0),
        ({"FETCH_KIND": "slow"}, "fetch_kind", "slow"),
        ({"FETCH_DRY_RUN": "true"}, "fetch_dry_run", True),
        ({"FETCH_DRY_RUN": "0"}, "fetch_dry_run", False),
        ({"FETCH_KEY": "abc"}, "fetch_key", Secret("abc")),
        ({"UNKNOWN": "abc"}, "fetch_key", Secret("")),
    ],
)
def test_values(environ: dict[str, str], field: str, value: Any) -> None:
    assert getattr(load(All, environ).block, field) == value


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"FETCH_TIMEOUT_S": "soon"}, ("FETCH_TIMEOUT_S", "'soon'", "float")),
        ({"FETCH_TIMEOUT_S": "0"}, ("FETCH_TIMEOUT_S", "> 0")),
        ({"FETCH_KIND": "medium"}, ("FETCH_KIND", "'medium'")),
        ({"FETCH_DRY_RUN": "perhaps"}, ("FETCH_DRY_RUN", "'perhaps'")),
        ({"FETCH_KEY_FILE": "no/such/file"}, ("FETCH_KEY_FILE", "cannot be read")),
    ],
)
def test_a_wrong_value_is_named(environ: dict[str, str], words: tuple[str, ...]) -> None:
    with pytest.raises(UsageError) as caught:
        load(All, environ)
    assert caught.value.field == words[0]
    assert all(word in str(caught.value) for word in words)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("missing", ["HOME_URL", "HOME_KEY"])
def test_what_has_no_default_must_be_set(missing: str) -> None:
    environ = {"HOME_URL": "x", "HOME_KEY": "y"}
    assert load(Needed, environ).home_url == "x"
    with pytest.raises(UsageError, match=f"{missing}: is not set"):
        load(Needed, {**environ, missing: ""})


def test_a_secret_may_come_by_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("from a file\n")
    by_file = {"FETCH_KEY_FILE": str(file)}
    assert load(All, by_file).block.fetch_key == Secret("from a file")
    assert load(All, {**by_file, "FETCH_KEY": "direct"}).block.fetch_key == Secret("direct")


def test_an_empty_secret_file_counts_as_absent(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("\n")
    with pytest.raises(UsageError, match="HOME_KEY: is not set"):
        load(Needed, {"HOME_URL": "x", "HOME_KEY_FILE": str(file)})


def test_a_secret_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="FETCH_KEY_FILE"):
        load(All, {"FETCH_KEY_FILE": str(file)})


def test_only_secrets_come_by_file(tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text("nats://elsewhere")
    assert load(All, {"NATS_URL_FILE": str(file)}).bus == BusSettings()


def test_no_secret_is_shown() -> None:
    environ = {"FETCH_KEY": "canary77", "NATS_URL": "nats://user:canary77@host:4222"}
    found = load(All, environ)
    assert "canary77" not in repr(found.block)
    assert "canary77" not in str(dict(settings.describe(found)))
    assert dict(settings.describe(found))["FETCH_KEY"] == "***"
    assert dict(settings.describe(found))["NATS_URL"] == "nats://***@host:4222"
    with pytest.raises(TypeError) as caught:
        msgspec.json.encode(found)
    assert "canary77" not in str(caught.value)


def test_variables_are_the_fields_of_all_blocks() -> None:
    found = {variable.name: variable for variable in settings.variables(All)}
    assert list(found)[:3] == ["NATS_URL", "NATS_NKEY_SEED_FILE", "NATS_CREDS_FILE"]
    assert found["FETCH_TIMEOUT_S"].text == "How long a fetch may take, in all."
    assert found["FETCH_TIMEOUT_S"].default == "30.0"
    assert (found["FETCH_KEY"].secret, found["FETCH_KEY"].default) == (True, "")
    needed = {variable.name: variable.required for variable in settings.variables(Needed)}
    assert needed == {"HOME_URL": True, "HOME_KEY": True}


@pytest.mark.parametrize(
    "block",
    [
        BusSettings,
        RuntimeSettings,
        settings.ObjectsSettings,
        settings.VectorsSettings,
        settings.EmbedSettings,
    ],
)
def test_every_shared_variable_is_explained(block: type[msgspec.Struct]) -> None:
    assert all(variable.text.endswith(".") for variable in settings.variables(block))
    assert load(block, {}) == block()


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_a_port_has_its_range(port: str) -> None:
    with pytest.raises(UsageError, match="HEALTH_PORT"):
        load(RuntimeSettings, {"HEALTH_PORT": port})


def test_environment_is_a_copy() -> None:
    found = settings.environment()
    found["PAPERBUS_TEST_ONLY"] = "1"
    assert "PAPERBUS_TEST_ONLY" not in settings.environment()
