"""An existing compose file, read for what it gives away about the project. It is never written, and nothing in it is taken for granted:
what cannot be read is as if it were not there."""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Iterator, Mapping

from speccompile.catalog import CATALOG
from speccompile.frontends import yamltext
from speccompile.paths import normal
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.spec.located import SourceText
from speccompile.spec.names import SERVICE_NAME
from speccompile.stacks.detect import detect
from speccompile.stacks.manifest import table, word

_FILES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
_NAME = re.compile(SERVICE_NAME, re.ASCII)
_IMAGE = re.compile(r"(?:.*/)?([a-z0-9._-]+?)(?::([\w.-]+))?(?:@.*)?", re.ASCII)
_VERSION = re.compile(r"(\d+)(?:\.\d+){0,2}", re.ASCII)
_SHELL = re.compile(r"[|&;<>()$`*?\[\]{}~!#\n\\]")
_MOST = 60


@record(kw_only=True)
class ComposeService:
    """A service there. ``directory`` has its sources, where it is built; ``kind`` and ``version`` are what its image is in the catalogue,
    ``image`` its name; ``command`` what runs instead of the image's, where that is plain."""

    name: str
    directory: str | None
    image: str | None
    kind: str | None
    version: str | None
    command: tuple[str, ...] | None
    environment: Mapping[str, str]
    depends_on: tuple[str, ...]
    ports: tuple[int, ...]

    @property
    def published(self) -> bool:
        """Whether it has ports for others than the services there."""
        return bool(self.ports)


@record()
class ComposeFile:
    """The file's path ("" where there is none), its services, in its order, and the name that it gives the project; services with a profile
    are for special occasions, and left out."""

    path: str
    services: tuple[ComposeService, ...]
    name: str | None = None

    def built_from(self, directory: str) -> tuple[ComposeService, ...]:
        """The services whose sources are in *directory*."""
        return tuple(service for service in self.services if service.directory == directory)

    @property
    def stores(self) -> tuple[ComposeService, ...]:
        """The backing services that the catalogue has."""
        return tuple(service for service in self.services if service.kind)


def read(tree: Tree) -> ComposeFile:
    """The first compose file at the root of *tree* that says anything."""
    for path in _FILES:
        text = tree.read(path)
        value = yamltext.read(SourceText(path, text))[0] if text is not None else None
        found = tuple(_services(tree, value))
        if found:
            return ComposeFile(path, found, word(table(value).get("name")))
    return ComposeFile("", ())


def _services(tree: Tree, value: object) -> Iterator[ComposeService]:
    for name, entry in list(table(value, "services").items())[:_MOST]:
        if _NAME.fullmatch(str(name)) and isinstance(entry, Mapping) and not entry.get("profiles"):
            yield _service(tree, str(name), entry)


def _service(tree: Tree, name: str, entry: Mapping[str, object]) -> ComposeService:
    image = word(entry.get("image")) if entry.get("build") is None else None
    kind, version = _kind(image) if image else (None, None)
    return ComposeService(
        name=name,
        directory=_directory(tree, entry.get("build")),
        image=image,
        kind=kind,
        version=version,
        command=_command(entry.get("command")),
        environment=_environment(entry.get("environment")),
        depends_on=_names(entry.get("depends_on")),
        ports=tuple(_ports(entry.get("ports"))),
    )


def _directory(tree: Tree, build: object) -> str | None:
    """The directory of a Dockerfile further down in the context, if there are sources; else the context."""
    context = word(build) if isinstance(build, str) else word(table(build).get("context"))
    inside = normal(context) if context and "$" not in context and ":" not in context else None
    if inside is None:
        return None
    dockerfile = word(table(build).get("dockerfile")) or ""
    below = normal(posixpath.join(inside or ".", posixpath.dirname(dockerfile)))
    return below if below and detect(tree.below(below)).taken else inside


def _kind(image: str) -> tuple[str | None, str | None]:
    match = _IMAGE.fullmatch(image)
    if match is None:
        return None, None
    kind = next(
        (
            kind
            for kind, backing in CATALOG.items()
            if match[1] in (kind, *(word.replace(" ", "-") for word in backing.words))
        ),
        None,
    )
    version = _VERSION.match(match[2] or "") if kind else None
    return kind, version[0] if kind and version and int(version[1]) >= CATALOG[kind].oldest else None


def _command(value: object) -> tuple[str, ...] | None:
    if isinstance(value, tuple):
        words = [word(item) for item in value]
        return (
            tuple(filter(None, words))
            if words and all(words) and not _SHELL.search("".join(filter(None, words)))
            else None
        )
    text = word(value)
    if text is None:
        return None
    return plain(text)


def plain(command: str) -> tuple[str, ...] | None:
    """The words of a command line that needs no shell; None when it needs one."""
    if _SHELL.search(command):
        return None
    try:
        words = shlex.split(command)
    except ValueError:
        return None
    return (
        tuple(words)
        if words and words[0] not in ("sh", "bash", "/bin/sh", "/bin/bash") and "=" not in words[0]
        else None
    )


def _environment(value: object) -> dict[str, str]:
    """Names and values, whichever way they are written; values that come from elsewhere are empty."""
    if isinstance(value, Mapping):
        return {str(name): str(entry) if isinstance(entry, str | int) else "" for name, entry in value.items()}
    pairs = (str(item).partition("=") for item in value) if isinstance(value, tuple) else ()
    return {name: entry for name, _, entry in pairs}


def _ports(value: object) -> Iterator[int]:
    """The ports in the container, of either syntax; those of debuggers, too, so the first one counts."""
    for item in value if isinstance(value, tuple) else ():
        target = str(item.get("target", "")) if isinstance(item, Mapping) else str(item).rpartition(":")[2]
        number = target.partition("/")[0]
        if number.isascii() and number.isdecimal() and 0 < int(number) < 65536:
            yield int(number)


def _names(value: object) -> tuple[str, ...]:
    listed = value if isinstance(value, tuple | Mapping) else ()
    return tuple(str(name) for name in listed)
