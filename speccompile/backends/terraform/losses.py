"""What one machine cannot hold of a plan."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.backends.losing import at, gives_nothing
from speccompile.backends.terraform.following import candidates, readable
from speccompile.backends.terraform.sizing import GIB, SIZES, containers, cpus, memory, size
from speccompile.codes import delivery as codes
from speccompile.codes.tls import HTTP3_CLOSED
from speccompile.diagnostics import Diagnostic
from speccompile.plan.plan import Plan
from speccompile.realise.front_door import NAME as FRONT_DOOR


def runs(plan: Plan) -> bool:
    """Whether anything of *plan* runs by itself: it is started with the machine, or at a time."""
    return any(not one.profiles for one in containers(plan)) or any(service.schedule for service in plan.services)


def losses(plan: Plan) -> Iterator[Diagnostic]:
    """Findings, each at what causes it."""
    if not runs(plan):
        yield gives_nothing(plan, "terraform", "nothing in this project runs on a machine by itself")
        return
    yield from _images(plan)
    if size(plan) is None:
        biggest = SIZES[-1]
        widest = max(containers(plan), key=lambda one: one.limits.memory * one.replicas.count)
        yield codes.TOO_BIG.at(
            at(widest.limits),
            f"all containers and the system may take {-(-memory(plan) // GIB)} GiB together, and one alone as much as {cpus(plan):g} of the CPUs: "
            f"the biggest machine here has {biggest.memory} GiB and {biggest.cpus} CPUs",
            fix="write smaller `resources` or fewer `replicas` into deploy.yaml, or choose a target that knows several machines",
        )
    # What the front door keeps are certificates, which it gets again.
    keeping = [one for one in containers(plan) if one.name != FRONT_DOOR]
    volumes = sorted({volume.name: volume for one in keeping for volume in one.volumes}.items())
    if volumes:
        yield codes.ONE_DISK.at(
            at(volumes[0][1]),
            f"what is kept in {', '.join(name for name, _ in volumes)} lies on the disk of the one machine",
            fix="keep copies of it elsewhere, or write `external: true` for a store that somebody else runs into deploy.yaml",
        )
    yield from _ports(plan)
    yield from _releases(plan)
    tls = plan.ingress.tls if plan.ingress else None
    if tls and tls.http3:
        yield HTTP3_CLOSED.at(
            at(tls.http3),
            "the machine takes no UDP, so that nobody gets to HTTP/3",
            fix="nothing, as clients go on with HTTP/2; or add an ingress rule for UDP at 443 to the security group in a file of yours beside main.tf",
        )
    if plan.ingress and tls is None:
        yield codes.PLAIN_HTTP.at(
            at(plan.ingress),
            "the front door speaks HTTP on port 80: nothing on the machine ends TLS",
            fix="put what ends TLS in front of it, and name its addresses with `trusted_proxies` in deploy.yaml",
        )


def _images(plan: Plan) -> Iterator[Diagnostic]:
    unnamed = [service for service in plan.services if service.repository.registry is None]
    if unnamed:
        yield codes.NOT_PULLED.at(
            at(unnamed[0]),
            f"the machine cannot fetch the image of {unnamed[0].name}: deploy.yaml names no registry",
            fix="name it in deploy.yaml: `registry: ghcr.io/OWNER`",
        )


def _releases(plan: Plan) -> Iterator[Diagnostic]:
    """What the machine could follow, and does not."""
    named, there = candidates(plan), readable(plan)
    if not named:
        yield codes.FOLLOWS_NOTHING.at(
            at(plan),
            "deploy.yaml names no place where this machine could read releases: it starts the images of one tag, and nothing brings it later ones",
            fix="write such as `environments: {production: {releases: s3://BUCKET/PREFIX}}` into deploy.yaml; or bring what is new by hand",
        )
    for one in named:
        if one not in there:
            yield codes.UNREADABLE_STORE.at(
                at(one),
                f"the machine cannot read the releases of {one.environment}: its role opens Amazon's own S3 and ECR, and one registry is that of the images",
                fix=f"let `releases` of {one.environment} be such as s3://BUCKET/PREFIX; or set `image_tag`, and bring what is new by hand",
            )


def _ports(plan: Plan) -> Iterator[Diagnostic]:
    """What is called at a port that no spec names."""
    assumed = [one for one in plan.externals if one.assumed]
    if assumed:
        named = ", ".join(f"{one.name} at {one.port}" for one in assumed)
        yield codes.PORT_ASSUMED.at(
            at(assumed[0]),
            f"the machine reaches {named}: that is the usual port of such a thing, and no spec names one",
            fix="write the `url` of what is `external` into deploy.yaml; or set the variable `ports_out` where a port is another one",
        )
