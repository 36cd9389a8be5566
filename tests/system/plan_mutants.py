"""Plans that are wrong in one field each, and the projects whose plans they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from typing import Any, TypeVar

from projects import BUN_WEB, RUST_WEB, assertion, compiled, manifest
from speccompile.lower.lower import Surroundings
from speccompile.pipeline import Compilation, compile_project
from speccompile.plan.image import Base, Copy, Env, ImageRecipe, Probe
from speccompile.plan.ingress import Rate, Route, Timeouts
from speccompile.plan.node import Node
from speccompile.plan.plan import Dependent, HealthModule, Plan, Service, Store
from speccompile.plan.repository import Repository
from speccompile.plan.site import Listen, Site
from speccompile.plan.workload import (
    Dependency,
    Limits,
    Literal,
    Port,
    Probes,
    Schedule,
    Scratch,
    SecretUse,
    Stop,
    Supplied,
    Volume,
    Workload,
)
from speccompile.project.disk import DiskTree
from speccompile.realise.compose_plan import Attach, ComposePlan, ConfigFile, Container, Network, Publish, Pulled
from speccompile.realise.front_door import FrontDoor
from tools import ROOT

N = TypeVar("N", bound=Node)
STACKS = ROOT / "tests" / "stacks"
_STORED = (assertion(1, "Orders are stored in postgres"), assertion(2, "Sessions live in redis"))
_ORDERS = manifest(
    "web-service", assertion(1, "Orders are stored in mysql"), assertion(2, "Requests carry a valid API token")
)


def _example(name: str) -> Compilation:
    around = Surroundings(f"../../generated/{name}", ("specs", name), allow_unverified=False)
    return compile_project(DiskTree(ROOT / "specs" / name), around)


def _stack(name: str, archetype: str, *assertions: dict[str, Any]) -> Compilation:
    app = STACKS / name / "app"
    sources = {p.relative_to(app).as_posix(): p.read_bytes() for p in app.rglob("*") if p.is_file()}
    return compiled(sources, manifest(archetype, *assertions), allow_unverified=True)


PROJECTS: dict[str, Callable[[], Compilation]] = {
    "bank": lambda: _example("bank"),
    "sessions": lambda: _example("sessions"),
    "ledger-export": lambda: _example("ledger-export"),
    "rust-mysql": lambda: compiled(RUST_WEB, _ORDERS),
    "static-vite-web": lambda: _stack("static-vite-web", "web-service"),
    "python-django-web": lambda: _stack("python-django-web", "web-service", *_STORED),
}

BESIDES: dict[str, Callable[[], Compilation]] = {
    "bun-caddy": lambda: compiled(BUN_WEB, manifest("web-service"), {"proxy": "caddy"}),
}
"""Projects that have no nginx, of which many of the mutants are."""


@cache
def project(name: str) -> Compilation:
    """The compilation of one of ``PROJECTS`` or ``BESIDES``, which is sound."""
    done = {**PROJECTS, **BESIDES}[name]()
    assert done.defects == ()
    return done


@dataclass(frozen=True, slots=True)
class Mutant:
    """The first node of a kind for which ``when`` holds gets what ``change`` says of it; within ``inside``, the first of that."""

    kind: type[Node]
    change: Callable[[Any], dict[str, Any]]
    when: Callable[[Any], bool] = lambda _: True
    inside: type[Node] = Node
    holder: Callable[[Any], bool] = lambda _: True

    def of(self, root: N) -> N | None:
        """The mutant of *root*, a plan or a realisation; None where it has no such node."""
        altered: N = _altered(root, self.inside, self.holder, self._within)
        return altered if altered is not root else None

    def _within(self, node: Any) -> Any:
        return _altered(node, self.kind, self.when, lambda found: replace(found, **self.change(found)))


def _altered(value: Any, kind: type, when: Callable[[Any], bool], change: Callable[[Any], Any]) -> Any:
    """*value* with the first change that changes something; *value* itself when there is none."""
    if isinstance(value, kind) and when(value):
        changed = change(value)
        if changed is not value:
            return changed
    for name, child in _children(value):
        changed = _altered(child, kind, when, change)
        if changed is not child:
            return (
                (*value[:name], changed, *value[name + 1 :])
                if isinstance(name, int)
                else replace(value, **{name: changed})
            )
    return value


def _children(value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, tuple):
        yield from enumerate(value)
    elif is_dataclass(value) and not isinstance(value, type):
        yield from ((field.name, getattr(value, field.name)) for field in fields(value) if field.name != "origin")


def _is(**wanted: Any) -> Callable[[Any], bool]:
    return lambda node: all(getattr(node, name) == value for name, value in wanted.items())


def _env(name: str, value: str) -> Mutant:
    """A variable of the image gets another value."""
    return Mutant(
        Env,
        lambda env: {"pairs": tuple((key, value if key == name else old) for key, old in env.pairs)},
        lambda env: name in dict(env.pairs),
    )


def _word(old: str, new: str) -> Callable[[Any], dict[str, Any]]:
    return lambda node: {"command": tuple(word.replace(old, new) for word in node.command)}


def _elsewhere(path: str) -> str:
    return f"/srv{path}"


_IS_WEB = _is(archetype="web-service")
_URL = "://"


def _has_store(compose: ComposePlan) -> bool:
    return any(isinstance(one.image, Pulled) and one.name != "proxy" for one in compose.containers)


def _is_interpreted_probe(copy: Copy) -> bool:
    return copy.generated and copy.sources[0].endswith(("health.ts", "health.mjs", "health.py", "health.sh"))


MUTANTS: dict[str, Mutant] = {
    "nginx on port 80": Mutant(FrontDoor, lambda _: {"listen": 80}),
    "nginx on another port than is published": Mutant(FrontDoor, lambda _: {"listen": 9090}),
    "another port is published": Mutant(Publish, lambda found: {"target": found.target + 1}),
    "an upstream's port off by one": Mutant(Route, lambda found: {"port": found.port + 1}),
    "an upstream that is no service": Mutant(Route, lambda _: {"service": "nobody"}),
    "nginx.conf mounted elsewhere": Mutant(ConfigFile, lambda _: {"target": "/etc/nginx/conf.d/nginx.conf"}),
    "nginx.conf from another file": Mutant(ConfigFile, lambda _: {"source": "proxy.conf"}),
    "a proxied wait of 0 s": Mutant(Timeouts, lambda _: {"exchange": 0}),
    "a rate of 0": Mutant(Rate, lambda _: {"requests": 0}),
    "the proxy is killed before its connections end": Mutant(Stop, lambda _: {"grace": 1}, inside=FrontDoor),
    "the proxy on the stores' network": Mutant(
        Attach, lambda _: {"network": "backend"}, inside=Container, holder=_is(name="proxy")
    ),
    "the proxy without memory to write to": Mutant(Workload, lambda _: {"scratch": ()}, inside=FrontDoor),
    "the proxy's check asks another port": Mutant(
        Probes, lambda c: {"ready": tuple(word.replace(":8080", ":8081") for word in c.ready)}, inside=FrontDoor
    ),
    "the proxy looks for its service at once": Mutant(Workload, lambda _: {"depends_on": ()}, inside=FrontDoor),
    "a store looked for at localhost": Mutant(
        Literal,
        lambda e: {"value": e.value.replace("@db:", "@localhost:").replace("//redis:", "//localhost:")},
        lambda e: _URL in e.value,
    ),
    "a store looked for at localhost, with a password": Mutant(
        Supplied,
        lambda e: {"after": e.after.replace("@db:", "@localhost:").replace("@redis:", "@127.0.0.1:")},
        lambda e: _URL in e.before,
    ),
    "a store's port off by one": Mutant(
        Literal,
        lambda e: {"value": e.value.replace(":5432", ":5433").replace(":6379", ":6380")},
        lambda e: _URL in e.value,
    ),
    "a store's port off by one, with a password": Mutant(
        Supplied,
        lambda e: {"after": e.after.replace(":5432", ":5433").replace(":6379", ":6380").replace(":3306", ":3307")},
        lambda e: _URL in e.before and ":" in e.after,
    ),
    "a store by a name that nobody has": Mutant(
        Supplied,
        lambda e: {"after": e.after.replace("@db:", "@database:").replace("@redis:", "@cache:")},
        lambda e: _URL in e.before,
    ),
    "a store's data on no volume": Mutant(Volume, lambda _: {"target": "/srv/data"}, inside=Store),
    "a store without its volume": Mutant(Workload, lambda _: {"volumes": ()}, lambda c: bool(c.volumes), inside=Store),
    "PGDATA beside its volume": Mutant(Literal, lambda _: {"value": "/var/lib/pgdata"}, _is(name="PGDATA")),
    "a store's sockets cannot be written": Mutant(
        Scratch, lambda _: {"target": "/srv/run"}, lambda t: "run" in t.target, inside=Store
    ),
    "a store with 16 MiB": Mutant(Limits, lambda _: {"memory": 16 * 2**20}, inside=Store),
    "a store on a network that leads out": Mutant(
        Attach,
        lambda _: {"network": "edge"},
        inside=Container,
        holder=lambda c: isinstance(c.image, Pulled) and c.name != "proxy",
    ),
    "the stores' network leads out": Mutant(
        Network, lambda _: {"internal": False}, _is(internal=True), inside=ComposePlan, holder=_has_store
    ),
    "a store is not asked": Mutant(Workload, lambda _: {"probes": None}, inside=Store),
    "a store's check of 0 s": Mutant(Probes, lambda _: {"timeout": 0}, inside=Store),
    "a store publishes its port": Mutant(
        Container,
        lambda c: {"publish": (Publish(target=5432, port="TAG", address="TAG", origin=c.origin),)},
        lambda c: isinstance(c.image, Pulled) and c.name != "proxy",
    ),
    "redis keeps more than it may use": Mutant(
        Workload, _word("192mb", "900mb"), lambda c: "192mb" in c.command, inside=Store
    ),
    "a store's image is whatever is the latest": Mutant(Base, lambda _: {"reference": "postgres:latest"}, inside=Store),
    "512 KiB of memory": Mutant(Limits, lambda _: {"memory": 512 * 2**10}, inside=Service),
    "no CPU": Mutant(Limits, lambda _: {"cpus": 0.0}, inside=Service),
    "one process": Mutant(Limits, lambda _: {"pids": 1}, inside=Service),
    "killed at once": Mutant(Stop, lambda _: {"grace": 0}, inside=Service),
    "a service cannot write temporary files": Mutant(Workload, lambda _: {"scratch": ()}, inside=Service),
    "a service on no network with its store": Mutant(
        Workload,
        lambda _: {"inside": None},
        lambda c: bool(c.calls),
        inside=Service,
    ),
    "a service on no network with its proxy": Mutant(
        Workload,
        lambda _: {"egress": None},
        lambda c: c.inside and c.egress,
        inside=Service,
        holder=_IS_WEB,
    ),
    "a container runs as root": Mutant(Workload, lambda _: {"user": "0:0"}, inside=Service),
    "an image runs as root": Mutant(ImageRecipe, lambda _: {"user": "0:0"}),
    "a service waits for nobody's health": Mutant(Dependency, lambda _: {"name": "nobody"}, inside=Service),
    "HOST is loopback": _env("HOST", "127.0.0.1"),
    "the command binds to loopback": Mutant(
        ImageRecipe, _word("0.0.0.0:", "127.0.0.1:"), lambda i: any("0.0.0.0:" in w for w in i.command)
    ),
    "the command binds to another port": Mutant(
        ImageRecipe, _word(":8000", ":8001"), lambda i: any("0.0.0.0:8000" in w for w in i.command)
    ),
    "PORT off by one": Mutant(Literal, lambda e: {"value": str(int(e.value) + 1)}, _is(name="PORT")),
    "EXPOSE off by one": Mutant(Port, lambda p: {"number": p.number + 1}, inside=Service),
    "the health check asks another port": Mutant(HealthModule, lambda h: {"port": h.port + 1}),
    "the health module copied elsewhere": Mutant(
        Copy, lambda c: {"target": _elsewhere(c.target)}, _is_interpreted_probe
    ),
    "the health check starts another file": Mutant(
        Probes,
        lambda c: {"watch": tuple(_elsewhere(w) if w.startswith("/app") else w for w in c.watch)},
        inside=Service,
    ),
    "the health check starts a program that is not there": Mutant(
        Probes, lambda c: {"watch": ("curl", *c.watch[1:])}, lambda c: c.watch[0] in ("bun", "python"), inside=Service
    ),
    "the health check reads another variable": Mutant(Dependent, lambda _: {"variable": "NOWHERE_URL"}),
    "the health check may never fail": Mutant(Probes, lambda _: {"retries": 0}, inside=Service),
    "the health check asks without a pause": Mutant(Probes, lambda _: {"interval": 0}, inside=Service),
    "a health path that the application lacks": Mutant(Probe, lambda _: {"path": "/nowhere"}),
    "a secret mounted under another name": Mutant(SecretUse, lambda _: {"name": "another"}, inside=Service),
    "a secret that no variable names": Mutant(SecretUse, lambda _: {"variable": None}, inside=Service),
    "a slot that is not explained": Mutant(Plan, lambda plan: {"parameters": plan.parameters[:-1]}),
    "an image by two names": Mutant(Repository, lambda _: {"service": "other"}, inside=Service),
    "state elsewhere": Mutant(Literal, lambda _: {"value": "/var/state"}, _is(name="STATE_DIR")),
    "the volume of the state elsewhere": Mutant(
        Volume, lambda _: {"target": "/srv/state"}, _is(target="/var/lib/state")
    ),
    "a lock elsewhere": Mutant(
        Container,
        lambda c: {"entrypoint": tuple("/run/lock" if word == "/run/exclusive" else word for word in c.entrypoint)},
        lambda c: c.entrypoint[:1] == ("flock",),
    ),
    "a schedule that cron does not know": Mutant(Schedule, lambda _: {"cron": "0 25 * * *"}),
    "a job that is started with all the others": Mutant(
        Container, lambda _: {"profiles": ()}, lambda c: bool(c.profiles)
    ),
    "a site on another port": Mutant(Listen, lambda found: {"port": found.port + 1}),
    "site.conf copied elsewhere": Mutant(
        Copy, lambda _: {"target": "/etc/site.conf"}, lambda c: c.generated and "site.conf" in c.sources[0]
    ),
    "the site is where nothing was copied": Mutant(Site, lambda _: {"root": "/srv/site"}),
    "a server that does not start": Mutant(ImageRecipe, lambda _: {"entrypoint": (), "command": ()}),
}
"""The mutants, by what is wrong with them."""
