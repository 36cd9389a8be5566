"""Which service calls which: by a variable that is named after the other, by its name as a host, or because an existing compose file starts it first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from speccompile.detect.variables import Reading
from speccompile.lower.naming import variable
from speccompile.spec.archetypes import WEB_SERVICE
from speccompile.survey.composefile import ComposeFile
from speccompile.survey.found import Found
from speccompile.survey.roles import in_browser
from speccompile.survey.variables import Given, for_peer, is_public

_BACKEND = ("backend", "api", "server")


def calls(
    one: Found, reading: Reading, services: Sequence[Found], compose: ComposeFile
) -> Iterator[tuple[Found, str, tuple[Given, ...]]]:
    """The servers that *one* calls: each with a reason, and the variables that it reads for it."""
    if in_browser(one):
        return
    servers = [
        other for other in services if other is not one and other.archetype == WEB_SERVICE and not in_browser(other)
    ]
    for other in servers:
        also = _BACKEND if len(servers) == 1 and not {one.name} & set(_BACKEND) else ()
        given = tuple(
            told
            for name in reading.variables
            if not is_public(name) and (told := for_peer(other.name, other.port, name, also)) and not _own(one, name)
        )
        host = next((address.where for address in reading.addresses if address.host == other.name), None)
        if given:
            yield other, f"it reads {given[0].name}", given
        elif host:
            yield other, f"{host} names it", ()
        elif one.compose and other.compose and other.compose.name in one.compose.depends_on:
            yield other, f"{compose.path} starts it first", ()


def _own(one: Found, name: str) -> bool:
    """Whether the variable is about the service itself (``API_HOST`` of ``api``)."""
    return name.startswith(f"{variable(one.name)}_")


def without_cycles(wanted: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Those of *wanted*, (who, whom), in their order, that close no circle: of two that need each other one must start first."""
    kept: list[tuple[str, str]] = []
    for who, whom in wanted:
        if who != whom and not _leads(kept, whom, who):
            kept.append((who, whom))
    return tuple(kept)


def _leads(edges: Sequence[tuple[str, str]], start: str, end: str) -> bool:
    reached, before = {start}, 0
    while len(reached) > before:
        before = len(reached)
        reached |= {whom for who, whom in edges if who in reached}
    return end in reached
