"""Which assertions a test names: by an id in its name, or in what stands with it in its source.

In a name the id may be written as the language wants it: ``A-013``, ``A_013``, ``a_013``, ``TestA013``. Beside the test it is written as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from speccompile.evidence.cases import Case, Verdict
from speccompile.evidence.sources import Sources


def evidenced(cases: Sequence[Case], sources: Sources, ids: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """By assertion the tests that passed and name it. Where one that names it failed, or all were skipped, it has none."""
    found: dict[str, list[str]] = {}
    failed: set[str] = set()
    known = tuple(ids)
    for case in cases:
        beside = sources.beside(case)
        for one in known:
            if _names(one, case.name) or _stands_in(one, beside):
                if case.verdict is Verdict.PASSED:
                    found.setdefault(one, []).append(_called(case))
                elif case.verdict is Verdict.FAILED:
                    failed.add(one)
    return {one: tuple(dict.fromkeys(names)) for one, names in sorted(found.items()) if one not in failed}


def _called(case: Case) -> str:
    return f"{case.file}: {case.name}" if case.file else case.name


@cache
def _pattern(id_: str) -> re.Pattern[str]:
    letter, *rest = id_.split("-")
    tail = "[-_ ]?".join(map(re.escape, rest))
    start = f"(?:(?<![A-Za-z0-9])[{letter}{letter.lower()}]|(?<=[a-z]){letter})"
    return re.compile(rf"{start}[-_ ]?(?i:{tail})(?![0-9])")


def _names(id_: str, name: str) -> bool:
    return _pattern(id_).search(name) is not None


def _stands_in(id_: str, text: str) -> bool:
    return bool(text) and re.search(rf"(?<![A-Za-z0-9-]){re.escape(id_)}(?![0-9])", text) is not None
