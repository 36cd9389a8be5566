"""What else is installed has no say in what specs are taken."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest
from pydantic import BaseModel

from speccompile.spec.model import SpecModel

LOADER = "pydantic.plugin._loader"


def test_plugins_of_pydantic_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither by a model of ours nor, for it, by one that it has in it; by others as ever."""
    asked: list[str] = []
    loader = ModuleType(LOADER)

    def get_plugins() -> tuple[()]:
        asked.append("asked")
        return ()

    monkeypatch.setattr(loader, "get_plugins", get_plugins, raising=False)
    monkeypatch.setitem(sys.modules, LOADER, loader)

    class Inner(SpecModel):
        """Within."""

        name: str

    class Outer(SpecModel):
        """Built when first used."""

        inner: Inner

    assert Outer.model_validate({"inner": {"name": "x"}}).inner.name == "x"
    assert Inner.model_validate({"name": "y"}).name == "y"
    assert asked == []
    assert sys.modules[LOADER] is loader

    class Other(BaseModel):
        """Not ours."""

        name: str

    assert Other(name="z").name == "z"
    assert asked == ["asked"]


def test_where_nothing_was_loaded_nothing_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, LOADER, raising=False)

    class Model(SpecModel):
        """Built when first used."""

        name: str

    assert Model.model_validate({"name": "x"}).name == "x"
    assert LOADER not in sys.modules
