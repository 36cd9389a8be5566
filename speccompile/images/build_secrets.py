"""Build secrets: what the images want, where the values are, and what of them must never be shown.

A value is read by the engine itself, from a file or from the environment that it inherits: it is never an argument, and nothing is copied.
"""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from speccompile import regular
from speccompile.codes.engines import NO_SECRET
from speccompile.diagnostics import Diagnostic
from speccompile.errors import Refused
from speccompile.images.commands import Secret
from speccompile.plan.plan import Service
from speccompile.source import Span

_AT = Span("--secret")
_FILE, _VARIABLE = "src=", "env="
_IN_NETRC = r"\b(?:password|account)\s+(\S+)"
_FORMS = "write id=NAME,env=VARIABLE or id=NAME,src=FILE, or ID=FILE in short; the file or the variable holds the value"


def wants(service: Service) -> frozenset[str]:
    """The ids of the secrets that the build of *service* mounts."""
    return frozenset(mount.id for mount in service.image.secrets)


def parsed(text: str, root: Path) -> Secret:
    """``id=NAME,env=VARIABLE``, ``id=NAME,src=FILE`` or ``ID=FILE``, files as seen from *root*; raises ``ValueError``."""
    short = re.fullmatch(r"(?!id=)([\w-]+)=([^,]+)", text, re.ASCII)
    long = re.fullmatch(r"id=([\w-]+),(?:(env)=([A-Za-z_]\w*)|(?:src|source)=(.+))", text, re.ASCII)
    if long and long[2]:
        return Secret(long[1], f"{_VARIABLE}{long[3]}")
    found = (long[1], long[4]) if long else short.groups() if short else None
    if not found or any(char in found[1] for char in ',"\n'):
        raise ValueError(_FORMS)
    return Secret(found[0], f"{_FILE}{(root / found[1]).resolve()}")


def resolved(
    services: Sequence[Service], given: Mapping[str, Secret], environment: Mapping[str, str]
) -> tuple[Secret, ...]:
    """Every secret that *services* want: as it is *given*, else the variable of its name. Raises ``Refused`` for all that will not do.

    In CI nothing is taken because deploy.yaml names it: a stranger's pull request could ask for any variable, and read it in a
    script of a dependency.
    """
    users: dict[str, list[str]] = {}
    for service in services:
        for name in wants(service):
            users.setdefault(name, []).append(service.name)
    secrets = tuple(given.get(name, Secret(name, f"{_VARIABLE}{name}")) for name in sorted(users))
    unasked = [secret for secret in secrets if environment.get("CI") and secret.id not in given]
    named = [secret for secret in secrets if secret not in unasked]
    problems = [*_unwanted(users, given), *_unasked(unasked, users), *_missing(named, users, environment)]
    if problems:
        raise Refused(problems)
    return secrets


def _unwanted(users: Mapping[str, Sequence[str]], given: Mapping[str, Secret]) -> Iterator[Diagnostic]:
    for name in sorted(given.keys() - users.keys()):
        message = f"no step of a build mounts the secret {name}"
        yield NO_SECRET.at(
            _AT, message, fix=f"leave it out, or write `build: {{secrets: [{name}]}}` for its service in deploy.yaml"
        )


def _unasked(secrets: Sequence[Secret], users: Mapping[str, Sequence[str]]) -> Iterator[Diagnostic]:
    for secret in secrets:
        message = f"the build secret {secret.id} of {' and '.join(users[secret.id])} is not handed on in CI unless the command names it"
        yield NO_SECRET.at(
            _AT, message, fix=f"write --secret id={secret.id},env={secret.id} where the sources may be trusted with it"
        )


def _missing(
    secrets: Sequence[Secret], users: Mapping[str, Sequence[str]], environment: Mapping[str, str]
) -> Iterator[Diagnostic]:
    for secret in secrets:
        who = f"the build secret {secret.id} of {' and '.join(users[secret.id])}"
        place = secret.source[len(_FILE) :]
        if secret.source.startswith(_VARIABLE) and not environment.get(place):
            fix = f"set {place}, or name another place: --secret id={secret.id},src=FILE"
            yield NO_SECRET.at(_AT, f"{who} has no value: {place} is not set in the environment", fix=fix)
        elif secret.source.startswith(_FILE) and not (Path(place).is_file() and os.access(place, os.R_OK)):
            yield NO_SECRET.at(_AT, f"{who} has no value: its file cannot be read", fix=f"create {place}")


def hidden(secrets: Sequence[Secret], environment: Mapping[str, str]) -> list[str]:
    """What must not get into a log: the values, their lines, and both as programs write them into URLs and headers."""
    texts = [_value(secret, environment).strip() for secret in secrets]
    inner = [*texts, *(value for text in texts for value in (*text.splitlines(), *re.findall(_IN_NETRC, text)))]
    plain = [value.strip() for value in dict.fromkeys(inner) if value.strip()]
    return [form for value in plain for form in dict.fromkeys((value, quote(value, safe=""), _base64(value)))]


def _value(secret: Secret, environment: Mapping[str, str]) -> str:
    place = secret.source[len(_FILE) :]
    if secret.source.startswith(_VARIABLE):
        return environment.get(place, "")
    return regular.read_named(place).decode("utf-8", "replace")


def _base64(value: str) -> str:
    return base64.b64encode(value.encode()).decode()
