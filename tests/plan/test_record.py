"""Records are what frozen dataclasses with slots are."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, field, fields, replace

import pytest

from speccompile.record import record


@record(kw_only=True)
class Base:
    """A keyword that does not count."""

    origin: str = field(compare=False, repr=False)


@record(kw_only=True)
class Named(Base):
    """A default."""

    name: str
    size: int = 3


@record()
class Pair:
    """Positions."""

    left: int
    right: int = 0

    def __str__(self) -> str:
        return f"{self.left}-{self.right}"


@record()
class Empty:
    """No fields."""


@record()
class Notes:
    """A default that is made anew each time."""

    about: str
    lines: list[str] = field(default_factory=list, compare=False)


def test_defaults_are_made_anew() -> None:
    """For each record its own; one that is given is taken as it is."""
    given = ["a"]
    assert Notes("x").lines == []
    assert Notes("x").lines is not Notes("x").lines
    assert Notes("x", given).lines is given
    assert replace(Notes("x", given), about="y").lines is given


def test_fields_and_defaults() -> None:
    named = Named(name="a", origin="x")
    assert (named.name, named.size, named.origin) == ("a", 3, "x")
    assert [each.name for each in fields(Named)] == ["origin", "name", "size"]
    assert replace(named, size=4) == Named(name="a", size=4, origin="y")


def test_equality_is_that_of_the_compared_fields_of_one_class() -> None:
    assert Named(name="a", origin="x") == Named(name="a", origin="y")
    assert hash(Named(name="a", origin="x")) == hash(Named(name="a", origin="y"))
    assert Named(name="a", origin="x") != Named(name="b", origin="x")
    others: list[object] = [(1, 0), Empty()]
    assert Pair(1) not in others
    assert Empty() in others
    assert len({Pair(1), Pair(1, 0), Pair(2)}) == 2


def test_shown_as_a_dataclass_is() -> None:
    assert repr(Named(name="a", origin="x")) == "Named(name='a', size=3)"
    assert str(Pair(1)) == "1-0"


@pytest.mark.parametrize("name", ["left", "other"])
def test_nothing_changes(name: str) -> None:
    pair = Pair(1)
    with pytest.raises(FrozenInstanceError):
        setattr(pair, name, 2)
    with pytest.raises(FrozenInstanceError):
        delattr(pair, name)
    assert not hasattr(pair, "__dict__")


def test_wrong_arguments_are_refused() -> None:
    with pytest.raises(TypeError, match="missing 1 required"):
        Pair()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="positional"):
        Named("x", name="a")  # type: ignore[call-arg]
