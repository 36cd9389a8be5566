"""What of an npm package is imported: which files the build makes of which sources, and in which module format."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from typing import Any

from speccompile.detect.library import tsconfig
from speccompile.detect.library.sources import Entries, Entry, TsConfig
from speccompile.diagnostics import quoted
from speccompile.lexing import lex
from speccompile.project.tree import Tree
from speccompile.regex import regex

_SOURCES = ("src/index.ts", "src/index.mts", "src/index.cts", "src/main.ts", "lib/index.ts", "index.ts", "index.mts")
_SCRIPTS = ("index.js", "index.mjs", "index.cjs", "src/index.js", "src/index.mjs", "lib/index.js")
_EMITTED = {".ts": (".js", ".d.ts"), ".mts": (".mjs", ".d.mts"), ".cts": (".cjs", ".d.cts"), ".tsx": (".js", ".d.ts")}
_SYNTAX = regex(r"^[ \t]*(?:import\b(?!\s*\()|export\b)", re.MULTILINE)
_PLAIN = regex(r"[A-Za-z0-9_.@+/-]+\Z")
_ENDINGS = (".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".json", ".node")
_MODULES = ("es", "preserve")


def find(tree: Tree, manifest: Mapping[str, Any], sources: tuple[tuple[str, str], ...]) -> Entries | None:
    """The entry points of the package in *tree*. *sources* are subpaths and source files where somebody has said them.

    What the manifest names (main, module, types) is believed; else the sources and tsconfig.json tell. None: there is
    none.
    """
    config = tsconfig.read(tree)
    named = _named(manifest, tree)
    if named and not sources:
        module = _is_module(manifest, config, tree, named.esm or named.cjs or "")
        only = named if named.esm else _formatted(named, module)
        return Entries((only,), _tops(only), module, config)
    chosen = sources or tuple((".", path) for path in _SOURCES if config and tree.is_file(path))[:1]
    if config and config.out and chosen:
        return _compiled(tree, manifest, config, chosen)
    chosen = sources or tuple((".", path) for path in _SCRIPTS if tree.is_file(path))[:1]
    if not chosen:
        return None
    module = _is_module(manifest, None, tree, chosen[0][1])
    entries = tuple(_formatted(Entry(subpath, path, None, _beside(tree, path)), module) for subpath, path in chosen)
    return Entries(entries, tuple(dict.fromkeys(top for entry in entries for top in _tops(entry))), module, config)


def _named(manifest: Mapping[str, Any], tree: Tree) -> Entry | None:
    """What main, module and types say."""
    main, module, types = (_path(manifest.get(key), tree) for key in ("main", "module", "types"))
    types = types or _path(manifest.get("typings"), tree)
    return Entry(".", module, main, types) if main or module else None


def _path(value: object, tree: Tree) -> str | None:
    """A path below the package. Node.js finds the ending of `main` by itself, but not that of exports."""
    path = posixpath.normpath(value) if isinstance(value, str) and _PLAIN.match(value) else "."
    if path == "." or path.startswith(("../", "/")) or path == "..":
        return None
    if path.endswith(_ENDINGS):
        return path
    candidates = (f"{path}.js", f"{path}/index.js", f"{path}.d.ts")
    return next((candidate for candidate in candidates if tree.is_file(candidate)), candidates[0])


def _formatted(entry: Entry, module: bool) -> Entry:
    """*entry* with its one file under the format that Node.js would load it in."""
    path = entry.esm or entry.cjs or ""
    esm = path.endswith(".mjs") or (module and not path.endswith(".cjs"))
    return Entry(entry.subpath, path if esm else None, None if esm else path, entry.types)


def _compiled(
    tree: Tree, manifest: Mapping[str, Any], config: TsConfig, sources: tuple[tuple[str, str], ...]
) -> Entries:
    """What tsc makes of *sources*."""
    out = config.out or "."
    common = posixpath.dirname(sources[0][1])
    root = posixpath.normpath(config.root if config.root is not None else common or ".")
    module = _is_module(manifest, config, tree, sources[0][1])
    entries = []
    for subpath, source in sources:
        stem, extension = posixpath.splitext(posixpath.relpath(source, root))
        script, declaration = _EMITTED.get(extension, _EMITTED[".ts"])
        types = (
            posixpath.normpath(posixpath.join(config.declarations_out or out, stem + declaration))
            if config.declarations
            else None
        )
        entry = Entry(subpath, posixpath.normpath(posixpath.join(out, stem + script)), None, types)
        entries.append(_formatted(entry, module))
    ship = tuple(dict.fromkeys(top for entry in entries for top in _tops(entry)))
    assumed = None if config.root is not None else f'{config.path} has no "rootDir"; {quoted(root)} was taken'
    return Entries(tuple(entries), ship, module, config, assumed)


def _is_module(manifest: Mapping[str, Any], config: TsConfig | None, tree: Tree, entry: str) -> bool:
    """Whether .js files of the package are ES modules: as its `type` says, else as the build or the source writes them.

    With node16 and later module settings tsc itself goes by `type`, and without one it writes CommonJS.
    """
    declared = manifest.get("type")
    if declared in ("module", "commonjs"):
        return bool(declared == "module")
    if config is not None:
        return config.module.startswith(_MODULES) or (not config.module and config.target.startswith("es20"))
    return lex(entry, tree.read(entry) or "").search(_SYNTAX) is not None


def _beside(tree: Tree, path: str) -> str | None:
    """The declarations that stand beside a script."""
    stem, extension = posixpath.splitext(path)
    declaration = stem + {".mjs": ".d.mts", ".cjs": ".d.cts"}.get(extension, ".d.ts")
    return declaration if tree.is_file(declaration) else None


def _tops(entry: Entry) -> tuple[str, ...]:
    """What has to be shipped for *entry*: its top directories, or the files themselves at the package's root."""
    paths = [path for path in (entry.esm, entry.cjs, entry.types) if path]
    return tuple(dict.fromkeys(path.split("/")[0] for path in paths))
