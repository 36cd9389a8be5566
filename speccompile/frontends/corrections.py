"""The fix for a value of the wrong kind: how to write what was probably meant, tried out before it is recommended."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from speccompile.frontends.grammar import Grammar, Steps
from speccompile.frontends.wording import listed, suggestion
from speccompile.record import record
from speccompile.spec.located import Located


@record()
class _Correction:
    """Another value, and the sentence that recommends it."""

    value: Any
    fix: str


def corrections(details: Iterable[ErrorDetails], raw: Located, grammar: Grammar) -> dict[Steps, str]:
    """Fixes by place, for values of which there is another spelling: a number for a text, a text for a number, an entry for a list.

    What the format objects to in the other spelling is the fix then: ``id: 1`` is no text, and ``id: "1"`` no id.
    """
    tried = {
        grammar.steps(detail["loc"], raw): correction
        for detail in details
        if (correction := _correction(detail)) is not None
    }
    if not tried:
        return {}
    objections = _objections(_with(raw, {steps: one.value for steps, one in tried.items()}), grammar)
    found = {steps: objections.get(steps, one.fix) for steps, one in tried.items()}
    return {steps: fix for steps, fix in found.items() if fix}


def _correction(detail: ErrorDetails) -> _Correction | None:
    value = detail["input"]
    match detail["type"]:
        case "string_type" if isinstance(value, int | float):
            text = json.dumps(value)
            return _Correction(text, f'write it in quotes: "{text}"')
        case "int_type" | "float_type" | "bool_type" if isinstance(value, str):
            return _bare(detail["type"], value)
        case "tuple_type" if isinstance(value, str):
            return _Correction(
                (value,), f"write a list, also around a single entry: [{json.dumps(value, ensure_ascii=False)}]"
            )
    return None


def _bare(kind: str, value: str) -> _Correction | None:
    """A number, true or false that was written as a text."""
    try:
        meant = json.loads(value)
    except ValueError:
        return None
    kinds = {"int_type": int, "float_type": int | float, "bool_type": bool}
    fits = isinstance(meant, kinds[kind]) and isinstance(meant, bool) == (kind == "bool_type")
    return _Correction(meant, f"write it without quotes: {value}") if fits else None


def _with(value: Any, replaced: Mapping[Steps, Any], at: Steps = ()) -> Any:
    """*value* as plain data, with what stands at some places replaced."""
    if at in replaced:
        return replaced[at]
    if isinstance(value, dict):
        return {key: _with(item, replaced, (*at, key)) for key, item in value.items()}
    if isinstance(value, tuple):
        return tuple(_with(item, replaced, (*at, index)) for index, item in enumerate(value))
    return value


def _objections(value: Any, grammar: Grammar) -> dict[Steps, str]:
    """What the format has against *value*: fixes by place, "" where it has none to recommend."""
    try:
        grammar.models[""].model_validate(value)
    except ValidationError as error:
        return {
            grammar.steps(detail["loc"], value): _fix(detail, grammar) for detail in error.errors(include_url=False)
        }
    return {}


def _fix(detail: ErrorDetails, grammar: Grammar) -> str:
    if detail["type"] == "refused":
        fix: str = detail["ctx"]["fix"]
        return fix
    last = detail["loc"][-1]
    if detail["type"] == "literal_error" and last in grammar.words:
        known = grammar.words[str(last)]
        return suggestion(str(detail["input"]), known, f"write one of {listed(known)}")
    return ""
