"""Projects of languages that there is no stack for: their manifests decide what a tree is, whatever a package.json beside them builds."""

from __future__ import annotations

from collections.abc import Collection

from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.wildcard import fits


@record()
class Foreign:
    """A stack by the name that it would have, in the words of its people, with the names of its manifests and what marks its frameworks there;
    ``alone`` where parts of other languages' projects have such manifests, too."""

    name: str
    words: str
    manifests: tuple[str, ...]
    frameworks: tuple[tuple[str, str], ...] = ()
    alone: bool = False


_FOREIGN = (
    Foreign("scala", "Scala with sbt", ("build.sbt",), (("PlayScala", "Play"),)),
    Foreign("clojure", "Clojure", ("project.clj", "deps.edn")),
    Foreign("erlang", "Erlang with rebar3", ("rebar.config",)),
    Foreign("gleam", "Gleam", ("gleam.toml",)),
    Foreign("haskell", "Haskell", ("*.cabal", "stack.yaml")),
    Foreign("swift", "Swift", ("Package.swift",), (("vapor", "Vapor"),)),
    Foreign("crystal", "Crystal", ("shard.yml",)),
    Foreign("dart", "Dart", ("pubspec.yaml",)),
    Foreign("scala", "Scala with Mill", ("build.sc", "build.mill")),
    Foreign(
        "perl",
        "Perl",
        ("cpanfile", "Makefile.PL", "dist.ini"),
        (("Mojolicious", "Mojolicious"), ("Dancer2", "Dancer2")),
    ),
    Foreign("ocaml", "OCaml with Dune", ("dune-project",), (("dream", "Dream"),)),
    Foreign("nim", "Nim", ("*.nimble",)),
    Foreign("zig", "Zig", ("build.zig",), (), alone=True),
    Foreign("lua", "Lua", ("*.rockspec",), (), alone=True),
)


@record()
class Seen:
    """What was seen: the manifest, and what the project is; whether that holds only where nothing else was recognised."""

    manifest: str
    name: str
    what: str
    alone: bool = False


def seen(tree: Tree, supported: Collection[str]) -> Seen | None:
    """What the project in *tree* is, when that is of none of the stacks *supported*."""
    names = tree.entries("")
    for one in _FOREIGN:
        found = next((name for sign in one.manifests for name in names if fits(name, sign)), None)
        if found and one.name not in supported:
            text = tree.read(found) or ""
            framework = next((called for mark, called in one.frameworks if mark in text), None)
            return Seen(found, one.name, one.words + (f" ({framework})" if framework else ""), one.alone)
    return None
