"""What pydantic objects to, in the words of those who write specs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TypeAlias

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from speccompile.codes.code import Code
from speccompile.codes.meaning import MISSING_KEY, UNKNOWN_KEY, UNKNOWN_WORD, WRONG_TYPE
from speccompile.diagnostics import Diagnostic
from speccompile.frontends.secretlike import secret_in
from speccompile.frontends.wording import described, dotted, listed, shown, suggestion
from speccompile.record import record
from speccompile.source import Span
from speccompile.spec.located import Located, key_span, value_span

Steps: TypeAlias = tuple[str | int, ...]

_EXPECTED = {
    "string_type": ("a text", "write a text, in quotes where it looks like something else"),
    "int_type": ("a whole number", "write a whole number without quotes"),
    "float_type": ("a number", "write a number without quotes"),
    "dict_type": ("a mapping", "write keys with values below it"),
    "model_type": ("a mapping", "write keys with values below it"),
    "tuple_type": ("a list", "write a list, also around a single entry"),
}


@record(kw_only=True)
class Grammar:
    """What the translation must know about a format.

    ``models`` by the key that they stand under ("" for the whole file); ``words``: the closed lists, by key;
    ``examples``: a value for each key, as people write it; ``shape``: the model of a mapping under a name of
    the user's own (None: go by the key); ``steps``: takes out of pydantic's locations what nobody wrote.
    """

    models: Mapping[str, type[BaseModel]]
    words: Mapping[str, Collection[str]]
    examples: Mapping[str, str]
    shape: Callable[[Steps, Located], type[BaseModel] | None] = lambda _steps, _raw: None
    steps: Callable[[Steps], Steps] = lambda steps: steps

    def keys_at(self, steps: Steps, raw: Located) -> frozenset[str]:
        """The keys of the mapping that *steps* lead to."""
        model = self.shape(steps, raw) or self.models.get(_last_key(steps))
        return _keys(model) if model else frozenset()

    def example(self, steps: Steps) -> str | None:
        """A value for the key that *steps* lead to; a key that means another thing below another one has two."""
        return self.examples.get(dotted(steps[-2:])) or self.examples.get(_last_key(steps))

    def home(self, key: str) -> str:
        """The key below which *key* may stand, or "" when there is none."""
        return next((name for name, model in self.models.items() if name and key in _keys(model)), "")


def _keys(model: type[BaseModel]) -> frozenset[str]:
    return frozenset(field.alias or name for name, field in model.model_fields.items())


def _last_key(steps: Steps) -> str:
    return next((step for step in reversed(steps) if isinstance(step, str)), "")


def findings(error: ValidationError, raw: Located, grammar: Grammar, skip: Collection[Steps] = ()) -> list[Diagnostic]:
    """One diagnostic for each thing that *error* says about *raw*, except about what *skip* lists."""
    details = ((detail, grammar.steps(detail["loc"])) for detail in error.errors(include_url=False))
    return [_finding(detail, steps, raw, grammar) for detail, steps in details if steps not in skip]


def _finding(detail: ErrorDetails, steps: Steps, raw: Located, grammar: Grammar) -> Diagnostic:
    what = f"`{dotted(steps)}`" if steps else "the file"
    value, key = detail["input"], _last_key(steps)
    is_secret = isinstance(value, str | int | float) and secret_in(key, str(value))
    said = "a value that looks like a secret" if is_secret else described(value)
    match detail["type"]:
        case "refused" if steps[-1:] == ("[key]",):
            return _own(detail, f"the key {shown(str(value))}", key_span(raw, steps[:-1]))
        case "refused":
            return _own(detail, f"{what} is {said}", value_span(raw, steps))
        case "missing":
            return _missing(steps, raw, grammar)
        case "extra_forbidden":
            return _unknown_key(steps, raw, grammar)
        case "literal_error" if key in grammar.words:
            return unknown_word(what, value, grammar.words[key], value_span(raw, steps))
        case kind:
            expected, fix = _EXPECTED.get(kind, (str(detail["msg"]), "correct the value"))
            if kind == "string_type" and isinstance(value, int | float) and not is_secret:
                fix = f"write it in quotes: {shown(_as_written(value))}"
            elif (example := grammar.example(steps)) and not isinstance(steps[-1], int):
                fix = f"write for example {example}"
            return WRONG_TYPE.at(value_span(raw, steps), f"{what} is {said}; expected is {expected}", fix=fix)


def _as_written(value: float) -> str:
    return str(value).lower()


def _own(detail: ErrorDetails, what: str, span: Span) -> Diagnostic:
    """A finding of one of our own validators, which brings its code, message and fix."""
    context = detail["ctx"]
    code: Code = context["code"]
    return code.at(span, f"{what}: {context['message']}", fix=context["fix"])


def unknown_word(what: str, value: object, known: Collection[str], span: Span) -> Diagnostic:
    """The finding that *what* is *value* and none of the *known* words."""
    otherwise = f"write one of {listed(known)}"
    fix = suggestion(value, known, otherwise) if isinstance(value, str) else otherwise
    return UNKNOWN_WORD.at(span, f"{what} is {described(value)}; expected is one of {listed(known)}", fix=fix)


def _missing(steps: Steps, raw: Located, grammar: Grammar) -> Diagnostic:
    parent, key = steps[:-1], str(steps[-1])
    where = f"`{dotted(parent)}`" if parent else "the file"
    example = grammar.examples.get(key, "…")
    return MISSING_KEY.at(
        value_span(raw, parent), f"{where} has no key `{key}`", fix=f"add it, for example `{key}`: {example}"
    )


def _unknown_key(steps: Steps, raw: Located, grammar: Grammar) -> Diagnostic:
    parent, key = steps[:-1], str(steps[-1])
    known = grammar.keys_at(parent, raw)
    where = f"`{dotted(parent)}`" if parent else "the file"
    home = grammar.home(key)
    otherwise = f"take it out, or write it as x-{key[:40]} if it is yours; known are {listed(sorted(known))}"
    if home and home != _last_key(parent):
        otherwise = f"it belongs below `{home}`"
    return UNKNOWN_KEY.at(
        key_span(raw, steps), f"{where} has the unknown key {shown(key)}", fix=suggestion(key, known, otherwise)
    )
