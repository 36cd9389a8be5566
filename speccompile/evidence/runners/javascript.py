"""JavaScript and TypeScript: what the script ``test`` runs, told to write a report where we know how.

A script is the project's shell command. Where it is one plain call of a runner that we know, that is started without a shell, and with the option
that gives a report; else the script is run as it is, and its output has to be of a format that is known.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path

from speccompile.evidence.invocation import REPORT, Invocation, Unknown
from speccompile.project.tree import Tree
from speccompile.regex import regex

_SHELL = regex(r"[;&|<>$`*?(){}~!#\n\\]")
_LOCKS = (("pnpm-lock.yaml", "pnpm"), ("yarn.lock", "yarn"), ("bun.lock", "bun"), ("bun.lockb", "bun"))
_NODE = (("NODE_OPTIONS", "--test-reporter=tap"),)
_FIX = "write a script `test` into package.json, or say with `verify` in deploy.yaml how the tests are run"


def choose(tree: Tree, directory: Path) -> Invocation | Unknown:
    """See ``runners``."""
    script = scripts(tree.read("package.json") or "{}", "scripts").get("test", "")
    manager = next((name for lock, name in _LOCKS if tree.is_file(lock)), "npm")
    if not script or "no test specified" in script:
        return (_bun(()) if manager == "bun" else None) or Unknown("package.json has no script `test`", _FIX)
    words = plain(script)
    known = _KNOWN.get(words[0]) if words else None
    invocation = known(words[1:]) if known else None
    if invocation is not None and _is_there(invocation, directory):
        return invocation
    told = _NODE if re.search(r"\bnode\b.* --test\b", script) else ()
    return Invocation(
        runner=f"{manager} run test", command=(manager, "run", "test"), version=(manager, "--version"), environment=told
    )


def _is_there(invocation: Invocation, directory: Path) -> bool:
    """Whether the runner is installed right here, where it is an installed one."""
    program = invocation.command[0]
    return "/" not in program or (directory / program).exists()


def scripts(text: str, key: str) -> Mapping[str, str]:
    """The commands by name that stand below *key* in a JSON document; none where it is no such document."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    found = said.get(key) if isinstance(said, dict) else None
    return {name: line for name, line in found.items() if isinstance(line, str)} if isinstance(found, dict) else {}


def plain(script: str) -> tuple[str, ...]:
    """The words of a command that needs no shell; none where it needs one."""
    try:
        words = () if _SHELL.search(script) else tuple(shlex.split(script))
    except ValueError:
        return ()
    return () if words and "=" in words[0] else words


def _node(rest: tuple[str, ...]) -> Invocation | None:
    if "--test" not in rest or any(word.startswith("--test-reporter") for word in rest):
        return None
    return Invocation(
        runner="node --test", command=("node", "--test-reporter=tap", *rest), version=("node", "--version")
    )


def _bun(rest: tuple[str, ...]) -> Invocation | None:
    if rest and rest[0] != "test":
        return None
    report = ("--reporter=junit", f"--reporter-outfile={REPORT}")
    return Invocation(runner="bun test", command=("bun", "test", *report, *rest[1:]), version=("bun", "--version"))


def _vitest(rest: tuple[str, ...]) -> Invocation | None:
    kept = tuple(word for word in rest if word not in ("run", "--run", "watch", "dev"))
    return _installed("vitest", ("run", "--reporter=junit", f"--outputFile={REPORT}", *kept))


def _jest(rest: tuple[str, ...]) -> Invocation | None:
    return _installed("jest", ("--ci", "--json", f"--outputFile={REPORT}", *rest))


def _mocha(rest: tuple[str, ...]) -> Invocation | None:
    return _installed("mocha", ("--reporter=xunit", f"--reporter-option=output={REPORT}", *rest))


def _ava(rest: tuple[str, ...]) -> Invocation | None:
    return _installed("ava", ("--tap", *rest))


def _installed(name: str, rest: tuple[str, ...]) -> Invocation:
    program = f"node_modules/.bin/{name}"
    return Invocation(runner=name, command=(program, *rest), version=(program, "--version"))


_KNOWN: Mapping[str, Callable[[tuple[str, ...]], Invocation | None]] = {
    "node": _node,
    "bun": _bun,
    "vitest": _vitest,
    "jest": _jest,
    "mocha": _mocha,
    "ava": _ava,
}
