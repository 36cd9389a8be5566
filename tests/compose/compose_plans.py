"""Realistic plans: a web service with everything around it, a scheduled job, a command-line tool."""

from __future__ import annotations

from dataclasses import replace

from backing_stores import backing
from speccompile.lower import repository
from speccompile.lower.exclusive import locked
from speccompile.plan.container import (
    Attach,
    Check,
    ConfigFile,
    Container,
    Dependency,
    Limits,
    Literal,
    Network,
    Publish,
    Readiness,
    Replicas,
    Restart,
    RestartPolicy,
    SecretFile,
    SecretUse,
    Slot,
    Stop,
    Supplied,
    Tmpfs,
    Volume,
)
from speccompile.plan.handover import Way
from speccompile.plan.image import Base, ImageRecipe, Probe, Stage
from speccompile.plan.plan import External, HealthModule, Layout, Plan, Port, Schedule, Service, Store
from speccompile.plan.proxy import BodyLimit, Proxy, Route, Timeouts
from speccompile.provenance import Cause, Origin, because
from speccompile.source import Span
from speccompile.spec.archetypes import ROLE_OF
from speccompile.vocabulary import ArchetypeName


def origin(number: int = 1) -> Origin:
    """The origin of something that stands in line *number* of the specs."""
    return because("SC300", Cause(Span("specs/assertions.json", number, 1), f"A-{number:03}"))


def container(name: str, **changes: object) -> Container:
    """A container that is built here, with *changes*."""
    why = origin(2)
    plain = Container(
        name=name,
        user="10001:10001",
        environment=(),
        secrets=(),
        volumes=(),
        tmpfs=(Tmpfs(target="/tmp", options=("size=64m", "mode=1777"), origin=why),),
        configs=(),
        networks=(),
        depends_on=(),
        publish=(),
        check=None,
        limits=Limits(memory=512 * 2**20, cpus=1.0, pids=256, origin=origin(3)),
        stop=Stop(signal="SIGTERM", grace=10, origin=origin(4)),
        restart=Restart(policy=RestartPolicy.NEVER, origin=origin(5)),
        replicas=Replicas(count=1, exclusive=False, origin=origin(6)),
        init=True,
        origin=why,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def service(
    box: Container, archetype: ArchetypeName, *, dockerfile: str = "Dockerfile", schedule: str | None = None
) -> Service:
    """The service of *box*; one that has a check is a server."""
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
        container=box,
        port=Port(number=3000, origin=why) if box.check else None,
        health=health if box.check else None,
        schedule=Schedule(cron=schedule, origin=origin(8)) if schedule else None,
        platforms=("linux/amd64",),
        origin=why,
    )


def proxy(upstream: str) -> Proxy:
    """An nginx in front of *upstream*."""
    why, probe = origin(9), ("wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/")
    box = container(
        "proxy",
        user="101:101",
        configs=(ConfigFile(name="nginx", source="nginx.conf", target="/etc/nginx/nginx.conf", origin=why),),
        networks=(Attach(network="edge", origin=why),),
        depends_on=(Dependency(name=upstream, readiness=Readiness.HEALTHY, origin=why),),
        publish=(Publish(target=8080, port_slot="HTTP_PORT", address_slot="BIND_ADDRESS", origin=why),),
        check=Check(argv=probe, interval=15, timeout=3, start_period=5, retries=3, origin=why),
        limits=Limits(memory=128 * 2**20, cpus=0.5, pids=64, origin=why),
        stop=Stop(signal="SIGQUIT", grace=35, origin=why),
        restart=Restart(policy=RestartPolicy.UNLESS_STOPPED, origin=why),
        init=False,
    )
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
    return Proxy(
        container=box,
        base=Base(reference="nginx:1.28-alpine", origin=why),
        listen=8080,
        config="nginx.conf",
        routes=(route,),
        origin=why,
    )


def slot(name: str, purpose: str, default: str | None, example: str, *who: str) -> Slot:
    """A slot that *who* asks for."""
    return Slot(name=name, purpose=purpose, default=default, example=example, requested_by=who, origin=origin(10))


def secret(name: str) -> tuple[SecretFile, Slot]:
    """A secret, and the slot of its file."""
    variable = f"{name.upper().replace('-', '_')}_FILE"
    asked = slot(variable, f"path of a file with {name}", None, f"./secrets/{name}", "api", "A-011")
    return SecretFile(name=name, slot=variable, origin=origin(11)), asked


def plan(
    services: tuple[Service, ...],
    secrets: tuple[tuple[SecretFile, Slot], ...] = (),
    slots: tuple[Slot, ...] = (),
    **parts: object,
) -> Plan:
    """A plan of *services*; its networks are those to which something is attached."""
    why = origin(1)
    images = {one.name: one for one in repository.slots(services)}.values()
    empty = Plan(
        app="bank",
        layout=Layout(
            output="generated", context="..", output_in_context="generated", project_in_context="", names=0, origin=why
        ),
        services=services,
        stores=(),
        externals=(),
        proxy=None,
        packages=(),
        networks=(),
        secrets=tuple(sorted((file for file, _ in secrets), key=lambda file: file.name)),
        slots=tuple(sorted((*slots, *images, *(one for _, one in secrets)), key=lambda one: one.name)),
        versions=(),
        assertions=(),
        origin=why,
    )
    full = replace(empty, **parts)  # type: ignore[arg-type]
    boxes = (
        [s.container for s in full.services if s.container]
        + [s.container for s in full.stores]
        + ([full.proxy.container] if full.proxy else [])
    )
    names = sorted({attach.network for box in boxes for attach in box.networks})
    return replace(full, networks=tuple(Network(name=name, internal=name == "backend", origin=why) for name in names))


def pin(store: Store) -> Slot:
    """The slot of a store's digest."""
    return slot(
        store.pin_slot,
        f"64 hexadecimal digits that pin the image {store.base.reference}; empty: the tag alone",
        "",
        "none",
        store.container.name,
    )


def _backing(*pairs: tuple[str, str], way: Way = Way.FILE) -> tuple[Store, ...]:
    return backing("bank", pairs, way, origin(12))


def _web_slots() -> tuple[Slot, ...]:
    password = slot("REDIS_PASSWORD", "the password of redis", None, "", "redis", "api")
    return (
        replace(password, secret=True, in_url=True),
        replace(slot("SESSION_KEY", "the key of sessions", None, "", "api"), secret=True),
        slot("BIND_ADDRESS", "address of this host on which the proxy listens", "127.0.0.1", "127.0.0.1", "proxy"),
        slot("HTTP_PORT", "port of this host on which the proxy listens", "8080", "8080", "proxy"),
        slot(
            "PAYMENTS_URL",
            "base URL of the external API payments",
            None,
            "https://payments.example.com",
            "api",
            "A-013",
        ),
        slot("PROXY_DIGEST", "64 hexadecimal digits that pin the image; empty: the tag alone", "", "none", "proxy"),
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
            Supplied(name="PAYMENTS_URL", slot="PAYMENTS_URL", origin=why),
            Literal(name="PORT", value="3000", origin=why),
            Supplied(name="RATES_URL", slot="RATES_URL", origin=why),
            Supplied(name="REDIS_URL", slot="REDIS_PASSWORD", before="redis://:", after="@redis:6379/0", origin=why),
            Supplied(name="SESSION_KEY", slot="SESSION_KEY", origin=why),
        ),
        secrets=(
            SecretUse(name="db-password", variable="DATABASE_PASSWORD_FILE", origin=why),
            SecretUse(name="stripe-key", variable="STRIPE_KEY_FILE", origin=why),
        ),
        volumes=(Volume(name="api-data", target="/app/data", origin=why),),
        networks=(Attach(network="backend", origin=why), Attach(network="edge", origin=why)),
        depends_on=(
            Dependency(name="db", readiness=Readiness.HEALTHY, origin=why),
            Dependency(name="redis", readiness=Readiness.HEALTHY, origin=why),
        ),
        check=Check(
            argv=("bun", "/app/health.ts", "ready"), interval=30, timeout=3, start_period=5, retries=3, origin=why
        ),
        restart=Restart(policy=RestartPolicy.UNLESS_STOPPED, origin=why),
        replicas=Replicas(count=2, exclusive=False, origin=why),
    )
    found = (*_backing(("db", "postgres")), *_backing(("redis", "redis"), way=Way.ENVIRONMENT))
    externals = tuple(
        External(name=name.removesuffix("_URL").lower(), slot=name, origin=why)
        for name in ("PAYMENTS_URL", "RATES_URL")
    )
    return plan(
        (service(box, "web-service"),),
        (secret("db-password"), secret("stripe-key")),
        (*_web_slots(), *(pin(store) for store in found)),
        stores=found,
        proxy=proxy("api"),
        externals=externals,
    )


def job() -> Plan:
    """Two scheduled jobs with state and RabbitMQ; one of them must never run twice at a time."""
    why = origin(14)
    found = _backing(("queue", "rabbitmq"))
    common = {
        "networks": (Attach(network="backend", origin=why),),
        "depends_on": (Dependency(name="queue", readiness=Readiness.HEALTHY, origin=why),),
        "stop": Stop(signal="SIGTERM", grace=30, origin=why),
        "profiles": ("jobs",),
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
        replace(first, container=locked(export, first.image)),
        service(tidy, "data-pipeline", dockerfile="tidy/Dockerfile", schedule="*/15 * * * 1-5"),
    )
    return plan(services, (secret("queue-password"),), tuple(pin(store) for store in found), stores=found)


def tool() -> Plan:
    """A command-line tool without any network."""
    box = container(
        "wordcount",
        profiles=("tools",),
        limits=Limits(memory=96 * 2**20, cpus=0.25, pids=32, origin=origin(15)),
        init=False,
    )
    return plan((service(box, "cli-tool"),))


def library() -> Plan:
    """Nothing that runs."""
    return plan(())


def everything() -> Plan:
    """Every kind of store at once, one with a digest; files land beside the sources."""
    found = _backing(
        *{
            "cache": "redis",
            "db": "postgres",
            "maria": "mariadb",
            "mongo": "mongodb",
            "my": "mysql",
            "nats": "nats",
        }.items(),
        ("queue", "rabbitmq"),
    )
    pinned = replace(found[1], base=replace(found[1].base, digest=f"sha256:{'a1' * 32}"))
    stores_ = (found[0], pinned, *found[2:])
    secrets = tuple(secret(use.name) for store in stores_ for use in store.container.secrets)
    here = Layout(output=".", context=".", output_in_context="", project_in_context="", names=0, origin=origin(1))
    return plan((), secrets, tuple(pin(store) for store in stores_ if store is not pinned), stores=stores_, layout=here)


PLANS = {"web": web, "job": job, "tool": tool, "everything": everything}
