"""What an importer gives: entries of deploy.yaml, each with the place in the imported file that it follows from, and findings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from speccompile.diagnostics import Diagnostic
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.source import Span
from speccompile.spec.located import Located, SourceText

Value: TypeAlias = str | int | float | bool | tuple[str, ...] | Mapping[str, str | int | float | bool]


@record(kw_only=True)
class Put:
    """The value of a key: ``steps`` lead to it from the top of deploy.yaml. The first one for a key counts."""

    steps: tuple[str, ...]
    value: Value
    span: Span


@record(kw_only=True)
class Add:
    """An entry of the list that ``steps`` lead to; one that is there already is not there twice."""

    steps: tuple[str, ...]
    value: Value
    span: Span


Part: TypeAlias = Put | Add | Diagnostic


@record()
class Service:
    """A service of deploy.yaml, to say things of."""

    name: str

    def put(self, key: str, value: Value, span: Span) -> Put:
        """The value of *key*; a dot separates keys of keys."""
        return Put(steps=("services", self.name, *key.split(".")), value=value, span=span)

    def add(self, key: str, value: Value, span: Span) -> Add:
        """An entry of the list *key*."""
        return Add(steps=("services", self.name, *key.split(".")), value=value, span=span)

    def setting(self, variable: str, value: str, span: Span) -> Put:
        """A plain setting, by variable."""
        return Put(steps=("services", self.name, "env", variable), value=value, span=span)

    def label(self, key: str, value: str, span: Span) -> Put:
        """A label of its container, by key."""
        return Put(steps=("services", self.name, "labels", key), value=value, span=span)


@record(kw_only=True)
class Document:
    """A file that is imported: its text, what stands in it (None where the format is lines), and where it was found.

    ``base`` is the directory of the project that it is in, from which its own paths count; ``tree`` the project; ``domain`` the one below which
    services get host names that the file does not give.
    """

    source: SourceText
    value: Located | None
    tree: Tree
    base: str
    domain: str | None = None

    @property
    def path(self) -> str:
        """The file's path, for people."""
        return self.source.path

    @property
    def start(self) -> Span:
        """Where the file begins."""
        return Span(self.source.path, 1, 1)
