"""Lines of a Procfile of which nothing in deploy.yaml is made."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator

from speccompile.codes.unused import PROCESSES_UNUSED
from speccompile.detect.unused.listing import listed
from speccompile.diagnostics import Diagnostic
from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.spec.project import ServiceSpec
from speccompile.stacks import procfile
from speccompile.stacks.facts import Facts

_LINE = regex(r"^([A-Za-z0-9_-]{1,40}):[ \t]*(\S[^\n]{0,1000}?)[ \t]*\r?$", re.MULTILINE)
_RELEASE = frozenset(("release", "postdeploy"))
# What people start by hand.
_BY_HAND = frozenset(("console", "shell"))
_BESIDES = regex(r"&&|\|\||;|\||\.sh\b")
_WEB = "web"


def processes(tree: Tree, facts: Facts, beside: Iterable[ServiceSpec]) -> Iterator[Diagnostic]:
    """One note of the Procfile in *tree*, whose sources, which have *facts*, are those of the services *beside* each other; paths are as seen
    from there."""
    services = tuple(beside)
    commands = [one.deploy.command for one in services if one.deploy and one.deploy.command]
    steps = [step for one in services if one.deploy for step in one.deploy.steps]
    taken = {one.name for one in services if one.role != "server"}
    found = []
    for match in _LINE.finditer(tree.read(procfile.PATH) or ""):
        name, line = match[1].lower(), match[2]
        if name in _BY_HAND:
            continue
        if name == _WEB:
            used = bool(commands) or _is_served(tree, facts, line)
        elif name in _RELEASE:
            used = all(_is_one(part, steps) for part in line.split("&&"))
        else:
            used = name.replace("_", "-") in taken or _is_one(line, commands)
        found += [] if used else [match[1]]
    if found:
        text = tree.read(procfile.PATH) or ""
        at = re.search(rf"^{re.escape(found[0])}:", text, re.MULTILINE)
        yield PROCESSES_UNUSED.at(
            Span(procfile.PATH, text.count("\n", 0, at.start()) + 1 if at else 1, 1),
            f"nothing is made of these lines of {procfile.PATH}, or not of all that they run: {listed(found)}",
            fix="write what is missing into specs/deploy.yaml: what is done before a new version serves as `release`, what runs beside the server "
            "as a service of the line's name with the same `path`, `role: worker` and `command`, and the server itself as `command`; words instead of a shell",
        )


def _is_served(tree: Tree, facts: Facts, line: str) -> bool:
    """Whether what the web process runs is what the stack starts: of Python's servers the line is read; of others it has to be one command."""
    if facts.stack == "python":
        return procfile.web(tree) is not None
    return not _BESIDES.search(line)


def _is_one(line: str, commands: Iterable[tuple[str, ...]]) -> bool:
    """Whether *line* is one of *commands*: deploy.yaml may have more words, or the program by its path."""
    try:
        said = shlex.split(line)
    except ValueError:
        return False
    return any(said and _named(said) <= _named(command) for command in commands)


def _named(words: Iterable[str]) -> frozenset[str]:
    """What a command names: words that are no options, programs without their directories."""
    return frozenset(word.rpartition("/")[2] for word in words if not word.startswith("-"))
