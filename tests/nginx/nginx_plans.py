"""Plans with a proxy, and where their parts come from."""

from __future__ import annotations

from dataclasses import replace

from speccompile.plan.ingress import (
    HASHED,
    BodyLimit,
    Caching,
    Connections,
    ErrorPage,
    ErrorPages,
    Files,
    Grpc,
    Ingress,
    Kept,
    Login,
    Maintenance,
    Methods,
    Networks,
    Page,
    Rate,
    Route,
    Timeouts,
    Trusted,
)
from speccompile.plan.plan import Layout, Plan
from speccompile.plan.tls import Acme, CertificateFiles, Hsts, Tls, ToTls, Versions
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
    refused: int = 429,
    body: int = 2**20,
    strip: bool = False,
    connections: tuple[int, bool] | None = None,
    guarded: bool = False,
    calls: bool = False,
) -> Route:
    """A route; its parts have origins of their own: *number* and the three lines after it."""
    return Route(
        host=host,
        path=path,
        service=service,
        port=port,
        timeouts=Timeouts(connect=timeouts[0], exchange=timeouts[1], origin=origin(number + 1)),
        rate=Rate(requests=rate[0], per=rate[1], burst=rate[2], status=refused, origin=origin(number + 2))
        if rate
        else None,
        body=BodyLimit(size=body, origin=origin(number + 3)),
        strip=strip,
        connections=Connections(
            count=connections[0], total=connections[1], at=path, status=refused, origin=origin(number + 4)
        )
        if connections
        else None,
        methods=Methods(allow=("GET", "HEAD"), origin=origin(number + 5)) if guarded else None,
        networks=Networks(allow=("192.0.2.0/24",), deny=("192.0.2.7/32",), origin=origin(number + 6))
        if guarded
        else None,
        login=Login(secret="users", origin=origin(number + 7)) if guarded else None,
        maintenance=Maintenance(file=f"/var/tmp/maintenance-{service}", origin=origin(number + 8)) if guarded else None,
        grpc=Grpc(origin=origin(number + 9)) if calls else None,
        origin=origin(number),
    )


def files(made: Route, content: str = "uploads", *, single_page: bool = False, number: int = 300) -> Route:
    """*made*, at which files of a volume of its service are given out."""
    why = origin(number)
    hashed = Caching(rules=(Kept(what=HASHED, seconds=31536000, origin=why),), at=made.path, origin=why)
    return replace(
        made,
        methods=Methods(allow=("GET", "HEAD"), origin=why),
        caching=hashed if content == "assets" else None,
        files=Files(
            directory=f"/srv/{made.service}-data/{content}",
            volume=f"{made.service}-data",
            below=f"/{content}",
            content=content,
            single_page=single_page,
            origin=why,
        ),
    )


def encrypted(oldest: str) -> Tls:
    """TLS, with all that belongs to it."""
    return Tls(
        certified=CertificateFiles(certificate="tls-certificate", key="tls-key", origin=origin(90)),
        versions=Versions(oldest=oldest, origin=origin(91)),
        redirect=ToTls(origin=origin(92)),
        hsts=Hsts(seconds=86400, origin=origin(93)),
        origin=origin(90),
    )


def by_acme(directory: str, contact: str | None = None, roots: str | None = None) -> Tls:
    """TLS with certificates from the authority at *directory*."""
    given = Acme(directory=directory, contact=contact, roots=roots, origin=origin(95))
    return replace(encrypted("1.2"), certified=given)


def ingress(*routes: Route, trusted: tuple[str, ...] = (), tls: str | None = None) -> Ingress:
    """What comes in by *routes*; those *trusted* are believed."""
    believed = tuple(Trusted(network=one, origin=origin(5 + n)) for n, one in enumerate(trusted))
    return Ingress(
        routes=routes,
        trusted=believed,
        tls=encrypted(tls) if tls else None,
        health="/-/proxy-health",
        origin=origin(1),
    )


def plan(*routes: Route, trusted: tuple[str, ...] = (), tls: str | None = None) -> Plan:
    """A plan that has nothing but a proxy with *routes*, which believes those *trusted*; no proxy at all without routes."""
    why = origin(1)
    layout = Layout(
        output="generated", context="..", output_in_context="generated", project_in_context="", names=0, origin=why
    )
    return Plan(
        app="bank",
        layout=layout,
        services=(),
        stores=(),
        externals=(),
        ingress=ingress(*routes, trusted=trusted, tls=tls) if routes else None,
        packages=(),
        secrets=(),
        parameters=(),
        versions=(),
        assertions=(),
        origin=why,
    )


NASTY = '<!doctype html>\n<title>$host ${x} {http.request.host} {args[0]} \\{a\\} \\"q\\" \\n \'s\' é</title>\n<style>a{content:"\\201C"}</style>\t}\n# no\n\n  \\\n'
"""A page with everything in it that a configuration could take for something of its own."""
TEXTS = (NASTY, "<p>down" + NASTY * 30, "<p>" + "é" * 5000)


def paged(made: Plan, shown: dict[str | None, dict[int, int]]) -> Plan:
    """*made* with pages (by their numbers) for statuses: of the routes at these paths, and of all requests (None)."""
    assert made.ingress
    sets = {
        path: ErrorPages(
            each=tuple(ErrorPage(status=status, page=page, origin=origin(80 + page)) for status, page in each.items()),
            origin=origin(80),
        )
        for path, each in shown.items()
    }
    pages = tuple(
        Page(number=number, source=f"pages/{number}.html", text=text, origin=origin(84 + number))
        for number, text in enumerate(TEXTS, start=1)
    )
    routes = tuple(replace(one, errors=sets.get(one.path)) for one in made.ingress.routes)
    return replace(made, ingress=replace(made.ingress, routes=routes, errors=sets.get(None), pages=pages))


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
    ),
    "odd paths": plan(
        route("/a%20b;c", number=20),
        route("/%22quoted%22/$x", number=30, rate=(5, "s", 5)),
        route("/caf%C3%A9", number=40),
        route("/%7Ba%7D'~%23&=%5Cn", number=50),
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
        route("/busy", number=60, connections=(2, False), rate=(3, "m", 0), refused=503),
        route("/", "web", number=40),
    ),
    "not for everybody": plan(route("/staff", number=20, guarded=True), route("/", "web", number=40)),
    "around health": plan(route("/-/proxy-health/x", number=20), route("/-", "web", number=30), route("/", number=40)),
    "behind a balancer": plan(
        route("/", host="bank.example.com", rate=(10, "s", 20)), trusted=("10.0.0.0/8", "fd00::/8", "192.0.2.7/32")
    ),
    "pages of all": paged(
        plan(route("/api", number=20), route("/", "web", "a.example.com")), {None: {404: 1, 421: 1, 502: 2}}
    ),
    "pages of one": paged(
        plan(route("/api", number=20, guarded=True), route("/", "web", number=40)), {"/api": {403: 3, 503: 1}}
    ),
    "pages of both": paged(
        plan(route("/api", number=20), route("/x", number=40), route("/", "web", number=60)),
        {"/api": {502: 2}, "/x": {502: 2}, None: {404: 1}, "/": {404: 1}},
    ),
    "calls": plan(
        route("/shop.Pay", "pay", number=20, port=50051, calls=True, body=2**40, timeouts=(5, 7200)),
        route("/staff", "staff", "a.example.com", number=40, port=50051, calls=True, guarded=True, strip=True),
        route("/", "web", number=60),
        trusted=("10.0.0.0/8",),
    ),
    "calls alone": plan(route("/", "pay", "a.example.com", number=20, port=50051, calls=True, rate=(1, "s", 5))),
    "patterns of hosts": plan(
        route("/", "all", "*.shop.example.com", number=20, rate=(5, "s", 5), connections=(3, True)),
        route("/api", "api", "*.shop.example.com", number=40, guarded=True),
        route("/", "one", "a.shop.example.com", number=60),
    ),
    "files": plan(
        files(route("/media/of%20all", number=20, rate=(5, "s", 5))),
        files(route("/static", "web", number=30), "assets", number=301),
        files(route("/", "web", "app.example.com", number=40), "assets", single_page=True, number=302),
        route("/", "web", number=50),
    ),
    "files alone": plan(files(route("/", number=20))),
    "long names": plan(*(route("/", host=f"{LONG}.h{n}.example.com", number=n) for n in range(20, 30))),
}
"""Plans of every shape that the proxy has to serve."""
