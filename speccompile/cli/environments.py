"""What `deploy`, `status` and `rollback` have in common: the environment, its store, its machines, and values that are never shown."""

from __future__ import annotations

import getpass
import os
import socket
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from speccompile import regular
from speccompile.cli.release_report import outputs, urls
from speccompile.cli.workspace import Asked, Compiled, Workspace
from speccompile.codes.releases import BAD_VALUES, NO_ENVIRONMENT, STORE, VALUES, WITHDRAWN
from speccompile.diagnostics import Diagnostic, Severity, quoted
from speccompile.errors import Refused
from speccompile.frontends.wording import suggestion
from speccompile.images.runner import Runner
from speccompile.paths import join
from speccompile.record import record
from speccompile.releases import granted, history
from speccompile.releases.composition import Composition
from speccompile.releases.documents import asked_for
from speccompile.releases.granted import Granted
from speccompile.releases.machine import Machine
from speccompile.releases.places import store_at
from speccompile.releases.record import Release, Released
from speccompile.releases.runner import Hands
from speccompile.releases.session import Session, opened
from speccompile.releases.site import Engine, Site, Where
from speccompile.releases.sites import engine
from speccompile.releases.store import Store, Unreachable
from speccompile.source import Span
from speccompile.spec.environments import Environment
from speccompile.verify.readers.dotenv import Unreadable

_COMPOSE = "docker-compose.yml"
_SHORTEST = 6
_LARGEST = 65536


@record(kw_only=True)
class Scene:
    """An environment of a project: the project as it is there, compiled, the store of its releases, the values by parameter."""

    name: str
    environment: Environment
    engine: Engine
    compiled: Compiled
    store: Store
    values: Mapping[str, str]
    file: Path | None

    @property
    def app(self) -> str:
        """The application's name."""
        return self.compiled.compilation.plan.app

    def last(self) -> Release | None:
        """The last release, None where there is none, or where it was deployed to another platform; raises ``Refused`` when it cannot be read."""
        found = history.newest(self.store)
        return found if found and found.platform == self.environment.on else None

    def wanted(self) -> Composition:
        """What the specs come to, by service; images are still names."""
        compilation = self.compiled.compilation
        return self.engine.composition(compilation.files, compilation.plan)

    def of(self, services: Mapping[str, Released], front_door: str | None) -> Composition:
        """What the platform was told of *services* in a release, to be told so again; raises ``Refused`` where that is not there or not the compiler's, or
        has what deploy.yaml does not give now."""
        return self._composition(services, front_door, granted.of(self.compiled.compilation.plan))

    def seen(self, services: Mapping[str, Released], front_door: str | None) -> Composition:
        """The same, only to look at: nothing of it is run."""
        return self._composition(services, front_door, None)

    def before(self, last: Release | None) -> tuple[Composition | None, tuple[Diagnostic, ...]]:
        """What to go back to where a deployment fails, and why there is nothing; raises ``Refused``, as ``of`` does."""
        try:
            return (self.of(last.services, last.front_door) if last else None), ()
        except Refused as refused:
            if any(one.code != WITHDRAWN.id for one in refused.diagnostics):
                raise
            return None, tuple(
                replace(
                    one,
                    severity=Severity.WARNING,
                    message=f"the last release cannot be gone back to by itself, where this one fails: {one.message}",
                    fix="nothing, while that was taken out on purpose: what is started beside what runs needs no way back",
                )
                for one in refused.diagnostics
            )

    def _composition(
        self, services: Mapping[str, Released], front_door: str | None, given: Granted | None
    ) -> Composition:
        return history.composition(
            self.store, services, front_door, lambda content, place: self.engine.checked(content, place, given)
        )

    def outputs(self) -> dict[str, dict[str, str]]:
        """The URLs of the services."""
        if not self.engine.brings_front_door:
            return urls(self.compiled.compilation.plan)
        return outputs(self.compiled.compilation.plan, self.values, self.engine.address(self.machines[0]))

    def sites(self) -> tuple[Site, ...]:
        """All machines, each ready; raises ``Refused`` when one does not answer."""
        return tuple(map(self.site, self.machines))

    def site(self, machine: Machine) -> Site:
        """One of the machines, ready; raises ``Refused`` when it does not answer."""
        return self.engine.opened(Hands(Runner(self._hidden())), self._where(machine))

    def first_session(self) -> Session:
        """The first of the machines that compose is on, ready; raises ``Refused`` when it does not answer."""
        return opened(Hands(Runner(self._hidden())), self._where(self.machines[0]))

    @property
    def machines(self) -> tuple[Machine, ...]:
        """Those that are deployed to; this one, where none is named."""
        return tuple(map(Machine, self.environment.machines)) or (Machine(),)

    def _where(self, machine: Machine) -> Where:
        return Where(
            app=self.app,
            environment=self.name,
            machine=machine,
            values=str(self.file) if self.file else None,
            told=self.values,
            asked=frozenset(asked_for(self.compiled.compilation.files.get(_COMPOSE, ""))),
            directory=str(self._output),
            watch=self.environment.watch or 0,
            context=self.environment.context,
            namespace=self.environment.namespace,
            said=self.environment.at("on"),
            kept=self.store.kept,
        )

    @property
    def _output(self) -> Path:
        return Path(self.compiled.workspace.root, self.compiled.lock.output).resolve()

    def _hidden(self) -> tuple[str, ...]:
        """Values of secrets, and what is in files that hold them, where those are on this machine."""
        secret = {one.name for one in self.compiled.compilation.plan.parameters if one.secret}
        found = [value for name, value in self.values.items() if name in secret]
        for one in self.compiled.compilation.plan.secrets:
            place = self.values.get(one.parameter)
            if place:
                try:
                    found.append(regular.read_named(Path(self._output, place), _LARGEST).decode("utf-8").strip())
                except (OSError, UnicodeDecodeError):
                    continue
        return tuple(one for one in found if len(one) >= _SHORTEST)


def scene(workspace: Workspace, name: str, asked: Asked) -> Scene:
    """The environment *name*; raises ``Refused`` when there is none, when the project does not compile, or it cannot be deployed to from here."""
    whole = workspace.settled().compiled(asked)
    there = environment_named(whole, name)
    deployed_by = engine(there.on)
    compiled = workspace.compiled(Asked(output=asked.output, allow_unverified=asked.allow_unverified, environment=name))
    file = _values_file(compiled, there, deployed_by.output)
    try:
        store = store_at(there.releases, workspace.root, compiled.compilation.plan.app, name)
    except OSError as problem:
        raise Refused([unreachable(f"{problem.strerror}")]) from problem
    return Scene(
        name=name,
        environment=there,
        engine=deployed_by,
        compiled=compiled,
        store=store,
        values=_values(compiled, there, file, deployed_by),
        file=file,
    )


def environment_named(compiled: Compiled, name: str) -> Environment:
    """The environment *name* of a project; raises ``Refused`` when there is none."""
    environments = _environments(compiled)
    if name in environments:
        return environments[name]
    known = sorted(environments)
    fix = suggestion(name, known, f"add it to specs/deploy.yaml: environments: {{{name[:40]}: {{on: compose}}}}")
    has = f"; there are {', '.join(known)}" if known else ", and none at all"
    raise Refused([NO_ENVIRONMENT.at(_file(environments), f"there is no environment {quoted(name)}{has}", fix=fix)])


def _environments(compiled: Compiled) -> dict[str, Environment]:
    return {one.name: one.says for one in compiled.compilation.spec.environments}


def only_environment(workspace: Workspace, asked: Asked, named: str | None) -> str:
    """The environment *named*, or the only one that there is; raises ``Refused`` where there are several, or none."""
    if named is not None:
        return named
    environments = _environments(workspace.settled().compiled(asked))
    known = sorted(environments)
    if len(known) == 1:
        return known[0]
    message = (
        f"there are several environments: {', '.join(known)}" if known else "specs/deploy.yaml has no `environments`"
    )
    fix = f"say which: --environment {known[0]}" if known else "add one: environments: {production: {on: compose}}"
    raise Refused([NO_ENVIRONMENT.at(_file(environments), message, fix=fix)])


def unreachable(problem: Unreachable | str) -> Diagnostic:
    """What a store said, as a finding."""
    return STORE.at(
        Span("releases"),
        f"the store of releases does not answer: {problem}",
        fix="mend that, then run the command again",
    )


def holder() -> str:
    """Who this is, for others to read."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = str(os.getuid())
    text = f"{user}@{socket.gethostname()}"[:200]
    return "".join(char if char.isprintable() else "?" for char in text) or "somebody"


def _file(environments: Mapping[str, Environment]) -> Span:
    """The file that environments stand in."""
    return Span(next((one.at().path for one in environments.values()), "specs/deploy.yaml"))


def _values_file(compiled: Compiled, there: Environment, output: str) -> Path | None:
    if there.values is None:
        beside = Path(compiled.workspace.root, join(join(compiled.lock.output, output), ".env"))
        return beside.resolve() if beside.is_file() else None
    file = Path(compiled.workspace.root, there.values)
    if not file.is_file():
        fix = "copy .env.example to that place and fill it in"
        raise Refused([VALUES.at(there.at("values"), f"{there.values} is not there", fix=fix)])
    return file.resolve()


def _values(compiled: Compiled, there: Environment, file: Path | None, deployed_by: Engine) -> Mapping[str, str]:
    """The values by name, as the engine reads them; raises ``Refused``."""
    if file is None:
        return {}
    named = there.values or os.path.relpath(file, compiled.workspace.root)
    try:
        return deployed_by.values(regular.read_named(file).decode("utf-8"))
    except Unreadable as problem:
        fix = "write NAME=value, and put the value in single quotes where it has anything but letters, digits and _ . / : @ % + , = -"
        raise Refused([BAD_VALUES.at(Span(named, problem.line, 1), str(problem), fix=fix)]) from problem
    except (OSError, UnicodeDecodeError) as problem:
        message = f"the file with the values cannot be read: {problem}"
        raise Refused([VALUES.at(Span(named), message, fix="write it as UTF-8")]) from problem
