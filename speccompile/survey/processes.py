"""Further processes of the same sources: a worker beside a server, as compose files and Procfiles have them, and programs that are made
of them besides."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from speccompile.lower.naming import slug
from speccompile.project.tree import Tree
from speccompile.spec.archetypes import DATA_PIPELINE, WEB_SERVICE
from speccompile.survey.composefile import ComposeFile, plain
from speccompile.survey.found import Found

_PROCFILE = "Procfile"
_PROCESS = re.compile(r"^([A-Za-z0-9_-]{1,40}):[ \t]*(\S[^\n]{0,1000})$", re.MULTILINE)
# What every Procfile has and is no process of its own, or is one on the developer's machine alone.
_NOT_BESIDE = frozenset(("web", "release", "postdeploy", "console", "shell"))


def started(tree: Tree, service: Found, compose: ComposeFile) -> Iterator[Found]:
    """*service*, and one more for each other command that is started from its sources."""
    alike = compose.built_from(service.directory)
    first = next((entry for entry in alike if entry.published), alike[0] if alike else None)
    yield replace(service, compose=first)
    ran = {first.command} if first else set()
    for entry in alike:
        if entry.command and entry.command not in ran and not entry.published:
            ran.add(entry.command)
            yield replace(
                service,
                name=entry.name,
                compose=entry,
                command=entry.command,
                archetype=DATA_PIPELINE,
                reason=f"{compose.path} runs it and publishes no port",
            )
    text = tree.read(f"{service.directory}/{_PROCFILE}" if service.directory else _PROCFILE)
    for process, line in _PROCESS.findall(text or "") if len(alike) < 2 else ():
        command = plain(line.strip())
        if process.lower() not in _NOT_BESIDE and command and command not in ran:
            ran.add(command)
            yield replace(
                service,
                name=slug(process),
                compose=None,
                command=command,
                archetype=DATA_PIPELINE,
                reason=f"{_PROCFILE} runs it beside the server",
            )
    for program in service.detection.facts.programs:
        archetype, reason = program.suggests
        if archetype in (WEB_SERVICE, DATA_PIPELINE) and (program.name,) not in ran:
            yield replace(
                service,
                name=slug(program.name),
                compose=next((entry for entry in compose.services if entry.name == program.name), None),
                command=(program.name,),
                archetype=archetype,
                reason=reason,
                listens=program.listens,
            )
