"""Names, aliases and the file they are kept in."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from standalone.vectors.catalog import AliasAction, Catalog, Entry, changed_aliases, load_catalog
from standalone.vectors.config import CollectionConfig
from standalone.vectors.errors import RequestError


def _catalog() -> Catalog:
    entry = Entry("f", CollectionConfig(vectors={"size": 2, "distance": "Dot"}))
    return Catalog({"a": entry, "b": entry}, {"now": "a"})


def _change(*actions: dict[str, Any]) -> dict[str, str]:
    return changed_aliases(_catalog(), msgspec.convert(list(actions), list[AliasAction]))


def _create(collection: str, alias: str) -> dict[str, Any]:
    return {"create_alias": {"collection_name": collection, "alias_name": alias}}


def test_catalogue_survives_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "catalog.json"
    assert load_catalog(path) == Catalog()
    catalog = _catalog()
    catalog.save(path)
    assert load_catalog(path) == catalog


def test_damaged_catalogue_is_told(tmp_path: Path) -> None:
    path = tmp_path / "catalog.json"
    path.write_text("{")
    with pytest.raises(RequestError, match="is damaged"):
        load_catalog(path)


def test_names_are_resolved() -> None:
    assert (_catalog().resolve("now"), _catalog().resolve("b")) == ("a", "b")
    with pytest.raises(RequestError, match="doesn't exist") as refused:
        _catalog().resolve("c")
    assert refused.value.status == 404


@pytest.mark.parametrize(
    ("name", "status"), [("a", 409), ("now", 409), ("", 422), ("x/y", 422), ("é" * 200, 422)]
)
def test_new_names_are_checked(name: str, status: int) -> None:
    with pytest.raises(RequestError) as refused:
        _catalog().check_new(name)
    assert refused.value.status == status


def test_aliases_are_changed() -> None:
    assert _change(_create("b", "now")) == {"now": "b"}
    assert _change({"delete_alias": {"alias_name": "now"}}, _create("b", "x")) == {"x": "b"}
    rename = {"rename_alias": {"old_alias_name": "now", "new_alias_name": "then"}}
    assert _change(rename) == {"then": "a"}
    assert _change({"delete_alias": {"alias_name": "never"}}) == {"now": "a"}


@pytest.mark.parametrize(
    ("action", "status"),
    [
        (_create("c", "x"), 404),
        (_create("a", "b"), 409),
        ({"rename_alias": {"old_alias_name": "no", "new_alias_name": "x"}}, 404),
        ({}, 400),
    ],
)
def test_bad_alias_change_is_refused(action: dict[str, Any], status: int) -> None:
    with pytest.raises(RequestError) as refused:
        _change(_create("b", "fine"), action)
    assert refused.value.status == status
