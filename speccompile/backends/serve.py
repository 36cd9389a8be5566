"""Plan → serve.sh (bash), for a service that is PHP behind nginx: it writes the configurations of both and starts them."""

from __future__ import annotations

from speccompile.artifacts import Artifact
from speccompile.backends import header
from speccompile.backends.escape.crontab import ShellText, shell_comment, shell_literal
from speccompile.backends.jinja import render
from speccompile.plan.fpm import Fpm
from speccompile.plan.node import Node
from speccompile.plan.plan import Plan
from speccompile.record import record

TARGET = "serve"


@record(kw_only=True)
class _Number(Node):
    number: ShellText


@record(kw_only=True)
class _Document(Node):
    header: tuple[ShellText, ...]
    root: ShellText
    routed: ShellText
    closed: ShellText
    listen: _Number
    drain: _Number
    children: _Number


def emit(plan: Plan) -> tuple[Artifact, ...]:
    """The script of every service of *plan* that has one."""
    return tuple(_artifact(service.fpm) for service in plan.services if service.fpm)


def _artifact(fpm: Fpm) -> Artifact:
    document = _Document(
        header=tuple(shell_comment(line) for line in header.lines(fpm.script)),
        root=shell_literal(fpm.root),
        routed=shell_literal(fpm.routed),
        closed=shell_literal(fpm.closed),
        listen=_Number(number=shell_literal(fpm.listen.port), origin=fpm.listen.origin),
        drain=_Number(number=shell_literal(fpm.drain.seconds), origin=fpm.drain.origin),
        children=_Number(number=shell_literal(fpm.children.number), origin=fpm.children.origin),
        origin=fpm.origin,
    )
    text, origins = render("serve/serve.sh.j2", ShellText, document)
    return Artifact(fpm.script, text, origins, TARGET)
