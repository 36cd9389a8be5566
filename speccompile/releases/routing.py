"""nginx's configuration while services change one after the other: each is reached at the port that it listens on just then."""

from __future__ import annotations

import re
from collections.abc import Mapping

from speccompile.regex import regex
from speccompile.releases import routing_caddy, routing_ingress

_SERVER = regex(r"(?m)^([ \t]*server )([a-z][a-z0-9-]*):([0-9]{1,5})( resolve)\b(.*;)$")


def pinned(text: str, name: str, addresses: tuple[str, ...]) -> str:
    """The configuration *text*, in which the service *name* is reached at *addresses* alone.

    Its name stays, and is asked for nothing: nginx goes on to resolve it (``down``), so that it has addresses in the moment in which it is used again; and
    where none of *addresses* answers, since the machine was started again meanwhile, it helps out (``backup``).
    """

    def servers(found: re.Match[str]) -> str:
        start, named, port, resolve, rest = found.groups()
        if named != name:
            return found[0]
        listed = [f"{start}{address}:{port}{rest}" for address in addresses]
        names = [f"{start}{named}:{port}{resolve}{kind}{rest}" for kind in (" down", " backup")]
        return "\n".join((*listed, *names))

    return _SERVER.sub(servers, text) if addresses else text


def ports(text: str) -> dict[str, str]:
    """The port at which each service is reached, by nginx, by Caddy or by an Ingress: none of them is written like another."""
    return (
        {found[2]: found[3] for found in _SERVER.finditer(text)}
        | routing_caddy.ports(text)
        | routing_ingress.ports(text)
    )


def meanwhile(after: str, before: Mapping[str, str], done: frozenset[str]) -> str:
    """The configuration *after*, in which what is not *done* is reached at the port of *before*."""

    def server(found: re.Match[str]) -> str:
        start, name, port, resolve, rest = found.groups()
        return f"{start}{name}:{port if name in done else before.get(name, port)}{resolve}{rest}"

    return _SERVER.sub(server, after)
