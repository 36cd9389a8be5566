"""``speccompile verify``: run the project's own tests and proofs, and record what they said about what. The one command that runs its code."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import click

from speccompile.cli.answering import format_option, refused, services_argument, shown
from speccompile.cli.compile_options import output_option
from speccompile.cli.guard import Exit, guarded
from speccompile.cli.saying import say, say_json
from speccompile.cli.verify_answer import as_rows, as_text
from speccompile.cli.workspace import Asked, Compiled, Workspace
from speccompile.detect.detection import detect
from speccompile.detect.shipped import shipped
from speccompile.diagnostic_data import as_data
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.errors import Refused
from speccompile.evidence.environment import confined
from speccompile.evidence.recording import joined, text
from speccompile.evidence.running import Bench
from speccompile.evidence.verifying import Done, Project, Subject, proofs, tests
from speccompile.images.runner import Runner
from speccompile.ownership import EVIDENCE
from speccompile.project.disk import DiskTree
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.spec.project import ServiceSpec
from speccompile.targets import generates
from speccompile.writer import replace


@record()
class _Request:
    """The options."""

    services: tuple[str, ...]
    seconds: float
    variables: tuple[str, ...]
    style: str


@click.command("verify")
@services_argument
@click.option(
    "--timeout",
    "seconds",
    type=click.FloatRange(1, 86400),
    default=600,
    show_default=True,
    help="Seconds for each run.",
)
@click.option(
    "--env", "variables", multiple=True, metavar="NAME", help="Hand this environment variable on to the tests, too."
)
@output_option("Where the generated files are: what `generate` was given with -o. Default: as for `generate`.")
@format_option
@click.pass_obj
def command(directory: str, /, output: str | None, style: str, **options: Any) -> None:
    """Run the project's own tests and proofs, and record what they showed in specs/verification.json.

    THIS RUNS CODE OF THE PROJECT, which no other command does: the tests of the stack, or the commands of `verify` in deploy.yaml, as you, in
    the project's directory. Run it on sources that you trust, or where they can do no harm. Of the environment they get what programs need to
    be found and to run, and what --env names. Dafny proves specs/dafny/*.dfy, TLC checks specs/tla/*.cfg.

    Exit code 1 when anything did not pass. Generate again afterwards: labels say what was verified.

    Example: speccompile verify api --timeout 1200
    """
    request = _Request(style=style, **options)

    def action(workspace: Workspace) -> Exit:
        try:
            return _verify(workspace, request, Asked(output=output))
        except Refused as problem:
            return refused(problem, workspace, style, runs=[], files=[])

    guarded(action, Workspace.at(directory), style)


def _verify(workspace: Workspace, request: _Request, asked: Asked) -> Exit:
    compiled = workspace.settled().looked_at(asked)
    services = _chosen(compiled, request.services)
    hidden_values = [os.environ[name] for name in request.variables if name in os.environ]
    bench = Bench(Runner(hidden_values), confined(os.environ, request.variables), request.seconds)
    project = Project(workspace.root, partial(_tree, compiled))
    found: list[Diagnostic] = []
    done: list[Done] = []
    texts: dict[str, str] = {}
    for manifest, group in _by_manifest(services).items():
        mine: list[Done] = []
        for subject in (_subject(compiled, spec) for spec in group):
            _told(f"running the tests of {subject.spec.name}", request)
            came = tuple(tests(bench, project, subject))
            mine += [one for one in came if isinstance(one, Done)]
            found += [one for one in came if isinstance(one, Diagnostic)]
        mine += proofs(bench, project, _sharing(compiled, manifest))
        done += mine
        names = [spec.name for spec in group]
        texts[_beside(manifest)] = text(joined(group[0].evidence, [one.run for one in mine], names))
    replace(workspace.root, texts, generates)
    found += [finding for one in done for finding in one.findings]
    shown(found, workspace, request.style)
    if request.style == "json":
        status = "failed" if found else "ok"
        body = {"status": status, "runs": list(as_rows(done)), "files": sorted(texts)}
        say_json({**body, "diagnostics": [as_data(d) for d in found]})
    else:
        say(
            as_text(
                compiled.compilation.plan.app, done, [workspace.seen(path) for path in sorted(texts)], good=not found
            )
        )
    return Exit.FOUND if found else Exit.FINE


def _told(what: str, request: _Request) -> None:
    if request.style != "json":
        click.echo(f"{what} …", err=True)


def _chosen(compiled: Compiled, names: Sequence[str]) -> tuple[ServiceSpec, ...]:
    """The services that are built here, or those that are named."""
    there = compiled.compilation.spec.services
    known = [spec.name for spec in there]
    unknown = [name for name in names if name not in known]
    if unknown:
        raise click.BadParameter(f"{quoted(unknown[0])} is not one of: {', '.join(known)}", param_hint="SERVICE")
    return tuple(spec for spec in there if not names or spec.name in names)


def _by_manifest(services: Iterable[ServiceSpec]) -> Mapping[str, list[ServiceSpec]]:
    found: dict[str, list[ServiceSpec]] = {}
    for spec in services:
        found.setdefault(spec.manifest_path, []).append(spec)
    return found


def _sharing(compiled: Compiled, manifest: str) -> tuple[ServiceSpec, ...]:
    return tuple(spec for spec in compiled.compilation.spec.services if spec.manifest_path == manifest)


def _beside(manifest: str) -> str:
    return posixpath.join(posixpath.dirname(manifest), EVIDENCE)


def _tree(compiled: Compiled) -> Tree:
    """The sources as they are now, as a compilation sees them."""
    return DiskTree(compiled.workspace.root).hiding(compiled.seen.own)


def _subject(compiled: Compiled, spec: ServiceSpec) -> Subject:
    """A service with its stack and what gets into its image; a library has none."""
    plan, tree = compiled.compilation.plan, _tree(compiled)
    service = next((one for one in plan.services if one.name == spec.name), None)
    if service is None:
        wanted = spec.deploy.stack if spec.deploy else None
        taken = detect(tree.below(spec.directory) if spec.directory else tree, wanted, spec.directory).taken
        return Subject(spec, taken.stack.name if taken else "", ())
    return Subject(spec, service.image.stack, shipped(service.image, tree, plan.layout.project_in_context))
