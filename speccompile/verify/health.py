"""Health modules, read back: reviewed code, the plan's constants, nothing from outside the standard library."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping

from speccompile.codes import health as codes
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.plan.plan import HealthModule, Plan
from speccompile.record import record
from speccompile.source import Span
from speccompile.verify import place
from speccompile.verify.health_expected import expected
from speccompile.verify.readers import go_source, health_source
from speccompile.verify.readers.source import SourceModule, Unreadable
from speccompile.verify.reviewed_lines import departure


@record()
class _Reading:
    """How files of a language end, and which of its imports are the standard library's."""

    ending: str
    standard: Callable[[str], bool]


def _python_standard(module: str) -> bool:
    return module.partition(".")[0] in sys.stdlib_module_names


def _script_standard(module: str) -> bool:
    return module.startswith("node:")


def _rust_standard(path: str) -> bool:
    """The standard library has no kill(2): a system call may be made, by the instruction that makes one."""
    return path.partition("::")[0] in ("std", "core", "alloc") or path in ('asm!"syscall"', 'asm!"svc 0"')


def _java_standard(module: str) -> bool:
    """Java 8 cannot send a signal: the image's shell may be started, which can."""
    return module.startswith(("java.", "javax.crypto.", "javax.net.")) or module == 'ProcessBuilder"/bin/sh"'


def _php_standard(loaded: str) -> bool:
    """PHP's own search for names cannot be left behind: the system's program for that may be started, which can."""
    return loaded == 'proc_open"getent"'


def _ruby_standard(feature: str) -> bool:
    return feature in ("io/wait", "json", "openssl", "securerandom", "socket")


def _nothing_loaded(_: str) -> bool:
    return False


_READINGS = {
    "python": _Reading("py", _python_standard),
    "javascript": _Reading("mjs", _script_standard),
    "typescript": _Reading("ts", _script_standard),
    "go": _Reading("go", go_source.standard),
    "rust": _Reading("rs", _rust_standard),
    "java": _Reading("java", _java_standard),
    "php": _Reading("php", _php_standard),
    "ruby": _Reading("rb", _ruby_standard),
    "shell": _Reading("sh", _nothing_loaded),
}


def verify(plan: Plan, files: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Findings about the health modules among *files* (path relative to the output directory → text)."""
    modules = (service.health for service in plan.services if service.health)
    return tuple(
        diagnostic
        for health in modules
        for diagnostic in findings(health, place.on_disk(plan, health.path), files.get(health.path))
    )


def findings(health: HealthModule, path: str, text: str | None) -> Iterator[Diagnostic]:
    """Findings about *text*, the file at *path*; None when it is missing."""
    if text is None:
        yield codes.MISSING.at(Span(path), "the health module is missing", fix=place.FIX)
        return
    yield from _reviewed(health, path, text)
    reading = _READINGS[health.language]
    try:
        module = read(health, text)
    except Unreadable as problem:
        yield codes.UNREADABLE.at(Span(path, problem.line, 1), str(problem), fix=place.FIX)
        return
    yield from _constants(health, path, module)
    for line, name in module.imports:
        if not reading.standard(name):
            yield codes.NOT_STANDARD.at(Span(path, line, 1), f"{name} is not in the standard library", fix=place.FIX)


def read(health: HealthModule, text: str) -> SourceModule:
    """What *text*, a health module, says in its language; raises ``Unreadable``."""
    return health_source.read(_READINGS[health.language].ending, text)


def _reviewed(health: HealthModule, path: str, text: str) -> Iterator[Diagnostic]:
    """The first line that is not the one that was reviewed."""
    if found := departure(expected(health), text):
        yield codes.NOT_REVIEWED.at(Span(path, found.line, 1), found.message, fix=place.FIX)


def _constants(health: HealthModule, path: str, module: SourceModule) -> Iterator[Diagnostic]:
    """Those constants that are not the plan's."""
    wanted: dict[str, object] = {
        "PORT": health.port,
        "PATH": health.probe.path,
        "READY": health.probe.readiness,
        "SITE": health.probe.site,
        "SCHEME": health.probe.scheme,
        "STRICT": health.probe.strict,
        "TIMEOUT": health.probe.timeout,
        "START": health.probe.start_period,
        "RETRIES": health.probe.retries,
    }
    if health.needs:
        wanted["NEEDS"] = tuple(
            (need.name, need.protocol, need.variable, need.password, need.critical) for need in health.needs
        )
    for name, want in wanted.items():
        line, have = module.constants.get(name, (0, None))
        if (type(have), have) != (type(want), want):
            span = Span(path, line, 1) if line else Span(path)
            yield codes.NOT_THE_PLAN.at(span, f"{name} is {quoted(have)}, the plan says {quoted(want)}", fix=place.FIX)
