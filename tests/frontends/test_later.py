"""Sections whose models are imported late: errors, values and schemas are those of the models, and nobody pays for a section that is not there."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError, create_model

from speccompile.spec.bindings.binding import Binding
from speccompile.spec.environments import Environment
from speccompile.spec.later import later
from speccompile.spec.model import SpecModel
from speccompile.spec.route_keys import Rate, Timeouts
from speccompile.spec.schedule import Schedule
from speccompile.spec.tls import Tls

BANK = Path(__file__).resolve().parents[2] / "specs" / "bank"
LATE = (
    "speccompile.spec.bindings.binding",
    "speccompile.spec.environments",
    "speccompile.spec.tls",
    "speccompile.spec.route_keys",
    "speccompile.spec.schedule",
    "speccompile.spec.running",
    "speccompile.spec.patch",
    "speccompile.spec.verification",
    "speccompile.frontends.deploy_grammar",
    "speccompile.frontends.bindings",
    "speccompile.cli.change_reasons",
    "speccompile.cli.dumps",
    "tomllib",
)
SAID: tuple[tuple[type[SpecModel], Any], ...] = (
    (Tls, {"certificate": "A", "key": "B", "odd": 1}),
    (Tls, {"acme": {"contact": "nobody", "staging": "yes"}}),
    (Tls, "a word"),
    (Binding, {"body": "8 potatoes", "rate": {"count": 0}}),
    (Binding, {"store": {"product": 4}, "until": "tomorrow"}),
    (Environment, {"on": "mars", "routes": {"api": [{"path": "no"}]}}),
    (Schedule, {"cron": "never", "retries": -1}),
    (Rate, {"per": "h"}),
    (Timeouts, [1]),
)


def _two(model: type[SpecModel]) -> tuple[type[SpecModel], type[SpecModel]]:
    """A model with *model* below it at three kinds of places, and the same that imports it late."""
    late = later(model.__module__, model.__name__)
    return _above(model), _above(late)


def _above(below: Any) -> type[SpecModel]:
    return create_model(
        "Above",
        __base__=SpecModel,
        one=(below | None, None),
        many=(tuple[below, ...], ()),
        named=(dict[str, below], {}),
    )


def _errors(model: type[SpecModel], value: Any) -> list[tuple[Any, ...]]:
    with pytest.raises(ValidationError) as refused:
        model.model_validate(value)
    return [(one["loc"], one["type"], one["msg"], one["input"], one.get("ctx")) for one in refused.value.errors()]


@pytest.mark.parametrize("place", ["one", "many", "named"])
@pytest.mark.parametrize(("model", "value"), SAID, ids=lambda one: getattr(one, "__name__", ""))
def test_what_is_wrong_is_told_of_the_same_place_in_the_same_words(
    model: type[SpecModel], value: Any, place: str
) -> None:
    said = {"one": value, "many": (value,), "named": {"x": value}}[place]
    now, late = _two(model)
    assert _errors(late, {place: said}) == _errors(now, {place: said}) != []


def test_what_is_right_becomes_the_model() -> None:
    _, late = _two(Timeouts)
    read: Any = late.model_validate(
        {"one": {"read": "2m"}, "many": (Timeouts.model_validate({"read": "5s"}),), "named": {}}
    )
    assert isinstance(read.one, Timeouts)
    assert (read.one.read, read.many[0].read) == (120, 5)


@pytest.mark.parametrize("model", [Tls, Binding, Environment, Schedule, Rate])
def test_the_schema_is_that_of_the_model(model: type[SpecModel]) -> None:
    now, late = _two(model)
    assert late.model_json_schema() == now.model_json_schema()


def test_nothing_is_imported_for_what_the_bank_does_not_say() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", _PROGRAM, "-C", str(BANK), "generate", "--dry-run", "--allow-unverified"],
        check=True, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    imported = set(ran.stderr.rpartition("IMPORTED")[2].split())
    assert "speccompile.spec.routes" in imported
    assert imported.isdisjoint(LATE)


_PROGRAM = """
import os, sys
from speccompile.__main__ import main
os.environ["CI"] = "1"
try:
    main()
except SystemExit as end:
    print("IMPORTED", *sys.modules, file=sys.stderr)
    sys.exit(end.code)
"""
