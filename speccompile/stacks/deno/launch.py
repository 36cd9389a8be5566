"""From a task in deno.json to an argument vector that starts the same program: its permissions are those of the task."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import replace

from speccompile.diagnostics import quoted
from speccompile.record import record
from speccompile.regex import regex
from speccompile.stacks.javascript.launch import SECRET, SHELL, NotPlain, inside

_ASSIGNMENT = regex(r"([A-Za-z_][A-Za-z0-9_]*)=(.*)\Z", re.DOTALL)
_BUILDS_FIRST = regex(r"\A\s*deno\s+task\s+(?:build|bundle|codegen)\s*&&\s*")
_ONLY_DEVELOPMENT = regex(
    r"(--watch(-hmr|-exclude)?(=.*)?|--env(-file)?(=.*)?|--inspect(-brk|-wait)?(=.*)?|--check(=.*)?|--reload(=.*)?|-r|"
    r"--quiet|-q|--frozen(=.*)?|--open|--no-check(=.*)?|--unsafely-ignore-certificate-errors(=.*)?)\Z"
)
_WITH_VALUE = frozenset(
    ("--config", "-c", "--import-map", "--lock", "--port", "--host", "--location", "--seed", "--cert")
)
_WHERE = regex(r"--(?:port|host)(?:=.*)?\Z")
_PERMISSION = regex(r"(-[A-Z]{1,8}|-[A-Z]=.*|--(allow|deny)-[a-z-]+(=.*)?|--permission-set(=.*)?|-P=.*)\Z")
_PORT = regex(r"--port(?:=|\Z)(\d{2,5})?\Z")
_DEEPEST = 8


@record(kw_only=True)
class DenoLaunch:
    """How a program is started: ``serve`` tells ``deno serve`` from ``deno run``; the flags, of which some are
    permissions; the file, its arguments, what is set in the environment, and the port that the flags name."""

    serve: bool
    flags: tuple[str, ...]
    entry: str
    arguments: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    port: str | None = None

    @property
    def permitted(self) -> bool:
        """Whether the flags say what is allowed."""
        return any(_PERMISSION.match(flag) for flag in self.flags)


def of_task(name: str, tasks: Mapping[str, str]) -> DenoLaunch | NotPlain:
    """What the task *name* starts; tasks that run tasks are followed."""
    return _of_text(tasks[name], tasks, _DEEPEST)


def _of_text(text: str, tasks: Mapping[str, str], depth: int) -> DenoLaunch | NotPlain:
    if depth == 0:
        return _not_plain("it runs itself")
    text = _BUILDS_FIRST.sub("", text)
    if SHELL.search(text):
        return _not_plain(f"{quoted(text)} needs a shell")
    try:
        words = shlex.split(text)
    except ValueError:
        return _not_plain(f"{quoted(text)} has an open quote")
    env: dict[str, str] = {}
    while words and (match := _ASSIGNMENT.match(words[0])):
        env[match[1]], words = match[2], words[1:]
    secret = next((name for name in env if SECRET.search(name)), None)
    if secret:
        return _not_plain(f"it sets {secret}, and a secret does not belong into an image")
    if words[:1] != ["deno"]:
        return _not_plain(f"{quoted(text)} does not run Deno")
    found = _of_words(words[1:], tasks, depth)
    return (
        replace(found, env=tuple(sorted({**dict(found.env), **env}.items())))
        if isinstance(found, DenoLaunch)
        else found
    )


def _of_words(words: list[str], tasks: Mapping[str, str], depth: int) -> DenoLaunch | NotPlain:
    command, *rest = words or [""]
    if command == "task":
        named = next((word for word in rest if not word.startswith("-")), "")
        return (
            _of_text(tasks[named], tasks, depth - 1)
            if named in tasks
            else _not_plain(f"there is no task {quoted(named)}")
        )
    if command not in ("run", "serve"):
        if not command.startswith("-") and not re.search(r"\.[cm]?[jt]sx?\Z", command):
            return _not_plain(f"{quoted('deno ' + command)} starts no program")
        command, rest = "run", words
    return _of_flags(command, rest)


def _of_flags(command: str, rest: list[str]) -> DenoLaunch | NotPlain:
    flags: list[str] = []
    port: str | None = None
    while rest and rest[0].startswith("-"):
        count = 2 if rest[0] in _WITH_VALUE else 1
        taken, rest = rest[:count], rest[count:]
        if match := _PORT.match(taken[0]):
            port = match[1] or (taken[1] if count > 1 and len(taken) > 1 and taken[1].isdecimal() else None)
        if not (_ONLY_DEVELOPMENT.match(taken[0]) or (command == "serve" and _WHERE.match(taken[0]))):
            flags += taken
    if not rest:
        return _not_plain("Deno is given no file")
    return DenoLaunch(
        serve=command == "serve", flags=tuple(flags), entry=inside(rest[0]), arguments=tuple(rest[1:]), port=port
    )


def _not_plain(why: str) -> NotPlain:
    return NotPlain(
        why, "make the task one plain `deno run` or `deno serve`, or set the service's `command` in specs/deploy.yaml"
    )
