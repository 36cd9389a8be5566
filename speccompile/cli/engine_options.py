"""What the commands that use an engine have in common: options, the choice of an engine, the checkout."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace

import click

from speccompile.cli.broken import refuse_broken
from speccompile.cli.workspace import Asked, Compiled, Workspace
from speccompile.codes.drift import MISSING
from speccompile.codes.engines import NO_ENGINE, NOTHING_TO_BUILD
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.drift import drift, findings
from speccompile.errors import Refused
from speccompile.images.checkout import Checkout, checkout
from speccompile.images.credentials import user_of
from speccompile.images.engines import NAMES, Choice
from speccompile.images.registries import Hints
from speccompile.images.runner import Runner
from speccompile.paths import join
from speccompile.plan.plan import Plan
from speccompile.source import Span

engine_option = click.option(
    "--engine",
    "engine_name",
    type=click.Choice(NAMES),
    default="auto",
    show_default=True,
    help="What builds and pushes.",
)
registry_option = click.option(
    "--registry", metavar="REGISTRY", help="ghcr, dockerhub, ecr or HOST[:PORT]/PATH. Default: what deploy.yaml says."
)
tag_option = click.option("--tag", "tags", multiple=True, metavar="T", help="One more tag; may be repeated.")


def compiled_as_on_disk(workspace: Workspace, asked: Asked) -> Compiled:
    """The project, compiled, its assertions settled or not; raises ``Refused`` when the files on disk are not what the specs give, or not all
    generated."""
    compiled = workspace.settled().compiled(replace(asked, allow_unverified=True))
    refuse_broken(compiled)
    found = findings(drift(workspace.root, workspace.lock(), compiled.expected)) or _left_out(compiled)
    if found:
        raise Refused(found)
    return compiled


def _left_out(compiled: Compiled) -> tuple[Diagnostic, ...]:
    """What is built from and is not generated, since deploy.yaml chooses only other targets."""
    output = compiled.lock.output
    needed = sorted({path for s in compiled.compilation.plan.services for path in (s.dockerfile, s.ignorefile)})
    message = "this file is not generated: deploy.yaml chooses only other targets"
    return tuple(
        MISSING.at(
            Span(join(output, path)),
            message,
            fix="add dockerfile and ignore to `targets`, then run `speccompile generate`",
        )
        for path in needed
        if path not in compiled.compilation.there
    )


def chosen_services(plan: Plan, services: Sequence[str]) -> None:
    """Raise for a service that is not there, and for a project that has none."""
    names = [service.name for service in plan.services]
    unknown = [name for name in services if name not in names]
    if unknown and names:
        raise click.BadParameter(f"{quoted(unknown[0])} is not one of: {', '.join(names)}", param_hint="SERVICE")
    if not names:
        message = "no service of this project becomes an image"
        fix = "publish the library instead: `speccompile generate` writes the workflow for it"
        raise Refused([NOTHING_TO_BUILD.at(Span("."), message, fix=fix)])


def no_engine(choice: Choice) -> Refused:
    """All that is wrong with every engine, in one go."""
    return Refused(
        [NO_ENGINE.at(Span(flaw.program), f"{flaw.program}: {flaw.problem}", fix=flaw.fix) for flaw in choice.flaws]
    )


def checkout_of(runner: Runner, compiled: Compiled) -> Checkout:
    """The state of the project's files in git: its directory and its output directory."""
    root = compiled.workspace.root
    return checkout(runner, root, (root, (root / compiled.lock.output).resolve()))


def hints(runner: Runner, state: Checkout) -> Hints:
    """What the surroundings say about registries."""
    return Hints(os.environ, state.remote, user_of(runner, "docker.io", os.environ))


def on_terminal() -> bool:
    """Whether somebody is there to be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()
