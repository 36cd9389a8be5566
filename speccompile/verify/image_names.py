"""SC994: one image name everywhere. What each target names is parsed and compared with what ``build`` tags and ``push`` pushes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from speccompile.codes import consistency as codes
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.plan.plan import Plan, Service
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.verify import compose, place
from speccompile.verify.compose_findings import entries, services
from speccompile.verify.readers import interpolation, yaml
from speccompile.verify.readers.interpolation import Parts

_TAG = regex(r"(?::[A-Za-z0-9_][A-Za-z0-9_.-]*)?(?:@sha256:[0-9a-f]{64})?\Z")


def image_names(plan: Plan, files: Mapping[str, str]) -> Iterator[Diagnostic]:
    """Every target's repository of every service that is built here is the one that is pushed, and no two share one."""
    pushed = {name: service.repository.name for service in plan.services for name in _of(service)}
    owner = {name: service.name for service in plan.services for name in _of(service)}
    for path, named in _NAMED.items():
        if path not in files:
            continue
        seen: dict[str, str] = {}
        for service, repository in sorted(named(files[path]).items()):
            other = seen.setdefault(repository, service)
            if owner.get(other, other) != owner.get(service, service):
                yield _finding(plan, path, f"{service} and {other} have one image name, {quoted(repository)}")
            if service in pushed and repository != pushed[service]:
                message = f"{service} is {quoted(repository)} here, and {quoted(pushed[service])} is what is pushed"
                yield _finding(plan, path, message)


def _of(service: Service) -> set[str]:
    """What runs in the image of *service*."""
    return {service.name, *(container.name for container in service.workloads)}


def _finding(plan: Plan, path: str, message: str) -> Diagnostic:
    return codes.IMAGE_NAME.at(Span(place.on_disk(plan, path)), message, fix=place.FIX)


def _of_compose(text: str) -> dict[str, str]:
    """The repositories that a compose file builds, while the operator chooses nothing; what cannot be read is another's finding."""
    try:
        bodies = services(yaml.read(text))
        return {
            name: _TAG.sub("", _unchosen(interpolation.read(str(body.get("image", "")))))
            for name, body in bodies.items()
            if entries(body.get("build"))
        }
    except (ValueError, AttributeError):
        return {}


def _unchosen(parts: Parts) -> str:
    """What an interpolation gives where no variable is set."""
    return "".join(
        part if isinstance(part, str) else _unchosen(part.text) if part.operator == ":-" else "" for part in parts
    )


_NAMED: dict[str, Callable[[str], dict[str, str]]] = {compose.PATH: _of_compose}
