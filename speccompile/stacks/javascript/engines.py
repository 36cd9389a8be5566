"""Which Node.js a framework asks for, as the lock has it: where the project itself says nothing, its build needs that one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from speccompile.regex import regex
from speccompile.stacks.javascript import frameworks, lockfiles
from speccompile.stacks.javascript.lockfiles import NPM, PNPM, Locking
from speccompile.stacks.javascript.workspaces import Workspace
from speccompile.stacks.manifest import json_table, table, texts
from speccompile.stacks.pins import Said
from speccompile.stacks.ranges import accepts, intervals
from speccompile.stacks.versions import NODE

_ENGINES = regex(
    r"^ {4}engines: \{[^}\n]*\bnode: (?:'([^'\n]{1,80})'|\"([^\"\n]{1,80})\"|([^,}\n]{1,80}))", re.MULTILINE
)


def of_frameworks(workspace: Workspace, locking: Locking) -> tuple[Said, ...]:
    """The range of a framework that does not accept the usual Node.js; () where each does, or the lock (of yarn) has no ranges."""
    names = sorted(frameworks.NAMES & workspace.package.all_dependencies)
    files = lockfiles.present(workspace.tree, locking)
    if not names or not files:
        return ()
    for name, wanted in _ranges(lockfiles.text(workspace.tree, locking), locking, names):
        parsed = intervals(wanted)
        if parsed is not None and not accepts(parsed, NODE.usual):
            return (Said(wanted, f"{files[0]} ({name})", workspace.at(files[0])),)
    return ()


def _ranges(text: str, locking: Locking, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Of each package its range, where the lock has one."""
    if locking == NPM:
        locked = table(json_table(text), "packages")
        pairs = ((name, texts(table(locked, f"node_modules/{name}").get("engines")).get("node")) for name in names)
        yield from ((name, wanted) for name, wanted in pairs if wanted)
    if locking == PNPM:
        for name in names:
            entry = re.search(
                rf"^ {{2}}'?/?{re.escape(name)}@[^\n]{{1,200}}:\n((?: {{4}}[^\n]*\n)*)", text, re.MULTILINE
            )
            match = _ENGINES.search(entry[1]) if entry else None
            if match:
                yield name, (match[1] or match[2] or match[3]).strip()
