"""Plan → health modules: one for each server, importable by it and runnable as its probe."""

from __future__ import annotations

from collections.abc import Callable

from speccompile.artifacts import Artifact
from speccompile.backends import header
from speccompile.backends.escape.crontab import ShellText, shell_comment, shell_literal
from speccompile.backends.escape.golang import GoText, go_comment, go_literal
from speccompile.backends.escape.interpreted import (
    PhpText,
    RubyText,
    php_comment,
    php_literal,
    ruby_comment,
    ruby_literal,
)
from speccompile.backends.escape.java import JavaText, java_comment, java_literal
from speccompile.backends.escape.program import (
    PythonText,
    ScriptText,
    python_comment,
    python_literal,
    script_comment,
    script_literal,
)
from speccompile.backends.escape.rust import RustText, rust_comment, rust_literal
from speccompile.backends.escape.text import Text
from speccompile.backends.jinja import render
from speccompile.plan.node import Node
from speccompile.plan.plan import Dependent, HealthModule, Plan
from speccompile.provenance import Origin, merged
from speccompile.record import record

TARGET = "health"

# Which probe asks which kind of service; the template's name is the probe's.
PROBES = {
    "http": "http",
    "https": "http",
    "mariadb": "mysql",
    "mongodb": "mongodb",
    "mysql": "mysql",
    "nats": "nats",
    "postgres": "postgres",
    "rabbitmq": "rabbitmq",
    "redis": "redis",
    "tcp": "tcp",
}


@record()
class _Language:
    """A language of health modules: its text, its templates' last names, how it writes comments and values."""

    text: type[Text]
    suffix: str
    comment: Callable[[str], Text]
    literal: Callable[[str | int | bool], Text]


_LANGUAGES = {
    "python": _Language(PythonText, "py", python_comment, python_literal),
    "javascript": _Language(ScriptText, "mjs", script_comment, script_literal),
    "typescript": _Language(ScriptText, "ts", script_comment, script_literal),
    "go": _Language(GoText, "go", go_comment, go_literal),
    "rust": _Language(RustText, "rs", rust_comment, rust_literal),
    "java": _Language(JavaText, "java", java_comment, java_literal),
    "php": _Language(PhpText, "php", php_comment, php_literal),
    "ruby": _Language(RubyText, "rb", ruby_comment, ruby_literal),
    "shell": _Language(ShellText, "sh", shell_comment, shell_literal),
}


@record(kw_only=True)
class _Port(Node):
    number: Text


@record(kw_only=True)
class _Probe(Node):
    path: Text
    ready: Text
    site: Text
    scheme: Text
    strict: Text
    timeout: Text
    start: Text
    retries: Text


@record(kw_only=True)
class _Need(Node):
    name: Text
    protocol: Text
    variable: Text
    password: Text
    critical: Text


@record(kw_only=True)
class _Part(Node):
    """Code that is there because of some needs; ``template`` is its file, where the choice depends on them."""

    template: Text


@record(kw_only=True)
class _Document(Node):
    header: tuple[Text, ...]
    port: _Port
    probe: _Probe
    needs: tuple[_Need, ...]
    readiness: tuple[_Part, ...]
    protocols: tuple[_Part, ...]


def emit(plan: Plan) -> tuple[Artifact, ...]:
    """The health module of every service of *plan* that has one; ValueError when no probe is known for a need."""
    return tuple(
        _artifact(service.health, service.port.origin if service.port else service.health.origin)
        for service in plan.services
        if service.health
    )


def _artifact(health: HealthModule, listening: Origin) -> Artifact:
    language = _LANGUAGES[health.language]
    write = language.literal
    document = _Document(
        header=tuple(language.comment(line) for line in header.lines(health.path)),
        port=_Port(number=write(health.port), origin=listening),
        probe=_Probe(
            path=write(health.probe.path),
            ready=write(health.probe.readiness),
            site=write(health.probe.site),
            scheme=write(health.probe.scheme),
            strict=write(health.probe.strict),
            timeout=write(health.probe.timeout),
            start=write(health.probe.start_period),
            retries=write(health.probe.retries),
            origin=health.probe.origin,
        ),
        needs=tuple(_need(need, write) for need in health.needs),
        readiness=tuple(_parts({"needs": health.needs} if health.needs else {}, health.language, language)),
        protocols=tuple(_parts(_by_probe(health.needs), health.language, language)),
        origin=health.origin,
    )
    text, origins = render(f"health/{health.language}/module.{language.suffix}.j2", language.text, document)
    return Artifact(health.path, text, origins, TARGET)


def _need(need: Dependent, write: Callable[[str | int | bool], Text]) -> _Need:
    return _Need(
        name=write(need.name),
        protocol=write(need.protocol),
        variable=write(need.variable),
        password=write(need.password),
        critical=write(need.critical),
        origin=need.origin,
    )


def _by_probe(needs: tuple[Dependent, ...]) -> dict[str, tuple[Dependent, ...]]:
    """The needs that each probe serves, in the order of the probes' names."""
    unknown = sorted({need.protocol for need in needs} - set(PROBES))
    if unknown:
        raise ValueError(f"no probe asks for {', '.join(unknown)}")
    names = sorted({PROBES[need.protocol] for need in needs})
    return {name: tuple(need for need in needs if PROBES[need.protocol] == name) for name in names}


def _parts(wanted: dict[str, tuple[Dependent, ...]], name: str, language: _Language) -> list[_Part]:
    return [
        _Part(
            template=language.text(f"health/{name}/{probe}.{language.suffix}.j2"),
            origin=merged(need.origin for need in needs),
        )
        for probe, needs in wanted.items()
    ]
