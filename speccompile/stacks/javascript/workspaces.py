"""What a package.json is installed together with: the workspace that it is a member of, as npm, pnpm, yarn and Bun
declare one. A package that stands alone is a workspace of itself."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase

from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.javascript import packagejson
from speccompile.stacks.javascript.packagejson import SECTIONS, PackageJson
from speccompile.stacks.manifest import table, words, yaml_table
from speccompile.stacks.sources import nameable

PNPM_WORKSPACE = "pnpm-workspace.yaml"
_LOCKS = ("package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock", "bun.lockb")
_LOCAL = regex(r"(?:file|link|portal):(?:\./)?([^#:]+)\Z")
# How a script at the root picks one member, or runs the script of the same name in all of them.
_CHOOSES = regex(
    r"(?:--workspace|-w|--filter|-F|--cwd|--prefix|-C|--scope|\bworkspace|\bcd)[= ]+([\w@./{}'\"-]{1,120})"
)
_RUNS_MEMBERS = regex(
    r"\b(?:turbo|nx|lerna)\b|--workspaces\b|\s-r\b|--recursive\b|\bworkspaces (?:run|foreach)\b|--filter[= ]"
)
_OWN = tuple(f"{stem}{suffix}" for stem in ("index", "server", "app", "main") for suffix in (".js", ".ts", ".mjs"))
_MOST_MEMBERS = 400
_DEEPEST = 5


@record(kw_only=True)
class Workspace:
    """A workspace as one of its packages needs it.

    ``tree`` is the view from its root; ``up`` is the root as seen from the directory that was asked about (``../..``;
    "" when that is the root), ``place`` the package's directory in the workspace ("" when it is the root's own).
    ``members`` are all others than the root, by directory. ``needed`` are those that the package is built from, each
    after what it needs itself, ``carried`` those of them that it needs to run; ``linked`` those that installing it looks
    at: the needed ones, itself, and what the root wants.
    """

    tree: Tree
    up: str
    place: str
    root: PackageJson
    members: Mapping[str, PackageJson]
    needed: tuple[str, ...]
    carried: frozenset[str]
    linked: tuple[str, ...]

    @property
    def package(self) -> PackageJson:
        """The package itself."""
        return self.members[self.place] if self.place else self.root

    @property
    def shared(self) -> bool:
        """Whether there is more in it than the package."""
        return bool(self.place or self.linked)

    @property
    def names(self) -> frozenset[str]:
        """What the members are called."""
        return frozenset(one.name for one in self.members.values() if one.name)

    @property
    def overridden(self) -> frozenset[str]:
        """The dependencies of any member for which the root decides."""
        listed = table((yaml_table(self.tree.read(PNPM_WORKSPACE)) or {}).get("overrides"))
        return self.root.overridden | packagejson.names_in(listed)

    def manifest(self, directory: str) -> PackageJson:
        """The package in *directory*."""
        return self.members[directory] if directory else self.root

    def at(self, path: str) -> Span:
        """A file of the workspace, as seen from the package's own directory."""
        return Span(posixpath.normpath(posixpath.join(self.outside, path)))

    @property
    def outside(self) -> str:
        """The root as seen from the package's own directory."""
        return posixpath.relpath(".", self.place) if self.place else ""

    def seen_from(self, prefix: str) -> str:
        """The root in a build context in which the directory that was asked about is *prefix*."""
        seen = posixpath.normpath(posixpath.join(prefix or ".", self.up or "."))
        return "" if seen == "." else seen


def around(tree: Tree, package: PackageJson) -> Workspace:
    """The closest workspace that *tree* belongs to; *package* is the tree's own."""
    project, place = tree.enclosing()
    for root in _upwards(place):
        view = project.below(root) if root else project
        patterns = declared(view)
        inside = posixpath.relpath(place or ".", root or ".")
        inside = "" if inside == "." else inside
        if not patterns or (inside and (inside not in (found := members(view, patterns)) or _locks_itself(tree, view))):
            continue
        found = members(view, patterns)
        own = packagejson.read(view) or package
        return _workspace(view, posixpath.relpath(".", inside) if inside else "", inside, own, found)
    return _workspace(tree, "", "", package, {})


def of_member(workspace: Workspace, place: str) -> Workspace:
    """The same workspace, as its member at *place* needs it; it was the root that was asked about."""
    return _workspace(workspace.tree, workspace.up, place, workspace.root, workspace.members)


def started(workspace: Workspace) -> str | None:
    """The member that a root without a program of its own starts; None when it is the root's own, or none in
    particular."""
    if workspace.place or not workspace.members:
        return None
    script = workspace.root.scripts.get("start", "")
    for match in _CHOOSES.finditer(script):
        found = _member(workspace, match[1])
        if found:
            return found
    if script and not _RUNS_MEMBERS.search(script):
        return None
    if not script and (workspace.root.main or any(workspace.tree.is_file(path) for path in _OWN)):
        return None
    able = [place for place, package in workspace.members.items() if "start" in package.scripts]
    return able[0] if len(able) == 1 else None


def _member(workspace: Workspace, called: str) -> str | None:
    """The member of that name or in that directory."""
    plain = called.strip("'\"{}").removesuffix("...").removeprefix("./").rstrip("/")
    named = (place for place, package in workspace.members.items() if plain in (place, package.name))
    return next(named, None)


def declared(view: Tree) -> tuple[str, ...]:
    """The patterns of a workspace's members that stand at the top of *view*."""
    package = packagejson.read(view)
    own = package.workspaces if package else ()
    listed = yaml_table(view.read(PNPM_WORKSPACE)) if view.is_file(PNPM_WORKSPACE) else None
    return tuple(dict.fromkeys((*words((listed or {}).get("packages")), *own)))


def members(view: Tree, patterns: Iterable[str]) -> Mapping[str, PackageJson]:
    """The packages that *patterns* mean, by directory, sorted."""
    wanted = [pattern.strip().removeprefix("./").strip("/") for pattern in patterns]
    refused = [pattern[1:].removeprefix("./").strip("/") for pattern in wanted if pattern.startswith("!")]
    found: dict[str, PackageJson] = {}
    for pattern in wanted:
        if pattern.startswith("!") or pattern in ("", "."):
            continue
        # Many `**` in a row are one; others may still come to a directory in many ways, of which one is followed.
        parts = re.sub(r"(?<![^/])(?:\*\*/)+(?=\*\*(?:/|$))", "", pattern).split("/")
        for directory in _expanded(view, "", parts, _DEEPEST, set()):
            package = packagejson.read(view.below(directory)) if len(found) < _MOST_MEMBERS else None
            if package and nameable(directory) and not any(_matches(directory, one) for one in refused):
                found[directory] = package
    return dict(sorted(found.items()))


def _upwards(place: str) -> Iterator[str]:
    while place:
        yield place
        place = posixpath.dirname(place)
    yield ""


def _locks_itself(tree: Tree, root: Tree) -> bool:
    """Whether a member has a lock of its own, and the root has none."""
    return not any(root.is_file(path) for path in _LOCKS) and any(tree.is_file(path) for path in _LOCKS)


def _expanded(view: Tree, base: str, parts: list[str], depth: int, been: set[tuple[str, int, int]]) -> Iterator[str]:
    """The directories below *base* that the rest of a pattern, *parts*, means; *been* has where it has been, with how much left."""
    if (here := (base, len(parts), depth)) in been:
        return
    been.add(here)
    if not parts:
        yield base
        return
    first, rest = parts[0], parts[1:]
    if not set(first) & set("*?[{"):
        path = posixpath.join(base, first)
        if view.is_directory(path):
            yield from _expanded(view, path, rest, depth, been)
        return
    if first == "**":
        yield from _expanded(view, base, rest, depth, been)
    for entry in view.entries(base) if depth else ():
        name = entry.rstrip("/")
        if not entry.endswith("/") or name == "node_modules" or name.startswith("."):
            continue
        path = posixpath.join(base, name)
        if first == "**":
            yield from _expanded(view, path, parts, depth - 1, been)
        elif any(fnmatchcase(name, one) for one in _braced(first)):
            yield from _expanded(view, path, rest, depth, been)


def _braced(pattern: str) -> tuple[str, ...]:
    """The alternatives of one pair of braces."""
    match = re.fullmatch(r"([^{}]*)\{([^{}]*)\}([^{}]*)", pattern)
    return tuple(f"{match[1]}{one}{match[3]}" for one in match[2].split(",")) if match else (pattern,)


def _matches(directory: str, pattern: str) -> bool:
    return fnmatchcase(directory, pattern.replace("**", "*")) or fnmatchcase(f"{directory}/", f"{pattern}/")


def _workspace(
    view: Tree, up: str, place: str, root: PackageJson, declared_ones: Mapping[str, PackageJson]
) -> Workspace:
    found = dict(sorted({**declared_ones, **_local(view, root, declared_ones)}.items()))
    needed = _reached(found, place, root, _to_build)
    wanted = (*needed, *((place,) if place else ()), *_reached(found, "", root, _to_build))
    return Workspace(
        tree=view,
        up=up,
        place=place,
        root=root,
        members=found,
        needed=tuple(one for one in needed if one != place),
        carried=frozenset(_reached(found, place, root, _to_run)),
        linked=tuple(sorted({one for one in wanted if one})),
    )


def _local(view: Tree, root: PackageJson, declared_ones: Mapping[str, PackageJson]) -> dict[str, PackageJson]:
    """Packages in directories that manifests name as ``file:`` or ``link:``, and that no pattern means."""
    found: dict[str, PackageJson] = {}
    waiting = [("", root), *declared_ones.items()]
    while waiting and len(found) < _MOST_MEMBERS:
        base, package = waiting.pop()
        for path in local_paths(package, package.all_dependencies):
            directory = posixpath.normpath(posixpath.join(base, path))
            other = packagejson.read(view.below(directory)) if nameable(directory) else None
            if other and directory not in declared_ones and directory not in found:
                found[directory] = other
                waiting.append((directory, other))
    return found


def local_paths(package: PackageJson, names: frozenset[str]) -> tuple[str, ...]:
    """The directories and archives that *names* among a manifest's dependencies are, as seen from it."""
    ranges = (wanted for section in SECTIONS for name, wanted in package.sections[section].items() if name in names)
    return tuple(sorted({match[1] for one in ranges if (match := _LOCAL.match(one))}))


def _to_build(package: PackageJson) -> frozenset[str]:
    return package.all_dependencies


def _to_run(package: PackageJson) -> frozenset[str]:
    return package.dependencies


def _reached(
    found: Mapping[str, PackageJson], start: str, root: PackageJson, wants: Callable[[PackageJson], frozenset[str]]
) -> tuple[str, ...]:
    """The members that the package at *start* depends on, each after its own dependencies; *wants* are the names that
    count."""
    called = {package.name: directory for directory, package in found.items() if package.name}
    order: list[str] = []
    seen = {start}

    def visit(directory: str, package: PackageJson) -> None:
        wanted = wants(package)
        here = (posixpath.normpath(posixpath.join(directory, path)) for path in local_paths(package, wanted))
        named = (called[name] for name in sorted(wanted) if name in called)
        for other in dict.fromkeys((*named, *(path for path in here if path in found))):
            if other not in seen:
                seen.add(other)
                visit(other, found[other])
                order.append(other)

    visit(start, found[start] if start else root)
    return tuple(order)
