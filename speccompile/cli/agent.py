"""``speccompile agent``: makes the machine that it is on run what the current release says, again and again."""

from __future__ import annotations

import os
import re
import socket
import stat
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click

from speccompile.cli.agent_report import document, text
from speccompile.cli.answering import format_option, refused
from speccompile.cli.guard import Exit, guarded
from speccompile.cli.release_answer import told
from speccompile.cli.saying import say, say_json
from speccompile.cli.settings import assignments
from speccompile.cli.workspace import Workspace
from speccompile.codes.releases import PLATFORM
from speccompile.codes.stores import NO_ROOM, NOT_SECRET
from speccompile.diagnostics import quoted
from speccompile.errors import Refused
from speccompile.frontends.secretlike import named_like_secret
from speccompile.images.runner import Runner
from speccompile.local_state import Place
from speccompile.record import record
from speccompile.releases import documents, session
from speccompile.releases.agent.machine import Passing
from speccompile.releases.agent.rounds import Agent, Round
from speccompile.releases.agent.services import ServicesMachine
from speccompile.releases.agent.units import STATE, Installed, service, timer
from speccompile.releases.machine import Machine
from speccompile.releases.places import store_at
from speccompile.releases.quadlet import documents as quadlet_documents
from speccompile.releases.quadlet import session as quadlet_session
from speccompile.releases.quadlet.cellar import ROOT, open_directory
from speccompile.releases.quadlet.shelf import parameters, shelf
from speccompile.releases.remote import must_be_address
from speccompile.releases.runner import Hands
from speccompile.releases.site import Where
from speccompile.source import Span
from speccompile.spec.names import SERVICE_NAME

_UNITS = "/etc/systemd/system"
_CREDENTIALS = "/etc/speccompile/agent.env"
_EVERY = 300
_GRACE = 900
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@record(kw_only=True)
class _Told:
    """What the command line says of an agent. ``store`` is the address of the releases' store, ``grace`` the seconds for which what no release has any
    more is kept, ``every`` those between two rounds."""

    store: str
    app: str
    environment: str
    host: str
    values: Path | None
    state: Path
    grace: int
    every: int
    platform: str

    @property
    def argv(self) -> tuple[str, ...]:
        """The words that say the same again."""
        values = ("--values", str(self.values)) if self.values else ()
        named = ("--store", self.store, "--app", self.app, "--environment", self.environment, "--host", self.host)
        return (*named, "--platform", self.platform, *values, "--state", str(self.state), "--grace", str(self.grace))


def _name(_ctx: click.Context, _parameter: click.Parameter, given: str) -> str:
    if not re.fullmatch(SERVICE_NAME, given):
        raise click.BadParameter(f"{quoted(given)} is no name of an application or an environment")
    return given


def _host(_ctx: click.Context, _parameter: click.Parameter, given: str | None) -> str:
    name = given or socket.gethostname()
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,252}", name):
        raise click.BadParameter(f"{quoted(name)} is no name of a host")
    return name


def _store(_ctx: click.Context, _parameter: click.Parameter, given: str) -> str:
    if "://" in given:
        return given
    if not given.startswith("/"):
        raise click.BadParameter("a directory is named from the root, as the agent is started from anywhere")
    return given


_OPTIONS = (
    click.option("--store", required=True, callback=_store, metavar="ADDRESS", help="Where the releases are: a directory (absolute), oci:// or s3://."),
    click.option("--app", required=True, callback=_name, metavar="NAME", help="The application."),
    click.option("-e", "--environment", required=True, callback=_name, metavar="NAME", help="The environment."),
    click.option("--host", callback=_host, metavar="NAME", help="What this machine is called in releases. Default: its host name."),
    click.option("--platform", type=click.Choice(("compose", "quadlet")), default="compose", show_default=True, help="What runs the services here."),
    click.option("--values", type=click.Path(dir_okay=False, path_type=Path), help="The file with the values of parameters, for root alone to read."),
    click.option("--state", type=click.Path(file_okay=False, path_type=Path), default=STATE, show_default=True, help="Where the agent remembers."),
    click.option("--grace", type=click.IntRange(0, 2_592_000), default=_GRACE, show_default=True,
                 help="Seconds for which a service that no release has any more is kept."),
    click.option("--every", type=click.IntRange(5, 86_400), default=_EVERY, show_default=True, help="Seconds between two rounds."),
)  # fmt: skip


def _options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of every command here: it gets them as ``asked``."""

    @wraps(command)
    def with_asked(*args: Any, **given: Any) -> Any:
        names = ("store", "app", "environment", "host", "state", "grace", "every", "platform")
        told_here = {name: given.pop(name) for name in names}
        values = given.pop("values")
        asked = _Told(values=values.absolute() if values else None, **told_here)
        return command(*args, asked=asked, **given)

    for option in reversed(_OPTIONS):
        with_asked = option(with_asked)
    return with_asked


@click.group("agent")
def command() -> None:
    """Let this machine run what the current release of an application says, by asking its store again and again.

    `agent run` is what a timer starts; with --once --format json it gives what it did as a document. `agent install` writes the timer.

    Example: speccompile agent run --once --store /srv/releases --app bank --environment production
    """


@command.command("run")
@_options
@click.option("--once", is_flag=True, help="One round, then end: 0 when all is as the release says, else 1.")
@format_option
@click.pass_obj
def run(directory: str, /, *, asked: _Told, once: bool, style: str) -> None:
    """Read the current release, compare it with what runs here, and put right what differs; what does not get well is left as it was.

    Example: speccompile agent run --once --store s3://acme-releases/bank --app bank --environment production --values /etc/speccompile/bank.env
    """

    def action(workspace: Workspace) -> int:
        while True:
            code = told(workspace, style, lambda: _round(workspace, asked, style))
            if once:
                return code
            time.sleep(asked.every)

    guarded(action, Workspace.exactly(directory), style)


@command.command("install")
@_options
@click.option("--dry-run", is_flag=True, help="Show the units, and write nothing.")
@click.option(
    "--root",
    type=click.Path(file_okay=False, path_type=Path),
    default="/",
    help="Write below this directory: for an image of a machine.",
)
@click.pass_obj
def install(directory: str, /, *, asked: _Told, dry_run: bool, root: Path) -> None:
    """Write a systemd service that runs one round, and its timer. Nothing is started: how to is said.

    Example: speccompile agent install --dry-run --store oci://ghcr.io/acme/bank-releases --app bank --environment production
    """

    def action(workspace: Workspace) -> Exit:
        if "://" in asked.store:
            must_be_address(asked.store)
        agent = Installed(
            app=asked.app,
            environment=asked.environment,
            argv=(*_program(), "agent", "run", "--once", *asked.argv),
            every=asked.every,
            credentials=_CREDENTIALS,
            writes=_writes(asked),
        )
        units = {f"{_UNITS}/{agent.name}.service": service(agent), f"{_UNITS}/{agent.name}.timer": timer(agent)}
        if dry_run:
            say("\n".join(f"# {path}\n{content}" for path, content in units.items()).rstrip())
            return Exit.FINE
        try:
            for path, content in units.items():
                _write(Path(root, path.lstrip("/")), content)
            for path in agent.writes:
                open_directory(Path(root, path.lstrip("/")))
        except OSError as problem:
            fix = "run it as root, or with --root DIR, or with --dry-run and copy what it shows"
            finding = NO_ROOM.at(
                Span(str(problem.filename or root)), f"the units cannot be written: {problem.strerror}", fix=fix
            )
            return refused(Refused([finding]), workspace, "text")
        say(
            "\n".join(
                (
                    *(f"wrote {path}" for path in units),
                    f"then: systemctl daemon-reload && systemctl enable --now {agent.name}.timer",
                )
            )
        )
        return Exit.FINE

    guarded(action, Workspace.exactly(directory), "text")


def _writes(asked: _Told) -> tuple[str, ...]:
    """The directories of units and programs that it has to write."""
    there = shelf(asked.app, user=False)
    return (str(there.units), str(there.timers), f"{ROOT}/{asked.app}") if asked.platform == "quadlet" else ()


def _program() -> tuple[str, ...]:
    """How this program is started from anywhere."""
    beside = Path(sys.executable).with_name("speccompile")
    return (str(beside),) if beside.is_file() else (sys.executable, "-P", "-m", "speccompile")


def _write(place: Path, content: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    Place(str(place.parent), ()).put(place.name, content.encode())
    place.chmod(0o644)


def _round(workspace: Workspace, asked: _Told, style: str) -> Exit:
    values = _values(_file_of_values(asked))
    state = asked.state / asked.app / asked.environment
    try:
        state.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as problem:
        fix = "run it as root, or let --state name a directory that is yours"
        raise Refused(
            [NO_ROOM.at(Span(str(state)), f"the agent cannot remember anything: {problem.strerror}", fix=fix)]
        ) from problem
    agent = Agent(
        store=store_at(asked.store, Path("/"), asked.app, asked.environment),
        machine=_machine(asked, values, state),
        host=asked.host,
        platform=asked.platform,
        directory=state,
        grace=asked.grace,
        clock=lambda: datetime.now(UTC),
    )
    try:
        done = agent.round()
    except Passing as problem:
        fix = "see that the engine runs and the file of values is whole; the next round tries again"
        refused(Refused([PLATFORM.at(Span(asked.host), str(problem).replace("\n", " "), fix=fix)]), workspace, style)
        return Exit.TRANSIENT
    return _answered(workspace, done, style)


def _machine(asked: _Told, values: Mapping[str, str], state: Path) -> ServicesMachine:
    """This machine, with what runs the services on it; raises ``Refused`` where that does not answer."""
    store = store_at(asked.store, Path("/"), asked.app, asked.environment)
    where = Where(
        app=asked.app,
        environment=asked.environment,
        machine=Machine(),
        values=str(asked.values) if asked.values else None,
        directory=str(asked.values.parent if asked.values else state),
        watch=0,
        told=values,
        kept=store.kept,
    )
    hands = Hands(Runner([value for name, value in values.items() if named_like_secret(name)]))
    units = asked.platform == "quadlet"
    return ServicesMachine(
        session=quadlet_session.opened(hands, where) if units else session.opened(hands, where),
        store=store,
        check=quadlet_documents.checked if units else documents.checked,
        directory=state,
        say=lambda line: click.echo(line, err=True),
    )


def _file_of_values(asked: _Told) -> Path | None:
    """The file of values; that of units has a place of its own, where systemd reads it."""
    if asked.values or asked.platform != "quadlet":
        return asked.values
    file = parameters(asked.app, user=os.geteuid() != 0)
    return file if file.exists() else None


def _answered(workspace: Workspace, done: Round, style: str) -> Exit:
    if style == "json":
        say_json(document(done))
        return Exit.FINE if done.well else Exit.FOUND
    say(text(done))
    if done.findings:
        return refused(Refused(done.findings), workspace, style)
    return Exit.FINE if done.well else Exit.FOUND


def _values(file: Path | None) -> Mapping[str, str]:
    """The values in *file*, to be hidden; raises ``Refused`` where anybody else could read or change it."""
    if file is None:
        return {}
    try:
        status = file.stat()
    except OSError as problem:
        raise Refused(
            [
                NOT_SECRET.at(
                    Span(str(file)),
                    f"the file of values cannot be read: {problem.strerror}",
                    fix="put it there, for root alone to read",
                )
            ]
        ) from problem
    if status.st_mode & _OTHERS or status.st_uid not in (0, os.geteuid()):
        message = "the file of values has secrets in it, and others may read or change it"
        raise Refused([NOT_SECRET.at(Span(str(file)), message, fix=f"chown root {file} && chmod 600 {file}")])
    return {name: one.value.strip("'\"") for name, one in (assignments(file) or {}).items()}
