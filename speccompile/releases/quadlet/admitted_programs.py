"""What a unit of a program from a store of releases may say: see ``admitted``, of what is in no container.

Whoever can write to the store so gets a program that runs as nobody, in the bounds that the compiler writes for any: it may read no home, write nothing but its
own directory of the application's, and has no secret or variable of another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from speccompile.regex import regex
from speccompile.releases.quadlet.admitted import PATH, TIME, VARIABLE, Check, any_text, matches, of_app, strange
from speccompile.verify.quadlet.programs import CURL, HELD, LIMITS
from speccompile.verify.readers.unitfile import Unescaped, Unit, parts, plain, words

_NAME = r"[a-z0-9][a-z0-9.-]{0,99}"
_STATE = regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}(?:/[A-Za-z0-9_][A-Za-z0-9_.-]{0,99})*")
_OWN_URL = regex(r"http://127\.0\.0\.1:[0-9]{1,5}/[!-~]{0,2000}")
_SECONDS = regex(r"[0-9]{1,6}")
_HEADER = regex(r"(?!@)[A-Za-z0-9-]{1,64}: [ -~]{0,500}")  # curl(1) reads a file behind @
_ONCE = ("ExecStart", *LIMITS)


def _setting(app: str, value: str) -> bool:
    """A variable of the program's own: it is nobody's process but that one's. A dollar sign means nothing there (systemd.exec(5))."""
    del app
    plain(value)
    (setting,) = words(value)
    return bool(re.fullmatch(VARIABLE, setting.partition("=")[0]))


def _asks_itself(app: str, value: str) -> bool:
    """Whether *value* has curl ask this machine, with headers and a time-out and nothing more."""
    del app
    said = tuple(plain(one) for one in words(value))
    asked = said[len(CURL) :] if said[: len(CURL)] == CURL else ()
    *options, url = asked or ("",)
    options = options[1:] if options[:1] == ["--fail"] else options
    pairs = list(zip(options[::2], options[1::2], strict=False))
    return (
        len(options) % 2 == 0
        and _OWN_URL.fullmatch(url) is not None
        and all(
            _SECONDS.fullmatch(given) if name == "--max-time" else name == "--header" and _HEADER.fullmatch(given)
            for name, given in pairs
        )
    )


_KNOWN: Mapping[tuple[str, str], Check] = {
    ("Unit", "Description"): any_text,
    ("Unit", "Wants"): matches(r"network-online\.target"),
    ("Unit", "After"): matches(r"network-online\.target"),
    ("Unit", "StartLimitIntervalSec"): TIME,
    ("Unit", "StartLimitBurst"): matches(r"[0-9]{1,9}"),
    ("Service", "Type"): matches("exec|oneshot"),
    ("Service", "ExecStartPre"): matches(rf"/usr/bin/test -n \$\{{{VARIABLE}\}}"),
    ("Service", "ExecStart"): any_text,
    ("Service", "ExecStartPost"): _asks_itself,
    ("Service", "Environment"): _setting,
    ("Service", "EnvironmentFile"): of_app(rf"-/etc/APP/{_NAME}\.env"),
    ("Service", "LoadCredential"): of_app(rf'"?({_NAME}):/etc/APP/secrets/\1"?'),
    ("Service", "IPAddressDeny"): matches("any"),
    ("Service", "IPAddressAllow"): matches("localhost"),
    ("Service", "StateDirectory"): any_text,
    ("Service", "TemporaryFileSystem"): matches(rf'"?{PATH}:size=[0-9]{{1,15}},mode=1777,nosuid,nodev(?:,noexec)?"?'),
    ("Service", "KillMode"): matches("mixed"),
    ("Service", "KillSignal"): matches(r"SIG[A-Z0-9+-]{1,12}"),
    ("Service", "Restart"): matches(r"no|always|on-failure"),
    ("Service", "RestartSec"): TIME,
    ("Service", "TimeoutStartSec"): TIME,
    ("Service", "TimeoutStopSec"): TIME,
    ("Install", "WantedBy"): matches(r"multi-user\.target"),
    **{("Service", key): any_text for key in HELD},
    **{("Service", key): matches(form) for key, form in LIMITS.items()},
}  # fmt: skip


def strange_program(app: str, stem: str, unit: Unit) -> Iterator[str]:
    """What the compiler never writes of the unit *stem* of a program of *app*."""
    yield from strange(app, unit, _KNOWN)
    for key, held in HELD.items():
        if unit.values("Service", key) != (held,):
            yield f"it is in no container, and {key} is not {held or 'empty'}"
    if any(len(unit.values("Service", key)) != 1 for key in _ONCE):
        yield f"it has not just one of {', '.join(_ONCE)}"
    elif not _starts_its_own(app, stem, unit.values("Service", "ExecStart")[0]):
        yield f"it starts something else than what is below {installed(app, stem)}"
    for value in unit.values("Service", "StateDirectory"):
        if not all(_is_own_state(app, stem, one) for one in words(value)):
            yield f"its data are below /var/lib/{value}, and those of a release's program are below /var/lib/{app}, or in /var/lib/{stem}"


def installed(app: str, stem: str) -> str:
    """The directory in which the compiler expects the program of the unit *stem*, until a release says where its version is."""
    return f"/opt/{app}/{stem.removeprefix(f'{app}-')}"


def _starts_its_own(app: str, stem: str, value: str) -> bool:
    """Whether a command line starts with a file of its own directory, and starts nothing else."""
    try:
        program, *arguments = words(value)
        plain = parts(program) == (program,)
    except (Unescaped, ValueError):
        return False
    inside = program.removeprefix(f"{installed(app, stem)}/")
    return (
        plain
        and value.lstrip('"').startswith(f"{installed(app, stem)}/")
        and not {"", ".", ".."} & set(inside.split("/"))
        and ";" not in arguments
    )


def _is_own_state(app: str, stem: str, name: str) -> bool:
    return bool(_STATE.fullmatch(name)) and (name in (app, stem) or name.startswith(f"{app}/"))
