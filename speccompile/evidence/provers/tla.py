"""As much of TLA+ as it takes to tell which definitions a model checks: no parser, TLC has one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from speccompile.regex import regex

_COMMENT = regex(r"\\\*[^\n]*|\(\*.*?\*\)", re.DOTALL)
_CHECKING = frozenset(("INVARIANT", "INVARIANTS", "PROPERTY", "PROPERTIES"))
_OTHER = frozenset((
    "SPECIFICATION", "CONSTANT", "CONSTANTS", "INIT", "NEXT", "CONSTRAINT", "CONSTRAINTS", "ACTION_CONSTRAINT",
    "ACTION_CONSTRAINTS", "SYMMETRY", "VIEW", "ALIAS", "CHECK_DEADLOCK", "POSTCONDITION", "TYPE", "TYPE_CONSTRAINT",
))  # fmt: skip
_DEFINITION = regex(r"^[ \t]*(?:LOCAL\s+)?(\w+)[ \t]*(?:\([^)]*\))?[ \t]*==", re.MULTILINE)
_THEOREM = regex(r"^[ \t]*(?:THEOREM|ASSUME|====)", re.MULTILINE)


def checked(configuration: str) -> tuple[str, ...]:
    """The invariants and properties that a model's configuration names."""
    found: list[str] = []
    checking = False
    for word in _COMMENT.sub(" ", configuration).split():
        if word in _CHECKING or word in _OTHER:
            checking = word in _CHECKING
        elif checking:
            found.append(word)
    return tuple(found)


def definitions(module: str) -> dict[str, tuple[int, int, str]]:
    """The definitions of a module: the first and the last line, and the text."""
    plain = _COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), module)
    heads = list(_DEFINITION.finditer(plain))
    found = {}
    for number, head in enumerate(heads):
        end = heads[number + 1].start() if number + 1 < len(heads) else len(plain)
        stop = _THEOREM.search(plain, head.end(), end)
        body = plain[head.end() : stop.start() if stop else end]
        first = plain.count("\n", 0, head.start(1)) + 1
        found[head[1]] = (first, first + body.rstrip().count("\n"), body)
    return found


def reached(modules: Mapping[str, str], name: str, checked_names: Sequence[str]) -> tuple[str, ...]:
    """The definitions of the module in the file *name* that the checked ones are, or are made of, in whichever module these stand."""
    everything: dict[str, str] = {}
    for text in modules.values():
        for one, (_, _, body) in definitions(text).items():
            everything[one] = f"{everything.get(one, '')} {body}"
    todo, known = list(checked_names), set()
    while todo:
        one = todo.pop()
        if one in everything and one not in known:
            known.add(one)
            todo += re.findall(r"\w+", everything[one])
    return tuple(sorted(known & definitions(modules[name]).keys()))
