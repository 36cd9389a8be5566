"""The sources of an npm package."""

from __future__ import annotations

from speccompile.detect.library.entries import find
from speccompile.detect.library.sources import NpmSources
from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.stacks.manifest import json_table

MANIFEST = "package.json"
_PINNED = regex(r"v?(\d+(?:\.\d+){0,2})\s*\Z")
_LOCKS = {"npm": ("package-lock.json", "npm-shrinkwrap.json"), "bun": ("bun.lock", "bun.lockb")}


def npm_sources(tree: Tree, entries: tuple[tuple[str, str], ...] = ()) -> NpmSources:
    """The package in *tree*; *entries* are subpaths and source files to export, where somebody has said them."""
    text = tree.read(MANIFEST) or ""
    manifest = json_table(text) or {}
    return NpmSources(
        text=text,
        exported=find(tree, manifest, entries),
        pinned=None if "engines" in manifest else _pinned(tree),
        names=frozenset(name.lower().partition(".")[0] for name in tree.entries("")),
        installer=next((tool for tool, names in _LOCKS.items() if any(map(tree.is_file, names))), None),
    )


def _pinned(tree: Tree) -> tuple[str, str] | None:
    for name in (".nvmrc", ".node-version"):
        if pinned := _PINNED.match(tree.read(name) or ""):
            return name, pinned[1]
    return None
