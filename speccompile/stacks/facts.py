"""What a stack's detection finds out about a source tree."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from dataclasses import replace
from typing import Self, TypeAlias

from speccompile.diagnostics import Diagnostic
from speccompile.provenance import Cause
from speccompile.record import record
from speccompile.source import Span
from speccompile.stacks.written import HOME, Written
from speccompile.vocabulary import ArchetypeName, Language

Suggestion: TypeAlias = tuple[ArchetypeName, str]
"""What sources seem to be, and why."""


@record()
class Chosen:
    """A value that was picked for the project: what for, which, and where it comes from (in words, and the place if
    there is one)."""

    name: str
    value: str
    source: str
    span: Span | None = None


@record()
class Program:
    """One more program that the sources make: what ``command`` in deploy.yaml calls it, what it probably is and why, the port on which it
    listens, where it does, and whether it runs until it is stopped though it does not."""

    name: str
    suggests: Suggestion
    listens: Chosen | None = None
    lasting: bool = False


@record(kw_only=True)
class Pages:
    """What a server of files has to know about a site; ``plan.site.Site`` says what each of these means. ``base`` is the path
    that the addresses in the pages begin with, "" where that is the root. ``compressed`` is whether files have their ``.gz`` beside them."""

    page: str | None
    immutable: tuple[str, ...]
    digested: tuple[str, ...]
    base: str = ""
    compressed: bool = False


@record(kw_only=True)
class Front:
    """What a server in front of an interpreter has to know; ``plan.fpm.Fpm`` says what each of these means."""

    root: str
    routed: bool
    closed: bool


@record()
class Withheld:
    """A file that an installation reads and that names credentials by ``variables`` alone: it is part of the installation where the build is
    told them all; else ``note`` says that it is not."""

    path: str
    variables: frozenset[str]
    note: Diagnostic


@record(kw_only=True)
class Facts:
    """What is known about one service's sources, whatever its archetype turns out to be.

    ``entry`` is the file that is started, ``source`` the one in the tree that it is or is compiled from. ``reason`` says in one sentence why this stack was
    recognised, ``evidence`` where. ``dependencies`` are the names of what is installed to run. ``listens`` is the port and ``health`` the route, as the
    entry's source says, or a default; ``answers_to`` the host and ``asked_over`` the scheme that the program insists on. ``runnable`` is whether something
    to start was found; ``suggests`` the archetype that the sources speak for and why, where the stack can tell. ``unreleased`` hold where no release is
    declared. ``stated`` is where the evidence says what the fields say of the project, by the name of each. ``written`` is what the sources write into.
    ``programs`` are the others that the same sources make. ``diagnostics`` hold for any use of the facts; ``obstacles`` stand in the way of an image;
    ``unstartable`` do too, unless deploy.yaml says what to run.
    """

    stack: str
    reason: str
    evidence: tuple[Span, ...]
    name: str | None = None
    version: str | None = None
    description: str | None = None
    licenses: str | None = None
    url: str | None = None
    dependencies: frozenset[str] = frozenset()
    runtime: Chosen
    tools: tuple[Chosen, ...] = ()
    listens: Chosen
    health: Chosen | None = None
    answers_to: Chosen | None = None
    asked_over: Chosen | None = None
    entry: str | None = None
    source: str | None = None
    build: str | None = None
    runnable: bool
    suggests: Suggestion | None = None
    programs: tuple[Program, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    obstacles: tuple[Diagnostic, ...] = ()
    unstartable: tuple[Diagnostic, ...] = ()
    unreleased: tuple[Diagnostic, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    stated: tuple[tuple[str, Span], ...] = ()
    written: tuple[Written, ...] = ()

    def admitted(self, supplied: frozenset[str]) -> tuple[str, ...]:
        """The files of those withheld that are part of the installation where the build is told *supplied*."""
        return tuple(one.path for one in self.withheld if one.variables <= supplied)

    def of(self, command: Sequence[str]) -> Self:  # noqa: ARG002  # a stack that makes several programs looks at it
        """The facts of the program that *command* names, where the sources make several."""
        return self

    @property
    def apart(self) -> frozenset[str]:
        """The directories whose sources are part of other programs alone."""
        return frozenset()

    @property
    def lasting(self) -> bool:
        """Whether the program runs until it is stopped though it does not listen; False where a stack cannot tell."""
        return False

    @property
    def port(self) -> int:
        """The TCP port that the server would listen on by itself."""
        return int(self.listens.value)

    @property
    def health_path(self) -> str | None:
        """The path of a health route in the entry's source."""
        return self.health.value if self.health else None

    @property
    def pages(self) -> Pages | None:
        """The site, where all there is to run is a server of files."""
        return None

    @property
    def front(self) -> Front | None:
        """The pages, where an interpreter makes them behind a server of its own image."""
        return None

    @property
    def language(self) -> Language | None:
        """The language of a health module that can run where the program does, where it is not the stack's own."""
        return None

    @property
    def home(self) -> str:
        """The directory in the image that the program is started in."""
        return HOME

    @property
    def causes(self) -> tuple[Cause, ...]:
        """The evidence as causes."""
        return tuple(Cause(span) for span in self.evidence)

    @property
    def versions(self) -> tuple[Chosen, ...]:
        """Every version that was chosen, to be recorded in the lock."""
        return (self.runtime, *self.tools)

    def below(self, directory: str) -> Self:
        """The same facts with places as seen from the project, *directory* being where the service is in it."""
        if not directory:
            return self
        return replace(
            self,
            evidence=tuple(moved(span, directory) for span in self.evidence),
            runtime=_moved(self.runtime, directory),
            tools=tuple(_moved(tool, directory) for tool in self.tools),
            listens=_moved(self.listens, directory),
            health=_moved(self.health, directory) if self.health else None,
            diagnostics=all_moved(self.diagnostics, directory),
            obstacles=all_moved(self.obstacles, directory),
            unstartable=all_moved(self.unstartable, directory),
            unreleased=all_moved(self.unreleased, directory),
            answers_to=_moved(self.answers_to, directory) if self.answers_to else None,
            asked_over=_moved(self.asked_over, directory) if self.asked_over else None,
            stated=tuple((field, moved(span, directory)) for field, span in self.stated),
            written=tuple(replace(one, span=moved(one.span, directory)) for one in self.written),
        )


def moved(span: Span, directory: str) -> Span:
    """*span*, its path below *directory*; a stack that looks at what encloses a service climbs out with ``..``."""
    return replace(span, path=posixpath.normpath(posixpath.join(directory, span.path)))


def all_moved(found: tuple[Diagnostic, ...], directory: str) -> tuple[Diagnostic, ...]:
    """*found*, their places below *directory*."""
    return tuple(
        replace(
            one,
            span=moved(one.span, directory),
            related=tuple(replace(also, span=moved(also.span, directory)) for also in one.related),
        )
        for one in found
    )


def _moved(chosen: Chosen, directory: str) -> Chosen:
    return replace(chosen, span=moved(chosen.span, directory)) if chosen.span else chosen
