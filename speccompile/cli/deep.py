"""``check --deep``: what the trusted checkers that happen to be installed say about the artifacts on disk."""

from __future__ import annotations

import json
from importlib.resources import as_file
from importlib.resources import files as resources
from importlib.util import find_spec
from typing import Any

from jsonschema import Draft7Validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import AliasEvent

from speccompile import regular
from speccompile.cli.workspace import Compiled
from speccompile.codes.consistency import SCHEMA
from speccompile.diagnostics import Diagnostic
from speccompile.nesting import is_too_deep
from speccompile.paths import join
from speccompile.source import Span

_COMPOSE = "docker-compose.yml"
_FIX = "put what you want to change into the specs, then run `speccompile generate --discard-edits`"


def deep(compiled: Compiled) -> tuple[Diagnostic, ...]:
    """Findings of the Compose Specification's JSON Schema, where check-jsonschema is installed to bring it."""
    text, schema = compiled.on_disk().get(_COMPOSE), _compose_schema()
    if text is None or schema is None:
        return ()
    if is_too_deep(text):
        return ()  # the verifier has said that it cannot be read
    where = Span(join(compiled.lock.output, _COMPOSE))
    try:
        if any(isinstance(event, AliasEvent) for event in YAML(typ="safe", pure=True).parse(text)):
            return (SCHEMA.at(where, "it has aliases, which can stand for any amount of text", fix=_FIX),)
        document = YAML(typ="safe", pure=True).load(text)
    except (YAMLError, RecursionError) as problem:
        first = str(problem).partition("\n")[0]
        return (SCHEMA.at(where, f"not YAML that can be read: {first}", fix=_FIX),)
    return tuple(
        SCHEMA.at(where, f"{'.'.join(map(str, error.path)) or 'the document'}: {error.message}", fix=_FIX)
        for error in sorted(Draft7Validator(schema).iter_errors(document), key=lambda error: list(map(str, error.path)))
    )


def _compose_schema() -> dict[str, Any] | None:
    """The Compose Specification's schema as check-jsonschema vendors it; None where it is not installed."""
    if find_spec("check_jsonschema") is None:
        return None
    vendored = resources("check_jsonschema").joinpath("builtin_schemas", "vendor", "compose-spec.json")
    with as_file(vendored) as file:
        schema: dict[str, Any] = json.loads(regular.read_named(file))
    return schema
