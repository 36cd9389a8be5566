"""Records are what frozen dataclasses with slots are."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, dataclass, field, fields, is_dataclass, replace
from typing import ClassVar

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


@record()
class Counted:
    """Something that is no field."""

    MOST: ClassVar[int] = 3
    count: int = 0


@record()
class CountedMore(Counted):
    """A field besides those of a record of which nobody has asked what it has."""

    more: int = 0


def test_what_is_of_the_class_is_no_field() -> None:
    assert [each.name for each in fields(Counted)] == ["count"]
    assert Counted.MOST == Counted(1).MOST == 3


def test_a_class_is_a_dataclass_before_anything_asked_for_its_fields() -> None:
    """Whoever asks first: a dataclass made of it, ``match``, a record of a class below it."""

    @record()
    class Asked:
        """Asked by none so far."""

        left: int
        right: int = 0

    @record()
    class Matched:
        """Neither."""

        only: int

    match Asked(1, 2):
        case Asked(left, right):
            assert (left, right) == (1, 2)
    assert is_dataclass(Asked)

    @dataclass
    class Below(Matched):  # type: ignore[misc]  # a record is frozen by itself, which dataclasses do not know
        """An ordinary dataclass."""

        more: int

    assert [each.name for each in fields(Below)] == ["only", "more"]
    match Matched(1):
        case Matched(value):
            assert value == 1
    assert CountedMore(1, 2) == CountedMore(count=1, more=2)
    assert [each.name for each in fields(CountedMore)] == ["count", "more"]


def test_copies_are_made_of_a_class_that_was_never_asked() -> None:
    """What is below it and is no record has the fields of the record."""

    class Below(Pair):
        pass

    assert Below(1, 2).right == 2
    assert [each.name for each in fields(Below)] == ["left", "right"]


def test_wrong_arguments_are_refused() -> None:
    with pytest.raises(TypeError, match="missing 1 required"):
        Pair()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="positional"):
        Named("x", name="a")  # type: ignore[call-arg]


def test_the_first_records_are_what_all_others_are() -> None:
    """The first few are made without compiled code, and so is what stands in their fields and what is refused."""

    @record()
    class Made:
        """One field of each kind."""

        left: int
        right: int = 2
        lines: list[str] = field(default_factory=list)
        only: str = field(default="x", kw_only=True)

    made = [Made(number, only="y", right=number + 1) for number in range(40)]
    assert [(one.left, one.right, one.lines, one.only) for one in made] == [(n, n + 1, [], "y") for n in range(40)]
    assert len({id(one.lines) for one in made}) == 40


@pytest.mark.parametrize("before", [0, 40])
def test_what_cannot_be_a_record_is_refused(before: int) -> None:
    @record()
    class Refusing:
        """Two, of which one is needed."""

        left: int
        right: int = 0

    for _ in range(before):
        Refusing(1)
    wrong: list[tuple[tuple[int, ...], dict[str, int]]] = [
        ((), {}),
        ((1, 2, 3), {}),
        ((1,), {"left": 1}),
        ((1,), {"other": 1}),
        ((), {"right": 1}),
    ]
    for values, named in wrong:
        with pytest.raises(TypeError, match=r"__init__\(\)"):
            Refusing(*values, **named)
    assert Refusing(1) == Refusing(left=1, right=0)
