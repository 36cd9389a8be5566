"""``speccompile secrets``: the commands that hand a cluster its secrets. They name files and variables; no value is printed, nor stands in an argument."""

from __future__ import annotations

import posixpath
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from speccompile.cli.compile_options import compile_options
from speccompile.cli.guard import Exit, guarded
from speccompile.cli.reporters import report
from speccompile.cli.saying import say
from speccompile.cli.settings import Assignment, assignments, breaks_a_url
from speccompile.cli.workspace import Asked, Compiled, Workspace
from speccompile.codes.kubernetes import HANDED
from speccompile.diagnostics import Diagnostic
from speccompile.plan.plan import Plan
from speccompile.realise.kubernetes.kinds import KubernetesPlan
from speccompile.realise.kubernetes.realisation import realised
from speccompile.record import record
from speccompile.source import Span

_UNQUOTE = "s/^\\([^=]*\\)='\\(.*\\)'$/\\1=\\2/"


@record(kw_only=True)
class _Place:
    """Where they are created: how kubectl is called for the cluster (words of a shell), and the namespace."""

    kubectl: str
    namespace: str


@click.command("secrets")
@click.argument("platform", type=click.Choice(("kubernetes",)), metavar="kubernetes")
@click.option(
    "--env-file",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where the operator's values are. Default: .env in the output directory.",
)
@click.option("--namespace", help="The namespace that they are for. Default: the application's name.")
@click.option("--context", "cluster", help="The context of kubectl that they are for. Default: the current one.")
@compile_options
@click.pass_obj
def command(
    directory: str, platform: str, file: Path | None, namespace: str | None, cluster: str | None, asked: Asked
) -> None:
    """Print the kubectl commands that create the secrets which manifests refer to, or replace them: for a POSIX shell, to be run from here.

    Values stay in the files that hold them: the commands name these.

    Example: speccompile secrets kubernetes --env-file .env
    """
    del platform

    def action(workspace: Workspace) -> Exit:
        compiled = workspace.settled().compiled(asked)
        plan = compiled.compilation.plan
        realisation = realised(plan)
        if realisation is None or not (realisation.files or realisation.values):
            say("# no workload is given a secret")
            return Exit.FINE
        where = file or Path(workspace.seen(posixpath.join(compiled.lock.output, ".env")))
        told = assignments(Path(directory) / where if file else where)
        found = tuple(_wrong(plan, realisation, str(where), told))
        report(found, workspace, "text")
        if found:
            return Exit.FOUND
        kubectl = f"kubectl --context {shlex.quote(cluster)}" if cluster else "kubectl"
        place = _Place(kubectl=kubectl, namespace=namespace or realisation.app)
        for line in _commands(compiled, realisation, where, told or {}, place):
            say(line)
        return Exit.FINE

    guarded(action, Workspace.at(directory), "text")


def _wrong(
    plan: Plan, realisation: KubernetesPlan, file: str, told: Mapping[str, Assignment] | None
) -> Iterator[Diagnostic]:
    """What keeps the commands from handing over what is meant."""
    files = {one.parameter for one in plan.secrets if one.name in realisation.files}
    wanted = sorted(files | set(realisation.values))
    in_urls = {one.name for one in plan.parameters if one.in_url}
    if told is None:
        lines = " and ".join(f"{name}={'the path of a file' if name in files else '…'}" for name in wanted)
        message = f"{file} cannot be read: it says where the secrets are"
        yield HANDED.at(
            Span(file), message, fix=f"write it, with a line for each: {lines}; or name another file with --env-file"
        )
        return
    for name in wanted:
        one = told.get(name)
        if one is None or not one.value:
            what = "the path of a file that holds it" if name in files else "…"
            yield HANDED.at(Span(file), f"{file} has no value for {name}", fix=f"write a line {name}={what} there")
        elif name in realisation.values and not _is_alike(one.value):
            message = f"{name} is not in quotes that compose, a shell and the command below read alike"
            fix = "write the value in single quotes, with none of these in it; or without quotes, where it is letters, digits and - . _ ~ only"
            yield HANDED.at(Span(file, one.line, 1), message, fix=fix)
        elif name in in_urls and breaks_a_url(one.value):
            message = f"{name} becomes part of a URL as it is, and has characters that mean something there"
            fix = "choose a value of letters, digits and - . _ ~ only (openssl rand -hex 24 gives one)"
            yield HANDED.at(Span(file, one.line, 1), message, fix=fix)


def _is_alike(value: str) -> bool:
    """Whether *value* is the same to all who read the file: without quotes, or in single ones as a whole."""
    if value[0] == "'":
        return len(value) > 1 and value[-1] == "'" and "'" not in value[1:-1]
    return value[0] != '"'


def _commands(
    compiled: Compiled, plan: KubernetesPlan, file: Path, told: Mapping[str, Assignment], there: _Place
) -> Iterator[str]:
    if there.namespace == plan.app:
        manifest = compiled.workspace.seen(posixpath.join(compiled.lock.output, "kubernetes/base/namespace.yaml"))
        yield f"{there.kubectl} apply --server-side --filename {shlex.quote(manifest)}"
    else:
        made = f"{there.kubectl} create namespace {shlex.quote(there.namespace)} --dry-run=client --output=yaml"
        yield f"{made} | {there.kubectl} apply --server-side --filename -"
    if plan.files:
        places = {
            one.name: told[one.parameter].value.strip("'\"")
            for one in compiled.compilation.plan.secrets
            if one.name in plan.files
        }
        options = " ".join(
            f"--from-file={shlex.quote(f'{name}={file.parent / place}')}" for name, place in sorted(places.items())
        )
        yield _created(plan.files_secret, there, options)
    if plan.values:
        pattern = shlex.quote(f"^({'|'.join(plan.values)})=")
        created = _created(plan.values_secret, there, "--from-env-file=/dev/stdin")
        # kubectl would take quotes for a part of the value.
        yield f"grep -E {pattern} {shlex.quote(str(file))} | sed {shlex.quote(_UNQUOTE)} | {created}"


def _created(name: str, there: _Place, options: str) -> str:
    """Created or replaced: what is printed on the way stays in the pipe."""
    where = shlex.quote(there.namespace)
    create = (
        f"{there.kubectl} create secret generic {name} --namespace {where} {options} --dry-run=client --output=yaml"
    )
    return f"{create} | {there.kubectl} apply --server-side --filename -"
