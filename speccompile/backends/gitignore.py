"""Plan → .gitignore beside docker-compose.yml: what the operator puts there, with values of secrets in it, is never committed."""

from __future__ import annotations

from speccompile.artifacts import Artifact
from speccompile.backends import header
from speccompile.backends.escape.ignore import IgnoreText, ignore_comment
from speccompile.backends.jinja import render
from speccompile.plan.node import Node
from speccompile.plan.plan import Plan
from speccompile.record import record

TARGET = "gitignore"
PATH = ".gitignore"

_PATTERNS = (".env", ".env.*", "!.env.example", "secrets/")


@record(kw_only=True)
class _Pattern(Node):
    text: IgnoreText


@record(kw_only=True)
class _Document(Node):
    header: tuple[IgnoreText, ...]
    patterns: tuple[_Pattern, ...]


def emit(plan: Plan) -> tuple[Artifact, ...]:
    """The file, for the services of all of *plan*, where it has containers and an output directory of its own.

    The project's own .gitignore is the user's: lowering says what belongs into it.
    """
    runs = plan.stores or any(service.workload for service in plan.services)
    if not runs or not plan.layout.output:
        return ()
    document = _Document(
        header=tuple(ignore_comment(line) for line in header.lines(PATH)),
        patterns=tuple(_Pattern(text=IgnoreText(pattern), origin=plan.origin) for pattern in _PATTERNS),
        origin=plan.origin,
    )
    text, origins = render("gitignore/gitignore.j2", IgnoreText, document)
    return (Artifact(PATH, text, origins, TARGET),)
