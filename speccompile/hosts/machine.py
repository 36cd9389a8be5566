"""The machine that a shared host is: this one, or another that ssh leads to. Two things are done there, each by one process: it is read, and a new
generation is put in place."""

from __future__ import annotations

import base64
import binascii
import shlex

from speccompile.codes.hosts import LACKING, UNREACHED
from speccompile.diagnostics import Diagnostic
from speccompile.errors import Refused
from speccompile.hosts import scripts
from speccompile.hosts.settings import Settings
from speccompile.images.commands import Command
from speccompile.images.runner import NOT_FOUND, Outcome, Runner
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span

ROOT = "/etc/speccompile"
_URL = regex(
    r"ssh://(?:([A-Za-z_][A-Za-z0-9_.-]*)@)?([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::([1-9][0-9]{0,4}))?/?"
)
_VERSION = regex(r"nginx/([0-9]+)\.([0-9]+)\.([0-9]+)")
_OLDEST = (1, 19, 5)  # the option -e, by which a test writes to no log: https://nginx.org/en/CHANGES
_LONG = 300.0
PATIENCE = 30
"""Seconds for which nginx may read what is new, with thousands of applications too."""

_OF_SSH = 255


@record(kw_only=True)
class Machine:
    """Where the host is: the directory of its registry, its nginx, and how it is reached (``url`` for ssh; "" for this machine). With ``root_by``
    what is done there is done by root."""

    root: str = ROOT
    nginx: str = "nginx"
    url: str = ""
    root_by: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.url.rstrip('/')}{self.root}"

    @property
    def ssh(self) -> tuple[str, ...]:
        """The arguments by which ssh gets there; none for this machine."""
        return ssh_arguments(self.url) or ()


@record(kw_only=True)
class Found:
    """What was read of a host: the version of its nginx, its generation ("" for none), the digest of what it holds, the texts of registry and
    settings where there are any, the name server that it asks, and the names of its files of users and of its certificates."""

    version: tuple[int, int, int]
    current: str
    digest: str | None
    registry: str | None
    settings: str | None
    resolver: str | None
    users: tuple[str, ...]
    certificates: tuple[str, ...]


def ssh_arguments(url: str) -> tuple[str, ...] | None:
    """What ssh is told to get to *url* (``ssh://[USER@]HOST[:PORT]``); None for what is none. Nobody is there to be asked for a password."""
    found = _URL.fullmatch(url)
    if found is None or (found[3] and int(found[3]) > 65535):
        return None
    user, host, port = found.groups()
    asked = ("-o", "BatchMode=yes", "-o", "ConnectTimeout=10", *(("-p", port) if port else ()))
    return (*asked, "--", f"{user}@{host}" if user else host)


def look(runner: Runner, machine: Machine) -> Found:
    """Read the host; raises ``Refused`` when it cannot be reached, or lacks what is needed."""
    outcome = runner.answer(_command(machine, scripts.READ), timeout=_LONG)
    if not outcome.ok:
        raise Refused([_unreached(machine, outcome)])
    lacking: list[str] = []
    said: dict[str, str] = {}
    for line in outcome.output.splitlines():
        word, _, held = line.partition(" ")
        text = _plain(held)
        if text is None:
            raise Refused([_unreached(machine, outcome)])
        if word == "lacks":
            lacking.append(text)
        said[word] = text
    version = _VERSION.search(said.get("version", ""))
    if lacking or version is None:
        raise Refused([_lacks(machine, lacking or [machine.nginx])])
    number = (int(version[1]), int(version[2]), int(version[3]))
    if number < _OLDEST:
        message = f"nginx {'.'.join(map(str, number))} on {machine} is too old"
        raise Refused([LACKING.at(Span(str(machine)), message, fix="install nginx 1.19.5 or later there")])
    return Found(
        version=number,
        current=said.get("current", ""),
        digest=said.get("digest"),
        registry=said.get("registry"),
        settings=said.get("settings"),
        resolver=next(iter(said.get("resolvers", "").split()), None),
        users=tuple(said.get("users", "").splitlines()),
        certificates=tuple(said.get("certificates", "").splitlines()),
    )


def put(runner: Runner, machine: Machine, seen: str, next_: str, said: Settings, archive: bytes) -> tuple[str, str]:
    """Put *archive* in place as the generation *next_* ("" to let nginx read what is there), if the one *seen* is still the current one; what
    came of it, in a word, and what goes with it. Raises ``Refused`` where nobody said that."""
    command = _command(machine, scripts.PUT, seen, next_, said.runtime, str(PATIENCE * 10), said.state or "")
    outcome = runner.answer(command, stdin=base64.b64encode(archive).decode(), timeout=_LONG)
    word, _, more = outcome.output.strip().partition("\n")
    if not outcome.ok or not word:
        raise Refused([_unreached(machine, outcome)])
    return word, more.strip()


def _command(machine: Machine, script: str, *arguments: str) -> Command:
    """The script with its arguments; through ssh, which hands one text to a shell, each of them quoted."""
    argv = (*machine.root_by, "sh", "-c", script, "speccompile", machine.root, machine.nginx, *arguments)
    return Command(("ssh", *machine.ssh, shlex.join(argv))) if machine.ssh else Command(argv)


def _plain(held: str) -> str | None:
    try:
        return base64.b64decode(held, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None


def _unreached(machine: Machine, outcome: Outcome) -> Diagnostic:
    words = (outcome.errors or outcome.output).strip().splitlines()
    why = words[-1] if words else f"it ended with {outcome.code}"
    if machine.ssh and outcome.code in (NOT_FOUND, _OF_SSH):
        fix = (
            f"see that `ssh {shlex.join(machine.ssh)} true` works without a password, and that the host's key is known"
        )
    else:
        fix = f"see that {machine.root} on that machine may be read and written by who runs this; as root, add --sudo"
    return UNREACHED.at(Span(str(machine)), f"{machine} cannot be worked on: {why}", fix=fix)


def _lacks(machine: Machine, programs: list[str]) -> Diagnostic:
    named = ", ".join(programs)
    fix = f"install {named} there; an nginx elsewhere than on PATH is named with --nginx"
    return LACKING.at(Span(str(machine)), f"{machine} has no {named}", fix=fix)
