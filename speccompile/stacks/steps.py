"""The stack that the sources are written for: base images, versions, installation, build and start.

deploy.yaml's ``stack``, else what the files at the top of the source tree say; each step of the image cites the file that asks for it.
Dependencies are installed before the sources are copied, exactly as they are locked; what is built is built in a stage of its own.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Required, TypedDict, Unpack

from speccompile.plan.image import Base, Copy, Env, ImageRecipe, Mount, Run, Stage, Step, Word, Workdir
from speccompile.provenance import Cause, Origin, Wanted, because, merged
from speccompile.record import record
from speccompile.source import Span
from speccompile.stacks.facts import Chosen, Facts
from speccompile.stacks.request import Request
from speccompile.stacks.sources import ASSETS, Sources
from speccompile.stacks.written import HOME
from speccompile.vocabulary import Language

CODE = "SC302"
TITLE = "stack"

USER = "10001:10001"
DISTROLESS_USER = "65532:65532"
QUIET = {"DO_NOT_TRACK": "1"}


class _Rest(TypedDict, total=False):
    """What of a recipe is each stack's own."""

    stack: Required[str]
    user: Required[str]
    needs_init: Required[bool]
    probe: Required[tuple[str, ...]]
    language: Required[Language]
    writable: tuple[str, ...]


@record()
class Steps:
    """Makes steps for a request; ``origin`` is why, ``prefix`` where the service is in the context, ``asked`` the packages that it names."""

    origin: Origin
    prefix: str
    asked: tuple[Wanted[str], ...] = ()

    @staticmethod
    def for_(facts: Facts, request: Request) -> Steps:
        """Steps that the facts' evidence and the request caused."""
        return Steps(
            merged((because(CODE, *facts.causes), request.origin)), request.prefix, (*request.to_build, *request.to_run)
        )

    def because_of(self, *spans: Span | None) -> Steps:
        """The same, with causes closer at hand; without any, the same."""
        causes = [Cause(span) for span in spans if span]
        return replace(self, origin=because(CODE, *causes)) if causes else self

    def besides(self, *spans: Span) -> Steps:
        """The same, with more causes."""
        return replace(self, origin=merged((self.origin, because(CODE, *map(Cause, spans))))) if spans else self

    def base(self, reference: str, version: Chosen) -> Base:
        """An image to start from; its version was chosen by *version*."""
        return Base(reference=reference, origin=self.because_of(version.span).origin)

    def stage(self, name: str, base: Base, steps: Iterable[Step]) -> Stage:
        """A stage of *steps*."""
        return Stage(name=name, base=base, steps=tuple(steps), origin=self.origin)

    def workdir(self) -> Workdir:
        """The directory that everything is in."""
        return Workdir(path=HOME, origin=self.origin)

    def env(self, pairs: Mapping[str, str | Wanted[str]]) -> Env:
        """Environment variables, in the order given."""
        plain = tuple((name, one.value if isinstance(one, Wanted) else one) for name, one in pairs.items())
        reasons = tuple((name, one.origin) for name, one in pairs.items() if isinstance(one, Wanted))
        return Env(pairs=plain, reasons=reasons, origin=self.origin)

    def files(self, paths: Iterable[str], target: str = "./") -> Copy:
        """Files of the service, into one directory."""
        return Copy(
            sources=tuple(posixpath.join(self.prefix, path) for path in paths), target=target, origin=self.origin
        )

    def directory(self, path: str) -> Copy:
        """A directory of the service, to the same place in the image."""
        return Copy(sources=(posixpath.join(self.prefix, path) + "/",), target=f"{path}/", origin=self.origin)

    def tree(self, sources: Sources, already: Iterable[str] = ()) -> tuple[Copy, ...]:
        """All of *sources*, but for files that are there *already*."""
        left = sources.without(already)
        directories = tuple(self.directory(path) for path in left.directories)
        return (*((self.files(left.files),) if left.files else ()), *directories)

    def edited_last(self, copies: Iterable[Copy], source: str | None) -> tuple[Copy, ...]:
        """*copies* to separate places, in the order in which their layers are worth keeping: what by its name is no code (what a stage made of
        it comes after it), the other code, what holds *source*, a file or a directory of the service that is started or edited most. Whatever
        comes after a changed layer is made and sent anew."""
        started = posixpath.join(self.prefix, source) if source else ""
        return tuple(sorted(copies, key=lambda copy: (_holds(copy, started), not _is_data(copy))))

    def made(self, stage: str, path: str) -> Copy:
        """A directory that an earlier stage made, to the same place in the image."""
        return Copy(sources=(f"{HOME}/{path}/",), target=f"{path}/", stage=stage, origin=self.origin)

    def run(self, *commands: tuple[Word, ...], mounts: tuple[Mount, ...] = ()) -> Run:
        """Commands, each only after the one before it."""
        return Run(commands=commands, mounts=mounts, origin=self.origin)

    def fetch(self, *commands: tuple[Word, ...], mounts: tuple[Mount, ...] = ()) -> Run:
        """Likewise, of which one may take dependencies from a registry."""
        return Run(commands=commands, mounts=mounts, fetches=True, origin=self.origin)

    def cache(self, target: str, name: str) -> Mount:
        """A package manager's cache, kept between builds; one build at a time writes it."""
        return Mount(
            kind="cache", options=(("target", target), ("id", name), ("sharing", "locked")), origin=self.origin
        )

    def packages(self, names: tuple[str, ...]) -> tuple[Run, ...]:
        """Debian packages, as deploy.yaml asks for them. Lists and archives stay with the engine, and in no layer."""
        if not names:
            return ()
        install = ("apt-get", "install", "-y", "--no-install-recommends", *sorted(names))
        mounts = (self.cache("/var/cache/apt", "apt-archives"), self.cache("/var/lib/apt", "apt-lists"))
        origin = merged((self.origin, *(one.origin for one in self.asked if one.value in names)))
        return (replace(self.run(("apt-get", "update"), install, mounts=mounts), origin=origin),)

    def head(self, environment: Mapping[str, str | Wanted[str]], packages: tuple[str, ...] = ()) -> tuple[Step, ...]:
        """What a stage that runs begins with: the directory, the *environment* where there is any, Debian *packages*."""
        return (self.workdir(), *((self.env(environment),) if environment else ()), *self.packages(packages))

    def image(
        self, request: Request, stages: tuple[Stage, ...], argv: tuple[str, ...], **rest: Unpack[_Rest]
    ) -> ImageRecipe:
        """The image of *stages* that runs *argv*: a tool is called with words of its own behind these."""
        tool = request.archetype == "cli-tool"
        return ImageRecipe(
            stages=stages,
            entrypoint=argv if tool else (),
            command=() if tool else argv,
            context=context(stages),
            origin=self.origin,
            **rest,
        )

    def health(self, request: Request) -> tuple[Copy, ...]:
        """The generated health module."""
        if request.health is None:
            return ()
        source, target = request.health
        return (Copy(sources=(source,), target=target, generated=True, origin=request.origin),)


def _holds(copy: Copy, path: str) -> bool:
    return any(path == one or (one.endswith("/") and path.startswith(one)) for one in copy.sources)


def _is_data(copy: Copy) -> bool:
    return copy.stage is not None or all(
        one.endswith("/") and posixpath.basename(one.rstrip("/")).lower() in ASSETS for one in copy.sources
    )


def by_folder(paths: Iterable[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Files by the directory that they are in, as COPY puts files into one directory."""
    every = tuple(paths)
    folders = dict.fromkeys(posixpath.dirname(path) for path in every)
    return tuple(
        (f"{folder}/" if folder else "./", tuple(path for path in every if posixpath.dirname(path) == folder))
        for folder in folders
    )


def context(stages: Iterable[Stage]) -> tuple[str, ...]:
    """What of the build context the *stages* read: the allow-list, sorted."""
    copies = (step for stage in stages for step in stage.steps if isinstance(step, Copy) and step.stage is None)
    return tuple(sorted({source for copy in copies for source in copy.sources}))
