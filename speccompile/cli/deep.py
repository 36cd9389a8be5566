"""``check --deep``: what the trusted checkers that happen to be installed say about the artifacts on disk."""

from __future__ import annotations

import json
from importlib.resources import files as resources
from importlib.util import find_spec
from typing import Any

from jsonschema import Draft7Validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from speccompile.cli.workspace import Compiled
from speccompile.codes.consistency import SCHEMA
from speccompile.diagnostics import Diagnostic
from speccompile.paths import join
from speccompile.source import Span

_COMPOSE = "docker-compose.yml"


def deep(compiled: Compiled) -> tuple[Diagnostic, ...]:
    """Findings of the Compose Specification's JSON Schema, where check-jsonschema is installed to bring it."""
    text, schema = compiled.on_disk().get(_COMPOSE), _compose_schema()
    if text is None or schema is None:
        return ()
    where = Span(join(compiled.lock.output, _COMPOSE))
    try:
        document = YAML(typ="safe", pure=True).load(text)
    except YAMLError as problem:
        return (SCHEMA.at(where, f"not YAML: {str(problem).splitlines()[0]}", fix="run `speccompile generate`"),)
    return tuple(
        SCHEMA.at(
            where,
            f"{'.'.join(map(str, error.path)) or 'the document'}: {error.message}",
            fix="run `speccompile generate`",
        )
        for error in sorted(Draft7Validator(schema).iter_errors(document), key=lambda error: list(map(str, error.path)))
    )


def _compose_schema() -> dict[str, Any] | None:
    """The Compose Specification's schema as check-jsonschema vendors it; None where it is not installed."""
    if find_spec("check_jsonschema") is None:
        return None
    vendored = resources("check_jsonschema").joinpath("builtin_schemas", "vendor", "compose-spec.json")
    schema: dict[str, Any] = json.loads(vendored.read_text(encoding="utf-8"))
    return schema
