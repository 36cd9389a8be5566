"""Held against its schema: what a command gives with ``--format json``."""

from __future__ import annotations

from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from pydantic import TypeAdapter

from speccompile.cli.reports import REPORTS


@cache
def _validator(name: str) -> Draft202012Validator:
    schema = TypeAdapter(REPORTS[name]).json_schema()
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(_closed(schema))


def _closed(schema: Any) -> Any:
    """The same, without fields that it does not list: readers must be ready for new ones, this project may not forget to describe one."""
    if isinstance(schema, list):
        return [_closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(value) for key, value in schema.items()}
    return {**closed, "additionalProperties": False} if "properties" in closed else closed


def conforms(name: str, document: Any) -> None:
    """Raise unless *document* is what the schema ``report.NAME`` says, and has no field that it does not list."""
    problems = [f"{error.json_path}: {error.message[:300]}" for error in _validator(name).iter_errors(document)]
    assert problems == [], f"report.{name}: {problems}"
