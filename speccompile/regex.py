"""Regular expressions that are compiled when first something is asked of them, and are not tried at each place of a text that they cannot fit.

Most projects are in one language, and most sentences are about one thing: of some seven hundred expressions one run uses
a few hundred, and to compile one takes longer than all that it is asked. ``re`` itself is imported when the first of them is asked
something: ``check`` of an unchanged project asks none, and does without.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # typing takes too long to import for the fast path of ``check``
if TYPE_CHECKING:
    import re
    from collections.abc import Callable
    from typing import Any, AnyStr


def regex(source: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """As ``re.compile``, which this stands for until first something is asked: an error in *source* is told then."""
    return _Later(source, flags)  # type: ignore[return-value]  # it answers as one does


class _Later:
    """Stands for a pattern, and has no attributes of one but those that it was asked for."""

    def __init__(self, source: str | bytes, flags: int) -> None:
        self._said = (source, flags)
        self._made: re.Pattern[Any] | None = None

    def _compiled(self) -> re.Pattern[Any]:
        if self._made is None:
            self._made = import_module("speccompile.compiled_regex").compiled(*self._said)
        return self._made

    def __getattr__(self, name: str) -> Any:
        """Called for what is not there yet; the next time it is, and costs what it does of a pattern."""
        value = getattr(self._compiled(), name)
        if name in _NOTHING and (needles := import_module("speccompile.compiled_regex").needles_before(*self._said)):
            value = _where_needed(value, needles, _NOTHING[name])
        self.__dict__[name] = value
        return value


_NOTHING: dict[str, Callable[[], object]] = {"search": lambda: None, "finditer": lambda: iter(())}
"""The methods that try an expression at each place of a text, and what they give where it fits nowhere."""


def _where_needed(method: Callable[..., Any], needles: tuple[Any, ...], nothing: Callable[[], object]) -> Any:
    """*method* of a pattern, which is not called for a text without what is in every match."""
    kind = type(needles[0])

    def asked(string: Any, *within: int, **named: int) -> Any:
        if type(string) is kind:
            for needle in needles:
                if needle in string:
                    break
            else:
                return nothing()
        return method(string, *within, **named)

    return asked


def all_expressions() -> set[tuple[str | bytes, int]]:
    """What every expression of the modules that are imported was made of, as a wheel is built of it."""
    return {one._said for one in import_module("gc").get_objects() if type(one) is _Later}
