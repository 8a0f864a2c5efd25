"""The example of an environment tells all settings, and can be used as it is."""

import pytest

import env_example
from common import settings
from source_tree import ROOT


def test_the_example_of_an_environment_is_complete() -> None:
    file = ROOT / ".env.example"
    assert file.read_text() == env_example.text(), (
        "run `python tests/env_example.py > .env.example`"
    )


@pytest.mark.parametrize("package", env_example.PACKAGES)
def test_the_example_can_be_used_as_it_is(package: str) -> None:
    kind = env_example.settings_of(package)
    example = env_example.shown(ROOT / ".env.example")
    assert settings.load(kind, example) == settings.load(kind, {})


def test_every_variable_is_explained() -> None:
    missing = {
        f"{title}: {variable.name}"
        for title, found in env_example.sections()
        for variable in found
        if not variable.text
    }
    assert not missing


def test_variables_of_one_name_mean_the_same() -> None:
    """Two packages may read one variable, but must not disagree on its default."""
    defaults: dict[str, set[str]] = {}
    for package in env_example.PACKAGES:
        for variable in settings.variables(env_example.settings_of(package)):
            defaults.setdefault(variable.name, set()).add(variable.default)
    assert {name: found for name, found in defaults.items() if len(found) > 1} == {}
