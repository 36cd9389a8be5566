"""Projects of languages that there is no stack for: their manifests decide what a tree is, whatever a package.json beside them builds."""

from __future__ import annotations

from collections.abc import Collection

from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.wildcard import fits


@record()
class Foreign:
    """A stack by the name that it would have, in the words of its people, with the names of its manifests and what marks its frameworks there."""

    name: str
    words: str
    manifests: tuple[str, ...]
    frameworks: tuple[tuple[str, str], ...] = ()


_FOREIGN = (
    Foreign("scala", "Scala with sbt", ("build.sbt",), (("PlayScala", "Play"),)),
    Foreign("clojure", "Clojure", ("project.clj", "deps.edn")),
    Foreign("erlang", "Erlang with rebar3", ("rebar.config",)),
    Foreign("gleam", "Gleam", ("gleam.toml",)),
    Foreign("haskell", "Haskell", ("*.cabal", "stack.yaml")),
    Foreign("swift", "Swift", ("Package.swift",), (("vapor", "Vapor"),)),
    Foreign("crystal", "Crystal", ("shard.yml",)),
    Foreign("dart", "Dart", ("pubspec.yaml",)),
)


@record()
class Seen:
    """What was seen: the manifest, and what the project is."""

    manifest: str
    name: str
    what: str


def seen(tree: Tree, supported: Collection[str]) -> Seen | None:
    """What the project in *tree* is, when that is of none of the stacks *supported*."""
    names = tree.entries("")
    for one in _FOREIGN:
        found = next((name for sign in one.manifests for name in names if fits(name, sign)), None)
        if found and one.name not in supported:
            text = tree.read(found) or ""
            framework = next((called for mark, called in one.frameworks if mark in text), None)
            return Seen(found, one.name, one.words + (f" ({framework})" if framework else ""))
    return None
