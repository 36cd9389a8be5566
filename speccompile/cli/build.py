"""``speccompile build``: what is on disk becomes images."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from speccompile.cli.answering import format_option, services_argument
from speccompile.cli.build_answer import Done, answer
from speccompile.cli.compile_options import compile_options, strict_option
from speccompile.cli.engine_options import (
    checkout_of,
    chosen_services,
    compiled_as_on_disk,
    engine_option,
    hints,
    no_engine,
    registry_option,
    tag_option,
)
from speccompile.cli.gate import Gate, admitted, turned_away
from speccompile.cli.guard import Exit, guarded
from speccompile.cli.progress import watching
from speccompile.cli.pushes import PushOrder, dirty, push_all
from speccompile.cli.source_digests import source_digests
from speccompile.cli.traces import traces
from speccompile.cli.workspace import Asked, Compiled, Workspace
from speccompile.codes.engines import NOT_ONE_PLATFORM, NOT_REPRODUCIBLE
from speccompile.diagnostics import Diagnostic
from speccompile.errors import Refused
from speccompile.images.build_secrets import hidden, parsed, resolved
from speccompile.images.building import Order, build_all
from speccompile.images.checkout import Checkout
from speccompile.images.commands import Secret
from speccompile.images.engine import Engine
from speccompile.images.engines import choose
from speccompile.images.jobs import Job, Naming, jobs
from speccompile.images.labels import epoch
from speccompile.images.registries import Registry, resolve
from speccompile.images.report import totals
from speccompile.images.results import BuildFailed, BuildResult
from speccompile.images.runner import Runner
from speccompile.record import record
from speccompile.source import Span


@record(kw_only=True)
class _Request:
    """The options."""

    services: tuple[str, ...]
    engine: str
    tags: tuple[str, ...]
    platforms: tuple[str, ...]
    registry: str | None
    push: bool
    allow_dirty: bool
    reproducible: bool
    no_cache: bool
    trace_writes: bool
    secrets: tuple[str, ...]
    side_by_side: int
    files: Asked
    strict: bool
    style: str

    @property
    def gate(self) -> Gate:
        """What may be missing."""
        return Gate(self.strict, self.files.allow_unverified)


@click.command("build")
@services_argument
@engine_option
@tag_option
@click.option(
    "--platform", "platforms", multiple=True, metavar="P", help="Build for this platform, such as linux/arm64."
)
@click.option("--push", is_flag=True, help="Push what was built.")
@registry_option
@click.option("--allow-dirty", is_flag=True, help="With --push: push although files differ from the commit.")
@click.option(
    "--reproducible", is_flag=True, help="The same commit gives the same digest; refused where the engine cannot."
)
@click.option("--no-cache", is_flag=True, help="Build every step anew.")
@click.option(
    "--trace-writes",
    is_flag=True,
    help="Run each image once, sealed off, and list what it writes where production forbids it.",
)
@click.option(
    "--secret",
    "secrets",
    multiple=True,
    metavar="id=NAME,env=VARIABLE|src=FILE",
    help="Where a secret of build.secrets is. Default: the environment variable of its name.",
)
@click.option(
    "--jobs", "side_by_side", type=click.IntRange(1, 64), default=2, show_default=True, help="Builds side by side."
)
@format_option
@compile_options
@strict_option
@click.pass_obj
def command(directory: str, /, asked: Asked, engine_name: str, style: str, **options: Any) -> None:
    """Build the images of all services, or of those that are named.

    What is on disk is what is built: refused when it is not what the specs give. A checklist shows which tests or proofs have not passed
    (`speccompile verify`), and which assertions are not settled, lost or not understood. That stops, unless --allow-unverified is given, here or
    on this machine to the `generate` of these specs; labels then say `false`.
    Images are tagged with the short commit and the version, -dirty when files differ from the commit.

    Example: speccompile build api --tag v1
    """
    request = _Request(files=asked, engine=engine_name, style=style, **options)

    def action(workspace: Workspace) -> Exit:
        try:
            return _build(workspace, request)
        except Refused as problem:
            return turned_away(problem, workspace, style, request.gate, builds=[], totals=totals([]))

    guarded(action, Workspace.at(directory), style)


def _build(workspace: Workspace, request: _Request) -> Exit:
    began = time.monotonic()
    given = _given(workspace, request.secrets)
    compiled = compiled_as_on_disk(workspace, request.files)
    plan = compiled.compilation.plan
    chosen_services(plan, request.services)
    admission = admitted(compiled, request.services, request.gate, request.style)
    secrets = resolved(
        [one for one in plan.services if not request.services or one.name in request.services], given, os.environ
    )
    runner = Runner(hidden(secrets, os.environ))
    engine, why = _engine(runner, request)
    state = checkout_of(runner, compiled)
    registry = _registry(runner, compiled, state, request)
    problems = dirty(state) if request.push and not request.allow_dirty else []
    if problems:
        raise Refused(problems)
    naming = Naming(registry=registry.prefix if registry else None, checkout=state, asked=request.tags)
    todo = jobs(plan, workspace.root, request.services, naming)
    if request.style != "json":
        click.echo(f"engine: {engine}: {why}", err=True)
        for secret in secrets:
            click.echo(f"build secret: {secret.id} from {secret.source}", err=True)
    results, interrupted = _images(_Tools(runner, engine, state, secrets, source_digests(compiled)), request, todo)
    tried = traces(runner, engine, plan, results, request.style) if request.trace_writes and not interrupted else ()
    done = Done(compiled, engine, state, results, time.monotonic() - began, interrupted, admission, tried)
    pushes = None
    if done.good and request.push and registry:
        pushes = push_all(
            runner, PushOrder(compiled, state, todo, registry, (engine,), request.allow_dirty, request.gate.build)
        )
    return answer(done, pushes, request.style)


@record()
class _Tools:
    """What builds, and from what."""

    runner: Runner
    engine: Engine
    checkout: Checkout
    secrets: tuple[Secret, ...]
    sources: Mapping[str, str]


def _images(tools: _Tools, request: _Request, todo: Sequence[Job]) -> tuple[tuple[BuildResult, ...], bool]:
    """Build; the logs of builds that failed are kept, and nothing else."""
    made = epoch(tools.checkout, os.environ)
    if isinstance(made, Diagnostic):
        raise Refused([made])
    logs = Path(tempfile.mkdtemp(prefix="speccompile-build-"))
    with watching() as watch:
        order = Order(
            runner=tools.runner,
            engine=tools.engine,
            checkout=tools.checkout,
            made=made,
            logs=logs,
            watch=watch,
            platform=request.platforms[0] if request.platforms else None,
            secrets=tools.secrets,
            reproducible=request.reproducible,
            no_cache=request.no_cache,
            side_by_side=request.side_by_side,
            sources=tools.sources,
        )
        results, interrupted = build_all(order, todo)
    kept = {result.log for result in results if isinstance(result, BuildFailed)}
    for file in logs.iterdir():
        if str(file) not in kept:
            file.unlink()
    if not kept:
        logs.rmdir()
    return results, interrupted


def _given(workspace: Workspace, texts: Sequence[str]) -> dict[str, Secret]:
    """What ``--secret`` says, by id; a usage error when one is not understood."""
    try:
        return {secret.id: secret for secret in (parsed(text, workspace.start) for text in texts)}
    except ValueError as problem:
        raise click.BadParameter(str(problem), param_hint="--secret") from problem


def _engine(runner: Runner, request: _Request) -> tuple[Engine, str]:
    choice = choose(runner, request.engine, reproducible=request.reproducible)
    if choice.engine is None:
        raise no_engine(choice)
    problems = []
    if request.reproducible and not choice.engine.reproduces:
        message = f"{choice.engine} cannot build reproducibly: {choice.engine.limit}"
        fix = "use --engine buildah, or BuildKit 0.13 or later: docker buildx create --driver docker-container --use"
        problems.append(NOT_REPRODUCIBLE.at(Span("--reproducible"), message, fix=fix))
    if len(set(request.platforms)) > 1:
        message = f"{choice.engine} keeps an image for one platform, {len(set(request.platforms))} were asked for"
        fix = "build and push once for each, with --tag, then join them: docker manifest create"
        problems.append(NOT_ONE_PLATFORM.at(Span("--platform"), message, fix=fix))
    if problems:
        raise Refused(problems)
    return choice.engine, choice.why


def _registry(runner: Runner, compiled: Compiled, state: Checkout, request: _Request) -> Registry | None:
    """Where the images are going; without --push it is only part of their names, and need not be known."""
    declared = compiled.compilation.spec.registry
    if not (request.registry or declared or request.push):
        return None
    found = resolve(request.registry, declared, hints(runner, state))
    if isinstance(found, Diagnostic):
        raise Refused([found])
    return found
