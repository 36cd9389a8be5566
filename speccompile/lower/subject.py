"""What a rule looks at: one service that is built here, and all that is known about it."""

from __future__ import annotations

from typing import TypeVar, cast

from speccompile.detect.variables import Demand
from speccompile.provenance import Cause, Origin, because
from speccompile.record import record
from speccompile.requirements.asked import Asked
from speccompile.requirements.kinds import Requirement
from speccompile.requirements.statement import Statement
from speccompile.spec.deploy import BuiltService
from speccompile.spec.project import ProjectSpec, ServiceSpec
from speccompile.stacks.facts import Facts
from speccompile.vocabulary import ArchetypeName, Role

R = TypeVar("R", bound=Requirement)
ARCHETYPE = "SC301"
"""The rule of what follows from a service being there, and from its archetype (``defaults``)."""


@record()
class Subject:
    """A service's spec, the facts of its source tree, the variables that its sources want, and its statements."""

    name: str
    app: str
    spec: ServiceSpec
    project: ProjectSpec
    facts: Facts
    demands: tuple[Demand, ...]
    wishes: tuple[Statement, ...]
    exclusions: tuple[Statement, ...]
    asked: tuple[Asked[Requirement], ...]

    @property
    def archetype(self) -> ArchetypeName:
        """One of web-service, cli-tool, data-pipeline, library."""
        return self.spec.archetype

    @property
    def role(self) -> Role:
        """One of server, worker, job, tool."""
        return self.spec.role

    @property
    def server(self) -> bool:
        """Whether it listens."""
        return self.archetype == "web-service"

    @property
    def deploy(self) -> BuiltService | None:
        """What deploy.yaml says about it, when it says anything."""
        return self.spec.deploy

    @property
    def supplied(self) -> frozenset[str]:
        """The variables that the build is told by deploy.yaml."""
        told = self.deploy.build if self.deploy else None
        return frozenset((*told.args, *told.secrets)) if told else frozenset()

    @property
    def because_of_archetype(self) -> Cause:
        """The cause of what follows from the archetype alone: deploy.yaml's word, which goes first, else the manifest's."""
        if self.deploy and (self.deploy.archetype or self.deploy.role):
            return self.deployed("archetype" if self.deploy.archetype else "role")
        return Cause(self.spec.manifest.at("archetype"))

    @property
    def entry(self) -> tuple[Origin, ...]:
        """Why there is such a service under this name, where deploy.yaml says so."""
        return (because(ARCHETYPE, Cause(self.spec.at)),) if self.deploy else ()

    def asks(self, kind: type[R]) -> tuple[Asked[R], ...]:
        """What the manifest demands of one *kind*, in the order in which it is written."""
        return tuple(cast("Asked[R]", one) for one in self.asked if isinstance(one.requirement, kind))

    def deployed(self, *path: str | int) -> Cause:
        """The cause of what deploy.yaml says at *path* below this service."""
        if self.deploy is None:
            raise ValueError("this service has no entry in deploy.yaml")
        return Cause(self.deploy.at(*path))
