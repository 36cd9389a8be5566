"""Processes as Procfiles, fly.toml and render.yaml name them: a web server, workers, what runs once a release."""

from __future__ import annotations

import re
from collections.abc import Iterator

from speccompile.codes.importing import CHOSEN
from speccompile.frontends.commandline import plain
from speccompile.frontends.importers.keys import not_carried
from speccompile.frontends.importers.parts import Part, Service
from speccompile.regex import regex
from speccompile.source import Span

PORT = 8080
_PORT = regex(r"\$(?:PORT\b|\{PORT(?::?-(\d{2,5}))?\})", re.ASCII)
_EXEC = regex(r"\A\s*exec\s+")


def command(service: Service, said: str, span: Span, port: int | None) -> Iterator[Part]:
    """What *service* runs, word by word; ``$PORT`` in it is *port*, or one that is chosen here."""
    asks = _PORT.search(said)
    chosen = port or (int(asks[1]) if asks and asks[1] else PORT)
    words = plain(_EXEC.sub("", _PORT.sub(str(chosen), said)))
    if words is None:
        why = "it needs a shell, and nothing that is generated starts one"
        fix = f"look at what the image starts (`speccompile plan`), and write `command: [program, argument]` below {service.name} where it is another program"
        yield not_carried(span, f"{service.name}: its command", why, fix)
        return
    yield service.put("command", words, span)
    if asks and port is None:
        yield service.put("port", chosen, span)
        yield CHOSEN.at(
            span,
            f"{service.name} listens on the port that it is told; {chosen} is taken",
            fix=f"nothing, or write another `port` below {service.name} in deploy.yaml, and in its `command`",
            found="$PORT",
            expected="a port",
            expected_by="deploy.yaml",
        )


def release(service: Service, said: str, span: Span) -> Iterator[Part]:
    """What runs once before a new version of *service* serves: the commands that ``&&`` joins."""
    steps = [plain(part.strip()) for part in said.split("&&")]
    for words in steps:
        if words is None:
            fix = f"write `release: [[program, argument]]` below {service.name}, or a script of the project's that does it"
            yield not_carried(
                span,
                f"{service.name}: its release command",
                "it needs a shell, and nothing that is generated starts one",
                fix,
            )
            return
    yield from (service.add("release", words, span) for words in steps if words)
