"""deno.json, deno.jsonc and deno.lock, as far as images need them (as Deno 2 documents them)."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from speccompile.codes.stacks import LOCK_MISSING, LOCK_STALE, LOCK_UNREADABLE, MANIFEST, WORKSPACES
from speccompile.diagnostics import Diagnostic, Related
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.javascript import packagejson
from speccompile.stacks.manifest import Table, items, json_table, jsonc_table, place, table, texts, word, words
from speccompile.stacks.sources import nameable

_CONFIGS = ("deno.json", "deno.jsonc")
_MAKE = "deno install"
_REGISTRY = regex(r"(jsr|npm):/?(@[^/@]+/[^/@]+|[^/@]+)")


@record(kw_only=True)
class DenoConfig:
    """What a project says about itself to Deno. ``path`` is the configuration's, where there is one; ``imports`` names
    with specifiers; ``import_map`` another file that has them; ``locked`` the path of the lock, None where the project
    does without; ``modules`` whether packages are laid out in node_modules.
    """

    path: str | None
    text: str
    name: str | None
    version: str | None
    licenses: str | None
    tasks: Mapping[str, str]
    imports: Mapping[str, str]
    import_map: str | None
    exports: str | None
    locked: str | None
    modules: bool
    workspace: bool
    problems: tuple[Diagnostic, ...]

    def at(self, *needles: str) -> Span:
        """Where the last of *needles* stands, or the first file that there is."""
        return place(self.path, self.text, *(f'"{needle}"' for needle in needles)) if self.path else Span(".")


def read(tree: Tree) -> DenoConfig:
    """The configuration of *tree*; an empty one where there is no file."""
    path = next((name for name in _CONFIGS if tree.is_file(name)), None)
    text = (tree.read(path) or "") if path else ""
    parsed = jsonc_table(text) if path else {}
    data: Table = parsed or {}
    imported = posixpath.normpath(word(data.get("importMap")) or ".")
    import_map = imported if nameable(imported) and tree.is_file(imported) else None
    mapped = texts(_imports(tree, import_map))
    modules = data.get("nodeModulesDir")
    package = tree.is_file(packagejson.PATH)
    return DenoConfig(
        path=path,
        text=text,
        name=word(data.get("name")),
        version=word(data.get("version")),
        licenses=word(data.get("license")),
        tasks=_tasks(data),
        imports={**mapped, **texts(data.get("imports"))},
        import_map=import_map,
        exports=word(data.get("exports")) or word(table(data, "exports").get(".")),
        locked=_lock_path(data.get("lock")),
        modules=modules in ("auto", "manual", True) or (package and modules not in ("none", False)),
        workspace=bool(items(data.get("workspace")) or words(table(data, "workspace").get("members"))),
        problems=() if parsed is not None else (_malformed(path or "."),),
    )


def dependencies(tree: Tree, config: DenoConfig) -> Mapping[str, str]:
    """Packages by name, with ``jsr:`` or ``npm:`` in front: those of the configuration and of package.json."""
    found = {}
    for specifier in config.imports.values():
        if match := _REGISTRY.match(specifier):
            found[f"{match[1]}:{match[2]}"] = match[2]
    package = packagejson.read(tree)
    return {**found, **({f"npm:{name}": name for name in package.all_dependencies} if package else {})}


def lock_problems(tree: Tree, config: DenoConfig) -> Iterator[Diagnostic]:
    """What is wrong with the lock; nothing when nothing is to be locked."""
    wanted = dependencies(tree, config)
    remote = any(specifier.startswith(("https:", "http:")) for specifier in config.imports.values())
    if config.locked is None or not (wanted or remote):
        return
    text = tree.read(config.locked)
    if text is None:
        yield LOCK_MISSING.at(
            config.at("imports"),
            f"the project has dependencies, but there is no {config.locked}",
            fix=f"make it and commit it: {_MAKE}",
        )
        return
    locked = json_table(text)
    if locked is None:
        yield LOCK_UNREADABLE.at(
            Span(config.locked), f"{config.locked} is not what Deno writes", fix=f"delete it and make it anew: {_MAKE}"
        )
        return
    known = {f"{m[1]}:{m[2]}" for key in _specifiers(locked) if (m := _REGISTRY.match(key))}
    stale = sorted(set(wanted) - known)
    if stale and known:
        yield LOCK_STALE.at(
            Span(config.locked),
            f"{config.locked} was not made for what the project asks for: {', '.join(stale[:5])}",
            fix=f"bring it up to date and commit it: {_MAKE}",
            related=(Related("asked for here", config.at("imports", wanted[stale[0]])),),
        )


def _specifiers(locked: Table) -> Iterator[str]:
    """What the lock was made for: of version 3 below ``packages``, since then at the top."""
    workspace = table(locked, "workspace")
    yield from words(workspace.get("dependencies"))
    yield from words(table(workspace, "packageJson").get("dependencies"))
    yield from texts(locked.get("specifiers"))
    yield from texts(table(locked, "packages").get("specifiers"))


def _tasks(data: Table) -> Mapping[str, str]:
    """Tasks by name; one with dependencies is a table with its command."""
    plain = texts(data.get("tasks"))
    told = {name: word(table(task).get("command")) for name, task in table(data, "tasks").items()}
    return {**plain, **{name: command for name, command in told.items() if command and word(name)}}


def _imports(tree: Tree, path: str | None) -> Table:
    return table(jsonc_table(tree.read(path)) or {}, "imports") if path else {}


def _lock_path(value: object) -> str | None:
    """``lock``: false, a path, or a table with one."""
    if value is False:
        return None
    path = word(value) or word(table(value).get("path")) or "deno.lock"
    return posixpath.normpath(path) if nameable(path) else "deno.lock"


def _malformed(path: str) -> Diagnostic:
    return MANIFEST.at(Span(path), f"{path} is not a JSON object in UTF-8", fix="correct it")


def workspace_problem(config: DenoConfig) -> Diagnostic:
    """That the configuration is of several packages."""
    return WORKSPACES.at(
        config.at("workspace"),
        f"{config.path} declares a workspace",
        fix="deploy a member that has a lock of its own: set `path` in specs/deploy.yaml to its directory",
    )
