"""The keys of deploy.yaml, as its JSON Schema describes them: for the page that lists them, and for ``explain``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from speccompile.frontends.schema import schema
from speccompile.record import record

NAME = "NAME"
_WORDS = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "array": "list",
    "object": "mapping",
}
_KINDS = {
    "BuiltService": "a service that is built here",
    "StoreService": "a backing service",
    "AccessoryService": "an image beside the services",
    "ExternalService": "somebody else's service",
}


@record(kw_only=True)
class Key:
    """A key: its steps (``NAME`` stands for a service's name), which kind of service has it ("" for all else), its type in words, its default
    (None where there is none), what it means, and an example of a value."""

    steps: tuple[str, ...]
    kind: str
    type: str
    default: Any
    required: bool
    description: str
    example: Any

    @property
    def dotted(self) -> str:
        """The key as people say it: ``services.NAME.port``."""
        return ".".join(self.steps)


def keys() -> tuple[Key, ...]:
    """All keys, in the order of the models."""
    whole = schema("deploy")
    return tuple(_below(whole, whole["$defs"], (), ""))


def _below(node: Mapping[str, Any], models: Mapping[str, Any], steps: tuple[str, ...], kind: str) -> Iterator[Key]:
    required = node.get("required", ())
    described: set[str] = set()
    for name, field in node.get("properties", {}).items():
        here = (*steps, name)
        yield Key(
            steps=here,
            kind=kind,
            type=_type(field, models),
            default=field.get("default"),
            required=name in required,
            description=field.get("description", ""),
            example=next(iter(field.get("examples", ())), None),
        )
        choices = [field, *field.get("anyOf", ())]
        listed = set(_models(one.get("items", {}) for one in choices))
        # A list of what has a key beside it refers to that.
        for model in (*_models(choices), *sorted(listed - described)):
            yield from _below(models[model], models, here, kind)
            described.add(model)
        for model in _models(_named(field)):
            yield from _below(models[model], models, (*here, NAME), _KINDS.get(model, kind))


def _named(field: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """What may stand under names of the user's own."""
    others = field.get("additionalProperties")
    for one in (*field.get("patternProperties", {}).values(), *((others,) if isinstance(others, Mapping) else ())):
        yield from (one, *one.get("oneOf", ()), *one.get("anyOf", ()))


def _models(alternatives: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The names of the models among them."""
    yield from filter(None, (one.get("$ref", "").rpartition("/")[2] for one in alternatives))


def _type(field: Mapping[str, Any], models: Mapping[str, Any]) -> str:
    choices = [one for one in field.get("anyOf", [field]) if one.get("type") != "null"]
    return " or ".join(dict.fromkeys(_word(one, models) for one in choices))


def _word(one: Mapping[str, Any], models: Mapping[str, Any]) -> str:
    if "anyOf" in one:
        return _type(one, models)
    if "const" in one:
        return json.dumps(one["const"])
    if "enum" in one:
        return " or ".join(map(str, one["enum"]))
    if "$ref" in one or "oneOf" in one:
        return "mapping"
    word = _WORDS.get(one.get("type", ""), "value")
    if word == "list":
        return f"list of {_type(one.get('items', {}), models)}s"
    if "minimum" in one and "maximum" in one:
        return f"{word} from {one['minimum']} to {one['maximum']}"
    return word
