"""Frozen dataclasses with slots that are cheap to define.

``dataclasses`` compiles six functions for a frozen class, each on its own: half a millisecond a class (CPython 3.11), a
quarter of the time of a cold ``generate``. Of a record only ``__init__`` is compiled, and only when some were made: of most
records a ``generate`` makes a few. The rest is inherited. Even to find out the fields takes ``dataclasses`` longer than to make the
class, so what is done here reads them off the annotations, and a class is told by ``dataclasses`` when first somebody else asks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from functools import cache
from operator import attrgetter
from types import MemberDescriptorType
from typing import Any, TypeVar, cast, dataclass_transform

_T = TypeVar("_T")

_DATACLASS_FIELDS = "__dataclass_fields__"
_OF_DATACLASSES = ("__dataclass_params__", "__match_args__")
"""What else ``dataclasses`` leaves in a class, for itself and for ``match``."""
_IS_FIELD = fields(dataclass(type("_One", (), {"__annotations__": {"one": int}})))[0]._field_type  # type: ignore[attr-defined]
_NO_FIELD = frozenset(("ClassVar", "InitVar", "KW_ONLY"))
_OWN = "__record_fields__"
_FEW = 16
"""So many records of a class are made before its ``__init__`` is compiled, which takes as long as to make a hundred without."""


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(*, kw_only: bool = False) -> Callable[[type[_T]], type[_T]]:
    """A decorator: as ``dataclasses.dataclass(frozen=True, slots=True)``, and a dataclass for ``fields`` and ``replace``.

    What the class itself defines (``__eq__``, ``__str__`` …) stays. A record is never ordered.
    """

    def made(cls: type[_T]) -> type[_T]:
        for name, method in _SHARED.items():
            if name not in cls.__dict__:
                setattr(cls, name, method)
        cls.__doc__ = (
            cls.__doc__ or cls.__name__
        )  # else dataclasses writes a signature there, which takes longer than all else
        names = _names(cls)
        whole = _slotted(cls, names, kw_only) if names is not None else _by_dataclasses(cls, kw_only)
        _initialise(whole, _first(whole))
        return whole

    return made


def _names(cls: type[Any]) -> tuple[str, ...] | None:
    """The names of the fields that *cls* itself has; None where ``dataclasses`` has to say which annotations are of fields."""
    annotations = cls.__dict__.get("__annotations__", {})  # noqa: RUF063  # nothing is evaluated here; no inspect, which is slow to import
    if not all(
        isinstance(one, str) and _NO_FIELD.isdisjoint(one.split("[")[0].split(".")) for one in annotations.values()
    ):
        return None
    return tuple(annotations)


def _by_dataclasses(cls: type[_T], kw_only: bool) -> type[_T]:
    return dataclass(cls, init=False, repr=False, eq=False, slots=True, kw_only=kw_only)


def _slotted(cls: type[_T], names: tuple[str, ...], kw_only: bool) -> type[_T]:
    """*cls* with slots for *names*, as ``dataclasses`` makes it: what a class has as a field's default cannot stay beside the slot."""
    taken = {name for base in cls.__mro__[1:] for name in base.__dict__.get("__slots__", ())}
    kept = {name: value for name, value in cls.__dict__.items() if name not in (*names, "__dict__", "__weakref__")}
    slots = tuple(name for name in names if name not in taken)
    later, metaclass = _Later(cls, kw_only), cast("Any", type(cls))
    asked = {name: _Asked(name, later) for name in _OF_DATACLASSES}
    own = {_OWN: _Own(cls, names, kw_only), _DATACLASS_FIELDS: _Fields()}
    whole: type[_T] = metaclass(cls.__name__, cls.__bases__, {**kept, "__slots__": slots, **asked, **own})
    whole.__qualname__ = cls.__qualname__
    later.whole = whole
    return whole


class _Later:
    """What ``dataclasses`` finds out about a class, once something asks: about the class as it was written, from which *whole* was made."""

    def __init__(self, written: type[Any], kw_only: bool) -> None:
        self._written, self._kw_only = written, kw_only
        self.whole: type[Any] = written

    def found(self) -> None:
        """Put it into the class, in the place of what asked."""
        known = dataclass(self._written, init=False, repr=False, eq=False, kw_only=self._kw_only)
        for name in _OF_DATACLASSES:
            setattr(self.whole, name, known.__dict__[name])


class _Asked:
    """Stands for an attribute of a record's class until it is asked for."""

    def __init__(self, name: str, later: _Later) -> None:
        self._name, self._later = name, later

    def __get__(self, instance: object, owner: type[Any]) -> Any:
        self._later.found()
        return getattr(owner, self._name)


class _Own:
    """The fields that a class itself has, found out when first something is asked of one of its records: of most classes a run makes none."""

    def __init__(self, written: type[Any], names: tuple[str, ...], kw_only: bool) -> None:
        self._written, self._names, self._kw_only = written, names, kw_only
        self._found: tuple[Field[Any], ...] | None = None

    def found(self) -> tuple[Field[Any], ...]:
        """In the order of the class."""
        if self._found is None:
            self._found = tuple(_field(self._written, name, self._kw_only) for name in self._names)
        return self._found


class _Fields:
    """Stands for the fields of a record's class as ``dataclasses`` has them: ``replace``, ``fields`` and ``is_dataclass`` ask for these, and for no more."""

    def __get__(self, instance: object, owner: type[Any]) -> dict[str, Field[Any]]:
        known = {each.name: each for each in fields_of(owner)}
        setattr(owner, _DATACLASS_FIELDS, known)
        return known


def _field(cls: type[Any], name: str, kw_only: bool) -> Field[Any]:
    """What *cls*, as it was written, says of its field *name*, as ``dataclasses`` reads it."""
    said = getattr(cls, name, MISSING)
    known: Any = said if isinstance(said, Field) else field(default=MISSING if _is_slot(said) else said)
    known.name, known.type, known._field_type = name, cls.__annotations__[name], _IS_FIELD
    known.kw_only = kw_only if known.kw_only is MISSING else known.kw_only
    return cast("Field[Any]", known)


def _is_slot(said: object) -> bool:
    return isinstance(said, MemberDescriptorType)


def fields_of(cls: type[Any]) -> tuple[Field[Any], ...]:
    """As ``dataclasses.fields``, without asking ``dataclasses`` where it has not been asked yet."""
    known = _FIELDS.get(cls)
    if known is None:
        known = _FIELDS[cls] = tuple(_found(cls).values())
    return known


_FIELDS: dict[type[Any], tuple[Field[Any], ...]] = {}


def _found(cls: type[Any]) -> dict[str, Field[Any]]:
    """The fields of *cls* by name, those of the classes above it first."""
    found: dict[str, Field[Any]] = {}
    for base in reversed(cls.__mro__):
        own = base.__dict__.get(_OWN)
        if own is not None:
            found |= {each.name: each for each in own.found()}
        elif _DATACLASS_FIELDS in base.__dict__:
            found |= {each.name: each for each in fields(base)}
    return found


@cache
def _setters(cls: Any) -> tuple[Callable[..., None], ...]:
    """What puts each value into a record of *cls*, by the slots' descriptors, as ``__setattr__`` refuses."""
    return tuple(getattr(cls, each.name).__set__ for each in fields_of(cls))


def _first(cls: type[Any]) -> Callable[..., None]:
    """What makes the first few records of *cls*, and then compiles what makes all others. It leaves to that, too, what is wrong with the values."""
    made = 0

    def __init__(self: object, *values: object, **named: object) -> None:  # noqa: N807
        nonlocal made
        made += 1
        known = _values_of(cls, values, named) if made <= _FEW else None
        if known is not None:
            _restore(self, known)
            return
        method = _initialiser(cls)
        _initialise(cls, method)
        method(self, *values, **named)

    return __init__


def _values_of(cls: type[Any], values: tuple[object, ...], named: dict[str, object]) -> list[object] | None:
    """The value of each field; None where something is missing, too much or given twice."""
    found, taken, positional = [], 0, iter(values)
    for each in fields_of(cls):
        value = MISSING if each.kw_only else next(positional, MISSING)
        if value is MISSING and each.name in named:
            value = named[each.name]
            taken += 1
        if value is MISSING:
            value = each.default if each.default_factory is MISSING else each.default_factory()
        if value is MISSING:
            return None
        found.append(value)
    return found if taken == len(named) and next(positional, MISSING) is MISSING else None


def _initialise(cls: type[Any], method: Callable[..., None]) -> None:
    setattr(cls, "__init__", method)  # noqa: B010  # mypy knows better than to allow it


def _initialiser(cls: type[Any]) -> Callable[..., None]:
    """``__init__`` of *cls*, compiled."""
    scope: dict[str, Any] = {}
    parameters, body = ["self"], []
    for each in sorted(fields_of(cls), key=lambda one: bool(one.kw_only)):
        if each.kw_only and "*" not in parameters:
            parameters.append("*")
        parameters.append(each.name)
        if each.default is not MISSING:
            parameters[-1] += f"=default_{each.name}"
            scope[f"default_{each.name}"] = each.default
        value = each.name
        if each.default_factory is not MISSING:
            parameters[-1] += "=missing"
            scope |= {"missing": MISSING, f"make_{each.name}": each.default_factory}
            value = f"make_{each.name}() if {each.name} is missing else {each.name}"
        body.append(f"    set_{each.name}(self, {value})")
        scope[f"set_{each.name}"] = getattr(cls, each.name).__set__
    exec(f"def __init__({', '.join(parameters)}):\n" + "\n".join(body or ["    pass"]), scope)  # noqa: S102  # names of fields
    method: Callable[..., None] = scope["__init__"]
    return method


@cache
def _compared(cls: Any) -> Callable[[object], object]:
    """Gives of a record of *cls* the values that make it equal to another one."""
    names = [each.name for each in fields_of(cls) if each.compare]
    return attrgetter(*names) if names else lambda _: ()


def _equal(self: Any, other: Any) -> Any:
    if self.__class__ is not other.__class__:
        return NotImplemented
    values = _compared(self.__class__)
    return values(self) == values(other)


def _hash(self: Any) -> int:
    return hash(_compared(self.__class__)(self))


def _show(self: Any) -> str:
    values = (f"{each.name}={getattr(self, each.name)!r}" for each in fields_of(type(self)) if each.repr)
    return f"{type(self).__qualname__}({', '.join(values)})"


def _refuse_change(self: object, name: str, _: object) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r} of {type(self).__name__}")


def _refuse_delete(self: object, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r} of {type(self).__name__}")


def _values(self: Any) -> tuple[object, ...]:
    return tuple([getattr(self, each.name) for each in fields_of(self.__class__)])


def _restore(self: Any, values: Sequence[object]) -> None:
    for put, value in zip(_setters(self.__class__), values, strict=True):
        put(self, value)


_SHARED: dict[str, Callable[..., Any]] = {
    "__getstate__": _values,
    "__setstate__": _restore,
    "__eq__": _equal,
    "__hash__": _hash,
    "__repr__": _show,
    "__setattr__": _refuse_change,
    "__delattr__": _refuse_delete,
}
