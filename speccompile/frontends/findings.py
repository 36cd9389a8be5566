"""What pydantic objects to, in the words of those who write specs."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from speccompile.codes.code import Code
from speccompile.codes.meaning import MISSING_KEY, UNKNOWN_KEY, UNKNOWN_WORD, WRONG_TYPE
from speccompile.diagnostics import Diagnostic
from speccompile.frontends.corrections import corrections
from speccompile.frontends.grammar import Grammar, Steps, last_key
from speccompile.frontends.secretlike import secret_in
from speccompile.frontends.wording import described, dotted, listed, nearest, shown, suggestion
from speccompile.source import Span
from speccompile.spec.located import Located, key_span, value_span

_EXPECTED = {
    "string_type": ("a text", "write a text, in quotes where it looks like something else"),
    "int_type": ("a whole number", "write a whole number without quotes"),
    "bool_type": ("true or false", "write true or false without quotes"),
    "float_type": ("a number", "write a number without quotes"),
    "dict_type": ("a mapping", "write keys with values below it"),
    "model_type": ("a mapping", "write keys with values below it"),
    "tuple_type": ("a list", "write a list, also around a single entry"),
}


def findings(error: ValidationError, raw: Located, grammar: Grammar, skip: Collection[Steps] = ()) -> list[Diagnostic]:
    """One diagnostic for each thing that *error* says about *raw*, except about what *skip* lists."""
    details = [
        (detail, steps)
        for detail in error.errors(include_url=False)
        if (steps := grammar.steps(detail["loc"], raw)) not in skip
    ]
    fixes = corrections((detail for detail, _ in details), raw, grammar)
    return [_finding(detail, steps, raw, grammar, fixes.get(steps)) for detail, steps in details]


def _finding(detail: ErrorDetails, steps: Steps, raw: Located, grammar: Grammar, correction: str | None) -> Diagnostic:
    what = f"`{dotted(steps)}`" if steps else "the file"
    value, key = detail["input"], last_key(steps)
    is_secret = isinstance(value, str | int | float) and secret_in(key, str(value))
    said = "a value that looks like a secret" if is_secret else described(value)
    match detail["type"]:
        case "refused" if steps[-1:] == ("[key]",):
            return _own(detail, f"the key {shown(str(value))}", said, key_span(raw, steps[:-1]), grammar)
        case "refused":
            return _own(detail, f"{what} is {said}", said, value_span(raw, steps), grammar)
        case "missing":
            return _missing(steps, raw, grammar)
        case "extra_forbidden":
            return _unknown_key(steps, raw, grammar)
        case "literal_error" if words := grammar.words.get(key) or _words(detail):
            return unknown_word(what, value, words, value_span(raw, steps), grammar.name)
        case kind:
            expected, fix = _EXPECTED.get(kind, (str(detail["msg"]), "correct the value"))
            if correction and not is_secret:
                fix = correction
            elif (example := grammar.example(steps)) and not isinstance(steps[-1], int):
                fix = f"write for example {example}"
            return WRONG_TYPE.at(
                value_span(raw, steps),
                f"{what} is {said}; expected is {expected}",
                fix=fix,
                found=said,
                expected=expected,
                expected_by=grammar.name,
            )


def _words(detail: ErrorDetails) -> list[str]:
    """The words that pydantic would have taken."""
    return re.findall(r"'([^']*)'", detail["ctx"]["expected"])


def _own(detail: ErrorDetails, what: str, said: str, span: Span, grammar: Grammar) -> Diagnostic:
    """A finding of one of our own validators, which brings its code, message and fix."""
    context = detail["ctx"]
    code: Code = context["code"]
    return code.at(
        span,
        f"{what}: {context['message']}",
        fix=context["fix"],
        found=said,
        expected=context["fix"].removeprefix("write "),
        expected_by=grammar.name,
    )


def unknown_word(what: str, value: object, known: Collection[str], span: Span, expected_by: str) -> Diagnostic:
    """The finding that *what* is *value* and none of the words that *expected_by* knows."""
    otherwise = f"write one of {listed(known)}"
    fix = suggestion(value, known, otherwise) if isinstance(value, str) else otherwise
    expected = f"one of {listed(known)}"
    return UNKNOWN_WORD.at(
        span,
        f"{what} is {described(value)}; expected is {expected}",
        fix=fix,
        found=described(value),
        expected=expected,
        expected_by=expected_by,
    )


def _missing(steps: Steps, raw: Located, grammar: Grammar) -> Diagnostic:
    parent, key = steps[:-1], str(steps[-1])
    where = f"`{dotted(parent)}`" if parent else "the file"
    example = grammar.example(steps) or "…"
    return MISSING_KEY.at(
        value_span(raw, parent),
        f"{where} has no key `{key}`",
        fix=f"add it, for example `{key}`: {example}",
        found="no such key",
        expected=f"the key {key}",
        expected_by=grammar.name,
    )


def _unknown_key(steps: Steps, raw: Located, grammar: Grammar) -> Diagnostic:
    parent, key = steps[:-1], str(steps[-1])
    known = grammar.keys_at(parent, raw)
    where = f"`{dotted(parent)}`" if parent else "the file"
    mapping = _at(raw, parent)
    free = known - mapping.keys()
    return UNKNOWN_KEY.at(
        key_span(raw, steps),
        f"{where} has the unknown key {shown(key)}",
        fix=grammar.elsewhere(key, mapping.get(key), free) or _instead(key, free, known, grammar, last_key(parent)),
        found=f"the key {shown(key)}",
        expected=f"one of {listed(sorted(known))}",
        expected_by=grammar.name,
    )


def _at(raw: Located, steps: Steps) -> Mapping[str, object]:
    """The mapping that *steps* lead to."""
    value: Any = raw
    for step in steps:
        value = value[step]
    found: Mapping[str, object] = value
    return found


def _instead(key: str, free: Collection[str], known: Collection[str], grammar: Grammar, below: str) -> str:
    """What to do about the unknown *key*: another key that is not there yet, the mapping that it belongs into, or none."""
    home = grammar.home(key)
    otherwise = f"take it out, or write it as x-{key[:40]} if it is yours; known are {listed(sorted(known))}"
    if home and home != below:
        otherwise = f"it belongs below `{home}`"
    close = nearest(key, known)
    if close and close not in free:
        return f"take it out; `{close}` is there already"
    return suggestion(key, free, otherwise)
