"""Images of Elixir's releases: compiled and assembled by Mix in one stage, with Erlang itself; run on plain Debian, of the same release, in the other.

A release writes what it makes of its configuration when it starts (RELEASE_TMP), and it may not write beside itself. Distribution is off: the cookie that
would let others in is made by Mix and lies in the image, where it is nobody's secret (https://hexdocs.pm/mix/Mix.Tasks.Release.html#module-environment-variables).
"""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.codes.stacks_static import NOT_A_SERVER
from speccompile.diagnostics import Diagnostic
from speccompile.errors import Refused
from speccompile.plan.image import Copy, ImageRecipe, Stage, Step
from speccompile.provenance import Wanted
from speccompile.record import record
from speccompile.stacks import probe
from speccompile.stacks.debian import merged
from speccompile.stacks.elixir import natives, scripts
from speccompile.stacks.elixir.facts import ElixirFacts
from speccompile.stacks.elixir.lock import PATH as LOCK
from speccompile.stacks.request import Request
from speccompile.stacks.sources import Sources
from speccompile.stacks.steps import USER, Steps, by_folder
from speccompile.stacks.written import HOME

_BUILDING = {"LANG": "C.UTF-8", "MIX_ENV": "prod"}
_RUNNING = {"LANG": "C.UTF-8", "RELEASE_DISTRIBUTION": "none", "RELEASE_TMP": "/tmp/release"}  # noqa: S108  # in the container
_PAPERS = (".formatter.exs", ".credo.exs", ".dialyzer_ignore.exs", ".sobelow-conf", "coveralls.json", LOCK)
_CACHE = ("/root/.hex/packages", "hex")
_TOOLS = (("mix", "local.hex", "--force"), ("mix", "local.rebar", "--force"))
_MADE = "/made"


@record()
class _Making:
    facts: ElixirFacts
    request: Request
    steps: Steps

    @property
    def tool(self) -> bool:
        """Whether it is a command that is made, rather than a release."""
        return self.request.archetype == "cli-tool" and self.facts.mixfile.escript is not None

    @property
    def own(self) -> Sources:
        """The sources, but for what only developers read."""
        return self.facts.sources.without(_PAPERS)

    @property
    def made(self) -> str:
        """The command, where it is one."""
        return self.facts.mixfile.command or ""


def recipe(facts: ElixirFacts, request: Request) -> ImageRecipe:
    """A release that runs, or a command."""
    making = _Making(facts, request, Steps.for_(facts, request))
    argv = _command(making)
    front = (scripts.stage(facts.scripts, making.steps),) if facts.scripts else ()
    probing = probe.compiled(making.steps, request, probe.COMPILER)
    stages = (*probing, *front, _build(making), _final(making))
    return making.steps.image(
        request,
        stages,
        argv,
        stack="elixir",
        user=USER,
        needs_init=True,  # Erlang starts helpers, which it does not wait for when it is killed
        probe=probe.argv(request),
        language=probe.LANGUAGE,
    )


def _command(making: _Making) -> tuple[str, ...]:
    facts, request = making.facts, making.request
    found: tuple[Diagnostic, ...] = facts.obstacles
    argv = request.command.value if request.command else ()
    if making.tool and not argv:
        argv = ("escript", f"{HOME}/{making.made}")
    elif not facts.release:
        found = (*found, *facts.unstartable)
    elif not argv and request.archetype == "web-service" and not facts.serves:
        found = (*found, _no_server(facts))
    elif not argv:
        argv = (f"{HOME}/{facts.program}", "start")
    if found:
        raise Refused(found)
    return argv


def _build(making: _Making) -> Stage:
    facts, request, steps = making.facts, making.request, making.steps
    locked = steps.because_of(*facts.evidence)
    lock = (LOCK,) if facts.locked.there else ()
    compiled = steps.fetch if facts.mixfile.assets else steps.run
    return steps.stage(
        "build",
        steps.base(f"elixir:{facts.runtime.value}-otp-{facts.otp.value}-slim", facts.runtime),
        (
            steps.workdir(),
            steps.env(_BUILDING),
            *steps.packages(merged(facts.natives.build, request.build_packages)),
            *((steps.fetch(*_TOOLS),) if facts.locked.there else ()),
            *(locked.files(files, folder) for folder, files in by_folder((*facts.manifests, *lock))),
            *_installed(making, locked),
            *steps.tree(making.own, already=(*facts.manifests, *lock)),
            *((scripts.brought(facts.scripts, steps),) if facts.scripts else ()),
            # Both compile first what is not compiled.
            compiled(*_pages(facts), _product(making)),
        ),
    )


def _installed(making: _Making, locked: Steps) -> Iterator[Step]:
    """The packages exactly as locked, compiled before the sources are there, with the settings that these are compiled by."""
    facts = making.facts
    if not facts.locked.there:
        return
    get = ("mix", "deps.get", "--only", "prod", "--check-locked")
    yield locked.fetch(get, mounts=(locked.cache(*_CACHE),))
    yield from (locked.files(files, folder) for folder, files in by_folder(facts.settings))
    yield locked.run(("mix", "deps.compile"))


def _pages(facts: ElixirFacts) -> Iterator[tuple[str, ...]]:
    """What makes scripts and styles, by programs that Mix fetches."""
    if facts.mixfile.assets:
        yield ("mix", "assets.deploy")


def _product(making: _Making) -> tuple[str, ...]:
    if making.tool:
        return ("mix", "escript.build")
    # A release that mix.exs does not name is made without a name: with that of the application Mix knows none.
    named = making.facts.mixfile.releases[:1]
    return ("mix", "release", *named, "--path", _MADE)


def _final(making: _Making) -> Stage:
    facts, request, steps = making.facts, making.request, making.steps
    if making.tool:
        brought = Copy(sources=(f"{HOME}/{making.made}",), target="./", stage="build", origin=steps.origin)
        content: tuple[Step, ...] = (*steps.head({"LANG": _RUNNING["LANG"]}, request.runtime_packages), brought)
        return steps.stage("final", steps.base(f"erlang:{facts.otp.value}-slim", facts.otp), content)
    environment: dict[str, str | Wanted[str]] = {
        **_RUNNING,
        **({"PHX_SERVER": "true"} if facts.phoenix and request.port else {}),
        **request.port_as("PORT"),
    }
    release = Copy(sources=(f"{_MADE}/",), target="./", stage="build", origin=steps.origin)
    content = (
        *steps.head(dict(sorted(environment.items())), merged(facts.natives.run, request.runtime_packages)),
        *probe.brought(request),
        release,
    )
    return steps.stage("final", steps.base(f"debian:{natives.DEBIAN}-slim", facts.otp), content)


def _no_server(facts: ElixirFacts) -> Diagnostic:
    return NOT_A_SERVER.at(
        facts.evidence[0],
        "a web-service listens, and neither Phoenix nor Bandit nor Cowboy is started by the sources",
        fix="start one in the application's supervisor, or say what runs by `command` in specs/deploy.yaml",
    )
