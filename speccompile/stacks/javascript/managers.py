"""Which package manager installs a package.json on Node.js, and exactly which version of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from speccompile.codes.stacks import VERSION_UNREADABLE
from speccompile.codes.stacks_js import SEVERAL_LOCKS
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.facts import Chosen
from speccompile.stacks.javascript import lockfiles, locklines
from speccompile.stacks.javascript.lockfiles import BERRY, NPM, OF_NODE, PNPM, YARN, Locking
from speccompile.stacks.javascript.packagejson import PATH
from speccompile.stacks.javascript.workspaces import PNPM_WORKSPACE, Workspace
from speccompile.stacks.manifest import table, word, yaml_table
from speccompile.stacks.ranges import accepts, exact, intervals

YARNRC = ".yarnrc.yml"

# The last release of each line, oldest line first.
_RELEASES: dict[str, tuple[str, ...]] = {
    "npm": ("8.19.4", "9.9.4", "10.9.9", "11.21.2"),
    "pnpm": ("7.33.7", "8.15.9", "9.15.9", "10.34.9", "11.28.11", "12.21.0"),
    "yarn": ("1.22.22",),
    "berry": ("2.4.2", "3.8.7", "4.18.1"),
}
_PUBLISHED = {"npm": "npm", "pnpm": "pnpm", "yarn": "yarn", "berry": "@yarnpkg/cli-dist"}
# lockfileVersion of pnpm, and the line that wrote it; 9.0 is written by several.
_PNPM_OF_LOCK = {"5": "7", "6": "8", "9": "9"}
# The line of npm that the images of Node.js' lines bring (https://nodejs.org/en/about/previous-releases).
_NPM_OF_NODE = {"18": "10", "20": "10", "22": "10", "24": "11"}
_OF_MODERN_PNPM = frozenset(("packages", "catalog", "catalogs"))
_YARN_PATH = regex(r"yarn-(\d{1,3}\.\d{1,3}\.\d{1,3})\.c?js\Z")
_EXACT = regex(r"(\d{1,4}\.\d{1,4}\.\d{1,4}(?:-[0-9A-Za-z.-]{1,40})?)(?:\+[0-9A-Za-z.=/-]*)?\Z")


@record(kw_only=True)
class Manager:
    """A package manager: its lock, its version (None: the one that the runtime's image brings), and what is wrong with
    how they are named."""

    locking: Locking
    version: Chosen | None
    diagnostics: tuple[Diagnostic, ...]

    @property
    def published(self) -> str:
        """What it is called in the registry, with its version; "" when it is there already."""
        return f"{_PUBLISHED[self.locking.manager]}@{self.version.value}" if self.version else ""

    @property
    def major(self) -> int:
        """The major version; 0 where the runtime's image decides."""
        return int(self.version.value.partition(".")[0]) if self.version else 0


def of_node(workspace: Workspace) -> Manager:
    """The manager that ``packageManager`` names where its lock is there; else that of the first lock that agrees with
    the manifests; else the one that is named, or npm."""
    named = _named(workspace)
    there = tuple(one for one in OF_NODE if lockfiles.present(workspace.tree, one))
    if named and (named in there or not there):
        locking = named
    else:
        agreeing = (one for one in there if not lockfiles.problems(workspace, one))
        locking = next(agreeing, there[0] if there else NPM)
    version, found = _version(workspace, locking)
    told = (_several(workspace, locking, there),) if len(there) > 1 and locking != named else ()
    return Manager(locking=locking, version=version, diagnostics=(*told, *found))


def with_npm(workspace: Workspace, manager: Manager, node: str) -> Manager:
    """*manager* with the npm that ``engines`` asks for, where the image of *node* brings another one."""
    wanted = workspace.root.engines.get("npm")
    accepted = intervals(wanted) if wanted else None
    if manager.locking != NPM or manager.version or not wanted:
        return manager
    source, span = "package.json engines.npm", _seen(workspace.root.at("engines", "npm"), workspace.outside)
    value = None if accepted is None else _in_range(NPM, wanted)
    if value is None:
        message = f"{source} says {quoted(wanted)}, no version of npm that is known; passed over"
        known = ", ".join(_RELEASES["npm"])
        told = VERSION_UNREADABLE.at(span, message, fix=f"write a range that accepts one of {known}")
        return replace(manager, diagnostics=(*manager.diagnostics, told))
    brought = _NPM_OF_NODE.get(node.partition(".")[0])
    if exact(wanted) is None and brought and accepted and accepts(accepted, brought):
        return manager
    return replace(manager, version=Chosen("npm", value, source, span))


def _named(workspace: Workspace) -> Locking | None:
    name, _, version = (workspace.root.package_manager or "").partition("@")
    if name == "yarn":
        return YARN if version.startswith(("1.", "0.")) or version == "1" else BERRY
    named = {"npm": NPM, "pnpm": PNPM}.get(name)
    if named or name:
        return named
    if any(name in workspace.root.tools for name in ("pnpm", "yarn")):
        return PNPM if "pnpm" in workspace.root.tools else (BERRY if workspace.tree.is_file(YARNRC) else YARN)
    if workspace.tree.is_file(PNPM_WORKSPACE):
        return PNPM
    return BERRY if workspace.tree.is_file(YARNRC) else None


def _version(workspace: Workspace, locking: Locking) -> tuple[Chosen | None, tuple[Diagnostic, ...]]:
    """What the manifests say; else what the lock was written by; else the last one, but for npm, which is there."""
    found: list[Diagnostic] = []
    for text, source, span in _said(workspace, locking):
        match = _EXACT.match(text)
        value = match[1] if match else _in_range(locking, text)
        if value:
            return Chosen(locking.manager, value, source, span), tuple(found)
        message = f"{source} says {quoted(text)}, no version of {locking.manager} that is known; passed over"
        known = ", ".join(_RELEASES[locking.manager])
        found.append(VERSION_UNREADABLE.at(span, message, fix=f"write an exact version, such as one of {known}"))
    if locking == NPM:
        return None, tuple(found)
    line, source, where = _of_lock(workspace, locking)
    releases = _RELEASES[locking.manager]
    release = next((one for one in releases if one.startswith(f"{line}.")), releases[-1])
    return Chosen(locking.manager, release, source, where), tuple(found)


def _said(workspace: Workspace, locking: Locking) -> Iterator[tuple[str, str, Span]]:
    """What names a version of the manager, the most exact first."""
    root, at = workspace.root, workspace.outside
    word_for = "yarn" if locking == BERRY else locking.manager
    name, _, version = (root.package_manager or "").partition("@")
    if name == word_for and version:
        yield version, "package.json packageManager", _seen(root.at("packageManager"), at)
    if word_for in root.tools:
        yield root.tools[word_for], f"package.json ({word_for})", _seen(root.at(word_for), at)
    if locking == BERRY:
        path = word((yaml_table(workspace.tree.read(YARNRC)) or {}).get("yarnPath")) or ""
        match = _YARN_PATH.search(path)
        if match:
            yield match[1], f"{YARNRC} yarnPath", workspace.at(YARNRC)
    wanted = root.engines.get(word_for)
    if wanted and locking != NPM:
        yield wanted, f"package.json engines.{word_for}", _seen(root.at("engines", word_for), at)


def _seen(span: Span, outside: str) -> Span:
    return Span(f"{outside}/{PATH}", span.line, span.column) if outside else span


def _in_range(locking: Locking, text: str) -> str | None:
    """The newest release of the lines that a range accepts; the usual one for pnpm, whose newer lines ask for more."""
    accepted = intervals(text)
    releases = _RELEASES[locking.manager]
    fit = [one for one in releases if accepted and accepts(accepted, one.partition(".")[0])]
    usual = [one for one in fit if one.startswith("10.")] if locking == PNPM else []
    best = (usual or fit)[-1:]
    return exact(text) or (best[0] if best else None)


def _of_lock(workspace: Workspace, locking: Locking) -> tuple[str, str, Span | None]:
    """The line that the lock was written by, in which words, and where that stands."""
    text = lockfiles.text(workspace.tree, locking)
    if locking == PNPM:
        wrote = (locklines.pnpm_version(text) or "").partition(".")[0]
        line = _PNPM_OF_LOCK.get(wrote, "10")
        settings = frozenset(yaml_table(workspace.tree.read(PNPM_WORKSPACE)) or ()) - _OF_MODERN_PNPM
        if line == "9" and (settings or workspace.root.trusts):
            return "10", PNPM_WORKSPACE if settings else PATH, workspace.at(PNPM_WORKSPACE if settings else PATH)
        if line == "9" and workspace.tree.is_file(PNPM_WORKSPACE) and not workspace.members:
            return "10", PNPM_WORKSPACE, workspace.at(PNPM_WORKSPACE)
        return (
            line,
            f"{PNPM.files[0]} lockfileVersion" if text else "default",
            workspace.at(PNPM.files[0]) if text else None,
        )
    if locking == BERRY and text:
        wrote_by = locklines.yarn_version(text) or 8
        return ("4" if wrote_by >= 7 else "3"), "yarn.lock __metadata", workspace.at(BERRY.files[0])
    return "1" if locking == YARN else "4", "default", None


def _several(workspace: Workspace, taken: Locking, there: tuple[Locking, ...]) -> Diagnostic:
    others = [one.files[0] for one in there if one != taken]
    return SEVERAL_LOCKS.at(
        workspace.at(taken.files[0]),
        f"{taken.files[0]} was followed; {' and '.join(others)} {'is' if len(others) == 1 else 'are'} there too",
        fix=f'delete the others, or write `"packageManager": "{"yarn" if taken == BERRY else taken.manager}@…"` into package.json',
    )


def focuses(workspace: Workspace, manager: Manager) -> bool:
    """Whether modern yarn can install for production: by itself from 4 on, before with a plugin."""
    plugins = table(yaml_table(workspace.tree.read(YARNRC)) or {}).get("plugins")
    return manager.major >= 4 or "workspace-tools" in str(plugins)
