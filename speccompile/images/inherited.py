"""What a process that we start inherits of our environment, and where its program is looked for.

A project is a stranger's directory, and we may stand in it. So no entry of PATH that is relative (``.``, ``node_modules/.bin``, the
empty one) and no relative directory of configuration reaches anything, here or in what a process starts itself (git its helpers, docker
its plugins and credential helpers); and nothing that a git hook left in the environment makes git look at another repository.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping

from speccompile.regex import regex

_DIRECTORIES = frozenset({
    "BUILDX_CONFIG", "DOCKER_CONFIG", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_EXEC_PATH", "HOME", "REGISTRY_AUTH_FILE",
    "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR",
})  # fmt: skip
# Which configuration git reads is the user's to say (CI names safe.directory so); which repository is ours.
_OF_GIT = regex(
    r"GIT_(CONFIG_(GLOBAL|SYSTEM|NOSYSTEM|COUNT|(KEY|VALUE)_\d+)|EXEC_PATH|CEILING_DIRECTORIES|DISCOVERY_ACROSS_FILESYSTEM)"
)
# Buildx asks git about the context, with the context's configuration, to say in an attestation what we say in labels.
_SET = {"BUILDX_GIT_INFO": "0", "BUILDX_GIT_LABELS": "0", "BUILDX_GIT_CHECK_DIRTY": "0"}


def inherited(environment: Mapping[str, str]) -> dict[str, str]:
    """What of *environment* a process gets."""
    kept = {name: value for name, value in environment.items() if _passes(name, value)}
    return {**kept, "PATH": search_path(environment), **_SET}


def search_path(environment: Mapping[str, str]) -> str:
    """The absolute directories of PATH, in its order; the system's own where there are none."""
    entries = environment.get("PATH", os.defpath).split(os.pathsep)
    return os.pathsep.join(filter(_is_absolute, entries)) or os.defpath


def absolute(environment: Mapping[str, str], name: str) -> str | None:
    """The path in the variable *name*; None where it is not set or relative."""
    value = environment.get(name, "")
    return value if _is_absolute(value) else None


def program(name: str, environment: Mapping[str, str]) -> str | None:
    """The absolute path of the program *name*, which is that already or is on PATH; None when there is none."""
    if os.sep in name:
        return name if _is_absolute(name) else None
    return shutil.which(name, path=search_path(environment))


def _is_absolute(path: str) -> bool:
    return path.startswith(os.sep)


def _passes(name: str, value: str) -> bool:
    if name.startswith("GIT_") and not _OF_GIT.fullmatch(name):
        return False
    return name not in _DIRECTORIES or _is_absolute(value)
