"""The frameworks of Java servers: what tells them their port, where their health is, what a project probably is."""

from __future__ import annotations

from collections.abc import Mapping

from speccompile.diagnostics import Diagnostic
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.stacks.facts import Chosen, Suggestion
from speccompile.stacks.java import controllers, resources, sources
from speccompile.stacks.java.loopback import loopback
from speccompile.stacks.java.settings import Setting
from speccompile.stacks.java.sources import Source

_USUAL_PORT = "8080"
_GRACEFUL = (("SERVER_SHUTDOWN", "graceful"),)


@record(kw_only=True)
class Framework:
    """A framework: a dependency's name begins like one of ``signs``. ``port`` is the key of the port in its settings,
    ``variable`` the one that overrides it, ``path`` where its health is when one of ``healthy`` is a dependency, below
    the value of ``below``."""

    name: str
    signs: tuple[str, ...]
    port: str
    variable: str
    healthy: tuple[str, ...]
    path: str
    below: tuple[str, ...]
    settings: tuple[tuple[str, str], ...] = ()


_FRAMEWORKS = (
    Framework(
        name="Spring Boot",
        signs=("spring-boot",),
        port="server.port",
        variable="SERVER_PORT",
        healthy=("spring-boot-starter-actuator", "spring-boot-actuator"),
        path="/health",
        below=("server.servlet.context-path", "spring.mvc.servlet.path", "spring.webflux.base-path"),
        settings=_GRACEFUL,
    ),
    Framework(
        name="Quarkus",
        signs=("quarkus-",),
        port="quarkus.http.port",
        variable="QUARKUS_HTTP_PORT",
        healthy=("quarkus-smallrye-health",),
        path="/q/health",
        below=("quarkus.http.root-path",),
    ),
    Framework(
        name="Micronaut",
        signs=("micronaut-",),
        port="micronaut.server.port",
        variable="MICRONAUT_SERVER_PORT",
        healthy=("micronaut-management",),
        path="/health",
        below=("micronaut.server.context-path",),
    ),
)
_SERVERS = (
    "spring-boot-starter-web", "spring-boot-starter-jersey", "spring-boot-starter-graphql", "spring-boot-starter-data-rest",
    "spring-cloud-starter-gateway", "spring-cloud-netflix-eureka-server", "spring-cloud-starter-netflix-eureka-server",
    "spring-cloud-config-server", "spring-boot-admin-starter-server", "quarkus-rest", "quarkus-resteasy", "quarkus-vertx-http",
    "quarkus-reactive-routes", "quarkus-smallrye-graphql", "quarkus-smallrye-health", "quarkus-spring-web", "quarkus-undertow", "quarkus-websockets",
    "quarkus-qute-web", "quarkus-micrometer-registry-prometheus", "micronaut-http-server", "javalin", "spark-core", "vertx-web", "jetty-server",
    "undertow-core", "ktor-server", "helidon-webserver", "dropwizard-core", "jooby", "http4k-server", "ratpack-core", "jersey-container",
    "tomcat-embed-core", "armeria", "blade-core", "muserver", "grpc-netty",
)  # fmt: skip
_NOT_SERVERS = ("spring-boot-starter-webclient", "spring-boot-starter-webservices-client")
_TOOLS = (
    "picocli",
    "commons-cli",
    "jcommander",
    "args4j",
    "airline",
    "spring-shell",
    "clikt",
    "kotlinx-cli",
    "jopt-simple",
)
_JOBS = (
    "spring-boot-starter-batch",
    "spring-cloud-starter-task",
    "flink-",
    "beam-",
    "spark-sql_",
    "spark-core_",
    "kafka-streams",
    "jberet",
)
_SECURED = frozenset(
    (
        "spring-boot-starter-security",
        "micronaut-security",
        "micronaut-security-jwt",
        "quarkus-oidc",
        "quarkus-smallrye-jwt",
    )
)
_READERS = {
    "Spring Boot": controllers.health,
    "Quarkus": resources.of_jaxrs,
    "Micronaut": resources.of_micronaut,
}
# What puts all resources below a path of its own.
_UNKNOWN = frozenset(("quarkus.rest.path", "quarkus.resteasy.path", "quarkus.resteasy-reactive.path"))


@record(kw_only=True)
class Serving:
    """What a server is told and asked, and what ``init`` may take the project for."""

    listens: Chosen
    health: Chosen | None
    port_names: tuple[str, ...]
    settings: tuple[tuple[str, str], ...]
    suggests: Suggestion | None
    problems: tuple[Diagnostic, ...] = ()


def serving(
    tree: Tree, directory: str, names: frozenset[str], settings: Mapping[str, Setting], main: Source | None
) -> Serving:
    """How a program with dependencies called *names* and sources in *directory* serves; *settings* are its framework's."""
    framework = next((one for one in _FRAMEWORKS if _begins(names, one.signs)), None)
    path = main.path if main else ""
    said = settings.get(framework.port) if framework else None
    number = said.value if said and said.value.isdecimal() and 0 < int(said.value[:6]) < 65536 else None
    listens = Chosen("port", _USUAL_PORT, "default")
    if framework and said and number:
        listens = Chosen("port", str(int(number)), f"{said.span.path} {framework.port}", said.span)
    elif framework is None:
        listens = sources.port(tree, path) or listens
    return Serving(
        listens=listens,
        health=(_health(framework, names, settings) or _of_controllers(tree, directory, framework, names, settings))
        if framework
        else sources.health(tree, path),
        port_names=("PORT", *((framework.variable,) if framework else ())),
        settings=framework.settings if framework else (),
        suggests=_suggests(tree, names, path),
        problems=loopback(tree, path, settings),
    )


def server(names: frozenset[str]) -> str | None:
    """The dependency among *names* that is a server, if one is."""
    plain = frozenset(names) - frozenset(_NOT_SERVERS)
    found = sorted(name for name in plain if name.startswith(_SERVERS) and not name.startswith(_JOBS))
    return found[0] if found else None


def _suggests(tree: Tree, names: frozenset[str], path: str) -> Suggestion | None:
    if found := server(names):
        return "web-service", f"it depends on {found}"
    if found := _begins(names, _JOBS):
        return "data-pipeline", f"it depends on {found}"
    if found := _begins(names, _TOOLS):
        return "cli-tool", f"it depends on {found}"
    return ("web-service", f"{path} listens") if path and sources.listens(tree, path) else None


def _begins(names: frozenset[str], signs: tuple[str, ...]) -> str | None:
    return next((name for name in sorted(names) if name.startswith(signs)), None)


def _health(framework: Framework, names: frozenset[str], settings: Mapping[str, Setting]) -> Chosen | None:
    """The health of the framework, where it is at the server's own port and open to strangers."""
    found = next((name for name in framework.healthy if name in names), None)
    apart = settings.get("management.server.port") or settings.get("endpoints.health.port")
    if found is None or "spring-boot-starter-security" in names or apart:
        return None
    below = _below(framework, settings)
    path = framework.path
    if framework.name == "Spring Boot":
        base = settings.get("management.endpoints.web.base-path")
        renamed = settings.get("management.endpoints.web.path-mapping.health")
        path = f"{(base.value if base else '/actuator').rstrip('/')}/{renamed.value if renamed else 'health'}"
    whole = f"{below}{path}"
    return Chosen("health", whole, f"{found} is a dependency") if _is_plain(whole) else None


def _of_controllers(
    tree: Tree, directory: str, framework: Framework, names: frozenset[str], settings: Mapping[str, Setting]
) -> Chosen | None:
    """A health route that the project has written itself, open to strangers."""
    read = _READERS.get(framework.name)
    if read is None or not names.isdisjoint(_SECURED) or not settings.keys().isdisjoint(_UNKNOWN):
        return None
    found = read(tree, directory, _below(framework, settings))
    return found if found and _is_plain(found.value) else None


def _below(framework: Framework, settings: Mapping[str, Setting]) -> str:
    """What the framework's settings put in front of all paths."""
    several = (settings[key].value.strip("/") for key in framework.below if key in settings)
    return "".join(f"/{one}" for one in several if one)


def _is_plain(path: str) -> bool:
    return path.startswith("/") and path.isascii() and all(char.isalnum() or char in "/-_." for char in path)
