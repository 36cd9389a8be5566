"""A project file of MSBuild's, and what is above it: properties, packages, other projects. Nothing is evaluated but plain values.

What has a condition is passed over, but for «unless it is set»: an image is a release for Linux, and conditions are about the others
(https://learn.microsoft.com/visualstudio/msbuild/msbuild-conditions).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping

from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.xmltext import Element, parse

ENDINGS = (".csproj", ".fsproj", ".vbproj")
PROPS, TARGETS, VERSIONS = "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"
_ABOVE = (PROPS, TARGETS, VERSIONS)
_REFERENCE = regex(r"\$\(([\w.]+)\)")
_UNLESS_SET = regex(r"\s*'\$\((\w+)\)'\s*==\s*''\s*\Z")
_LINKED = ("Compile", "Content", "None", "EmbeddedResource", "Protobuf", "AdditionalFiles")
_NAMED = regex(r"[\w][\w. +-]*\Z")
_NODE = regex(r"\b(?:npm|npx|node|yarn|pnpm|bun)\b")
_MOST_ITEMS = 500


@record(kw_only=True)
class Package:
    """A package that a project asks for: its name in lower case (names are alike in any), the version, None where none is said, and where."""

    name: str
    version: str | None
    span: Span


@record(kw_only=True)
class Reference:
    """Another path that a project names, from the tree's root; ``..`` where it is outside."""

    path: str
    span: Span


@record(kw_only=True)
class Project:
    """A project. ``sdks`` are what it is made with, ``properties`` those whose value is known, with their places; ``frameworks`` are shared ones
    that it refers to. ``projects`` are others that it needs, ``linked`` files elsewhere, ``above`` the files of directories above it that it takes
    in. ``scripted`` is where its build starts a program of Node.js."""

    path: str
    sdks: tuple[str, ...]
    properties: Mapping[str, tuple[str, Span]]
    frameworks: frozenset[str]
    packages: tuple[Package, ...]
    projects: tuple[Reference, ...]
    linked: tuple[Reference, ...]
    above: tuple[str, ...]
    scripted: Span | None

    @property
    def directory(self) -> str:
        """Where it is."""
        return posixpath.dirname(self.path)

    @property
    def name(self) -> str:
        """The name of what it makes."""
        said = self.says("AssemblyName") or ""
        return said if _NAMED.match(said) else posixpath.splitext(posixpath.basename(self.path))[0]

    def says(self, name: str) -> str | None:
        """The value of a property."""
        found = self.properties.get(name.lower())
        return found[0] if found else None

    def at(self, name: str) -> Span:
        """Where a property is; the file where it is not."""
        found = self.properties.get(name.lower())
        return found[1] if found else Span(self.path)

    def has(self, name: str) -> bool:
        """Whether a property is true."""
        return (self.says(name) or "").lower() == "true"


def read(tree: Tree, path: str) -> Project | tuple[Span, str]:
    """The project at *path*; else where it cannot be read, and why."""
    found = parse(path, tree.read(path) or "")
    if isinstance(found, tuple):
        return found
    directory = posixpath.dirname(path)
    above = tuple(nearest for name in _ABOVE if (nearest := _nearest(tree, directory, name)))
    roots = [root for one in above if isinstance(root := parse(one, tree.read(one) or ""), Element)]
    properties: dict[str, tuple[str, Span]] = {}
    # Both are taken in before the project (https://learn.microsoft.com/nuget/consume-packages/central-package-management).
    for root in (*(one for one in roots if posixpath.basename(one.span.path) in (PROPS, VERSIONS)), found):
        _evaluated(root, properties, path)
    central = {one.name: one.version for root in roots for one in _packages(root, "PackageVersion", properties)}
    asked = [one for root in (*roots, found) for one in _packages(root, "PackageReference", properties)]
    return Project(
        path=path,
        sdks=tuple(_sdks(found)),
        properties=properties,
        frameworks=frozenset(one.attributes.get("Include", "") for one in found.anywhere("FrameworkReference")),
        packages=tuple(
            Package(name=one.name, version=one.version or central.get(one.name), span=one.span) for one in asked
        ),
        projects=tuple(_paths(found, ("ProjectReference",), directory)),
        linked=tuple(one for one in _paths(found, _LINKED, directory) if _is_elsewhere(one.path, directory)),
        above=above,
        scripted=next(_scripted(path, found), None),
    )


def _scripted(path: str, root: Element) -> Iterator[Span]:
    """Where a program of Node.js is started whenever it is built: what has a condition is for developers, as in the templates."""
    if path.endswith(".esproj"):
        yield root.span
    for target in root.all("Target"):
        for one in target.all("Exec") if "Condition" not in target.attributes else ():
            if "Condition" not in one.attributes and _NODE.search(one.attributes.get("Command", "")):
                yield one.span


def _nearest(tree: Tree, directory: str, name: str) -> str | None:
    """The file called *name* that MSBuild takes in: the closest one upwards, and no other."""
    while True:
        path = posixpath.join(directory, name)
        if tree.is_file(path):
            return path
        if not directory:
            return None
        directory = posixpath.dirname(directory)


def _sdks(root: Element) -> Iterator[str]:
    said = [root.attributes.get("Sdk", ""), *(one.attributes.get("Name", "") for one in root.all("Sdk"))]
    said += [one.attributes.get("Sdk", "") for one in root.all("Import")]
    for one in said:
        yield from (name.strip().partition("/")[0] for name in one.split(";") if name.strip())


def _evaluated(root: Element, properties: dict[str, tuple[str, Span]], path: str) -> None:
    """Put the properties of *root* into *properties*, in their order; what cannot be told is none."""
    own = {
        "msbuildprojectname": posixpath.splitext(posixpath.basename(path))[0],
        "configuration": "Release",
        "msbuildprojectdirectory": posixpath.dirname(path) or ".",
    }
    for group in root.all("PropertyGroup"):
        if not _holds(group, properties):
            continue
        for one in group.children:
            if not _holds(one, properties):
                continue
            known = {**own, **{name: value for name, (value, _) in properties.items()}}
            value = _filled(one.text or "", known)
            if _REFERENCE.search(value):
                properties.pop(one.name.lower(), None)
            else:
                properties[one.name.lower()] = (value, one.span)


def _filled(text: str, known: Mapping[str, str]) -> str:
    """*text* with the values of properties; those that are not *known* stay as they are written."""
    return _REFERENCE.sub(lambda found: known.get(found[1].lower(), found[0]), text)


def _holds(element: Element, properties: Mapping[str, tuple[str, Span]]) -> bool:
    condition = element.attributes.get("Condition")
    if condition is None:
        return True
    unless = _UNLESS_SET.match(condition)
    return unless is not None and unless[1].lower() not in properties


def _packages(root: Element, kind: str, properties: Mapping[str, tuple[str, Span]]) -> Iterator[Package]:
    for one in list(root.anywhere(kind))[:_MOST_ITEMS]:
        said = one.attributes.get("Version") or one.attributes.get("VersionOverride") or one.says("Version")
        version = _filled(said or "", {name: value for name, (value, _) in properties.items()})
        for name in (one.attributes.get("Include") or "").split(";"):
            if name.strip():
                yield Package(
                    name=name.strip().lower(),
                    version=version if version and "$(" not in version else None,
                    span=one.span,
                )


def _paths(root: Element, kinds: tuple[str, ...], directory: str) -> Iterator[Reference]:
    """The paths of items, with the slashes of Windows; of patterns the directory where they begin."""
    elements = [one for kind in kinds for one in root.anywhere(kind)][:_MOST_ITEMS]
    for one in elements:
        for said in (one.attributes.get("Include") or "").split(";"):
            plain = re.sub(r"\$\(MSBuild(?:ThisFile|Project)Directory\)[\\/]?", "", said.strip()).replace("\\", "/")
            begin = plain[: plain.index("*")].rpartition("/")[0] if "*" in plain else plain
            if begin and "$(" not in begin and "@(" not in begin and not begin.startswith("/"):
                yield Reference(path=posixpath.normpath(posixpath.join(directory, begin)), span=one.span)


def _is_elsewhere(path: str, directory: str) -> bool:
    return (bool(directory) and path != directory and not path.startswith(f"{directory}/")) or path.startswith("..")
