"""Pipfile: what Pipenv installs, as far as images need it."""

from __future__ import annotations

from speccompile.codes.stacks import MANIFEST
from speccompile.diagnostics import Diagnostic
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.source import Span
from speccompile.stacks.manifest import place, table, toml_fault, toml_table, word, words
from speccompile.stacks.python.requirements import Requirement, normal

PATH = "Pipfile"


@record(kw_only=True)
class Pipfile:
    """A Pipfile: the packages that are not for developers, and the version of Python."""

    text: str
    wanted: tuple[Requirement, ...]
    python: str | None
    problems: tuple[Diagnostic, ...]

    @property
    def python_at(self) -> Span:
        """Where the version of Python stands."""
        return place(PATH, self.text, "[requires]", self.python or "")


def read(tree: Tree) -> Pipfile | None:
    """The Pipfile of *tree*; None when there is none."""
    if not tree.is_file(PATH):
        return None
    text = tree.read(PATH)
    parsed = toml_table(text)
    requires = table(parsed, "requires")
    return Pipfile(
        text=text or "",
        wanted=tuple(_wanted(text, name, value) for name, value in table(parsed, "packages").items() if word(name)),
        python=word(requires.get("python_full_version")) or word(requires.get("python_version")),
        problems=() if parsed is not None else (_malformed(text),),
    )


def _wanted(text: str | None, name: str, value: object) -> Requirement:
    version = word(value) or word(table(value).get("version")) or ""
    extras = frozenset(normal(extra) for extra in words(table(value).get("extras")))
    return Requirement(
        normal(name), extras, version.startswith("=="), place(PATH, text, "[packages]", name), wanted=version
    )


def _malformed(text: str | None) -> Diagnostic:
    return MANIFEST.at(
        toml_fault(PATH, text), "Pipfile is not a TOML document in UTF-8", fix="correct it here or just before"
    )
