"""Credentials, read where Docker keeps them: its configuration file, or a credential helper that this names.

They are never an argument and never shown: a ``Credential`` does not print its secret.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import field
from itertools import chain
from pathlib import Path
from typing import Any

from speccompile import regular
from speccompile.images.commands import Command
from speccompile.images.inherited import absolute
from speccompile.images.runner import Runner
from speccompile.plan.repository import DOCKER_HUB
from speccompile.record import record

_HUB_KEYS = ("https://index.docker.io/v1/", "index.docker.io", "docker.io", "registry-1.docker.io")


@record()
class Credential:
    """A user and the secret that goes with it; with ``token`` it is an identity token, not a password."""

    user: str
    secret: str = field(repr=False)
    token: bool = False


def credential(runner: Runner, place: str, environment: Mapping[str, str]) -> Credential | None:
    """What Docker, podman and buildah would use for *place*, a registry's host or a repository there; None when nobody is logged in.

    Podman and buildah know logins for a part of a registry (``podman login HOST/PATH``); the longest path counts.
    """
    host, *path = place.split("/")
    for file in _files(environment):
        config = _read(file)
        inner = ["/".join((host, *path[:length])) for length in range(len(path), 0, -1)]
        looked = chain(
            (_from_file(config, key) for key in inner),
            (_from_helper(runner, config, key) or _from_file(config, key) for key in _keys(host)),
        )
        found = next(filter(None, looked), None)
        if found:
            return found
    return None


def user_of(runner: Runner, host: str, environment: Mapping[str, str]) -> str | None:
    """The user that is logged in at *host*."""
    found = credential(runner, host, environment)
    return found.user if found and not found.token else None


def authfile(found: Credential, host: str) -> str:
    """The file that podman and buildah read credentials from (containers-auth.json(5)), with this one alone in it."""
    entry = {"auth": _encoded(found.user, "" if found.token else found.secret)}
    token = {"identitytoken": found.secret} if found.token else {}
    return json.dumps({"auths": {host: entry | token}})


def _encoded(user: str, secret: str) -> str:
    return base64.b64encode(f"{user}:{secret}".encode()).decode()


def _files(environment: Mapping[str, str]) -> Iterator[Path]:
    """Where logins are kept. A relative path is passed over, as for the engines: it would lead into the project."""
    if file := absolute(environment, "REGISTRY_AUTH_FILE"):
        yield Path(file)
    home = absolute(environment, "HOME") or "/nonexistent"
    yield Path(absolute(environment, "DOCKER_CONFIG") or f"{home}/.docker") / "config.json"
    yield (
        Path(absolute(environment, "XDG_RUNTIME_DIR") or f"/run/containers/{os.getuid()}") / "containers" / "auth.json"
    )


def _keys(host: str) -> tuple[str, ...]:
    return _HUB_KEYS if host == DOCKER_HUB else (host, f"https://{host}", f"https://{host}/v1/")


def _read(file: Path) -> dict[str, Any]:
    try:
        config = json.loads(regular.read_named(file))
    except (OSError, ValueError):
        return {}
    return config if isinstance(config, dict) else {}


def _from_helper(runner: Runner, config: Mapping[str, Any], key: str) -> Credential | None:
    """Ask the helper for *key* (docker-credential-helpers: the server on standard input, JSON on standard output)."""
    helpers = config.get("credHelpers")
    name = (helpers.get(key) if isinstance(helpers, dict) else None) or config.get("credsStore")
    if not isinstance(name, str) or not name.replace("-", "").replace("_", "").replace(".", "").isalnum():
        return None
    outcome = runner.answer(Command((f"docker-credential-{name}", "get")), stdin=key, timeout=30)
    try:
        said = json.loads(outcome.output) if outcome.ok else {}
    except ValueError:
        return None
    user, secret = (said.get(part) for part in ("Username", "Secret")) if isinstance(said, dict) else (None, None)
    return Credential(str(user), str(secret), user == "<token>") if user and secret else None


def _from_file(config: Mapping[str, Any], key: str) -> Credential | None:
    entries = config.get("auths")
    entry = entries.get(key) if isinstance(entries, dict) else None
    if not isinstance(entry, dict):
        return None
    try:
        user, _, secret = base64.b64decode(entry.get("auth") or "", validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    if entry.get("identitytoken"):
        return Credential(user or "<token>", str(entry["identitytoken"]), token=True)
    return Credential(user, secret.rstrip("\0")) if user and secret else None
