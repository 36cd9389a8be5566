"""``speccompile doctor``: everything that building and pushing needs, what is missing of it, and how to get that."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import click

from speccompile.cli.answering import format_option
from speccompile.cli.compile_options import compile_options
from speccompile.cli.engine_options import (
    checkout_of,
    compiled_as_on_disk,
    hints,
    registry_option,
)
from speccompile.cli.guard import Exit, guarded
from speccompile.cli.saying import say, say_json
from speccompile.cli.settings import settings
from speccompile.cli.tracked_secrets import tracked_secrets
from speccompile.cli.workspace import Asked, Compiled, Workspace
from speccompile.diagnostics import Diagnostic, Severity
from speccompile.errors import Refused
from speccompile.frontends.load import DEFAULT_OUTPUT
from speccompile.images import commands, git
from speccompile.images.checkout import Checkout, checkout
from speccompile.images.commands import Command
from speccompile.images.credentials import credential
from speccompile.images.engine import Kind
from speccompile.images.engines import Choice, choose
from speccompile.images.packages import install
from speccompile.images.registries import login_command, resolve
from speccompile.images.registry_client import Client, RegistryError
from speccompile.images.report import size
from speccompile.images.runner import Runner
from speccompile.record import record

_PODMAN_S = (("podman", "compose", "version"), ("podman-compose", "version"))
_ROOM = 2_000_000_000  # bytes that a build of a few services takes


@record()
class Check:
    """One thing that was looked at: what was found, and, when it does not do, how to get it.

    What is not ``required`` can be done without.
    """

    name: str
    good: bool
    found: str
    fix: str = ""
    required: bool = True


@click.command("doctor")
@registry_option
@format_option
@compile_options
@click.pass_obj
def command(directory: str, asked: Asked, registry: str | None, style: str) -> None:
    """List everything that is missing for building and pushing, each with the command that gets it.

    Builds nothing. Exit code 1 when something is missing that cannot be done without.

    Example: speccompile doctor --registry ghcr
    """

    def action(workspace: Workspace) -> Exit:
        runner = Runner()
        choice = choose(runner)
        compiled, project = _project(workspace, asked)
        root = workspace.root
        state = checkout_of(runner, compiled) if compiled else checkout(runner, root, (root,))
        checks = [
            *_engines(choice),
            _compose(runner, choice),
            *_git(runner, state),
            *_secrets(workspace, compiled),
            *_disk(runner, choice),
            *project,
            *(_settings(compiled, root) if compiled else ()),
            *_registry(runner, compiled, state, registry),
        ]
        missing = [check for check in checks if not check.good and check.required]
        if style == "json":
            say_json(
                {
                    "status": "missing" if missing else "ok",
                    "checks": [_data(check) for check in checks],
                    "diagnostics": [],
                }
            )
        else:
            say(_text(checks, len(missing)))
        return Exit.FOUND if missing else Exit.FINE

    guarded(action, Workspace.at(directory), style)


def _engines(choice: Choice) -> list[Check]:
    if choice.engine is None:
        return [Check(f"engine {flaw.program}", False, flaw.problem, flaw.fix) for flaw in choice.flaws]
    engine = choice.engine
    builder = "BuildKit" if engine.kind.is_docker else "its own builder, which understands the same Dockerfiles"
    able = [other.kind.command for other in choice.working if other.reproduces]
    return [
        Check("engine", True, f"{engine}: {choice.why}"),
        Check("BuildKit", True, f"{builder}: {engine.kind.value}"),
        Check(
            "reproducible builds",
            bool(able),
            ", ".join(able) if able else engine.limit,
            install("buildah"),
            required=False,
        ),
    ]


def _compose(runner: Runner, choice: Choice) -> Check:
    """Compose is what runs the services; images are built and pushed without it."""
    client = choice.engine.program if choice.engine and choice.engine.kind.is_docker else "docker"
    for argv in ((client, "compose", "version"), ("docker-compose", "version"), *_PODMAN_S):
        outcome = runner.answer(Command(argv), timeout=20)
        if outcome.ok:
            return Check("compose", True, outcome.output.splitlines()[0] if outcome.output else argv[0])
    return Check("compose", False, "not installed: the services cannot be run together", install("docker-compose"))


def _git(runner: Runner, state: Checkout) -> list[Check]:
    version = git.version(runner)
    if version is None:
        return [Check("git", False, "not installed: images cannot be tagged with a commit", install("git"))]
    if state.commit is None:
        fix = "git init && git add . && git commit"
        return [Check("git", False, f"{version}, but {state.problem}", fix)]
    dirty = f"{len(state.dirty)} files differ from the commit; push will refuse" if state.dirty else "no file differs"
    return [
        Check("git", True, f"{version}, commit {state.short}"),
        Check("clean checkout", not state.dirty, dirty, "git add . && git commit", required=False),
    ]


def _secrets(workspace: Workspace, compiled: Compiled | None) -> list[Check]:
    """That git tracks no file with secrets; one check a file that it does."""
    found = tracked_secrets(workspace, compiled.lock.output if compiled else DEFAULT_OUTPUT)
    flaws = [Check(f"secrets {d.span.path}", False, d.message, d.fix, d.severity is Severity.ERROR) for d in found]
    return flaws or [Check("secrets", True, "git tracks no file whose name or place is a secret's")]


def _disk(runner: Runner, choice: Choice) -> list[Check]:
    """Room where logs and images being made are kept, and where the engine keeps images, unless that is another machine."""
    places = [tempfile.gettempdir()]
    if choice.engine:
        places.append(runner.answer(commands.storage(choice.engine), timeout=20).output.strip())
    free = {place: shutil.disk_usage(place).free for place in places if Path(place).is_dir()}
    found = ", ".join(f"{size(room)} free in {place}" for place, room in free.items())
    clear = f"{choice.engine.kind.command} system prune" if choice.engine else "remove what is not needed"
    fix = "buildah rmi --prune" if choice.engine and choice.engine.kind is Kind.BUILDAH else clear
    return [Check("disk", all(room >= _ROOM for room in free.values()), found, f"{fix}, or make room another way")]


def _settings(compiled: Compiled, root: Path) -> list[Check]:
    """What the operator has filled in, where they have; images are built without it."""
    plan = compiled.compilation.plan
    place = f"{plan.layout.output}/.env" if plan.layout.output else ".env"
    found = settings(root / place, plan.parameters)
    if found is None:
        return []
    flaws = [f"{name} has no value" for name in found.missing]
    flaws += [f"{name} has characters that its URL would not hold" for name in found.breaking]
    fix = "fill it in as .env.example says; a password of letters and digits: openssl rand -hex 24"
    return [Check(".env", not flaws, "; ".join(flaws) or f"{place} has all that is required", fix, required=False)]


def _project(workspace: Workspace, asked: Asked) -> tuple[Compiled | None, list[Check]]:
    """The project's own prerequisites: it compiles, all is settled, and what is on disk is what the specs give."""
    try:
        compiled = compiled_as_on_disk(workspace, asked)
    except Refused as problem:
        return None, [Check(f"project {d.span}", False, d.message, d.fix) for d in problem.diagnostics]
    return compiled, [Check("project", True, f"{compiled.compilation.plan.app}: the files are what the specs give")]


def _registry(runner: Runner, compiled: Compiled | None, state: Checkout, asked: str | None) -> list[Check]:
    declared = compiled.compilation.spec.registry if compiled else None
    if not (asked or declared):
        fix = "name one with --registry, or `registry:` in deploy.yaml"
        return [Check("registry", False, "none is named", fix, required=False)]
    found = resolve(asked, declared, hints(runner, state))
    if isinstance(found, Diagnostic):
        return [Check("registry", False, found.message, found.fix)]
    known = credential(runner, found.prefix, os.environ)
    try:
        Client(found.host, known).ping()
    except RegistryError as problem:
        return [Check("registry login", False, f"{found.prefix}: {problem}", login_command(found.host))]
    user = f"as {known.user}" if known else "without credentials"
    return [Check("registry login", True, f"{found.prefix} answers, {user}")]


def _data(check: Check) -> dict[str, object]:
    return {
        "name": check.name,
        "ok": check.good,
        "found": check.found,
        "fix": None if check.good else check.fix,
        "required": check.required,
    }


def _text(checks: list[Check], missing: int) -> str:
    lines = []
    for check in checks:
        lines.append(f"{'✓' if check.good else '✗' if check.required else '·'} {check.name}: {check.found}")
        if not check.good:
            lines.append(f"    {check.fix}")
    ending = f"{missing} missing" if missing else "Everything that is needed is there."
    return "\n".join([*lines, "", ending])
