"""What a manifest says, and the findings and settings that follow, gathered while it is looked through."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from speccompile.codes.code import Code
from speccompile.codes.package import INEXPRESSIBLE, UNREADABLE
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.errors import Refused
from speccompile.plan.package import Setting
from speccompile.positions import repeated
from speccompile.provenance import Origin
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span

# Directories that can stand in a patch's header and a workflow without quoting.
_PLAIN_PATH = regex(r"[A-Za-z0-9_.@+/-]+\Z")


@record()
class Place:
    """Where a library's things go: its service's name, and its paths.

    ``manifest`` and ``directory`` are as seen from the project ("" is the project itself), ``output`` is the directory
    for its artifacts as seen from the output directory. ``alone`` says that nothing else is released from the project.
    """

    service: str
    manifest: str
    output: str = ""
    alone: bool = True

    @property
    def directory(self) -> str:
        """The directory of the manifest."""
        return self.manifest.rpartition("/")[0]

    def artifact(self, name: str) -> str:
        """The path of an artifact, relative to the output directory."""
        return f"{self.output}/{name}" if self.output else name


@record()
class Choices:
    """What the manifest does not say: the major version of Node.js, and the versions of Bun and Python, to build with."""

    node: str = "24"
    bun: str = "1.3.1"
    python: str = "3.13"


DEFAULT = Choices()
"""Versions to build with where nobody has said others."""


@dataclass(slots=True)
class Findings:
    """What is found out about one manifest, in the order in which it is looked at."""

    place: Place
    locate: Callable[[tuple[str, ...]], Span]
    origin: Origin
    settings: list[Setting] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def want(self, keys: tuple[str, ...], value: object, why: str, *, member: bool = False) -> None:
        """The manifest lacks *value* at *keys*."""
        text = json.dumps(value, ensure_ascii=False)
        self.settings.append(Setting(keys=keys, value=text, why=why, member=member, origin=self.origin))

    def say(self, code: Code, keys: tuple[str, ...], message: str, *, fix: str) -> None:
        """A finding at what *keys* lead to, or about the whole manifest."""
        self.diagnostics.append(code.at(self.locate(keys), message, fix=fix))


def check_place(place: Place) -> None:
    """Refuse a directory that no patch and no workflow can name safely."""
    if not _PLAIN_PATH.match(place.manifest):
        message = f"the path {quoted(place.manifest)} has characters that a patch's header cannot hold safely"
        fix = "rename the directory: letters, digits and _ . @ + - only"
        raise Refused([INEXPRESSIBLE.at(Span(place.manifest), message, fix=fix)])


def parse_json(text: str, path: str) -> Mapping[str, Any]:
    """*text* as a JSON object; ``Refused`` when it is none, or names a key twice."""

    try:
        document = json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise _refused(path, f"not JSON: {error.msg}", error.lineno, error.colno) from None
    except (ValueError, RecursionError) as error:
        raise _refused(path, f"not JSON: {error}") from None
    if not isinstance(document, dict):
        raise _refused(path, "a manifest is an object")
    twice = repeated(text, path)
    if twice:
        key, span = twice
        raise _refused(path, f"the key {quoted(key)} stands twice in one object", span.line, span.column)
    return document


def parse_toml(text: str, path: str) -> Mapping[str, Any]:
    """*text* as TOML; ``Refused`` when it is not."""
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        where = re.search(r"at line (\d+), column (\d+)", str(error))
        raise _refused(path, f"not TOML: {error}", *(map(int, where.groups()) if where else ())) from None


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON value")


def _refused(path: str, message: str, line: int = 0, column: int = 0) -> Refused:
    return Refused([UNREADABLE.at(Span(path, line, column), message, fix=f"correct {path}")])
