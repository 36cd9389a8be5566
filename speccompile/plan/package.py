"""The publishing set-up of a library: no image, but a package."""

from __future__ import annotations

from enum import Enum

from speccompile.plan.node import Node
from speccompile.plan.workflow import Workflow
from speccompile.record import record


class Ecosystem(Enum):
    """Where a library is published."""

    NPM = "npm"
    PYPI = "pypi"


@record(kw_only=True)
class Setting(Node):
    """A value that the package's manifest lacks: the path of keys to it, the value as JSON text, and the reason.

    The tables that all keys but the last one name are there already, and the last key is not; or, with ``member``, it
    names an array that lacks the value as an element. For pyproject.toml an object is a table of its own, at any depth.
    """

    keys: tuple[str, ...]
    value: str
    why: str
    member: bool = False


@record(kw_only=True)
class Marker(Node):
    """A file that is missing from the sources (py.typed, PEP 561): its path from the project, and its one line."""

    path: str
    line: str


@record(kw_only=True)
class Package(Node):
    """A library as published: its manifest file (shown a patch, never edited) and the workflow that publishes it.

    ``manifest`` is the path of package.json or pyproject.toml relative to the project; ``text`` what it says now.
    ``patch`` is the path of the patch, relative to the output directory; it is written when there are settings or a
    marker. ``built`` are the files that the package's entry points may name, relative to the manifest: sources that are
    there, and what the build makes of them.
    """

    service: str
    ecosystem: Ecosystem
    name: str
    version: str | None
    manifest: str
    text: str
    settings: tuple[Setting, ...]
    marker: Marker | None
    patch: str
    workflow: Workflow
    built: tuple[str, ...]
