"""What of an existing compose file's service is said in deploy.yaml too: how it is asked for its health, what it may use, where it writes, which secrets
it reads from files. What cannot be said there is named, for people to look after."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from speccompile.paths import normal
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.spec.paths import can_be_written
from speccompile.spec.quantities import memory, seconds
from speccompile.stacks.manifest import table, word
from speccompile.survey import composeyaml

_ASKED = regex(
    r"https?://(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\])(?::\d{1,5})?(/[A-Za-z0-9_./-]*)?(?![^\s\"'|;&)])"
)
_PROGRAM = regex(r"[A-Za-z0-9_./-]{1,60}")
_TIMES = ("interval", "timeout", "start_period")
_LIMITS = frozenset(("memory", "cpus"))
_WORKDIR = regex(r"^[ \t]*WORKDIR\s+\"?(/[\w./-]+?)/?\"?\s*$", re.IGNORECASE | re.MULTILINE)
_OURS = "/app"
_INSTALLED = frozenset(
    ("node_modules", ".venv", "venv", "vendor", ".next", ".nuxt", "target", "dist", "build", ".gradle", ".m2")
)
_SECRET_FILE = regex(r"([A-Z][A-Z0-9_]*)_FILE", re.ASCII)
_SECRETS = "/run/secrets/"


@record(kw_only=True)
class Kept:
    """Keys of deploy.yaml with their values: of ``health``, of ``resources``; the directories that stay writable, the copies, and the variables
    whose secrets are in files."""

    health: tuple[tuple[str, str], ...] = ()
    resources: tuple[tuple[str, str], ...] = ()
    writable: tuple[str, ...] = ()
    replicas: int | None = None
    files: tuple[str, ...] = ()


NOTHING = Kept()


def kept(
    tree: Tree, directory: str | None, entry: Mapping[str, object], environment: Mapping[str, str]
) -> tuple[Kept, tuple[str, ...]]:
    """What is kept of a service that is built, and what it says besides and nothing is made of."""
    health, unhealthy = _health(entry.get("healthcheck"))
    writable, elsewhere = _volumes(tree, _workdir(tree, directory, entry), entry.get("volumes"))
    resources, replicas, deployed = _limits(entry)
    files = _files(environment)
    read = {environment[f"{name}_FILE"].removeprefix(_SECRETS) for name in files}
    secrets = [name for name in _secrets(entry.get("secrets")) if name not in read]
    found = Kept(health=health, resources=resources, writable=writable, replicas=replicas, files=files)
    besides = (f"secrets: {', '.join(secrets)}",) if secrets else ()
    return found, (*unhealthy, *elsewhere, *deployed, *besides, *_networks(entry.get("networks")))


def mounts(value: object) -> Iterator[tuple[str, str]]:
    """The source and the target of each volume, whichever way it is written; "" for a source that has no name, and ``:ro`` behind a target that
    is only read."""
    for item in value if isinstance(value, tuple) else ():
        if isinstance(item, Mapping):
            read = ":ro" if item.get("read_only") is True else ""
            yield word(item.get("source")) or "", f"{word(item.get('target')) or ''}{read}"
        else:
            source, _, target = composeyaml.defaulted(str(item)).partition(":")
            path, _, mode = target.partition(":")
            yield (source, f"{path}:ro" if "ro" in mode.split(",") else path) if target else ("", source)


def is_bind(source: str) -> bool:
    """Whether a volume's source is a path on the host."""
    return source.startswith((".", "/", "~", "$"))


def _health(value: object) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    check = table(value)
    test = check.get("test")
    text = " ".join(str(part) for part in test) if isinstance(test, tuple) else str(test or "")
    asked = _ASKED.search(text)
    found = [("path", asked[1])] if asked and asked[1] and asked[1] != "/" else []
    found += [(key, str(check[key])) for key in _TIMES if _fits(seconds, check.get(key))]
    retries = check.get("retries")
    found += [("retries", str(retries))] if isinstance(retries, int) and 1 <= retries <= 100 else []
    if asked:
        return tuple(found), ()
    return (), (f"healthcheck ({_program(text)})",) if text else ()


def _program(command: str) -> str:
    """What a check starts; its arguments can hold passwords, and a terminal or a log is told them."""
    words = [one for one in command.split() if one not in ("CMD", "CMD-SHELL")]
    return words[0] if words and _PROGRAM.fullmatch(words[0]) else "a command"


def _limits(entry: Mapping[str, object]) -> tuple[tuple[tuple[str, str], ...], int | None, tuple[str, ...]]:
    """The most that it may use, the copies, and the rest of ``deploy``."""
    deploy = table(entry.get("deploy"))
    limits = table(deploy, "resources", "limits")
    size, cpus = entry.get("mem_limit", limits.get("memory")), entry.get("cpus", limits.get("cpus"))
    found = [("memory", str(size).upper())] if _fits(memory, str(size).upper()) else []
    found += [("cpus", str(cpus))] if re.fullmatch(r"\d{1,3}(?:\.\d{1,2})?", str(cpus)) and float(str(cpus)) > 0 else []
    count = entry.get("scale", deploy.get("replicas"))
    besides = [f"deploy.{key}" for key in deploy if key not in ("resources", "replicas", "restart_policy")]
    besides += [f"deploy.resources.{key}" for key in table(deploy, "resources") if key != "limits"]
    besides += [f"deploy.resources.limits.{key}" for key in limits if key not in _LIMITS]
    return tuple(found), count if isinstance(count, int) and 1 < count <= 1000 else None, tuple(besides)


def _volumes(tree: Tree, workdir: str, value: object) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The directories that outlive the container, and the mounts that come from the sources or the host."""
    writable, besides = [], []
    for source, target in mounts(value):
        ours = f"{_OURS}{target.removeprefix(workdir)}" if target.startswith(f"{workdir}/") else target
        path = normal(source) if source.startswith("./") else None
        begins = path is not None and not tree.is_file(path) and not tree.entries(path)
        if posixpath.basename(target.rstrip("/")) in _INSTALLED:
            continue
        if source and (not is_bind(source) or begins) and can_be_written(ours):
            writable.append(ours)
        elif source:
            besides.append(f"volumes: {source}:{target}")
    return tuple(dict.fromkeys(writable)), tuple(besides)


def _workdir(tree: Tree, directory: str | None, entry: Mapping[str, object]) -> str:
    """Where the service's own Dockerfile has its program."""
    name = word(table(entry.get("build")).get("dockerfile")) or "Dockerfile"
    path = normal(posixpath.join(directory or ".", posixpath.basename(name)))
    found = _WORKDIR.findall(tree.read(path) or "") if path else []
    return found[-1] if found else _OURS


def _files(environment: Mapping[str, str]) -> tuple[str, ...]:
    """The variables whose secrets are in files, by what names the files."""
    found = ((match, value) for name, value in environment.items() if (match := _SECRET_FILE.fullmatch(name)))
    return tuple(match[1] for match, value in found if value.startswith(_SECRETS))


def _secrets(value: object) -> Iterator[str]:
    for item in value if isinstance(value, tuple) else ():
        yield word(item.get("source")) or "" if isinstance(item, Mapping) else str(item)


def _networks(value: object) -> Iterator[str]:
    for name, how in value.items() if isinstance(value, Mapping) else ():
        yield from (f"networks.{name}.{key}" for key in table(how))


def _fits(read: Callable[[Any], int], value: object) -> bool:
    """Whether deploy.yaml takes *value* for what *read* reads."""
    try:
        return value is not None and read(value) > 0
    except ValueError:
        return False
