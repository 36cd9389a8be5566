"""Which stack a service's sources are."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from speccompile.codes.stacks import NOT_DETECTED, NOT_SUPPORTED, UNKNOWN_STACK, WANTED_NOT_THERE
from speccompile.detect import foreign, grpc, keyless, stating
from speccompile.detect.oversize import with_sizes
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.source import Span
from speccompile.stacks import STACKS, unreadable
from speccompile.stacks.archetype import SERVERS
from speccompile.stacks.facts import Facts
from speccompile.stacks.stack import Stack

_SHOWN = 24
_INDENT = "\n    "
_COMPOSE = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
_IMAGES = ("Dockerfile", "Containerfile")
_OF_PAGES = frozenset(("bun", "deno", "node", "static"))


@record()
class Candidate:
    """A stack that the sources could be, with its facts (these say why)."""

    stack: Stack[Any]
    facts: Facts


@record()
class Detection:
    """The stack that was taken (None: none, and ``diagnostics`` say why), and the others that were plausible: those that
    found something to start."""

    taken: Candidate | None
    others: tuple[Candidate, ...]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def stack(self) -> Stack[Any]:
        """The stack that was taken; ValueError when there is none."""
        return self._one.stack

    @property
    def facts(self) -> Facts:
        """Its facts; ValueError when there are none."""
        return self._one.facts

    @property
    def _one(self) -> Candidate:
        if self.taken is None:
            raise ValueError("no stack was detected: look at the diagnostics first")
        return self.taken


def detect(tree: Tree, wanted: str | None = None, directory: str = "", asked: Span | None = None) -> Detection:
    """The stack of the sources in *tree*.

    *wanted* is the one that deploy.yaml asks for, at *asked*. *directory* is where the tree is in the project: every
    place in the answer is as seen from the project. Without *wanted*, the first of ``STACKS`` that found something to
    start is taken, else the first that recognised the sources at all.
    """
    found = tuple(_candidates(tree, directory))
    span = asked or Span(directory or ".")
    if wanted is None:
        taken = next((one for one in found if one.facts.runnable), found[0] if found else None)
        other = foreign.seen(tree, frozenset(entry.name for entry in STACKS))
        if other and (taken is None or (_is_beside(taken) and not other.alone)):
            return Detection(None, (), (_of_another(other, directory, taken),))
        problem = None if taken else _nothing(tree, span)
    else:
        taken = next((one for one in found if one.stack.name == wanted), None)
        problem = None if taken else _not_there(wanted, tree, span, tuple(one.stack.name for one in found))
    others = tuple(one for one in found if one is not taken and one.facts.runnable)
    if taken and asked:
        # Whatever follows from the facts follows from the choice, too.
        facts = replace(taken.facts, evidence=(*taken.facts.evidence, asked))
        taken = Candidate(taken.stack, facts)
    diagnostics = (*(taken.facts.diagnostics if taken else ()), *((problem,) if problem else ()))
    return Detection(taken, others, diagnostics)


def _is_beside(taken: Candidate) -> bool:
    """Whether what was recognised is what another language's project builds its pages with, or their files."""
    return taken.stack.name in _OF_PAGES and not taken.facts.dependencies & SERVERS


def _of_another(other: foreign.Seen, directory: str, taken: Candidate | None) -> Diagnostic:
    stack = (
        f"; if the part of {taken.stack.name} is all that is meant, write `stack: {taken.stack.name}`" if taken else ""
    )
    return NOT_SUPPORTED.at(
        Span(f"{directory}/{other.manifest}" if directory else other.manifest),
        f"this is a project of {other.what}, and there is no stack {other.name}. Supported are: "
        f"{', '.join(entry.name for entry in STACKS)}",
        fix=f"deploy it with a Dockerfile of your own{stack}",
    )


def _candidates(tree: Tree, directory: str) -> Iterator[Candidate]:
    names = tree.entries("")
    for stack in (entry.load() for entry in STACKS if entry.may_be(names)):
        facts = stack.detect(tree)
        if facts is not None:
            seen = stating.told(tree, grpc.told(tree, with_sizes(tree, facts)))
            yield Candidate(stack, keyless.told(tree, unreadable.told(tree, seen)).below(directory))


def _supported() -> str:
    return _INDENT.join(f"{stack.name}: {stack.recognised_by}" for stack in (entry.load() for entry in STACKS))


def _nothing(tree: Tree, span: Span) -> Diagnostic:
    return NOT_DETECTED.at(
        span,
        f"no stack was recognised. There is:{_INDENT}{_seen(tree)}\nSupported are:{_INDENT}{_supported()}",
        fix=_instead(tree.entries("")),
    )


def _instead(names: Sequence[str]) -> str:
    """What to do where no stack is recognised: what is there of how it is run so far decides."""
    usual = "add the manifest of one of these stacks, or set `path` in specs/deploy.yaml to where the sources are"
    if there := next((name for name in _IMAGES if name in names), None):
        return f"{usual}; what only {there} knows how to build stays with it: it is not read for how an image is made"
    if there := next((name for name in _COMPOSE if name in names), None):
        return f"{usual}; where nothing is built and {there} runs images of others, it needs no compiling: keep it"
    return usual


def _not_there(wanted: str, tree: Tree, span: Span, there: Sequence[str]) -> Diagnostic:
    """That the sources are not of the stack *wanted*; *there* are those that they may be of."""
    known = {entry.name: entry for entry in STACKS}
    if wanted in known:
        return WANTED_NOT_THERE.at(
            span,
            f"stack {quoted(wanted)} is recognised by {known[wanted].load().recognised_by}; there is:{_INDENT}{_seen(tree)}",
            fix=_choice(there, "correct the service's `path` so that it leads to such sources"),
            found=_seen(tree),
            expected=known[wanted].load().recognised_by,
            expected_by=f"stack: {wanted}",
        )
    close = difflib.get_close_matches(wanted, there, n=1)
    return UNKNOWN_STACK.at(
        span,
        f"there is no stack {quoted(wanted)}. Supported are:{_INDENT}{_supported()}",
        fix=f"did you mean {close[0]}?"
        if close
        else _choice(there, "set the service's `path` to sources of a stack that is supported, and take `stack` out"),
        found=quoted(wanted),
        expected=f"one of {', '.join(known)}",
        expected_by="the stacks that are supported",
    )


def _choice(there: Sequence[str], otherwise: str) -> str:
    """What to write for a stack that the sources are not of."""
    return f"write `stack: {there[0]}`, which is what the sources look like" if there else otherwise


def _seen(tree: Tree) -> str:
    names = tree.entries("")
    shown = [
        *(_printable(name) for name in names[:_SHOWN]),
        *([f"… and {len(names) - _SHOWN} more"] if len(names) > _SHOWN else []),
    ]
    return "  ".join(shown) or "(nothing: the directory is empty or does not exist)"


def _printable(name: str) -> str:
    return name if name.isprintable() else quoted(name)
