"""Images of Ruby projects: gems by Bundler in one stage, copied into the other together with the sources."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.codes.stacks import NO_START
from speccompile.codes.stacks_static import NOT_A_SERVER
from speccompile.diagnostics import Diagnostic
from speccompile.errors import Refused
from speccompile.plan.image import Base, Copy, ImageRecipe, Stage, Step
from speccompile.provenance import Wanted
from speccompile.record import record
from speccompile.stacks import assets
from speccompile.stacks.debian import merged
from speccompile.stacks.request import Request
from speccompile.stacks.ruby import debian
from speccompile.stacks.ruby.facts import RubyFacts
from speccompile.stacks.ruby.gemfile import CACHE, LOCK, PATH, PIN
from speccompile.stacks.sources import Sources
from speccompile.stacks.steps import USER, Steps
from speccompile.stacks.written import HOME

_GEMS = "/usr/local/bundle"
_WITHOUT = {"BUNDLE_WITHOUT": "development:test"}
_RUNNING = {"BUNDLE_FROZEN": "true", **_WITHOUT, "BUNDLE_USER_HOME": "/tmp/bundle"}  # noqa: S108  # in the container
_RAILS = {"RAILS_ENV": "production", "RAILS_LOG_TO_STDOUT": "1", "RAILS_SERVE_STATIC_FILES": "1"}
_SCRATCH = ("log", "tmp")
_MADE = "public/assets"
_PAPERS = ("Rakefile.local", ".rspec", "Guardfile", "Capfile")


@record()
class _Making:
    facts: RubyFacts
    request: Request
    steps: Steps

    @property
    def rails(self) -> bool:
        """Whether it is an application of Rails."""
        return self.facts.server is not None and self.facts.server.kind == "rails"

    @property
    def built(self) -> bool:
        """Whether there is a stage that builds."""
        return self.facts.installs or bool(self.request.build_packages)

    @property
    def manifests(self) -> tuple[str, ...]:
        """The files that Bundler reads, when it installs and when the program runs."""
        if self.facts.bundle is None:
            return ()
        return (PATH, *((LOCK,) if self.facts.bundle.has_lock else ()), *((PIN,) if self.facts.pinned else ()))

    @property
    def own(self) -> Sources:
        """The sources, but for what only installations read."""
        besides = self.facts.assets.files if self.facts.assets else ()
        vendored = ("vendor",) if self.facts.bundle and self.facts.bundle.cached else ()
        return self.facts.sources.without((*_PAPERS, *besides, *vendored))

    def base(self) -> Base:
        """The image with Ruby."""
        return self.steps.base(f"ruby:{self.facts.runtime.value}-slim-{debian.DEBIAN}", self.facts.runtime)


def recipe(facts: RubyFacts, request: Request) -> ImageRecipe:
    """A server, a job, or a command line tool."""
    making = _Making(facts, request, Steps.for_(facts, request))
    argv = _command(making)
    stages = (*_assets(making), *_build(making), _final(making))
    return making.steps.image(
        request,
        stages,
        argv,
        stack="ruby",
        user=USER,
        needs_init=argv[:3] != ("bundle", "exec", "puma"),
        probe=request.probe("ruby"),
        language="ruby",
        writable=tuple(f"{HOME}/{path}" for path in (_SCRATCH if making.rails else ())),
    )


def _command(making: _Making) -> tuple[str, ...]:
    facts, request = making.facts, making.request
    found: tuple[Diagnostic, ...] = facts.obstacles
    argv = request.command.value if request.command else ()
    if not argv and request.archetype == "web-service" and facts.server:
        argv = facts.server.argv(request.port.value if request.port else facts.port)
    elif not argv and request.archetype == "web-service":
        found = (*found, *(facts.unstartable or (_no_server(facts),)))
    elif not argv and facts.script:
        argv = (*(("bundle", "exec") if facts.installs else ()), "ruby", facts.script)
    elif not argv:
        found = (*found, *(facts.unstartable or (_no_program(facts),)))
    if found:
        raise Refused(found)
    return argv


def _assets(making: _Making) -> Iterator[Stage]:
    if making.facts.assets:
        yield assets.stage(making.facts.assets, making.steps, making.facts.sources)


def _build(making: _Making) -> Iterator[Stage]:
    """The gems exactly as locked, and the assets of Rails."""
    if not making.built:
        return
    facts, steps = making.facts, making.steps
    yield steps.stage(
        "build",
        making.base(),
        (
            steps.workdir(),
            steps.env({**_WITHOUT, **(_RAILS if making.rails else {})}),
            *steps.packages(merged(facts.packages.build, making.request.build_packages)),
            *_installed(making),
            *_compiled(making),
        ),
    )


def _installed(making: _Making) -> Iterator[Step]:
    facts, steps = making.facts, making.steps
    if not facts.installs:
        return
    locked = steps.because_of(*facts.evidence)
    yield locked.files(making.manifests)
    cached = facts.bundle.cached if facts.bundle else ()
    if cached:
        yield locked.files(cached, f"{CACHE}/")
    install = ("env", "BUNDLE_FROZEN=true", "bundle", "install", *(("--local",) if cached else ()))
    yield locked.fetch(install, mounts=(locked.cache(f"{_GEMS}/cache", "bundler"),))


def _compiled(making: _Making) -> Iterator[Step]:
    """Assets: the application is read with a key that says nothing, and with Node.js' part of them made before."""
    facts, steps = making.facts, making.steps
    if not facts.compiles:
        return
    yield from steps.tree(making.own, already=making.manifests)
    if facts.assets:
        yield assets.made(facts.assets, steps)
    skipped = ("SKIP_CSS_BUILD=1", "SKIP_JS_BUILD=1") if facts.assets else ()
    yield steps.run(("env", "SECRET_KEY_BASE_DUMMY=1", *skipped, "bundle", "exec", "rake", "assets:precompile"))


def _final(making: _Making) -> Stage:
    facts, request, steps = making.facts, making.request, making.steps
    environment: dict[str, str | Wanted[str]] = {
        **({"RUBY_YJIT_ENABLE": "1"} if facts.server and _compiles(facts) else {}),
        **({"RACK_ENV": "production", "APP_ENV": "production"} if facts.server and facts.bundle else {}),
        **(_RAILS if making.rails else {}),
        **(_RUNNING if facts.installs else {}),
        **request.port_as("PORT"),
    }
    pages = (steps.made("build", _MADE),) if facts.compiles else ()
    content: tuple[Step, ...] = (
        *steps.head(dict(sorted(environment.items())), merged(facts.packages.run, request.runtime_packages)),
        *_gems(making),
        *((steps.files(making.manifests),) if making.manifests else ()),
        *steps.health(request),
        *steps.edited_last(
            (*steps.tree(making.own, already=making.manifests), *pages), "app/" if making.rails else facts.source
        ),
    )
    return steps.stage("final", making.base(), content)


def _compiles(facts: RubyFacts) -> bool:
    """Whether this Ruby compiles what runs often, if it is told to: from 3.3 on without using much more memory."""
    return tuple(int(part) for part in facts.runtime.value.split(".")[:2]) >= (3, 3)


def _gems(making: _Making) -> Iterator[Copy]:
    if making.facts.installs:
        yield Copy(sources=(f"{_GEMS}/",), target=f"{_GEMS}/", stage="build", origin=making.steps.origin)


def _no_server(facts: RubyFacts) -> Diagnostic:
    return NOT_A_SERVER.at(
        facts.evidence[0],
        "a web-service listens, and there is neither a config.ru, nor Rails, nor a program that opens a port",
        fix="add config.ru, or say what runs by `command` in specs/deploy.yaml",
    )


def _no_program(facts: RubyFacts) -> Diagnostic:
    return NO_START.at(
        facts.evidence[0],
        "there is a server, and no program that could be run besides",
        fix="set the service's `command` in specs/deploy.yaml",
    )
