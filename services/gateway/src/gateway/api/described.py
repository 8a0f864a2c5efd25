"""Errors as they are really sent, in the description of the API."""

from typing import Any

import msgspec

from gateway.problems import MEDIA_TYPE, Problem

REF = "#/components/schemas/{name}"
METHODS = frozenset(("get", "post", "put", "patch", "delete"))


def with_problems(schema: dict[str, Any]) -> dict[str, Any]:
    """The description with one shape for every error; the framework's own is never sent."""
    (shape,), shapes = msgspec.json.schema_components([Problem], ref_template=REF)
    error = {"description": "An RFC 9457 problem", "content": {MEDIA_TYPE: {"schema": shape}}}
    paths = {path: _path(item, error) for path, item in schema["paths"].items()}
    components = schema.get("components", {})
    schemas = {**components.get("schemas", {}), **shapes}
    return {**schema, "paths": paths, "components": {**components, "schemas": schemas}}


def _path(item: dict[str, Any], error: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _operation(part, error) if name in METHODS else part for name, part in item.items()
    }


def _operation(operation: dict[str, Any], error: dict[str, Any]) -> dict[str, Any]:
    answers = {code: one for code, one in operation["responses"].items() if code[0] in "123"}
    return {**operation, "responses": {**answers, "default": error}}
