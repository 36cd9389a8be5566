"""A Procfile: its processes are services of one source tree; ``release`` runs before the web process serves."""

from __future__ import annotations

import re
from collections.abc import Iterator

from speccompile.frontends.importers import names, processes
from speccompile.frontends.importers.keys import Keys, not_carried, not_needed
from speccompile.frontends.importers.parts import Document, Part, Service
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.spec.located import Located
from speccompile.stacks.procfile import web

TITLE = "Procfile"
SYNTAXES = ("lines",)
_LINE = regex(r"^([A-Za-z0-9_-]{1,40}):[ \t]*(\S[^\n]{0,2000}?)[ \t\r]*$", re.MULTILINE)
_OTHER = regex(r"^(?![ \t]*(?:#|\r?$))(?![A-Za-z0-9_-]{1,40}:[ \t]*\S)[^\n]*", re.MULTILINE)
_RELEASE = ("release", "postdeploy")
_CONSOLE = ("console", "shell")
KEYS = (
    Keys(
        of="a process",
        carried={
            "web": "the service `web`: `command`, unless its stack reads the line itself, and `port` for `$PORT`",
            "release": "`release` of `web`",
            "any other name": "a service of that name with `role: worker` and its `command`",
        },
        needless=dict.fromkeys(_CONSOLE, "nobody is served by it; `docker compose run` starts any program"),
    ),
)


def fits(value: Located) -> bool:
    """A Procfile is known by its name alone."""
    del value
    return False


def parts(document: Document) -> Iterator[Part]:
    """What deploy.yaml says of a Procfile, and what there is to say about it."""
    text = document.source.text
    lines = [(found[1], found[2], document.source.span(found.start())) for found in _LINE.finditer(text)]
    for found in _OTHER.finditer(text):
        yield not_carried(
            document.source.span(found.start()),
            "a line without a name",
            "a process is `name: command`",
            "write a name before it, or take it out",
        )
    running = [(name, span) for name, _, span in lines if name.lower() not in (*_RELEASE, *_CONSOLE)]
    called, renamed = names.services(running)
    yield from renamed
    for name, said, span in lines:
        yield from _process(document, name, said, span, Service(called.get(span, "web")))


def _process(document: Document, name: str, said: str, span: Span, service: Service) -> Iterator[Part]:
    if name.lower() in _CONSOLE:
        yield not_needed(span, f"the process {name}", "nobody is served by it; `docker compose run` starts any program")
    elif name.lower() in _RELEASE:
        yield service.put("path", document.base or ".", span)
        yield from processes.release(service, said, span)
    elif name.lower() == "web":
        yield service.put("path", document.base or ".", span)
        if document.source.path.endswith("Procfile") and web(
            document.tree.below(document.base) if document.base else document.tree
        ):
            yield not_needed(span, "the command of web", "what builds the image reads this line itself")
        else:
            yield from processes.command(service, said, span, None)
    else:
        yield service.put("path", document.base or ".", span)
        yield service.put("role", "worker", span)
        yield from processes.command(service, said, span, None)
