"""All settings and all problems of a program at once."""

from pathlib import Path
from typing import Annotated

import msgspec
import pytest
from msgspec import Meta

from common.configured import MASK, Problem, configured, refused
from common.errors import UsageError
from common.secret import Secret
from common.settings import RuntimeSettings


class Inner(msgspec.Struct, frozen=True, kw_only=True):
    """A block."""

    key: Secret = Secret()
    """A key."""
    number: Annotated[int, Meta(ge=1)] = 3
    """A number."""
    url: str = "http://host"

    def __post_init__(self) -> None:
        """What types cannot say."""
        if self.number == 13:
            raise UsageError("NUMBER", "must not be 13")


class Both(msgspec.Struct, frozen=True, kw_only=True):
    """Two blocks."""

    inner: Inner
    runtime: RuntimeSettings


class Needy(msgspec.Struct, frozen=True, kw_only=True):
    """Something without a default."""

    place: str


def of(name: str, environ: dict[str, str]) -> tuple[str, str]:
    found = configured("x", Both, environ)
    assert not found.problems
    (setting,) = [one for one in found.settings if one.name == name]
    return setting.value, setting.source


def test_values_have_their_source_and_secrets_stay_secret(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("canary77\n")
    assert of("NUMBER", {}) == ("3", "default")
    assert of("NUMBER", {"NUMBER": "5"}) == ("5", "environment")
    assert of("KEY", {}) == ("", "default")
    assert of("KEY", {"KEY": "canary77"}) == (MASK, "environment")
    assert of("KEY", {"KEY_FILE": str(file)}) == (MASK, "file")
    assert of("URL", {"URL": "http://u:canary77@host"}) == ("http://***@host", "environment")


def test_all_problems_are_told_at_once() -> None:
    environ = {"NUMBER": "none", "HEALTH_PORT": "many", "KEY_FILE": "no-such-file"}
    found = configured("x", Both, environ)
    assert {one.name for one in found.problems} == {"NUMBER", "HEALTH_PORT", "KEY_FILE"}
    assert len(found.settings) == len(configured("x", Both, {}).settings)
    (needed,) = configured("x", Needy, {}).problems
    assert needed == Problem(name="PLACE", words="is not set and has no default; set it")


def test_what_types_cannot_say_is_told_too() -> None:
    checked = []

    def check(settings: Both) -> list[UsageError]:
        checked.append(settings)
        return [UsageError("FEED", "is wrong")]

    assert [one.name for one in configured("x", Both, {}, check).problems] == ["FEED"]
    assert [one.name for one in configured("x", Both, {"NUMBER": "13"}, check).problems] == [
        "NUMBER"
    ]
    assert len(checked) == 1  # only what could be loaded is looked at


@pytest.mark.parametrize("is_wrong", [False, True])
def test_what_a_check_refuses(is_wrong: bool) -> None:
    def check() -> None:
        if is_wrong:
            raise UsageError("A", "b")

    assert [error.field for error in refused(check)] == ["A"] * is_wrong
