"""Payload indexes: their JSON into the engine's."""

from typing import Any

import msgspec
import qdrant_edge as engine
from msgspec import Struct

from standalone.vectors.errors import bad_body, engine_call

_KINDS = ("keyword", "integer", "float", "geo", "text", "bool", "datetime", "uuid")
Json = dict[str, Any]


class FieldIndex(Struct):
    """A payload field and how it is indexed; without a schema the caller gets an error."""

    field_name: str
    field_schema: str | Json | None = None

    def schema(self) -> Json:
        """The schema as an object with its `type`. Raises RequestError."""
        given = self.field_schema
        schema = {"type": given} if isinstance(given, str) else given or {}
        if schema.get("type") not in _KINDS:
            raise bad_body(f"field_schema: type is one of {', '.join(_KINDS)}")
        return {name: value for name, value in schema.items() if value is not None}


def create_index(field: str, schema: Json) -> Any:
    """The operation that makes the index. Raises RequestError."""
    kind = str(schema["type"])
    options = {name: value for name, value in schema.items() if name != "type"}
    with engine_call:
        if not options:
            plain = getattr(engine.PayloadSchemaType, kind.capitalize())
            return engine.UpdateOperation.create_field_index(field, plain)
        if "memory" in options:
            options["memory"] = _member(engine.Memory, options["memory"])
        if kind == "text":
            options |= _text(options)
        make = getattr(engine, f"{kind.capitalize()}IndexParams")
        return engine.UpdateOperation.create_field_index(field, make(**options))


def delete_index(field: str) -> Any:
    """The operation that removes the index. Raises RequestError."""
    with engine_call:
        return engine.UpdateOperation.delete_field_index(field)


def schema_json(info: Any, given: dict[str, Json]) -> Json:
    """The indexes of a shard; `given` are the schemas they were made with."""
    out: Json = {}
    for field, index in info.payload_schema.items():
        kind = str(index.data_type).rsplit(".", 1)[-1].lower()
        out[field] = {"data_type": kind, "points": index.points}
        if len(given.get(field, {})) > 1:
            out[field]["params"] = given[field]
    return out


def _member(kind: Any, name: Any) -> Any:
    member = getattr(kind, str(name).capitalize(), None)
    if member is None:
        raise bad_body(f"field_schema: unknown value `{name}`")
    return member


def _text(options: Json) -> Json:
    made: Json = {}
    if "tokenizer" in options:
        made["tokenizer"] = _member(engine.TokenizerType, options["tokenizer"])
    if "stopwords" in options:
        made["stopwords"] = _stopwords(options["stopwords"])
    if "stemmer" in options:
        made["stemmer"] = _stemmer(options["stemmer"])
    if isinstance(options.get("scoring"), dict):
        made["scoring"] = True
    return made


def _stopwords(given: Any) -> Any:
    if isinstance(given, str):
        return _member(engine.Language, given)
    languages = {_member(engine.Language, name) for name in given.get("languages") or ()}
    return engine.StopwordsSet(languages or None, set(given.get("custom") or ()) or None)


def _stemmer(given: Json) -> Any:
    if given.get("type") == "none":
        return engine.DisabledStemmer()
    language = msgspec.convert(given.get("language", "english"), str)
    return engine.SnowballParams(_member(engine.SnowballLanguage, language))
