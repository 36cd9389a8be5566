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

Check: TypeAlias = Callable[[str, str], bool]
"""Whether a value may stand there, for an application."""
VARIABLE = r"[A-Z][A-Z0-9_]{0,99}"
_PODMANS = regex(
    r"PATH|HOME|USER|LOGNAME|SHELL|TMPDIR|LANG|LANGUAGE|TZ|IFS|ENV|BASH_ENV|NLSPATH|LOCALDOMAIN|GNUPGHOME|REGISTRY_AUTH_FILE|RES_OPTIONS|HOSTALIASES|"
    r"GO(?:DEBUG|TRACEBACK|MAXPROCS|GC|MEMLIMIT)|.*_PROXY|"
    r"(?:LD|LC|SSL|XDG|DBUS|DOCKER|CONTAINERS?|PODMAN|STORAGE|BUILDAH|GCONV|GETCONF|MALLOC|GLIBC|SYSTEMD|NOTIFY|LISTEN|CREDENTIALS|INVOCATION|JOURNAL)_.*"
)
"""Variables that Podman, what it starts, or the C library follows."""


def matches(pattern: str) -> Check:
    """That it is of this form."""
    compiled = re.compile(pattern)
    return lambda _, value: bool(compiled.fullmatch(value))


def of_app(pattern: str) -> Check:
    """The same; APP stands for the application's name."""
    return lambda app, value: bool(re.fullmatch(pattern.replace("APP", re.escape(app)), value))


def any_text(app: str, value: str) -> bool:
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
    return bool(re.fullmatch(VARIABLE, name)) and not _PODMANS.fullmatch(name)


def _label(app: str, value: str) -> bool:
    del app
    parts(value)
    return not any(is_taken(one.partition("=")[0]) for one in words(value))


_NUMBER, TIME, YES = matches(r"[0-9]{1,15}"), matches(r"(?:[0-9]{1,9}s?|infinity)"), matches(r"true|false|yes|no")
PATH = r"/[A-Za-z0-9._/@+-]{1,400}"
_CONTAINER: Mapping[tuple[str, str], Check] = {
    ("Unit", "Description"): any_text,
    ("Unit", "Requires"): of_app(r"APP-[a-z0-9_.-]+\.service"),
    ("Unit", "Wants"): of_app(r"APP-[a-z0-9_.-]+\.service"),
    ("Unit", "After"): of_app(r"APP-[a-z0-9_.-]+\.service"),
    ("Unit", "StartLimitIntervalSec"): TIME,
    ("Unit", "StartLimitBurst"): _NUMBER,
    ("Container", "Image"): matches(r"[A-Za-z0-9][A-Za-z0-9._:/@-]{0,500}"),
    ("Container", "Pull"): matches(r"never|missing"),
    ("Container", "ContainerName"): of_app(r"APP-[a-z0-9_.-]+"),
    ("Container", "User"): matches(r"[1-9][0-9]{0,8}"),
    ("Container", "Group"): matches(r"[1-9][0-9]{0,8}"),
    ("Container", "Entrypoint"): any_text,
    ("Container", "Exec"): any_text,
    ("Container", "RunInit"): YES,
    ("Container", "Environment"): any_text,
    ("Container", "Label"): _label,
    ("Container", "Secret"): of_app(r"APP-[a-z0-9.-]+,type=(?:mount|env),target=[A-Za-z0-9_.-]+(?:,uid=[0-9]+,gid=[0-9]+,mode=0400)?"),
    ("Container", "Volume"): of_app(rf"(?:APP_[a-z0-9.-]+\.volume:{PATH}(?::ro,nocopy)?|\./(?:nginx\.conf|Caddyfile):{PATH}:ro,Z)"),
    ("Container", "Tmpfs"): matches(rf"{PATH}:size=[0-9]+,mode=[0-7]{{4}}(?:,noexec)?(?:,U)?"),
    ("Container", "Network"): of_app(r"(?:none|APP_[a-z0-9.-]+\.network|APP-[a-z0-9_.-]+\.container)"),
    ("Container", "NetworkAlias"): matches(r"[a-z0-9][a-z0-9_.-]{0,99}"),
    ("Container", "PublishPort"): matches(r"(?:\$\{[A-Z][A-Z0-9_]*\}|[0-9.]+):(?:\$\{[A-Z][A-Z0-9_]*\}|[0-9]+):[0-9]{1,5}(?:/(?:tcp|udp))?"),
    ("Container", "ReadOnly"): YES,
    ("Container", "ReadOnlyTmpfs"): matches("false"),
    ("Container", "DropCapability"): matches("all"),
    ("Container", "AddCapability"): matches(r"(?:CAP_)?NET_BIND_SERVICE"),
    ("Container", "NoNewPrivileges"): matches("true"),
    ("Container", "PodmanArgs"): matches(r"--memory=[0-9]+b|--cpus=[0-9.]+|--add-host=[A-Za-z0-9._-]+:[0-9A-Fa-f.:a-z-]+"),
    ("Container", "AddDevice"): matches(r"nvidia\.com/gpu=(?:all|[0-9]{1,2})"),
    ("Container", "PidsLimit"): _NUMBER,
    ("Container", "HealthStartupCmd"): any_text,
    ("Container", "HealthStartupInterval"): TIME,
    ("Container", "HealthStartupTimeout"): TIME,
    ("Container", "HealthCmd"): any_text,
    ("Container", "HealthInterval"): TIME,
    ("Container", "HealthTimeout"): TIME,
    ("Container", "HealthStartPeriod"): TIME,
    ("Container", "HealthRetries"): _NUMBER,
    ("Container", "HealthOnFailure"): matches("kill|none"),
    ("Container", "Notify"): matches("healthy"),
    ("Container", "StopSignal"): matches(r"SIG[A-Z0-9+-]{1,12}"),
    ("Container", "StopTimeout"): _NUMBER,
    ("Container", "LogDriver"): matches("journald"),
    ("Service", "Type"): matches("oneshot"),
    ("Service", "RemainAfterExit"): matches("yes"),
    ("Service", "Environment"): _own_variable,
    ("Service", "EnvironmentFile"): of_app(r"-%E/APP/parameters\.env"),
    ("Service", "ExecStartPre"): matches(rf"/usr/bin/test -n \$\{{{VARIABLE}\}}"),
    ("Service", "Restart"): matches(r"no|always|on-failure"),
    ("Service", "RestartSec"): TIME,
    ("Service", "TimeoutStartSec"): TIME,
    ("Service", "TimeoutStopSec"): TIME,
    ("Install", "WantedBy"): matches(r"default\.target"),
}  # fmt: skip
_NEEDED = ("DropCapability", "NoNewPrivileges", "User", "Group", "Image", "ContainerName")
_OTHERS: Mapping[str, Mapping[tuple[str, str], Check]] = {
    ".network": {
        ("Network", "NetworkName"): of_app(r"APP_[a-z0-9.-]+"),
        ("Network", "Internal"): matches("true"),
    },
    ".volume": {("Volume", "VolumeName"): of_app(r"APP_[a-z0-9.-]+")},
    ".timer": {
        ("Unit", "Description"): any_text,
        ("Timer", "OnCalendar"): matches(r"[A-Za-z0-9*.,:/ ~_+-]{1,200}"),
        ("Timer", "AccuracySec"): TIME,
        ("Timer", "Persistent"): YES,
        ("Timer", "Unit"): of_app(r"APP-[a-z0-9_.-]+\.service"),
        ("Install", "WantedBy"): matches(r"timers\.target"),
    },
}


def strange_container(app: str, stem: str, unit: Unit) -> Iterator[str]:
    """What the compiler never writes of the container unit *stem* of *app*."""
    yield from strange(app, unit, _CONTAINER)
    lacking = [key for key in _NEEDED if unit.value("Container", key) is None]
    if lacking:
        yield f"it has no {lacking[0]}"
    if unit.value("Container", "ContainerName") != stem:
        yield "its container is called otherwise"


def strange_beside(app: str, stem: str, suffix: str, unit: Unit) -> Iterator[str]:
    """The same of a network, a volume or a timer."""
    yield from strange(app, unit, _OTHERS[suffix])
    names = {
        ".network": unit.value("Network", "NetworkName"),
        ".volume": unit.value("Volume", "VolumeName"),
        ".timer": (unit.value("Timer", "Unit") or "").removesuffix(".service"),
    }
    if names[suffix] != stem:
        yield "it is called otherwise"


def strange(app: str, unit: Unit, known: Mapping[tuple[str, str], Check]) -> Iterator[str]:
    """The lines of *unit* that are none of those that are *known*."""
    for entry in unit.entries:
        check = known.get((entry.section, entry.key))
        try:
            good = check is not None and check(app, entry.value)
        except (Unescaped, ValueError):
            good = False
        if not good:
            yield f"{entry.section}.{entry.key} is {quoted(entry.value[:80])}"
