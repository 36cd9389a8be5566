"""JUnit's XML, as pytest, Surefire, Gradle, Vitest, Mocha, Bun and Deno write it.

There is no schema that all keep to; this reads what they have in common: ``testsuite`` with ``testcase`` in it, at any depth, and of a case
``failure``, ``error`` and ``skipped``. A document type is refused, so that no entity is expanded.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from speccompile.evidence.cases import Case, Report, Verdict

_ROOTS = ("testsuites", "testsuite")
_NOT_READ = Report(problems=("the report is no JUnit XML that can be read to its end",))


class _Plain(TreeBuilder):
    """Builds a tree of a document without a document type."""

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        """Refuse it."""
        del pubid, system
        raise ValueError(f"a document of the type {name}")


def read(text: str) -> Report | None:
    """See ``readers``."""
    if not text.lstrip("\ufeff \t\r\n").startswith("<"):
        return None
    parser = XMLParser(target=_Plain())  # noqa: S314  # entities need a document type, which is refused
    try:
        parser.feed(text)
        root: Element = parser.close()
    except (ParseError, ValueError):
        return _NOT_READ
    if root.tag not in _ROOTS:
        return None
    cases = tuple(_case(one) for one in root.iter("testcase"))
    return Report(cases, _beside(root), tuple(_disagreements(root)))


def _case(one: Element) -> Case:
    owner, name = one.get("classname", ""), one.get("name", "")
    verdict = Verdict.PASSED
    if one.find("failure") is not None or one.find("error") is not None:
        verdict = Verdict.FAILED
    elif one.find("skipped") is not None:
        verdict = Verdict.SKIPPED
    named = name if not owner or name.startswith(owner) else f"{owner}::{name}"
    return Case(named, verdict, one.get("file"))


def _beside(root: Element) -> int:
    """Errors of suites as such: what stands in a suite and in none of its cases."""
    return sum(len(suite.findall(kind)) for suite in _suites(root) for kind in ("failure", "error"))


def _disagreements(root: Element) -> Iterator[str]:
    """Where a suite counts more tests, failures or errors than it tells of."""
    for suite in _suites(root):
        if suite.find("testsuite") is not None:
            continue
        cases = list(suite.iter("testcase"))
        failed = sum(_case(one).verdict is Verdict.FAILED for one in cases) + _beside(suite)
        counted = _number(suite, "failures") + _number(suite, "errors")
        if _number(suite, "tests") > len(cases) or counted > failed:
            yield f"the report of {suite.get('name') or 'a suite'} counts more than it tells of"


def _suites(root: Element) -> list[Element]:
    return list(root.iter("testsuite"))


def _number(suite: Element, name: str) -> int:
    said = suite.get(name, "0")
    return int(said) if said.isdecimal() and len(said) < 12 else 0
