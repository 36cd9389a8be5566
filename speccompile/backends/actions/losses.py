"""What a workflow of GitHub Actions cannot hold of a plan."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.backends.actions.preparing import is_known
from speccompile.backends.losing import at, gives_nothing
from speccompile.codes import delivery as codes
from speccompile.diagnostics import Diagnostic
from speccompile.plan.plan import Plan

_RESERVED = "GITHUB_"


def losses(plan: Plan) -> tuple[Diagnostic, ...]:
    """Findings, each at what causes it."""
    return tuple(_losses(plan))


def _losses(plan: Plan) -> Iterator[Diagnostic]:
    if not plan.services:
        yield gives_nothing(plan, "github-actions", "no image is built here")
    elif plan.services[0].repository.registry is None:
        yield codes.NO_REGISTRY.at(
            at(plan),
            "deploy.yaml names no registry: the workflow pushes to ghcr.io/OWNER, a name that the compose file does not know",
            fix="name it in deploy.yaml: `registry: ghcr.io/OWNER`, with the owner of the repository in lower case",
        )
    for service in plan.services:
        for mount in service.image.secrets:
            if mount.id.upper().startswith(_RESERVED):
                yield codes.RESERVED_SECRET.at(
                    at(mount),
                    f"the build secret {mount.id} of {service.name} cannot be a secret of GitHub's: it keeps none whose name begins with {_RESERVED}",
                    fix=f"rename it in `build.secrets`, and where the build reads it: BUILD_{mount.id[len(_RESERVED) :]}, say",
                )
        if not is_known(service):
            yield codes.NOT_INSTALLED.at(
                at(service),
                f"the workflow installs nothing before the tests of {service.name} run: how that is done for {service.image.stack} is not known",
                fix=f"write a command that installs and tests into deploy.yaml, `services.{service.name}.verify: [[sh, -c, INSTALL && TEST]]`; "
                "where the runner has all that the tests need there is nothing to do",
            )
