"""Maven's pom.xml: what it says, with what it inherits from parents in the same tree."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from speccompile.codes.stacks import MANIFEST
from speccompile.diagnostics import Diagnostic
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.manifest import word
from speccompile.stacks.xmltext import Element, parse

NAME = "pom.xml"
_REFERENCE = regex(r"\$\{([\w.-]{1,100})\}")
_RUNTIME = frozenset(("compile", "runtime", "system"))
_MOST_PARENTS = 8
_DEEPEST, _LONGEST = 5, 500


@record(kw_only=True)
class Dependency:
    """A dependency that is declared: coordinates as far as they are known, and its scope."""

    group: str
    artifact: str
    version: str | None
    scope: str
    span: Span

    @property
    def at_run_time(self) -> bool:
        """Whether it has to be there when the program runs."""
        return self.scope in _RUNTIME


@record(kw_only=True)
class Pom:
    """A pom.xml: its directory, its root element, its parent where that is in the tree."""

    directory: str
    root: Element
    parent: Pom | None

    @property
    def path(self) -> str:
        """Where the file is."""
        return posixpath.join(self.directory, NAME)

    @property
    def lineage(self) -> tuple[Pom, ...]:
        """This one and its parents, the nearest first."""
        return (self, *(self.parent.lineage if self.parent else ()))

    def value(self, text: str | None, depth: int = _DEEPEST) -> str | None:
        """*text* with its properties filled in; None when one of them is not known here, or they refer to others
        without end."""
        names = set(_REFERENCE.findall(text or ""))
        if text is None or depth == 0 or len(names) > _DEEPEST or len(text) > _LONGEST:
            return None
        found = {name: self.value(self._property(name), depth - 1) for name in names}
        if any(each is None for each in found.values()):
            return None
        return word(_REFERENCE.sub(lambda name: found[name[1]] or "", text))

    def setting(self, name: str) -> tuple[str, Span] | None:
        """The value of a property, and where it is set."""
        for pom in self.lineage:
            found = pom.root.first("properties", name)
            if found and (value := self.value(found.text)):
                return value, found.span
        return None

    def _property(self, name: str) -> str | None:
        plain = name.removeprefix("project.").removeprefix("pom.")
        if plain != name:
            return self.root.says(*plain.split(".")) or self.said(plain)
        return next((text for pom in self.lineage if (text := pom.root.says("properties", name))), None)

    def said(self, name: str) -> str | None:
        """What the project or its declaration of a parent says at *name*, as it is written."""
        return self.root.says(name) or self.root.says("parent", name)

    @property
    def artifact(self) -> str:
        """The project's artifactId."""
        return self.root.says("artifactId") or ""

    @property
    def group(self) -> str | None:
        """The project's groupId."""
        return self.said("groupId")

    @property
    def version(self) -> str | None:
        """The project's version, where it can be told."""
        return self.value(self.said("version"))

    @property
    def named(self) -> tuple[Span, ...]:
        """Where it says what its archive is called."""
        keys = (("artifactId",), ("version",), ("build", "finalName"))
        return tuple(found.span for key in keys if (found := self.root.first(*key)))

    @property
    def packaging(self) -> str:
        """jar, war, pom …; what cannot be told is a jar."""
        said = self.root.says("packaging")
        return (said if said and "$" not in said else None) or "jar"

    @property
    def parents(self) -> Iterator[tuple[str, str | None, Span]]:
        """The artifacts and versions of all parents, in the tree or not."""
        for pom in self.lineage:
            said = pom.root.first("parent")
            if said:
                yield said.says("artifactId") or "", self.value(said.says("version")), said.span

    @property
    def modules(self) -> tuple[str, ...]:
        """The directories of the modules, as seen from the tree."""
        names = (each.text for each in self.root.all("modules", "module"))
        return tuple(
            dict.fromkeys(
                posixpath.normpath(posixpath.join(self.directory, name.removesuffix(f"/{NAME}")))
                for name in names
                if name
            )
        )

    @property
    def dependencies(self) -> tuple[Dependency, ...]:
        """What is declared here and in the parents, the nearest first; test scope and the like included."""
        return tuple(
            self._dependency(each) for pom in self.lineage for each in pom.root.all("dependencies", "dependency")
        )

    @property
    def imported(self) -> tuple[Dependency, ...]:
        """The managed dependencies, bills of materials among them."""
        place = ("dependencyManagement", "dependencies", "dependency")
        return tuple(self._dependency(each) for pom in self.lineage for each in pom.root.all(*place))

    def _dependency(self, element: Element) -> Dependency:
        return Dependency(
            group=self.value(element.says("groupId")) or "",
            artifact=self.value(element.says("artifactId")) or "",
            version=self.value(element.says("version")),
            scope=self.value(element.says("scope")) or "compile",
            span=element.span,
        )

    def plugin(self, artifact: str) -> Element | None:
        """A plugin of the build, here or in a parent."""
        return next(iter(self.plugins(artifact)), None)

    def plugins(self, artifact: str) -> Iterator[Element]:
        """All declarations of a plugin, the nearest first, those that are only managed last; none when it is only
        managed."""
        used = [
            each
            for pom in self.lineage
            for build in (*pom.root.all("build"), *_builds_of_profiles(pom.root))
            for each in build.all("plugins", "plugin")
            if each.says("artifactId") == artifact
        ]
        yield from used
        for pom in self.lineage if used else ():
            for each in pom.root.all("build", "pluginManagement", "plugins", "plugin"):
                if each.says("artifactId") == artifact:
                    yield each


def read(tree: Tree, directory: str = "", depth: int = _MOST_PARENTS) -> Pom | Diagnostic | None:
    """The pom.xml in *directory*; None when there is none."""
    path = posixpath.join(directory, NAME)
    if not tree.is_file(path):
        return None
    text = tree.read(path)
    if text is None:
        return MANIFEST.at(Span(path), f"{path} is no text in UTF-8, or too large", fix=f"write {path} in UTF-8")
    found = parse(path, text)
    if isinstance(found, tuple):
        return MANIFEST.at(found[0], f"{path} cannot be read as XML: {found[1]}", fix=f"correct {path}")
    if found.name != "project":
        return MANIFEST.at(found.span, f"{path} holds no <project>", fix=f"correct {path}")
    parent = read(tree, upper, depth - 1) if depth and (upper := _upper(found, directory)) is not None else None
    return Pom(directory=directory, root=found, parent=_of(found, parent) if isinstance(parent, Pom) else None)


def outside(pom: Pom) -> Span | None:
    """Where a parent is declared that must be in the file system, but is outside of the tree."""
    said = pom.root.first("parent")
    if said is None or pom.parent is not None:
        return None
    relative = said.says("relativePath")
    own, group = pom.root.says("groupId"), said.says("groupId")
    related = own is None or f"{own}.".startswith(f"{group}.") or (said.says("version") or "").endswith("-SNAPSHOT")
    return said.span if relative or (related and said.first("relativePath") is None) else None


def _builds_of_profiles(root: Element) -> Iterator[Element]:
    """The builds of profiles that are active wherever the sources are; those that a person asks for are not."""
    for profile in root.all("profiles", "profile"):
        activation = profile.first("activation")
        if activation and (activation.says("activeByDefault") == "true" or activation.first("file", "exists")):
            yield from profile.all("build")


def _upper(root: Element, directory: str) -> str | None:
    """The directory of the parent's pom.xml, when that would be in the tree; "" in ``relativePath`` says it is not."""
    said = root.first("parent")
    if said is None:
        return None
    given = said.first("relativePath")
    relative = (given.text or "") if given else "../pom.xml"
    if not relative:
        return None
    path = posixpath.normpath(posixpath.join(directory or ".", relative))
    path = path.removesuffix(NAME).rstrip("/") if path.endswith(f"/{NAME}") or path == NAME else path
    return None if path.startswith(("..", "/")) else path.removeprefix(".")


def _of(root: Element, parent: Pom) -> Pom | None:
    """*parent*, when it is the one that the project names."""
    return parent if parent.artifact == root.says("parent", "artifactId") else None
