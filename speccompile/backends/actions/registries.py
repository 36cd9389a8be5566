"""How a workflow logs in at the registry of a plan: who it is there, and what a job has to be allowed for that."""

from __future__ import annotations

from speccompile.backends.actions.scripts import SCRIPTS
from speccompile.plan.delivery import Delivery
from speccompile.plan.node import Node
from speccompile.plan.plan import Plan
from speccompile.plan.workflow import TOKEN, Expression, Permission, Value, WorkflowStep
from speccompile.provenance import Origin
from speccompile.regex import regex

GHCR = "ghcr.io"
_ECR = regex(r"\d{12}\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\Z")


def registry(plan: Plan) -> str:
    """What `speccompile build --registry` is told: the registry of deploy.yaml, or the owner's at ghcr.io."""
    return plan.services[0].repository.registry or "ghcr"


def host(plan: Plan) -> str:
    """The registry's ``host[:port]``."""
    return (plan.services[0].repository.registry or GHCR).split("/")[0]


def identity(node: Node) -> Permission:
    """That a job may prove which workflow it is of."""
    return Permission(scope="id-token", access="write", why="proves which workflow this is", origin=node.origin)


def rights(plan: Plan) -> tuple[Permission, ...]:
    """What a job that pushes must be allowed."""
    where = plan.services[0].repository
    if host(plan) == GHCR:
        return (Permission(scope="packages", access="write", why="to push", origin=where.origin),)
    return (identity(where),) if _ECR.match(host(plan)) else ()


def rights_to_deploy(plan: Plan, delivery: Delivery) -> tuple[Permission, ...]:
    """What a job must be allowed that has machines fetch images, and records the release in the registry where no bucket has that."""
    if host(plan) != GHCR or not delivery.object_store:
        return rights(plan)
    return (Permission(scope="packages", access="read", why="to fetch the images", origin=delivery.origin),)


def environment(plan: Plan) -> str | None:
    """The protected environment that keeps the secret of a registry that knows only passwords."""
    return None if host(plan) == GHCR or _ECR.match(host(plan)) else "registry"


def log_in(plan: Plan) -> WorkflowStep:
    """The step that logs in."""
    where, found = plan.services[0].repository, _ECR.match(host(plan))
    if found:
        values: tuple[tuple[str, Value], ...] = (
            ("AWS_REGION", found[1]),
            ("AWS_ROLE_ARN", Expression("vars.AWS_ROLE_ARN")),
        )
        return _step("log-in-at-aws", (*values, ("REGISTRY_HOST", host(plan))), where.origin)
    ours = host(plan) == GHCR
    return _step(
        "log-in",
        (
            ("REGISTRY_HOST", host(plan)),
            ("REGISTRY_PASSWORD", TOKEN if ours else Expression("secrets.REGISTRY_PASSWORD")),
            ("REGISTRY_USERNAME", Expression("github.actor" if ours else "vars.REGISTRY_USERNAME")),
        ),
        where.origin,
    )


def notes(plan: Plan) -> tuple[str, ...]:
    """What the owner of the repository has to set up for it."""
    if host(plan) == GHCR:
        return ("It pushes to ghcr.io as the workflow itself: no secret is needed.",)
    if _ECR.match(host(plan)):
        return (
            "It pushes to ECR in a role that trusts this repository's identity (OIDC): its ARN is the variable AWS_ROLE_ARN.",
            "Repositories at ECR have to be there before the first push.",
        )
    return (
        "It logs in with the variable REGISTRY_USERNAME and the secret REGISTRY_PASSWORD of the environment registry.",
    )


def _step(script: str, values: tuple[tuple[str, Value], ...], origin: Origin) -> WorkflowStep:
    return WorkflowStep(name="Log in at the registry", script=SCRIPTS[script], environment=values, origin=origin)
