"""Cargo.toml: one package (The Cargo Book, The Manifest Format)."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.manifest import Table, items, place, prose, table, toml_table, word, words
from speccompile.stacks.sources import nameable

PATH = "Cargo.toml"
_NAME = regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}\Z")
_SECTIONS = {
    "dependencies": "normal",
    "dev-dependencies": "dev",
    "dev_dependencies": "dev",
    "build-dependencies": "build",
    "build_dependencies": "build",
}
# Kinds of targets that a manifest lists, and where they are when it does not say.
_LISTED = {"bin": "src/bin", "example": "examples", "test": "tests", "bench": "benches"}


@record()
class Target:
    """What Cargo makes of a package: lib, bin, example, test, bench or build (its script); the file it begins with, as
    seen from the root of the tree; the features it requires."""

    kind: str
    name: str
    path: str
    features: tuple[str, ...] = ()


@record()
class Dependency:
    """A crate that is depended on: its name in the registry, normal, dev or build; its directory where it has one, as
    seen from the root of the tree (it may lead out of it); the features that are asked for; where it stands."""

    name: str
    kind: str
    directory: str | None
    features: frozenset[str]
    span: Span


@record(kw_only=True)
class Package:
    """A package in *directory* ("" is the root of the tree). What it inherits from its workspace is filled in."""

    directory: str
    name: str
    version: str | None
    description: str | None
    licenses: str | None
    url: str | None
    rust_version: str | None
    default_run: str | None
    targets: tuple[Target, ...]
    dependencies: tuple[Dependency, ...]
    span: Span

    @property
    def manifest(self) -> str:
        """The path of its manifest."""
        return posixpath.join(self.directory, PATH)

    @property
    def programs(self) -> tuple[Target, ...]:
        """Its programs."""
        return tuple(target for target in self.targets if target.kind == "bin")

    @property
    def names(self) -> frozenset[str]:
        """What it depends on when it runs."""
        return frozenset(one.name for one in self.dependencies if one.kind == "normal")

    @property
    def chosen(self) -> frozenset[str]:
        """What it asks of that, as CRATE/FEATURE."""
        return frozenset(
            f"{one.name}/{name}" for one in self.dependencies if one.kind == "normal" for name in one.features
        )


def package(tree: Tree, directory: str, root: Table) -> Package | None:
    """The package whose manifest is in *directory*; None when there is none, or it has no usable name.

    *root* is the manifest of the workspace's root, from which it may inherit.
    """
    path = posixpath.join(directory, PATH)
    text = tree.read(path)
    data = toml_table(text) or {}
    own, shared = table(data, "package"), table(root, "workspace", "package")
    name = word(own.get("name"))
    if name is None or not _NAME.match(name):
        return None

    def said(key: str) -> object:
        value = own.get(key)
        return shared.get(key) if table(value).get("workspace") is True else value

    return Package(
        directory=directory,
        name=name,
        version=word(said("version")),
        description=prose(said("description")),
        licenses=word(said("license")),
        url=word(said("repository")) or word(said("homepage")),
        rust_version=word(said("rust-version")),
        default_run=word(own.get("default-run")),
        targets=tuple(_targets(tree, directory, name, data)),
        dependencies=tuple(_dependencies(path, text, directory, data, table(root, "workspace", "dependencies"))),
        span=place(path, text, "[package]"),
    )


def inherits(data: Table) -> bool:
    """Whether the manifest *data* takes something from a workspace that is not its own."""
    if "workspace" in data:
        return False
    inherited = (table(value).get("workspace") is True for value in table(data, "package").values())
    wanted = (table(entry).get("workspace") is True for _, section in _sections(data) for entry in section.values())
    lints = table(data, "lints").get("workspace") is True
    return any(inherited) or any(wanted) or lints or isinstance(table(data, "package").get("workspace"), str)


def _at(directory: str, path: object) -> str | None:
    """The file *path* of a package, as seen from the root; None when it is none that a command line can name."""
    joined = posixpath.normpath(posixpath.join(directory, path)) if isinstance(path, str) and path else ""
    return joined if joined and nameable(joined) else None


def _targets(tree: Tree, directory: str, name: str, data: Table) -> Iterator[Target]:
    """The targets that the manifest lists, and those that Cargo finds by itself (but examples, tests, benches)."""
    library = table(data, "lib")
    path = _at(directory, word(library.get("path")) or "src/lib.rs")
    if path and (library or tree.is_file(path)):
        yield Target("lib", word(library.get("name")) or name.replace("-", "_"), path)
    script = table(data, "package").get("build", "build.rs")
    path = _at(directory, script)
    if path and tree.is_file(path):
        yield Target("build", "build-script", path)
    listed = tuple(_listed(tree, directory, name, data))
    yield from listed
    # A file that is listed by another name is not found once more.
    taken = {sign for one in listed if one.kind == "bin" for sign in (one.name, one.path)}
    # The first edition, which is the default, finds nothing where something is listed.
    own = table(data, "package")
    first = own.get("edition", "2015") == "2015" and any(one.kind == "bin" for one in listed)
    if own.get("autobins", not first) is not False:
        yield from (one for one in _found(tree, directory, name) if not {one.name, one.path} & taken)


def _listed(tree: Tree, directory: str, package_name: str, data: Table) -> Iterator[Target]:
    for kind, folder in _LISTED.items():
        for entry in map(table, items(data.get(kind))):
            name = word(entry.get("name"))
            if name is None or not _NAME.match(name):
                continue
            first = ("src/main.rs",) if kind == "bin" and name == package_name else ()
            usual = (*first, f"{folder}/{name}.rs", f"{folder}/{name}/main.rs")
            paths = [_at(directory, one) for one in ((entry["path"],) if "path" in entry else usual)]
            path = next((one for one in paths if one and tree.is_file(one)), paths[0])
            if path:
                yield Target(kind, name, path, words(entry.get("required-features")))


def _found(tree: Tree, directory: str, package_name: str) -> Iterator[Target]:
    main = posixpath.join(directory, "src/main.rs")
    if tree.is_file(main):
        yield Target("bin", package_name, main)
    folder = posixpath.join(directory, "src/bin")
    for entry in tree.entries(folder):
        name = entry.removesuffix("/") if entry.endswith("/") else entry.removesuffix(".rs")
        path = f"{folder}/{entry}main.rs" if entry.endswith("/") else f"{folder}/{entry}"
        if _NAME.match(name) and path.endswith(".rs") and tree.is_file(path):
            yield Target("bin", name, path)


def _sections(data: Table) -> Iterator[tuple[str, Mapping[str, object]]]:
    """The tables of dependencies with their kinds, those for some platforms too."""
    for place_of in (data, *table(data, "target").values()):
        for section, kind in _SECTIONS.items():
            yield kind, table(table(place_of), section)


def _dependencies(path: str, text: str | None, directory: str, data: Table, shared: Table) -> Iterator[Dependency]:
    for kind, section in _sections(data):
        for key, value in section.items():
            own = table(value)
            inherited = own.get("workspace") is True
            said = table(shared.get(key)) if inherited else own
            where = word(said.get("path"))
            folder = posixpath.normpath(posixpath.join("" if inherited else directory, where)) if where else None
            yield Dependency(
                word(said.get("package")) or key,
                kind,
                "" if folder == "." else folder,
                frozenset((*words(own.get("features")), *words(said.get("features")))),
                place(path, text, key),
            )
