"""An image of a package.json being made: what is known, what is asked for, and the words of the package manager."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import replace

from speccompile.errors import Refused
from speccompile.plan.image import Base, Copy, Env, Run, Step, Workdir
from speccompile.provenance import Wanted
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.javascript import native
from speccompile.stacks.javascript.facts import JsFacts
from speccompile.stacks.javascript.lockfiles import BERRY, YARN
from speccompile.stacks.javascript.packagejson import SECTIONS
from speccompile.stacks.javascript.parts import Part
from speccompile.stacks.request import Request
from speccompile.stacks.sources import Sources
from speccompile.stacks.steps import QUIET, Steps
from speccompile.stacks.written import HOME
from speccompile.vocabulary import Language

# Tools that call home, and the variable that stops each of them.
_TELEMETRY = {
    "@nestjs/cli": "NEST_TELEMETRY_DISABLED",
    "@strapi/strapi": "STRAPI_TELEMETRY_DISABLED",
    "astro": "ASTRO_TELEMETRY_DISABLED",
    "gatsby": "GATSBY_TELEMETRY_DISABLED",
    "next": "NEXT_TELEMETRY_DISABLED",
    "nuxt": "NUXT_TELEMETRY_DISABLED",
    "turbo": "TURBO_TELEMETRY_DISABLED",
}
_GIT = ("ca-certificates=20*", "git=1:*")


# Webpack 4 digests with MD4. What builds with it, and the last major version that does.
_MD4 = {"@vue/cli-service": 4, "gatsby": 2, "next": 10, "nuxt": 2, "react-scripts": 4, "webpack": 4}
_MAJOR = regex(r"[\^~>=v\s]*(\d{1,4})")
_LEGACY = (("NODE_OPTIONS", "--openssl-legacy-provider"),)


@record(kw_only=True)
class Toolchain:
    """The words of a package manager. Argument vectors; ``cache`` is its target and name.

    ``setup`` installs the manager itself; ``environment`` is what it is told in the stages in which it runs;
    ``prune`` takes away from what ``install`` made, without a registry, all that ``install_production`` would not have made; () where the
    manager has no such command, or none that was tried here. ``execute`` comes before a program of an installed package. With ``every_manifest``
    its lock is checked against all members of a workspace. ``scriptless`` are the words before the scripts that an installation is not to run, where
    those are taken out of the manifests; () where a flag does it. ``path`` is the image's own PATH.
    """

    stack: str
    language: Language
    build_image: str
    run_image: str
    interpreter: str
    setup: tuple[tuple[str, ...], ...] = ()
    install: tuple[tuple[str, ...], ...]
    install_production: tuple[tuple[str, ...], ...]
    prune: tuple[tuple[str, ...], ...] = ()
    run_script: tuple[str, ...]
    execute: tuple[str, ...]
    cache: tuple[str, str]
    environment: tuple[tuple[str, str], ...] = ()
    every_manifest: bool = False
    scriptless: tuple[str, ...] = ()
    path: str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@record()
class Making:
    """An image being made."""

    facts: JsFacts
    request: Request
    tools: Toolchain

    @property
    def root(self) -> str:
        """The workspace's root as seen from the build context."""
        return self.facts.workspace.seen_from(self.request.prefix)

    @property
    def steps(self) -> Steps:
        """Steps that say why they are there; their files are as seen from the workspace's root."""
        return replace(Steps.for_(self.facts, self.request), prefix=self.root)

    @property
    def own(self) -> Part:
        """The service's own package."""
        return self.facts.parts[-1]

    @property
    def home(self) -> str:
        """Where the service's own package is in the image."""
        return self.facts.home

    def base(self, image: str) -> Base:
        """*image* with the version of the runtime in it."""
        return self.steps.base(image.format(version=self.facts.runtime.value), self.facts.runtime)

    @property
    def run_base(self) -> Base:
        """The image that the program runs in."""
        other = self.facts.runs_on
        return (
            self.steps.base(self.tools.run_image.format(version=other.value), other)
            if other
            else self.base(self.tools.run_image)
        )

    @property
    def configuration(self) -> tuple[str, ...]:
        """What the installation reads beside manifests and lock."""
        return tuple(sorted((*self.facts.configuration, *self.facts.admitted(self.request.supplied))))

    def ran(self, command: tuple[str, ...]) -> tuple[str, ...]:
        """*command* after the installation: both yarns insist that every variable in their configuration is set, if to nothing."""
        wanted = {name for one in self.facts.withheld if one.path in self.configuration for name in one.variables}
        empty = sorted(wanted & self.request.secrets) if self.facts.manager in (YARN, BERRY) else []
        return ("env", *(f"{name}=" for name in empty), *command) if empty else command

    def refuse(self) -> None:
        """Raise with everything that stands in the way of this image."""
        facts, request = self.facts, self.request
        started = request.command is None and not (request.archetype == "cli-tool" and facts.program_runs)
        found = (*facts.obstacles, *(facts.unstartable if started else ()))
        if found:
            raise Refused(found)

    def opened(self) -> tuple[Step, ...]:
        """How every stage begins that runs tools: the environment, Debian's packages, the package manager."""
        compiles = self.tools.interpreter == "node" and native.compiles(self.facts.native)
        headers = (native.HEADERS,) if compiles else ()
        old = _LEGACY if compiles_with_md4(self.facts) else ()
        environment = self.quiet(**dict((*self.tools.environment, *self._native_environment(), *headers, *old)))
        steps = self.steps.because_of(*(one.span for one in self.facts.tools))
        setup = (steps.run(*self.tools.setup, mounts=(steps.cache("/root/.npm", "npm"),)),) if self.tools.setup else ()
        return (self.steps.workdir(), environment, *self._build_packages(), *setup)

    def quiet(self, **more: str | Wanted[str]) -> Env:
        """The environment in which no tool calls home."""
        told = {_TELEMETRY[name]: "1" for name in sorted(_TELEMETRY) if name in self.facts.package.all_dependencies}
        return self.steps.besides(*self._asking).env({**QUIET, **told, **more})

    def runtime_packages(self) -> tuple[Run, ...]:
        """Debian's packages that the service needs to run."""
        direct = [self.facts.workspace.manifest(place) for place in ("", *self.facts.workspace.linked)]
        only_dev = {
            name for one in direct for name in one.all_dependencies if not any(name in p.dependencies for p in direct)
        }
        wanted = (word for one in self.facts.native if one.name not in only_dev for word in one.runtime)
        return self._packages(_merged(self.request.runtime_packages, wanted))

    def runtime_environment(self) -> dict[str, str]:
        """Variables that native packages read when they run."""
        return dict(self._native_environment())

    def tree(self, part: Part, sources: Sources, already: Iterable[str] = ()) -> Iterator[Copy]:
        """*sources* of a part, each to its place."""
        steps = replace(self.steps, prefix=posixpath.join(self.root, part.directory).rstrip("/"))
        for copy in steps.tree(sources, already):
            yield replace(copy, target=_below(part.directory, copy.target))

    def there(self, directory: str) -> Workdir:
        """The image's directory for one of the workspace."""
        return replace(self.steps.workdir(), path=posixpath.join(HOME, directory).rstrip("/"))

    def _native_environment(self) -> Iterator[tuple[str, str]]:
        for one in self.facts.native:
            yield from native.ENVIRONMENT.get(one.name, ())

    def _build_packages(self) -> tuple[Run, ...]:
        workspace = self.facts.workspace
        wanted = [word for one in self.facts.native for word in one.build]
        manifests = [workspace.manifest(place) for place in ("", *workspace.linked)]
        ranges = (text for one in manifests for section in SECTIONS for text in one.sections[section].values())
        wanted += _GIT if native.from_git(ranges) else ()
        return self._packages(_merged(self.request.build_packages, wanted))

    def _packages(self, names: tuple[str, ...]) -> tuple[Run, ...]:
        """Debian's packages, which the dependencies that want them cause."""
        return self.steps.besides(*self._asking).packages(names)

    @property
    def _asking(self) -> tuple[Span, ...]:
        """Where the service's manifest names the packages of the table."""
        package, manifest = self.own.package, self.facts.evidence[0].path
        named = (one.name for one in self.facts.native if one.name in package.all_dependencies)
        return tuple(replace(package.at(name), path=manifest) for name in named)


def compiles_with_md4(facts: JsFacts) -> bool:
    """Whether a build needs a digest that Node.js 17 and later give only on demand."""
    major = facts.runtime.value.partition(".")[0]
    if facts.runtime.name != "node" or not major.isdecimal() or int(major) < 17:
        return False
    ranges = ((facts.package.sections[section].get(name), last) for section in SECTIONS for name, last in _MD4.items())
    lowest = ((_MAJOR.match(text), last) for text, last in ranges if text)
    return any(found is not None and int(found[1]) <= last for found, last in lowest)


def _merged(asked: tuple[str, ...], wanted: Iterable[str]) -> tuple[str, ...]:
    """What deploy.yaml asks for, and what else is wanted; deploy.yaml's version of a package is the one."""
    names = {one.partition("=")[0] for one in asked}
    return (*asked, *sorted({one for one in wanted if one.partition("=")[0] not in names}))


def _below(directory: str, target: str) -> str:
    if not directory:
        return target
    inside = posixpath.normpath(posixpath.join(directory, target))
    return f"{inside}/" if target.endswith("/") else inside
