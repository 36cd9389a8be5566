"""mix.lock: what is locked, and what of mix.exs is not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from speccompile.codes.stacks import LOCK_MISSING, LOCK_STALE
from speccompile.codes.stacks_compiled import OUTSIDE, PRIVATE_REGISTRY
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.elixir.mixfile import Mixfile
from speccompile.stacks.sources import nameable

PATH = "mix.lock"
_ENTRY = regex(r"^[ \t]*\"(\w{1,80})\":\s*\{:(hex|git|path)\b([^\n]*)", re.MULTILINE)


@record(kw_only=True)
class Locked:
    """The names that are locked, whether there is a lock, whether any is fetched by git, and what stands in the way."""

    names: frozenset[str]
    there: bool
    git: bool
    problems: tuple[Diagnostic, ...]


def read(tree: Tree, mixfiles: tuple[Mixfile, ...]) -> Locked:
    """The lock of *mixfiles*, the first of which is at the top of *tree*."""
    text = tree.read(PATH)
    entries = {match[1]: match[2] for match in _ENTRY.finditer(text or "")}
    return Locked(
        names=frozenset(entries),
        there=text is not None,
        git="git" in entries.values(),
        problems=(*_unlocked(mixfiles, entries, text), *_private(mixfiles), *_outside(tree, mixfiles)),
    )


def _unlocked(mixfiles: tuple[Mixfile, ...], entries: dict[str, str], text: str | None) -> Iterator[Diagnostic]:
    wanted = [
        one
        for each in mixfiles
        for one in each.packages
        if one.deployed and not {"path", "in_umbrella"} & {*one.options}
    ]
    if wanted and text is None:
        message = f"{wanted[0].span.path} asks for {len(wanted)} packages, and there is no {PATH}"
        yield LOCK_MISSING.at(wanted[0].span, message, fix=f"run `mix deps.get` and commit {PATH}")
        return
    lost = sorted({one.name for one in wanted} - set(entries))
    if lost:
        first = next(one for one in wanted if one.name == lost[0])
        shown = ", ".join(map(quoted, lost[:3])) + (" and others" if len(lost) > 3 else "")
        yield LOCK_STALE.at(first.span, f"{PATH} does not know {shown}", fix=f"run `mix deps.get` and commit {PATH}")


def _private(mixfiles: tuple[Mixfile, ...]) -> Iterator[Diagnostic]:
    for one in (package for each in mixfiles for package in each.packages):
        name = one.options.get("organization") or one.options.get("repo")
        if one.deployed and name and name != "hexpm":
            yield PRIVATE_REGISTRY.at(
                one.span,
                f"{quoted(one.name)} is in the repository {quoted(name)}, to which nothing in the project gives access",
                fix="put its sources into the project and ask for them by `path:`, or build the image with a Dockerfile of your own",
            )


def _outside(tree: Tree, mixfiles: tuple[Mixfile, ...]) -> Iterator[Diagnostic]:
    for mixfile in mixfiles:
        for one in mixfile.packages:
            path = one.options.get("path")
            if path and one.deployed and mixfile.path == "mix.exs" and not (nameable(path) and tree.is_directory(path)):
                yield OUTSIDE.at(
                    one.span,
                    f"{quoted(one.name)} is at {quoted(path)}, outside of the service's directory, or not there",
                    fix="set the service's `path` in specs/deploy.yaml to a directory that has both, or move it inside",
                )


def spans(locked: Locked) -> tuple[Span, ...]:
    """Where the lock is."""
    return (Span(PATH),) if locked.there else ()
