"""The plan → what there is to build: files, names and labels of every image."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from pathlib import Path

from speccompile.diagnostics import Diagnostic, in_order
from speccompile.errors import Refused
from speccompile.images.checkout import Checkout
from speccompile.images.labels import VERSION
from speccompile.images.tags import Tags, tags
from speccompile.plan.plan import Plan, Service
from speccompile.plan.repository import LOCAL_TAG
from speccompile.record import record


@record(kw_only=True)
class Job:
    """One image: the service, its files (absolute), the names it gets, and the services that go before it.

    ``repository`` is where it goes; without another registry than deploy.yaml's that is the service's own.
    """

    service: Service
    context: Path
    dockerfile: Path
    ignorefile: Path
    repository: str
    tags: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def name(self) -> str:
        """The service's name."""
        return self.service.name

    @property
    def names(self) -> tuple[str, ...]:
        """The image's names in its registry."""
        return tuple(f"{self.repository}:{tag}" for tag in self.tags)

    @property
    def local_name(self) -> str:
        """The name by which compose starts it."""
        return f"{self.service.repository.name}:{LOCAL_TAG}"


@record(kw_only=True)
class Naming:
    """What images are called: at which commit, with which further tags, and below which registry where not deploy.yaml's."""

    registry: str | None
    checkout: Checkout
    asked: tuple[str, ...] = ()


def jobs(plan: Plan, root: Path, chosen: Sequence[str], naming: Naming) -> tuple[Job, ...]:
    """What there is to build of *plan* for the project in *root*; raises ``Refused`` when an image cannot be named.

    *chosen* are names of services, all when there are none.
    """
    found = [_job(plan, root, service, naming) for service in plan.services if not chosen or service.name in chosen]
    problems = [one for one in found if isinstance(one, Diagnostic)]
    if problems:
        raise Refused(in_order(problems))
    return tuple(one for one in found if isinstance(one, Job))


def version_of(service: Service) -> str | None:
    """The version that the service's own label tells."""
    return next((label.value for label in service.labels if label.key == VERSION), None)


def _job(plan: Plan, root: Path, service: Service, naming: Naming) -> Job | Diagnostic:
    given = tags(naming.checkout, version_of(service), naming.asked)
    if not isinstance(given, Tags):
        return given
    output = root / plan.layout.output
    names = {other.name for other in plan.services}
    needs = service.workload.depends_on if service.workload else ()
    return Job(
        service=service,
        context=Path(posixpath.normpath(output / plan.layout.context)),
        dockerfile=Path(posixpath.normpath(output / service.dockerfile)),
        ignorefile=Path(posixpath.normpath(_ignorefile(plan, output, service))),
        repository=service.repository.at(naming.registry) if naming.registry else service.repository.name,
        tags=given.values,
        after=tuple(sorted(need.name for need in needs if need.name in names)),
    )


def _ignorefile(plan: Plan, output: Path, service: Service) -> Path:
    """A ``.dockerignore`` is at the context's root, ``Dockerfile.dockerignore`` beside the Dockerfile."""
    return (
        output / service.ignorefile
        if service.ignorefile != ".dockerignore"
        else output / plan.layout.context / ".dockerignore"
    )
