"""Realistic plans: a web service with everything around it, a scheduled job, a command-line tool."""

from __future__ import annotations

from dataclasses import replace

from backing_stores import backing
from speccompile.lower import repository
from speccompile.plan.handover import Way
from speccompile.plan.image import Base, ImageRecipe, Probe, Stage
from speccompile.plan.ingress import BodyLimit, Ingress, Route, Timeouts
from speccompile.plan.plan import External, HealthModule, Layout, Plan, Service, Store
from speccompile.plan.workload import (
    Call,
    Dependency,
    Egress,
    Inside,
    Limits,
    Literal,
    Parameter,
    Port,
    Probes,
    Readiness,
    Replicas,
    Restart,
    RestartPolicy,
    Schedule,
    Secret,
    SecretUse,
    Stop,
    Supplied,
    Trigger,
    Volume,
    Workload,
)
from speccompile.provenance import Cause, Origin, because
from speccompile.source import Span
from speccompile.spec.archetypes import ROLE_OF
from speccompile.vocabulary import ArchetypeName
from workloads import workload


def origin(number: int = 1) -> Origin:
    """The origin of something that stands in line *number* of the specs."""
    return because("SC300", Cause(Span("specs/assertions.json", number, 1), f"A-{number:03}"))


def container(name: str, **changes: object) -> Workload:
    """A workload that is built here, with *changes*."""
    usual = {
        "limits": Limits(memory=512 * 2**20, cpus=1.0, pids=256, origin=origin(3)),
        "stop": Stop(signal="SIGTERM", grace=10, origin=origin(4)),
        "restart": Restart(policy=RestartPolicy.NEVER, origin=origin(5)),
        "replicas": Replicas(count=1, exclusive=False, origin=origin(6)),
    }
    return workload(name, origin(2), **(usual | changes))


def service(
    box: Workload, archetype: ArchetypeName, *, dockerfile: str = "Dockerfile", schedule: str | None = None
) -> Service:
    """The service of *box*; one that has probes is a server."""
    why = origin(7)
    probe = Probe(path="/health", strict=True, interval=30, timeout=3, start_period=5, retries=3, origin=why)
    health = HealthModule(
        path="health.ts",
        target="/app/health.ts",
        language="typescript",
        argv=("bun", "/app/health.ts"),
        probe=probe,
        port=3000,
        needs=(),
        origin=why,
    )
    return Service(
        name=box.name,
        archetype=archetype,
        role=ROLE_OF[archetype],
        directory="",
        dockerfile=dockerfile,
        ignorefile=f"{dockerfile}.dockerignore",
        image=ImageRecipe(
            stack="bun",
            stages=(Stage(name="final", base=Base(reference="oven/bun:1-slim", origin=why), steps=(), origin=why),),
            user=box.user,
            entrypoint=(),
            command=("bun", "run", "dist/index.js"),
            context=("src/",),
            needs_init=True,
            language="typescript",
            origin=why,
        ),
        repository=repository.named(None, "bank", box.name, why),
        labels=(),
        workload=replace(box, port=Port(number=3000, origin=why)) if box.probes else box,
        health=health if box.probes else None,
        schedule=Schedule(cron=schedule, origin=origin(8)) if schedule else None,
        platforms=("linux/amd64",),
        origin=why,
    )


def ingress(upstream: str) -> Ingress:
    """All requests go to *upstream*."""
    why = origin(9)
    route = Route(
        host=None,
        path="/",
        service=upstream,
        port=3000,
        rate=None,
        origin=why,
        timeouts=Timeouts(connect=5, exchange=30, origin=why),
        body=BodyLimit(size=2**20, origin=why),
    )
    return Ingress(routes=(route,), health="/-/proxy-health", origin=why)


def slot(name: str, purpose: str, default: str | None, example: str, *who: str) -> Parameter:
    """A slot that *who* asks for."""
    return Parameter(name=name, purpose=purpose, default=default, example=example, requested_by=who, origin=origin(10))


def secret(name: str) -> tuple[Secret, Parameter]:
    """A secret, and the slot of its file."""
    variable = f"{name.upper().replace('-', '_')}_FILE"
    asked = slot(variable, f"path of a file with {name}", None, f"./secrets/{name}", "api", "A-011")
    return Secret(name=name, parameter=variable, origin=origin(11)), asked


def plan(
    services: tuple[Service, ...],
    secrets: tuple[tuple[Secret, Parameter], ...] = (),
    slots: tuple[Parameter, ...] = (),
    **parts: object,
) -> Plan:
    """A plan of *services*."""
    why = origin(1)
    images = {one.name: one for one in repository.parameters(services)}.values()
    empty = Plan(
        app="bank",
        layout=Layout(
            output="generated", context="..", output_in_context="generated", project_in_context="", names=0, origin=why
        ),
        services=services,
        stores=(),
        externals=(),
        ingress=None,
        packages=(),
        secrets=tuple(sorted((file for file, _ in secrets), key=lambda file: file.name)),
        parameters=tuple(sorted((*slots, *images, *(one for _, one in secrets)), key=lambda one: one.name)),
        versions=(),
        assertions=(),
        origin=why,
    )
    return replace(empty, **parts)  # type: ignore[arg-type]


def pin(store: Store) -> Parameter:
    """The slot of a store's digest."""
    return slot(
        store.pin,
        f"64 hexadecimal digits that pin the image {store.base.reference}; empty: the tag alone",
        "",
        "none",
        store.workload.name,
    )


def _backing(*pairs: tuple[str, str], way: Way = Way.FILE) -> tuple[Store, ...]:
    return backing("bank", pairs, way, origin(12))


def _web_slots() -> tuple[Parameter, ...]:
    password = slot("REDIS_PASSWORD", "the password of redis", None, "", "redis", "api")
    return (
        replace(password, secret=True, in_url=True),
        replace(slot("SESSION_KEY", "the key of sessions", None, "", "api"), secret=True),
        slot(
            "PAYMENTS_URL",
            "base URL of the external API payments",
            None,
            "https://payments.example.com",
            "api",
            "A-013",
        ),
        slot(
            "RATES_URL",
            "base URL of the external API rates",
            "https://rates.example.com/it's?a=$b&c=1",
            "https://r",
            "api",
        ),
    )


def web() -> Plan:
    """A web service with PostgreSQL, Redis, an external API, a secret of its own and a proxy."""
    why = origin(13)
    box = container(
        "api",
        environment=(
            Literal(name="DATABASE_URL", value="postgres://bank@db:5432/bank", origin=why),
            Literal(name="MOTTO", value='it\'s $HOME: 100% "free" # yes', origin=why),
            Supplied(name="PAYMENTS_URL", parameter="PAYMENTS_URL", origin=why),
            Literal(name="PORT", value="3000", origin=why),
            Supplied(name="RATES_URL", parameter="RATES_URL", origin=why),
            Supplied(
                name="REDIS_URL", parameter="REDIS_PASSWORD", before="redis://:", after="@redis:6379/0", origin=why
            ),
            Supplied(name="SESSION_KEY", parameter="SESSION_KEY", origin=why),
        ),
        secrets=(
            SecretUse(name="db-password", variable="DATABASE_PASSWORD_FILE", origin=why),
            SecretUse(name="stripe-key", variable="STRIPE_KEY_FILE", origin=why),
        ),
        volumes=(Volume(name="api-data", target="/app/data", origin=why),),
        inside=Inside(origin=why),
        egress=Egress(origin=why),
        calls=(Call(to="db", port=5432, origin=why), Call(to="redis", port=6379, origin=why)),
        depends_on=(
            Dependency(name="db", readiness=Readiness.HEALTHY, origin=why),
            Dependency(name="redis", readiness=Readiness.HEALTHY, origin=why),
        ),
        probes=Probes(
            ready=("bun", "/app/health.ts", "ready"), interval=30, timeout=3, start_period=5, retries=3, origin=why
        ),
        restart=Restart(policy=RestartPolicy.ALWAYS, origin=why),
        replicas=Replicas(count=2, exclusive=False, origin=why),
    )
    found = (*_backing(("db", "postgres")), *_backing(("redis", "redis"), way=Way.ENVIRONMENT))
    externals = tuple(
        External(name=name.removesuffix("_URL").lower(), parameter=name, port=443, assumed=False, origin=why)
        for name in ("PAYMENTS_URL", "RATES_URL")
    )
    return plan(
        (service(box, "web-service"),),
        (secret("db-password"), secret("stripe-key")),
        (*_web_slots(), *(pin(store) for store in found)),
        stores=found,
        ingress=ingress("api"),
        externals=externals,
    )


def job() -> Plan:
    """Two scheduled jobs with state and RabbitMQ; one of them must never run twice at a time."""
    why = origin(14)
    found = _backing(("queue", "rabbitmq"))
    common = {
        "inside": Inside(origin=why),
        "calls": (Call(to="queue", port=5672, origin=why),),
        "depends_on": (Dependency(name="queue", readiness=Readiness.HEALTHY, origin=why),),
        "stop": Stop(signal="SIGTERM", grace=30, origin=why),
        "trigger": Trigger.SCHEDULE,
    }
    export = container(
        "export",
        **common,
        environment=(Literal(name="STATE_DIR", value="/var/lib/state", origin=why),),
        secrets=(SecretUse(name="queue-password", variable="AMQP_PASSWORD_FILE", origin=why),),
        volumes=(Volume(name="export-state", target="/var/lib/state", origin=why),),
        replicas=Replicas(count=1, exclusive=True, origin=why),
        restart=Restart(policy=RestartPolicy.NEVER, origin=why),
    )
    tidy = container("tidy", **common)
    first = service(export, "data-pipeline", dockerfile="export/Dockerfile", schedule="0 3 * * *")
    services = (
        first,
        service(tidy, "data-pipeline", dockerfile="tidy/Dockerfile", schedule="*/15 * * * 1-5"),
    )
    return plan(services, (secret("queue-password"),), tuple(pin(store) for store in found), stores=found)


def tool() -> Plan:
    """A command-line tool without any network."""
    box = container(
        "wordcount",
        trigger=Trigger.HAND,
        limits=Limits(memory=96 * 2**20, cpus=0.25, pids=32, origin=origin(15)),
        init=False,
    )
    return plan((service(box, "cli-tool"),))


def library() -> Plan:
    """Nothing that runs."""
    return plan(())


def everything() -> Plan:
    """Every kind of store at once, one with a digest; files land beside the sources."""
    kinds = {"cache": "redis", "db": "postgres", "maria": "mariadb", "mongo": "mongodb", "my": "mysql", "nats": "nats"}
    found = _backing(*kinds.items(), ("queue", "rabbitmq"))
    pinned = replace(found[1], base=replace(found[1].base, digest=f"sha256:{'a1' * 32}"))
    stores_ = (found[0], pinned, *found[2:])
    secrets = tuple(secret(use.name) for store in stores_ for use in store.workload.secrets)
    here = Layout(output=".", context=".", output_in_context="", project_in_context="", names=0, origin=origin(1))
    return plan((), secrets, tuple(pin(store) for store in stores_ if store is not pinned), stores=stores_, layout=here)


PLANS = {"web": web, "job": job, "tool": tool, "everything": everything}
