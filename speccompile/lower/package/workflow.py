"""The jobs that publish a library.

Two jobs: the first one builds and tests without any right but reading; the second one, in the protected environment
``release``, compares the tag with the version, builds and publishes with the token of trusted publishing. Handing the
built package from the first job to the second would need an action of a third party, so the second builds again; it
runs no tests, and dependencies get to run no scripts of theirs while they are installed. Versions of what the runner
does not have are exact.
"""

from __future__ import annotations

from collections.abc import Sequence

from speccompile.lower.package.manifest import Place
from speccompile.plan.workflow import CHECKOUT, TOKEN, Event, Job, Permission, Value, Workflow, WorkflowStep
from speccompile.provenance import Origin
from speccompile.record import record

RUNNER = "ubuntu-24.04"
ENVIRONMENT = "release"
UV = "0.13.8"
TWINE = "7.0.0"
# The first version of npm that can publish with an identity token.
NPM = "11.5.1"
MINUTES = 15

_NODE = (
    'bin="$(find "$RUNNER_TOOL_CACHE/node" -maxdepth 3 -path "*/node/$NODE_MAJOR.*/bin" | sort -V | tail -n 1)"',
    'test -n "$bin" || { echo "::error::this runner has no Node.js $NODE_MAJOR"; exit 1; }',
    'echo "$bin" >> "$GITHUB_PATH"',
)
_NPM = (
    'oldest="$(printf \'%s\\n\' "$NPM_LEAST" "$(npm --version)" | sort -V | head -n 1)"',
    'test "$oldest" = "$NPM_LEAST" || { echo "::error::trusted publishing needs npm $NPM_LEAST or later"; exit 1; }',
)
_SAME = 'test "$GITHUB_REF_NAME" = "$TAG_PREFIX$version" || { echo "::error::not $TAG_PREFIX$version"; exit 1; }'
_NPM_TAG = ('version="$(node --print \'require("./package.json").version\')"', _SAME)
# NAME-VERSION-….whl, where no hyphen is left in name and version (PEP 427).
_PYPI_TAG = (
    "set -- dist/*.whl",
    'wheel="${1##*/}"',
    'version="${wheel#*-}"',
    'version="${version%%-*}"',
    _SAME,
)


_NOTES: dict[str, tuple[str, ...]] = {
    "npm": ("npm takes a trusted publisher only for a package that it knows: publish the first version by hand.",),
    "pypi": (),
}


@record()
class Commands:
    """What to run: the steps that install, build and test, each a name, a script and the directory to run it in."""

    tools: tuple[WorkflowStep, ...]
    install: tuple[WorkflowStep, ...]
    build: tuple[WorkflowStep, ...]
    test: tuple[WorkflowStep, ...]


def step(origin: Origin, name: str, *script: str, directory: str = "", **environment: Value) -> WorkflowStep:
    """A step; *environment* as keyword arguments."""
    pairs = tuple(sorted(environment.items()))
    return WorkflowStep(name=name, script=script, environment=pairs, directory=directory, origin=origin)


def node_tools(origin: Origin, major: str, bun: str | None) -> tuple[WorkflowStep, ...]:
    """Node.js from the runner's own cache, and Bun where the library is built with it."""
    tools = (step(origin, "Put Node.js on the path", *_NODE, NODE_MAJOR=major),)
    if bun is None:
        return tools
    return (*tools, step(origin, "Install Bun", 'npm install --global "bun@$BUN_VERSION"', BUN_VERSION=bun))


def python_tools(origin: Origin) -> tuple[WorkflowStep, ...]:
    """uv, which brings the Python that the later steps ask for."""
    return (step(origin, "Install uv", 'pipx install "uv==$UV_VERSION"', UV_VERSION=UV),)


def npm_workflow(place: Place, origin: Origin, commands: Commands, *, access: str, provenance: bool) -> Workflow:
    """Build, test, publish to the npm registry."""
    here = place.directory
    flags = " --provenance" if provenance else ""
    publish = (
        step(origin, "Check that npm can publish with an identity", *_NPM, NPM_LEAST=NPM),
        step(origin, "Check that the tag names the version", *_NPM_TAG, directory=here, TAG_PREFIX=_prefix(place)),
        *commands.install,
        *commands.build,
        step(origin, "Publish", f"npm publish{flags} --access {access}", directory=here),
    )
    shown = step(origin, "Show what would be published", "npm pack --dry-run", directory=here)
    checks = (*commands.install, *commands.build, *commands.test, shown)
    return _workflow(place, origin, "npm", (*commands.tools, *checks), (*commands.tools, *publish))


def pypi_workflow(place: Place, origin: Origin, commands: Commands) -> Workflow:
    """Build, test, publish to PyPI."""
    here = place.directory
    twine = step(
        origin,
        "Check the metadata",
        'uv tool run --from "twine==$TWINE_VERSION" twine check --strict dist/*',
        directory=here,
        TWINE_VERSION=TWINE,
    )
    publish = (
        *commands.build,
        step(origin, "Check that the tag names the version", *_PYPI_TAG, directory=here, TAG_PREFIX=_prefix(place)),
        twine,
        step(origin, "Publish", "uv publish --trusted-publishing always", directory=here),
    )
    checks = (*commands.install, *commands.test, *commands.build, twine)
    return _workflow(place, origin, "pypi", (*commands.tools, *checks), (*commands.tools, *publish))


def _prefix(place: Place) -> str:
    """What comes before the version in a release's tag."""
    return "v" if place.alone else f"{place.service}-v"


def _workflow(
    place: Place, origin: Origin, registry: str, checks: Sequence[WorkflowStep], publish: Sequence[WorkflowStep]
) -> Workflow:
    name = f"{registry}-publish" if place.alone else f"{registry}-publish-{place.service}"
    # The only value that an expression gives is the job's own token, to the one step that needs it.
    checkout = step(origin, "Check out the tagged commit", *CHECKOUT, GH_TOKEN=TOKEN)
    read = Permission(scope="contents", access="read", why="to check out", origin=origin)
    identity = Permission(
        scope="id-token", access="write", why="proves to the registry which workflow this is", origin=origin
    )
    check = Job(
        key="check",
        name="Build and test",
        permissions=(read,),
        steps=(checkout, *checks),
        timeout=MINUTES,
        origin=origin,
    )
    release = Job(
        key="publish",
        name="Publish",
        permissions=(read, identity),
        steps=(checkout, *publish),
        timeout=MINUTES,
        needs=("check",),
        environment=ENVIRONMENT,
        origin=origin,
    )
    head = (
        "It belongs in .github/workflows. The registry has to know it as a trusted publisher,",
        f"with the environment {ENVIRONMENT}.",
        f"A release is tagged {_prefix(place)} and the version, such as {_prefix(place)}1.2.3.",
    )
    path = place.artifact(f"{name}.yml")
    return Workflow(
        path=path,
        name=name,
        runner=RUNNER,
        events=(Event(name="release", filter="types", words=("published",), origin=origin),),
        jobs=(check, release),
        notes=(*head, *_NOTES[registry]),
        origin=origin,
    )
