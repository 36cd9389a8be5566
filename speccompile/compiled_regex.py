"""The regular expressions that a wheel brings compiled, for the Python that compiled them: no other may use them.

``re`` compiles in Python, which of a cold ``generate`` took an eighth. What it hands to its engine in the end is kept here
(https://github.com/python/cpython/blob/3.11/Lib/re/_compiler.py, ``compile``); a source checkout has no such file.
"""

from __future__ import annotations

import marshal
import os
import re
import sys
from collections.abc import Iterable
from functools import cache
from importlib import import_module

from speccompile import regular

TYPE_CHECKING = False  # typing takes too long to import for the fast path of ``check``
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    Said: TypeAlias = tuple[str | bytes, int]
    Needles: TypeAlias = tuple[str, ...] | tuple[bytes, ...]
    Parts: TypeAlias = tuple[int, bytes, int, dict[str, int], tuple[str | None, ...], Needles]

_FILE = os.path.join(os.path.dirname(__file__), "compiled_expressions")  # noqa: PTH118, PTH120  # pathlib takes longer to import
_MADE_BY = f"{sys.implementation.cache_tag} {sys.hexversion:x} {sys.byteorder}\n".encode("ascii")


def compiled_before(source: str | bytes, flags: int, file: str = _FILE) -> re.Pattern[Any] | None:
    """The pattern that ``re.compile(source, flags)`` would give, if *file* has it."""
    parts = _kept(file).get((source, int(flags)))
    if parts is None:
        return None
    all_flags, code, groups, names, of_group, _ = parts
    pattern: re.Pattern[Any] = import_module("_sre").compile(
        source, all_flags, memoryview(code).cast("I").tolist(), groups, names, of_group
    )
    return pattern


def compiled(source: str | bytes, flags: int) -> re.Pattern[Any]:
    """The pattern that ``re.compile(source, flags)`` gives, compiled now if no wheel brought it."""
    return compiled_before(source, flags) or re.compile(source, flags)


def needles_before(source: str | bytes, flags: int, file: str = _FILE) -> Needles:
    """What one of is in every match (``needles``), if *file* has it; else nothing is known of that."""
    parts = _kept(file).get((source, int(flags)))
    return parts[-1] if parts is not None else ()


def keep(expressions: Iterable[Said], file: str) -> None:
    """Compile *expressions* (sources and flags) and write them to *file*, as a wheel brings them along."""
    parts = {(source, int(flags)): _parts(source, flags) for source, flags in expressions}
    with open(file, "wb") as out:  # noqa: PTH123  # as above
        out.write(_MADE_BY + marshal.dumps(dict(sorted(parts.items(), key=lambda one: repr(one[0])))))


@cache
def _kept(file: str) -> dict[Said, Parts]:
    try:
        made_by, _, kept = regular.read_named(file).partition(b"\n")
    except OSError:
        return {}
    known: dict[Said, Parts] = marshal.loads(kept) if made_by + b"\n" == _MADE_BY else {}  # noqa: S302  # of our own package, as its bytecode is
    return known


def _parts(source: str | bytes, flags: int) -> Parts:
    """What ``re`` hands to its engine."""
    parsed = import_module("re._parser").parse(source, int(flags))
    code = import_module("re._compiler")._code(parsed, int(flags))
    names: dict[str, int] = parsed.state.groupdict
    of_group = dict(zip(names.values(), names, strict=True))
    groups: int = parsed.state.groups
    return (
        int(flags) | parsed.state.flags,
        b"".join(one.to_bytes(4, sys.byteorder) for one in code),
        groups - 1,
        names,
        tuple(of_group.get(number) for number in range(groups)),
        import_module("speccompile.needles").needles(source, int(flags)),
    )
