"""What images are called: ``{registry}/{app}/{service}``, the registry from deploy.yaml.

Compose builds and starts an image under the name under which ``build`` tags and ``push`` pushes it. The tag is the operator's ``TAG``;
the image's own variables take another repository, and the digest of what ``push`` pushed. Compose fetches it only where
deploy.yaml names a registry: a name without one is anybody's at Docker Hub.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from speccompile.lower.naming import variable
from speccompile.lower.subject import Subject
from speccompile.plan.pin import pin
from speccompile.plan.plan import Service
from speccompile.plan.repository import LOCAL_TAG, TAG, Repository
from speccompile.plan.workload import Parameter
from speccompile.provenance import Cause, Origin, because, merged

CODE = "SC372"
TITLE = "image names"


def repository(subject: Subject, origin: Origin) -> Repository:
    """The name of the subject's image; *origin* is why there is one."""
    places = (subject.project.registered, subject.project.named)
    told = (because(CODE, Cause(place)) for place in places if place)
    return named(
        subject.project.registry,
        subject.app,
        subject.name,
        merged((*told, because(CODE, *origin.causes))),
    )


def named(registry: str | None, app: str, service: str, origin: Origin) -> Repository:
    """The repository of *service* of *app*, with the operator's variables for it."""
    other, digest = variable(service, "image"), variable(service, "digest")
    return Repository(registry=registry, app=app, service=service, parameter=other, pin=digest, origin=origin)


def parameters(services: Iterable[Service]) -> Iterator[Parameter]:
    """The operator's choice of images: one tag for all that run in containers, repository and digest for each."""
    for service in services:
        if service.workload is None:
            continue
        where = service.repository
        yield Parameter(
            name=where.parameter,
            purpose=f"repository of the image of {service.name}, where it was pushed elsewhere{_by_hand(where)}; empty: {where.name}",
            default="",
            example=where.name,
            requested_by=(service.name,),
            origin=where.origin,
        )
        yield pin(where.pin, where.name, (service.name,), where.origin)
        yield Parameter(
            name=TAG,
            purpose=f"tag of the images that are built here; {LOCAL_TAG} is what was built last on this machine",
            default=LOCAL_TAG,
            example=LOCAL_TAG,
            requested_by=(service.name,),
            origin=where.origin,
        )


def _by_hand(where: Repository) -> str:
    """That compose will not fetch it: it never does while deploy.yaml names no registry."""
    return "" if where.registry else ", and pulled by hand, as deploy.yaml names no registry"
