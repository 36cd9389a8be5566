"""What a job that deploys must be told, and what the workflow's head must say of it, worked out from the plan alone."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from speccompile.plan.delivery import Delivery
from speccompile.plan.plan import Plan

MACHINES = {"SSH_KEY": "${{ secrets.SSH_KEY }}", "SSH_KNOWN_HOSTS": "${{ vars.SSH_KNOWN_HOSTS }}"}
_BUCKET = {
    "AWS_ACCESS_KEY_ID": "${{ secrets.AWS_ACCESS_KEY_ID }}",
    "AWS_SECRET_ACCESS_KEY": "${{ secrets.AWS_SECRET_ACCESS_KEY }}",
    "AWS_REGION": "${{ vars.AWS_REGION }}",
}


def told(plan: Plan, one: Delivery) -> dict[str, str]:
    """The environment of the step that deploys."""
    own = {"ENVIRONMENT": one.environment, "VALUES": "${{ secrets.VALUES }}", "VALUES_FILE": values(plan, one)}
    return own | (_BUCKET if one.object_store else {})


def values(plan: Plan, one: Delivery) -> str:
    """The file of values: what deploy.yaml names, else the one beside the artifacts."""
    beside = f"{plan.layout.output}/.env" if plan.layout.output not in ("", ".") else ".env"
    return one.values or posixpath.normpath(beside)


def comments(plan: Plan, registry: Mapping[str, str]) -> Iterator[str]:
    """What the head says of environments; *registry* is the one that keeps a registry's password, where there is one."""
    for name in [one.environment for one in plan.deliveries] or ["production"]:
        yield f"The environment {name} is protected by the rules that the repository's owner sets."
    for one in plan.deliveries:
        yield (
            f"It deploys to {one.environment}: that environment has the secret SSH_KEY and the variable SSH_KNOWN_HOSTS "
            "(what ssh-keyscan says of its machines, once it was compared),"
        )
        yield f"and where {values(plan, one)} is not in the repository its text as the secret VALUES."
        if one.object_store:
            yield (
                "Its releases are in a bucket: it has the secrets AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY and the variable AWS_REGION, too."
            )
        if registry:
            yield f"A job is in one environment only: {one.environment} has what the environment registry has, too."
