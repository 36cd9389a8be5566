"""Plans with a proxy, and where their parts come from."""

from __future__ import annotations

from speccompile.plan.container import Container, Limits, Replicas, Restart, RestartPolicy, Stop
from speccompile.plan.image import Base
from speccompile.plan.plan import Layout, Plan
from speccompile.plan.proxy import BodyLimit, Connections, Proxy, Rate, Route, Timeouts, Trusted
from speccompile.provenance import Cause, Origin, because
from speccompile.source import Span

CONFIG = "nginx.conf"


def origin(number: int) -> Origin:
    """The origin of something that stands in line *number* of the specs."""
    return because("SC300", Cause(Span("specs/assertions.json", number, 1), f"A-{number:03}"))


def route(
    path: str,
    service: str = "api",
    host: str | None = None,
    *,
    number: int = 10,
    port: int = 3000,
    timeouts: tuple[int, int] = (5, 30),
    rate: tuple[int, str, int] | None = None,
    body: int = 2**20,
    strip: bool = False,
    connections: tuple[int, bool] | None = None,
) -> Route:
    """A route; its parts have origins of their own: *number* and the three lines after it."""
    return Route(
        host=host,
        path=path,
        service=service,
        port=port,
        timeouts=Timeouts(connect=timeouts[0], exchange=timeouts[1], origin=origin(number + 1)),
        rate=Rate(requests=rate[0], per=rate[1], burst=rate[2], origin=origin(number + 2)) if rate else None,
        body=BodyLimit(size=body, origin=origin(number + 3)),
        strip=strip,
        connections=Connections(count=connections[0], total=connections[1], at=path, origin=origin(number + 4))
        if connections
        else None,
        origin=origin(number),
    )


def container(*, cpus: float = 0.5, grace: int = 35) -> Container:
    """The proxy's container, as far as nginx.conf follows from it."""
    why = origin(1)
    return Container(
        name="proxy",
        user="101:101",
        environment=(),
        secrets=(),
        volumes=(),
        tmpfs=(),
        configs=(),
        networks=(),
        depends_on=(),
        publish=(),
        check=None,
        init=False,
        origin=why,
        limits=Limits(memory=2**27, cpus=cpus, pids=64, origin=why),
        stop=Stop(signal="SIGQUIT", grace=grace, origin=why),
        restart=Restart(policy=RestartPolicy.UNLESS_STOPPED, origin=why),
        replicas=Replicas(count=1, exclusive=False, origin=why),
    )


def plan(*routes: Route, listen: int = 8080, cpus: float = 0.5, trusted: tuple[str, ...] = ()) -> Plan:
    """A plan that has nothing but a proxy with *routes*, which believes those *trusted*; no proxy at all without routes."""
    why = origin(1)
    proxy = Proxy(
        container=container(cpus=cpus),
        base=Base(reference="nginx:1.28-alpine", origin=why),
        listen=listen,
        config=CONFIG,
        routes=routes,
        trusted=tuple(Trusted(network=one, origin=origin(5 + n)) for n, one in enumerate(trusted)),
        origin=why,
    )
    layout = Layout(
        output="generated", context="..", output_in_context="generated", project_in_context="", names=0, origin=why
    )
    return Plan(
        app="bank",
        layout=layout,
        services=(),
        stores=(),
        externals=(),
        proxy=proxy if routes else None,
        packages=(),
        networks=(),
        secrets=(),
        slots=(),
        versions=(),
        assertions=(),
        origin=why,
    )


LONG = ".".join(letter * 60 for letter in "abc")

PLANS: dict[str, Plan] = {
    "no host": plan(route("/")),
    "no host, nested": plan(
        route("/api/v2", "api-next", number=20, port=4000),
        route("/api/", number=30, body=2**24),
        route("/", "web", number=40),
    ),
    "one host": plan(route("/", host="bank.example.com", rate=(10, "s", 20))),
    "two hosts": plan(
        route("/api", host="a.example.com", rate=(100, "m", 0), number=20),
        route("/api", "web", "b.example.com", number=30),
        route("/", "web", "b.example.com", number=40, rate=(1, "s", 5)),
    ),
    "host and none": plan(
        route("/", "web", number=20),
        route("/api", host="a.example.com", number=30, body=1000, timeouts=(1, 3600)),
        cpus=2.5,
    ),
    "odd paths": plan(
        route("/a%20b;c", number=20),
        route("/%22quoted%22/$x", number=30, rate=(5, "s", 5)),
        route("/caf%C3%A9", number=40),
        route("/%7Ba%7D'~%23&=%5Cn", number=50),
        listen=9090,
    ),
    "without their paths": plan(
        route("/api", number=20, strip=True),
        route("/a/deep%20one/path", number=30, strip=True),
        route("/api/v2", "next", number=40),
        route("/", "web", number=50, strip=True),
    ),
    "so many at once": plan(
        route("/api", number=20, connections=(10, False), rate=(1, "s", 5)),
        route("/ws", number=30, connections=(100, True)),
        route("/", "web", number=40),
    ),
    "around health": plan(route("/-/proxy-health/x", number=20), route("/-", "web", number=30), route("/", number=40)),
    "behind a balancer": plan(
        route("/", host="bank.example.com", rate=(10, "s", 20)), trusted=("10.0.0.0/8", "fd00::/8", "192.0.2.7/32")
    ),
    "long names": plan(*(route("/", host=f"{LONG}.h{n}.example.com", number=n) for n in range(20, 30))),
}
"""Plans of every shape that the proxy has to serve."""
