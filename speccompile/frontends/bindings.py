"""The bindings of deploy.yaml: how findings speak of their keys, and what no single key of one can be blamed for."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from speccompile.codes.binding import BOUND_TO_NOTHING, BOUND_TWICE
from speccompile.codes.code import Code
from speccompile.diagnostics import Diagnostic
from speccompile.frontends.findings import unknown_word
from speccompile.frontends.grammar import Steps
from speccompile.frontends.wording import listed
from speccompile.spec.bindings import keeping, process, traffic
from speccompile.spec.bindings.binding import KINDS, Binding
from speccompile.spec.located import Located, key_span, value_span

_FORMAT = "the format of deploy.yaml"
_MODELS: dict[str, type[BaseModel]] = {
    name.lower(): model
    for module in (keeping, process, traffic)
    for name, model in vars(module).items()
    if isinstance(model, type) and name.lower() in KINDS
}
_STORES = ("store", "cache", "queue")


def _shown(example: object) -> str:
    return example if isinstance(example, str) and example.isascii() and ":" not in example else json.dumps(example)


EXAMPLES: dict[str, str] = {
    f"{kind}.{name}": _shown(field.examples[0])
    for kind, model in _MODELS.items()
    for name, field in model.model_fields.items()
    if field.examples
} | {name: _shown(Binding.model_fields[name].examples[0]) for name in KINDS if Binding.model_fields[name].examples}  # type: ignore[index]
"""A value for each key of a binding, as people write it."""


def binding_at(steps: Steps) -> type[BaseModel] | None:
    """The model of the mapping that *steps* lead to, below ``assertions``."""
    if len(steps) == 2:
        return Binding
    return _MODELS.get(str(steps[2])) if len(steps) == 3 else None


def binding_as_written(steps: Steps, raw: Mapping[str, Any]) -> Steps:
    """*steps* without the field that a short form stands for."""
    value: Any = raw
    for number, step in enumerate(steps[:4]):
        if number == 3 and not isinstance(value, Mapping):
            return (*steps[:3], *(one for one in steps[4:] if isinstance(one, int)))
        value = value[step] if isinstance(value, Mapping) and step in value else None
    return steps


def objections(raw: Located, kinds: Collection[str]) -> Iterator[Diagnostic]:
    """What is wrong with the bindings of *raw* as a whole; *kinds* are the known backing services."""
    assertions = raw.get("assertions")
    for id_, binding in assertions.items() if isinstance(assertions, Located) else ():
        if isinstance(binding, Located):
            yield from _incomplete(raw, id_, binding)
            yield from _unknown_products(raw, id_, binding, kinds)


def _incomplete(raw: Located, id_: str, binding: Located) -> Iterator[Diagnostic]:
    bound = [key for key in binding if key in KINDS]
    if all(key.startswith("x-") for key in binding):
        fix = "say what it demands (`body: 8MiB`), or why it is waived (`waive`), or take the entry out"
        yield _objection(BOUND_TO_NOTHING, raw, (id_,), f"the binding of {id_} decides nothing", fix)
    for key, other, fix in (
        ("until", "waive", "say why it is waived (`waive`), or take `until` out"),
        ("ignore", "because", "say why that is not meant (`because`)"),
        ("because", "ignore", "say what is not meant (`ignore: [SC311]`), or take `because` out"),
    ):
        if key in binding and other not in binding:
            yield _objection(BOUND_TO_NOTHING, raw, (id_, key), f"`{key}` of {id_} stands without `{other}`", fix)
    if "ignore" in binding and bound:
        message = f"{id_} is bound to {listed(bound)}, which replaces all that is read of it"
        yield _objection(BOUND_TWICE, raw, (id_, "ignore"), message, "take `ignore` and `because` out")


def _objection(code: Code, raw: Located, steps: Steps, message: str, fix: str) -> Diagnostic:
    return code.at(key_span(raw, ("assertions", *steps)), message, fix=fix, expected_by=_FORMAT)


def _unknown_products(raw: Located, id_: str, binding: Located, kinds: Collection[str]) -> Iterator[Diagnostic]:
    for kind in _STORES:
        said = binding.get(kind)
        steps = ("assertions", id_, kind, *(("product",) if isinstance(said, Located) else ()))
        product = said.get("product") if isinstance(said, Located) else said
        if isinstance(product, str) and product not in kinds:
            yield unknown_word(f"the {kind} of {id_}", product, sorted(kinds), value_span(raw, steps), _FORMAT)
