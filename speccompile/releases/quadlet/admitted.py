"""What a unit from a store of releases may say: what the compiler writes, line by line, and nothing else.

Whoever can write to the store so gets no directory of the machine, no device but graphics processors, no privilege, no network, volume or secret of another
application, no unit of the machine's, and no variable that Podman itself would follow: its process has those of a service.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from speccompile.diagnostics import quoted
from speccompile.regex import regex
from speccompile.spec.given import is_taken
from speccompile.verify.readers.unitfile import Unescaped, Unit, parts, plain, words

_Check: TypeAlias = Callable[[str, str], bool]
"""Whether a value may stand there, for an application."""
_VARIABLE = r"[A-Z][A-Z0-9_]{0,99}"
_PODMANS = regex(
    r"PATH|HOME|USER|LOGNAME|SHELL|TMPDIR|LANG|LANGUAGE|TZ|IFS|ENV|BASH_ENV|NLSPATH|LOCALDOMAIN|GNUPGHOME|REGISTRY_AUTH_FILE|RES_OPTIONS|HOSTALIASES|"
    r"GO(?:DEBUG|TRACEBACK|MAXPROCS|GC|MEMLIMIT)|.*_PROXY|"
    r"(?:LD|LC|SSL|XDG|DBUS|DOCKER|CONTAINERS?|PODMAN|STORAGE|BUILDAH|GCONV|GETCONF|MALLOC|GLIBC|SYSTEMD|NOTIFY|LISTEN|CREDENTIALS|INVOCATION|JOURNAL)_.*"
)
"""Variables that Podman, what it starts, or the C library follows."""


def _is(pattern: str) -> _Check:
    compiled = re.compile(pattern)
    return lambda _, value: bool(compiled.fullmatch(value))


def _of_app(pattern: str) -> _Check:
    return lambda app, value: bool(re.fullmatch(pattern.replace("APP", re.escape(app)), value))


def _any(app: str, value: str) -> bool:
    """Any text without a specifier and without a variable that is none."""
    del app
    parts(value)
    return True


def _own_variable(app: str, value: str) -> bool:
    """A variable of the service for its container to be told, none that Podman follows."""
    del app
    plain(value)
    (setting,) = words(value)
    name = setting.partition("=")[0]
    return bool(re.fullmatch(_VARIABLE, name)) and not _PODMANS.fullmatch(name)


def _label(app: str, value: str) -> bool:
    del app
    parts(value)
    return not any(is_taken(one.partition("=")[0]) for one in words(value))


_NUMBER, _TIME, _YES = _is(r"[0-9]{1,15}"), _is(r"(?:[0-9]{1,9}s?|infinity)"), _is(r"true|false|yes|no")
_PATH = r"/[A-Za-z0-9._/@+-]{1,400}"
_CONTAINER: Mapping[tuple[str, str], _Check] = {
    ("Unit", "Description"): _any,
    ("Unit", "Requires"): _of_app(r"APP-[a-z0-9_.-]+\.service"),
    ("Unit", "Wants"): _of_app(r"APP-[a-z0-9_.-]+\.service"),
    ("Unit", "After"): _of_app(r"APP-[a-z0-9_.-]+\.service"),
    ("Unit", "StartLimitIntervalSec"): _TIME,
    ("Unit", "StartLimitBurst"): _NUMBER,
    ("Container", "Image"): _is(r"[A-Za-z0-9][A-Za-z0-9._:/@-]{0,500}"),
    ("Container", "Pull"): _is(r"never|missing"),
    ("Container", "ContainerName"): _of_app(r"APP-[a-z0-9_.-]+"),
    ("Container", "User"): _is(r"[1-9][0-9]{0,8}"),
    ("Container", "Group"): _is(r"[1-9][0-9]{0,8}"),
    ("Container", "Entrypoint"): _any,
    ("Container", "Exec"): _any,
    ("Container", "RunInit"): _YES,
    ("Container", "Environment"): _any,
    ("Container", "Label"): _label,
    ("Container", "Secret"): _of_app(r"APP-[a-z0-9.-]+,type=(?:mount|env),target=[A-Za-z0-9_.-]+(?:,uid=[0-9]+,gid=[0-9]+,mode=0400)?"),
    ("Container", "Volume"): _of_app(rf"(?:APP_[a-z0-9.-]+\.volume:{_PATH}(?::ro,nocopy)?|\./(?:nginx\.conf|Caddyfile):{_PATH}:ro,Z)"),
    ("Container", "Tmpfs"): _is(rf"{_PATH}:size=[0-9]+,mode=[0-7]{{4}}(?:,noexec)?(?:,U)?"),
    ("Container", "Network"): _of_app(r"(?:none|APP_[a-z0-9.-]+\.network|APP-[a-z0-9_.-]+\.container)"),
    ("Container", "NetworkAlias"): _is(r"[a-z0-9][a-z0-9_.-]{0,99}"),
    ("Container", "PublishPort"): _is(r"(?:\$\{[A-Z][A-Z0-9_]*\}|[0-9.]+):(?:\$\{[A-Z][A-Z0-9_]*\}|[0-9]+):[0-9]{1,5}(?:/(?:tcp|udp))?"),
    ("Container", "ReadOnly"): _YES,
    ("Container", "ReadOnlyTmpfs"): _is("false"),
    ("Container", "DropCapability"): _is("all"),
    ("Container", "AddCapability"): _is(r"(?:CAP_)?NET_BIND_SERVICE"),
    ("Container", "NoNewPrivileges"): _is("true"),
    ("Container", "PodmanArgs"): _is(r"--memory=[0-9]+b|--cpus=[0-9.]+|--add-host=[A-Za-z0-9._-]+:[0-9A-Fa-f.:a-z-]+"),
    ("Container", "AddDevice"): _is(r"nvidia\.com/gpu=(?:all|[0-9]{1,2})"),
    ("Container", "PidsLimit"): _NUMBER,
    ("Container", "HealthStartupCmd"): _any,
    ("Container", "HealthStartupInterval"): _TIME,
    ("Container", "HealthStartupTimeout"): _TIME,
    ("Container", "HealthCmd"): _any,
    ("Container", "HealthInterval"): _TIME,
    ("Container", "HealthTimeout"): _TIME,
    ("Container", "HealthStartPeriod"): _TIME,
    ("Container", "HealthRetries"): _NUMBER,
    ("Container", "HealthOnFailure"): _is("kill|none"),
    ("Container", "Notify"): _is("healthy"),
    ("Container", "StopSignal"): _is(r"SIG[A-Z0-9+-]{1,12}"),
    ("Container", "StopTimeout"): _NUMBER,
    ("Container", "LogDriver"): _is("journald"),
    ("Service", "Type"): _is("oneshot"),
    ("Service", "RemainAfterExit"): _is("yes"),
    ("Service", "Environment"): _own_variable,
    ("Service", "EnvironmentFile"): _of_app(r"-%E/APP/parameters\.env"),
    ("Service", "ExecStartPre"): _is(rf"/usr/bin/test -n \$\{{{_VARIABLE}\}}"),
    ("Service", "Restart"): _is(r"no|always|on-failure"),
    ("Service", "RestartSec"): _TIME,
    ("Service", "TimeoutStartSec"): _TIME,
    ("Service", "TimeoutStopSec"): _TIME,
    ("Install", "WantedBy"): _is(r"default\.target"),
}  # fmt: skip
_NEEDED = ("DropCapability", "NoNewPrivileges", "User", "Group", "Image", "ContainerName")
_OTHERS: Mapping[str, Mapping[tuple[str, str], _Check]] = {
    ".network": {
        ("Network", "NetworkName"): _of_app(r"APP_[a-z0-9.-]+"),
        ("Network", "Internal"): _is("true"),
    },
    ".volume": {("Volume", "VolumeName"): _of_app(r"APP_[a-z0-9.-]+")},
    ".timer": {
        ("Unit", "Description"): _any,
        ("Timer", "OnCalendar"): _is(r"[A-Za-z0-9*.,:/ ~_+-]{1,200}"),
        ("Timer", "AccuracySec"): _TIME,
        ("Timer", "Persistent"): _YES,
        ("Timer", "Unit"): _of_app(r"APP-[a-z0-9_.-]+\.service"),
        ("Install", "WantedBy"): _is(r"timers\.target"),
    },
}


def strange_container(app: str, stem: str, unit: Unit) -> Iterator[str]:
    """What the compiler never writes of the container unit *stem* of *app*."""
    yield from _strange(app, unit, _CONTAINER)
    lacking = [key for key in _NEEDED if unit.value("Container", key) is None]
    if lacking:
        yield f"it has no {lacking[0]}"
    if unit.value("Container", "ContainerName") != stem:
        yield "its container is called otherwise"


def strange_beside(app: str, stem: str, suffix: str, unit: Unit) -> Iterator[str]:
    """The same of a network, a volume or a timer."""
    yield from _strange(app, unit, _OTHERS[suffix])
    names = {
        ".network": unit.value("Network", "NetworkName"),
        ".volume": unit.value("Volume", "VolumeName"),
        ".timer": (unit.value("Timer", "Unit") or "").removesuffix(".service"),
    }
    if names[suffix] != stem:
        yield "it is called otherwise"


def _strange(app: str, unit: Unit, known: Mapping[tuple[str, str], _Check]) -> Iterator[str]:
    for entry in unit.entries:
        check = known.get((entry.section, entry.key))
        try:
            good = check is not None and check(app, entry.value)
        except (Unescaped, ValueError):
            good = False
        if not good:
            yield f"{entry.section}.{entry.key} is {quoted(entry.value[:80])}"
