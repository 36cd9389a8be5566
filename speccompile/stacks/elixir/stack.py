"""Elixir: what is known about the sources."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from speccompile.codes.stacks import NO_START
from speccompile.diagnostics import Diagnostic, Severity, errors
from speccompile.lexing import Lexed
from speccompile.project.tree import Tree
from speccompile.source import Span
from speccompile.stacks import probe
from speccompile.stacks.elixir import image, lock, mixfile, natives, releases, routes, scripts, settings
from speccompile.stacks.elixir import sources as own
from speccompile.stacks.elixir.facts import ElixirFacts
from speccompile.stacks.elixir.mixfile import Mixfile
from speccompile.stacks.facts import Suggestion
from speccompile.stacks.sources import nameable, sources
from speccompile.stacks.stack import Stack

_LATE = frozenset(("runtime.exs", "dev.exs", "test.exs", "releases.exs"))
_MOST_APPS = 40


def detect(tree: Tree) -> ElixirFacts | None:
    """A mix.exs."""
    root = mixfile.read(tree)
    return _facts(tree, root) if root else None


def _facts(tree: Tree, root: Mixfile) -> ElixirFacts:
    apps = tuple(_applications(tree, root))
    every = (root, *apps)
    locked = lock.read(tree, every)
    version, otp, complaints = releases.chosen(tree, root)
    codes = own.codes(tree, tuple(posixpath.join(posixpath.dirname(one.path), "lib") for one in every))
    starting = own.listening(codes)
    deployed = frozenset(one.name for each in every for one in each.packages if one.deployed)
    serves = bool(starting) and any(one.starts for one in every)
    release = _release(root)
    made, about_pages = scripts.read(tree, root)
    allowed = sources(tree, ("priv", "rel"))
    entry = _entry(codes, every)
    return ElixirFacts(
        stack="elixir",
        reason=f"{mixfile.PATH} is there",
        evidence=(root.stated.get("name", Span(mixfile.PATH)), *lock.spans(locked)),
        name=root.app,
        version=root.version,
        description=root.description,
        dependencies=deployed,
        runtime=version,
        tools=(otp, *((made.node,) if made else ()), probe.COMPILER),
        listens=settings.port(tree, starting),
        health=routes.health(tree, tuple(path for path, _ in codes)) if serves else None,
        asked_over=settings.scheme(tree) if "phoenix" in deployed else None,
        entry=entry,
        source=entry,
        runnable=bool(release or root.escript),
        suggests=_suggestion(root, release, starting if serves else ()),
        diagnostics=(
            *allowed.problems,
            *(one for one in (*complaints, *about_pages) if one.severity is not Severity.ERROR),
            *(settings.loopback(tree, starting) if serves else ()),
        ),
        obstacles=(*locked.problems, *errors((*complaints, *about_pages))),
        unstartable=() if release or root.escript else (_nothing(root),),
        stated=tuple(root.stated.items()),
        mixfile=root,
        otp=otp,
        release=release,
        serves=serves,
        phoenix="phoenix" in deployed,
        locked=locked,
        manifests=tuple(dict.fromkeys((*(one.path for one in every), *_of_libraries(tree, root)))),
        settings=tuple(
            f"config/{name}" for name in tree.entries("config") if name.endswith(".exs") and name not in _LATE
        ),
        natives=natives.needed(deployed | locked.names, git=locked.git),
        sources=allowed,
        scripts=made,
        migrator=own.migrator(codes),
        at_start=own.migrates_at_start(codes),
        migrations=_migrations(tree, every),
    )


def _applications(tree: Tree, root: Mixfile) -> Iterator[Mixfile]:
    """Those of an umbrella."""
    if not root.umbrella or not nameable(root.umbrella):
        return
    names = [name.rstrip("/") for name in tree.entries(root.umbrella) if name.endswith("/")]
    paths = [path for name in names[:_MOST_APPS] if nameable(path := f"{root.umbrella}/{name}")]
    yield from (one for path in paths if (one := mixfile.read(tree, path)))


def _of_libraries(tree: Tree, root: Mixfile) -> Iterator[str]:
    """The mix.exs of packages that are directories of the project."""
    for one in root.packages:
        path = posixpath.normpath(posixpath.join(one.options.get("path", ""), mixfile.PATH))
        if "path" in one.options and nameable(path) and tree.is_file(path):
            yield path


def _release(root: Mixfile) -> str:
    """The release that is made: the first that has a name, else the application's; an umbrella has none without a name."""
    named = next(iter(root.releases), "")
    return named or ("" if root.umbrella or not root.starts else root.app or "")


def _entry(codes: tuple[tuple[str, Lexed], ...], every: tuple[Mixfile, ...]) -> str | None:
    """The source of the module that is started."""
    wanted = {f"defmodule {one.starts} do" for one in every if one.starts}
    return next((path for path, code in codes if any(line in code.code for line in wanted)), None)


def _suggestion(root: Mixfile, release: str, starting: tuple[str, ...]) -> Suggestion:
    """The archetype that the sources speak for, and why."""
    if starting and release:
        return "web-service", f"{starting[0]} starts a server"
    if root.escript:
        return "cli-tool", f"{mixfile.PATH} makes a command of {root.escript}"
    if release:
        return "data-pipeline", f"{mixfile.PATH} starts an application that does not listen"
    return "library", f"{mixfile.PATH} starts no application"


def _migrations(tree: Tree, every: tuple[Mixfile, ...]) -> str | None:
    places = (posixpath.join(posixpath.dirname(one.path), "priv/repo/migrations") for one in every)
    return next((path for path in places if tree.is_directory(path)), None)


def _nothing(root: Mixfile) -> Diagnostic:
    if root.umbrella:
        return NO_START.at(
            Span(mixfile.PATH),
            "an umbrella makes a release only of the applications that are named for it, and none is named",
            fix="name them in `releases:` of mix.exs: `releases: [shop: [applications: [shop_web: :permanent]]]`",
        )
    return NO_START.at(
        Span(mixfile.PATH),
        "mix.exs starts no application (`mod:`), names no release and makes no command (`escript:`)",
        fix="write `mod: {Shop.Application, []}` into `application`, or set the archetype to library",
    )


STACK: Stack[ElixirFacts] = Stack(
    name="elixir",
    language=probe.LANGUAGE,
    recognised_by="mix.exs",
    detect=detect,
    recipe=image.recipe,
)
