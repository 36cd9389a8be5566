"""Values of ours as bytes, and back: with pickle, of which no more is let in than records, models and words of ours.

The bytes come out of the user's own cache, where no commit can put any (``shelf``), and only when their digest is right. All the same no name in them leads to
anything but our own classes, and none of these does anything when it is made.
"""

from __future__ import annotations

import copyreg
import io
import pickle
from collections.abc import Callable, Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any

from speccompile.project.recorder import Recorder
from speccompile.provenance import Cause
from speccompile.source import Span

_PLAIN = {
    ("builtins", "frozenset"): frozenset,
    ("builtins", "set"): set,
    ("types", "MappingProxyType"): MappingProxyType,
}

_VIEW = "view "


class Unkept(Exception):
    """This cannot be kept, or what was kept cannot be had again."""


def written(value: object, given: Mapping[str, object]) -> bytes:
    """*value* as bytes; in the place of each object that is *given* there is its name. Raises ``Unkept``."""
    return _dumped(value, lambda out: _Pickler(out, given))


def plainly(value: object) -> bytes:
    """*value*, in which nothing is given, as bytes: they follow from it and from which of its parts are one object. Raises ``Unkept``."""
    return _dumped(value, _Plain)


def _dumped(value: object, pickler: Callable[[io.BytesIO], pickle.Pickler]) -> bytes:
    out = io.BytesIO()
    try:
        pickler(out).dump(value)
    except (pickle.PicklingError, TypeError, AttributeError, ValueError, RecursionError) as problem:
        raise Unkept(str(problem)) from None
    return out.getvalue()


class Causes(dict[tuple[str, int, int, str | None], Cause]):
    """Causes of which each is one object: what many services want stands in what is kept of each of them."""

    def __call__(self, span: Span, assertion: str | None) -> Cause:
        """The cause with these fields."""
        key = span.path, span.line, span.column, assertion
        known = self.get(key)
        if known is None:
            known = self[key] = Cause(span, assertion)
        return known


def read(
    content: bytes | memoryview,
    given: Mapping[str, object],
    tree: Recorder | None = None,
    causes: Callable[[Span, str | None], Cause] = Cause,
) -> Any:
    """The value in *content*, with what is *given* by each name, views of *tree*, and *causes* in the place of causes. Raises ``Unkept``."""
    try:
        return _Unpickler(io.BytesIO(content), given, tree, causes).load()
    # Whatever bytes may say, this is only derived data: what cannot be read is made anew.
    except Exception as problem:
        raise Unkept(str(problem)) from None


class _Plain(pickle.Pickler):
    """With what pickle cannot say itself."""

    dispatch_table = copyreg.dispatch_table | {MappingProxyType: lambda one: (MappingProxyType, (dict(one),))}

    def __init__(self, out: io.BytesIO) -> None:
        super().__init__(out, protocol=5)


class _Pickler(_Plain):
    """What is given, and views, it says by name. Only values of the classes that these have are looked at: to ask about each value, as ``persistent_id``
    does, is to call Python for each."""

    def __init__(self, out: io.BytesIO, given: Mapping[str, object]) -> None:
        self._names = {id(one): name for name, one in given.items()}
        classes = {Recorder, *(type(one) for one in given.values())}
        self.dispatch_table = _Plain.dispatch_table | dict.fromkeys(classes, self._named)
        super().__init__(out)  # asks for the table

    def _named(self, one: Any) -> Any:
        name = _VIEW + one.place if isinstance(one, Recorder) else self._names.get(id(one))
        return one.__reduce_ex__(5) if name is None else (Named, (name,))


class Named:
    """In bytes, what stands in the place of what has a name."""


class _Unpickler(pickle.Unpickler):
    def __init__(
        self,
        content: io.BytesIO,
        given: Mapping[str, object],
        tree: Recorder | None,
        causes: Callable[[Span, str | None], Cause],
    ) -> None:
        super().__init__(content)
        self._given, self._tree, self._causes = given, tree, causes

    def _named(self, name: str) -> Any:
        """What is given by that name; the view of that place."""
        if name.startswith(_VIEW) and self._tree is not None:
            return self._tree.below(name.removeprefix(_VIEW))
        return self._given[name]

    def find_class(self, module_name: str, global_name: str) -> Any:
        """Our own records, models and words; what gives what is named."""
        if (module_name, global_name) == (Named.__module__, Named.__name__):
            return self._named
        if (module_name, global_name) == (Cause.__module__, Cause.__name__):
            return self._causes
        plain = _PLAIN.get((module_name, global_name))
        if plain is not None:
            return plain
        if module_name.startswith("speccompile.") and "." not in global_name:
            found = super().find_class(module_name, global_name)
            if isinstance(found, type) and _holds_values(module_name, found):
                return found
        raise Unkept(f"{module_name}.{global_name} is no value of ours")


def _holds_values(module_name: str, cls: type) -> bool:
    fields = ("__dataclass_fields__", "model_fields")
    located = module_name == "speccompile.spec.located"
    return located or issubclass(cls, (Enum, tuple)) or any(hasattr(cls, one) for one in fields)
