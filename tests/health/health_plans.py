"""Plans with health modules."""

from __future__ import annotations

from typing import Any

from speccompile.backends import health
from speccompile.lower import repository
from speccompile.plan.image import ImageRecipe, Probe
from speccompile.plan.plan import Dependent, HealthModule, Layout, Plan, Service
from speccompile.plan.workload import Port
from speccompile.provenance import Cause, Origin, because
from speccompile.source import Span
from workloads import workload

FILES = {
    "python": "health.py",
    "javascript": "health.mjs",
    "typescript": "health.ts",
    "go": "health.go",
    "rust": "health.rs",
    "java": "Health.java",
    "php": "health.php",
    "ruby": "health.rb",
}
LANGUAGES = tuple(FILES)
PROTOCOLS = ("http", "https", "mariadb", "mongodb", "mysql", "nats", "postgres", "rabbitmq", "redis", "tcp")


def origin(number: int) -> Origin:
    """The origin of something that assertion *number* wants."""
    return because("SC300", Cause(Span("specs/assertions.json", number, 1), f"A-{number:03}"))


def need(
    name: str,
    protocol: Any,
    variable: str | None = None,
    *,
    password: str = "",
    critical: bool = True,
    number: int = 40,
) -> Dependent:
    """A needed service; without *variable* the name's own."""
    variable = variable or f"{name.upper().replace('-', '_')}_URL"
    return Dependent(
        name=name, protocol=protocol, variable=variable, password=password, critical=critical, origin=origin(number)
    )


def module(
    language: Any,
    *needs: Dependent,
    path: str = "/health",
    ready: str = "",
    strict: bool = True,
    timeout: int = 3,
    port: int = 3000,
    file: str | None = None,
) -> HealthModule:
    """A health module; the module's origin is assertion 1, the probe's 2."""
    probe = Probe(
        path=path, ready=ready, strict=strict, interval=30, timeout=timeout, start_period=5, retries=3, origin=origin(2)
    )
    file = file or FILES[language]
    return HealthModule(
        path=file,
        target=f"/app/{file}",
        language=language,
        argv=("run", f"/app/{file}"),
        probe=probe,
        port=port,
        needs=needs,
        origin=origin(1),
    )


def every(language: str) -> HealthModule:
    """A module with one need of each protocol; their origins are the assertions from 10 on."""
    return module(language, *(need(protocol, protocol, number=10 + n) for n, protocol in enumerate(PROTOCOLS)))


def plan(*modules: HealthModule) -> Plan:
    """A plan whose services have *modules* and little else; their port's origin is assertion 3."""
    why = origin(1)
    layout = Layout(
        output="generated", context="..", output_in_context="generated", project_in_context="", names=0, origin=why
    )
    return Plan(
        app="bank",
        layout=layout,
        services=tuple(_service(module) for module in modules),
        stores=(),
        externals=(),
        ingress=None,
        packages=(),
        secrets=(),
        parameters=(),
        versions=(),
        assertions=(),
        origin=why,
    )


def _service(health_module: HealthModule) -> Service:
    why = origin(1)
    image = ImageRecipe(
        stack="any",
        stages=(),
        user="10001:10001",
        entrypoint=(),
        command=(),
        context=(),
        needs_init=True,
        language=health_module.language,
        origin=why,
    )
    return Service(
        name="api",
        archetype="web-service",
        role="server",
        directory="",
        dockerfile="Dockerfile",
        ignorefile="Dockerfile.dockerignore",
        image=image,
        repository=repository.named(None, "bank", "api", why),
        labels=(),
        workload=workload("api", why, port=Port(number=health_module.port, origin=origin(3))),
        health=health_module,
        schedule=None,
        platforms=(),
        origin=why,
    )


def text(health_module: HealthModule) -> str:
    """What is generated for *health_module*."""
    (artifact,) = health.emit(plan(health_module))
    return artifact.text
