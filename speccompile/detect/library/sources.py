"""What is known of a library's sources."""

from __future__ import annotations

import re

from speccompile.record import record


@record()
class TsConfig:
    """A build's options. Directories are relative to the package; None where the file does not say."""

    path: str
    out: str | None
    root: str | None
    declarations_out: str | None
    declarations: bool
    module: str
    target: str


@record()
class Entry:
    """A subpath of the package ("." is itself) and its files relative to the package, without ``./``."""

    subpath: str
    esm: str | None
    cjs: str | None
    types: str | None


@record()
class Entries:
    """What is imported; the directories or files to ship; whether .js files are ES modules; what had to be assumed."""

    entries: tuple[Entry, ...]
    ship: tuple[str, ...]
    module: bool
    config: TsConfig | None
    assumed: str | None = None


@record(kw_only=True)
class NpmSources:
    """An npm package: the ``text`` of its package.json, what of it is imported (None: nothing was found), the version of Node.js that
    it is ``pinned`` to where the manifest does not say, with the file that says so; the ``names`` at its top, without endings; what its lock file installs
    by, None where there is none."""

    text: str
    exported: Entries | None
    pinned: tuple[str, str] | None
    names: frozenset[str]
    installer: str | None


@record(kw_only=True)
class PythonSources:
    """A Python distribution: the ``text`` of its pyproject.toml, the directory of its import package or the file of its only module (None: there is
    none), whether that has the marker of typed packages and any annotation; the readme, the Python in .python-version where the manifest does not
    say one; whether there are a setup.py or setup.cfg, a uv.lock, tests."""

    text: str
    module: str | None
    marked: bool
    annotated: bool
    readme: str | None
    pinned: str | None
    legacy: bool
    locked: bool
    tested: bool


def import_name(name: str) -> str:
    """What the distribution called *name* is imported as, by convention."""
    return re.sub(r"[-_.]+", "_", name).lower()
