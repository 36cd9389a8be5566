"""Named points of Dockerfiles, nginx's configurations and crontabs, at which text can be put whatever else changes about the file."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from typing import TypeAlias

from speccompile.patching.pointers import NoPlaceError
from speccompile.record import record
from speccompile.spec.patch import Operation
from speccompile.verify.installers import INSTALLS
from speccompile.verify.readers import dockerfile as dockerfile_reader
from speccompile.verify.readers import nginx as nginx_reader
from speccompile.verify.readers.dockerfile import Instruction
from speccompile.verify.readers.nginx import Directive

OF_DOCKERFILES = {
    "after-base": "after the FROM of the final stage (or of `stage:`)",
    "after-dependencies": "after the dependencies are installed, in the first stage that does it (or in `stage:`)",
    "before-final-user": "before the USER of the final stage: what is done there is done as root",
    "end": "after the last instruction",
}
OF_NGINX = {
    "http": "at the end of http",
    "server": "at the end of the server of `host:` (needed where there are several)",
    "location": "at the end of the location of `route:`, in the server of `host:`",
}
OF_CRONTABS = {"start": "before the first entry", "end": "after the last entry"}
_OF_ALL = {"end": "after the last line"}


@record()
class Point:
    """The index of the line before which text is put, and how far it is indented there."""

    index: int
    indent: str = ""


Texts: TypeAlias = Sequence[str]


def named(path: str) -> dict[str, str]:
    """The points of the file *path*, and where each of them is."""
    name = posixpath.basename(path)
    if name == "Dockerfile":
        return OF_DOCKERFILES
    if name.endswith(".conf"):
        return OF_NGINX
    return OF_CRONTABS if name == "crontab" else _OF_ALL


def find(path: str, lines: Texts, operation: Operation) -> Point:
    """The point of the file *path* that *operation* names; raises ``NoPlaceError``."""
    known, at = named(path), operation.point or ""
    if at not in known:
        raise NoPlaceError(f"there is no point {at} in {path}; there are {', '.join(known)}")
    if known is OF_DOCKERFILES:
        return _in_dockerfile(lines, at, operation.stage)
    if known is OF_NGINX:
        return _in_nginx(lines, at, operation)
    if at == "start":
        return Point(next((n for n, line in enumerate(lines) if line.strip() and line[0] != "#"), len(lines)))
    return Point(len(lines))


def _in_dockerfile(lines: Texts, at: str, name: str | None) -> Point:
    try:
        stages = dockerfile_reader.read("\n".join(lines) + "\n").stages()
    except dockerfile_reader.Unreadable as problem:
        raise NoPlaceError(f"the Dockerfile cannot be read: {problem}") from None
    if at == "end" or not stages:
        return Point(len(lines))
    stage = _stage(stages, name) if name else stages[-1]
    if at == "after-base":
        return Point(stage[0].last_line)
    if at == "before-final-user":
        users = [one for one in stages[-1] if one.keyword == "USER"]
        if not users:
            raise NoPlaceError("the final stage has no USER")
        return Point(users[-1].line - 1)
    installing = [
        one
        for each in ((stage,) if name else stages)
        for one in each
        if one.keyword == "RUN" and INSTALLS.search(one.rest)
    ]
    if not installing:
        raise NoPlaceError(f"no dependencies are installed in {f'the stage {name}' if name else 'any stage'}")
    return Point(installing[0].last_line)


def _stage(stages: Sequence[tuple[Instruction, ...]], name: str) -> tuple[Instruction, ...]:
    names = {one[0].rest.split()[-1]: one for one in stages if one[0].rest.split()[1:2] == ["AS"]}
    if name not in names:
        raise NoPlaceError(f"there is no stage {name}; there are {', '.join(names) or 'none with a name'}")
    return names[name]


def _in_nginx(lines: Texts, at: str, operation: Operation) -> Point:
    try:
        main = nginx_reader.read("\n".join(lines) + "\n").directives
    except nginx_reader.NginxSyntaxError as problem:
        raise NoPlaceError(f"it cannot be read: {problem}") from None
    https = [one for one in main if one.name == "http"]
    if at == "http":
        return _end_of(lines, https[0]) if https else Point(len(lines))
    servers = [one for one in (https[0].block or () if https else main) if one.name == "server"]
    server = _server(servers, operation.host)
    if at == "server":
        return _end_of(lines, server)
    locations = [one for one in server.block or () if one.name == "location" and one.args]
    matching = [one for one in locations if one.args[-1] == operation.route]
    if not matching:
        routes = ", ".join(dict.fromkeys(one.args[-1] for one in locations))
        raise NoPlaceError(f"there is no location {operation.route or 'without `route:`'}; there are {routes}")
    return _end_of(lines, min(matching, key=lambda one: len(one.args)))


def _server(servers: Sequence[Directive], host: str | None) -> Directive:
    names = {name: one for one in servers for name in _names(one)}
    if host is not None and host in names:
        return names[host]
    own = [one for one in servers if _names(one) != ("_",)]
    if host is None and len(own) == 1:
        return own[0]
    if host is None and len(servers) == 1:
        return servers[0]
    said = f"there is no server of {host}" if host else "there are several servers, so `host:` must say which"
    raise NoPlaceError(f"{said}; there are {', '.join(names) or 'none'}")


def _names(server: Directive) -> tuple[str, ...]:
    return next((one.args for one in server.block or () if one.name == "server_name"), ("_",))


def _end_of(lines: Texts, directive: Directive) -> Point:
    """The line that closes the block of *directive*: what is generated is indented by what it is in."""
    indent = re.match(r"\s*", lines[directive.line - 1])
    lead = indent[0] if indent else ""
    for index in range(directive.line, len(lines)):
        if lines[index] == f"{lead}}}":
            return Point(index, f"{lead}    ")
    raise NoPlaceError(f"the block of {directive.name} in line {directive.line} does not end in a line of its own")
