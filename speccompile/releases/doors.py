"""The programs that are the front door of machines with compose: where each reads its configuration, and how it is told to read it again.

nginx loses no connection by it; Caddy closes some that it has just accepted, whatever it is told. Both are waited for: what is to end next must have nobody
left who sends it anything, and on a busy machine no fixed time is long enough for that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from speccompile.realise.proxies import CADDY_ADMIN
from speccompile.record import record
from speccompile.releases import routing, routing_caddy
from speccompile.releases.engines.compose import Docker
from speccompile.releases.runner import Hands, last_lines
from speccompile.releases.wanted import PlatformFailed

_GLANCE = 0.25
_LONGEST = 60.0  # seconds in which a front door has read its configuration, or is asked no longer
_BLIND = 5.0  # seconds that are waited where nobody tells whether it has


class Door(Protocol):
    """A program that is the front door."""

    @property
    def config(self) -> str:
        """The name of its configuration, among what is generated and on the machine."""

    @property
    def target(self) -> str:
        """Where its container sees that."""

    def pinned(self, text: str, name: str, addresses: tuple[str, ...]) -> str:
        """The configuration *text*, in which the service *name* is reached at *addresses* alone."""

    def meanwhile(self, text: str, before: Mapping[str, str], done: frozenset[str]) -> str:
        """The configuration *text*, in which what is not *done* is reached at the port of *before*."""

    def refused(self, hands: Hands, docker: Docker, id_: str) -> str | None:
        """Why the container *id_* would not take what its configuration says now; None where it would, or nobody can tell without doing it."""

    def load(self, hands: Hands, docker: Docker, id_: str, pause: Callable[[float], None]) -> None:
        """Let the container *id_* use what its configuration says now, and come back when it does; raises ``PlatformFailed`` where it does not."""


@record()
class _Nginx:
    """A ``Door``: a signal, and then other workers take what comes (https://nginx.org/en/docs/control.html)."""

    config: str = "nginx.conf"
    target: str = "/etc/nginx/nginx.conf"

    def pinned(self, text: str, name: str, addresses: tuple[str, ...]) -> str:
        """See ``routing``."""
        return routing.pinned(text, name, addresses)

    def meanwhile(self, text: str, before: Mapping[str, str], done: frozenset[str]) -> str:
        """See ``routing``."""
        return routing.meanwhile(text, before, done)

    def refused(self, hands: Hands, docker: Docker, id_: str) -> str | None:
        """Its own word."""
        tried = hands.try_(docker.execute(id_, "nginx", "-t", "-q", "-c", self.target))
        return None if tried.ok else last_lines(tried.errors)

    def load(self, hands: Hands, docker: Docker, id_: str, pause: Callable[[float], None]) -> None:
        """The workers of before are told to take no more when the new ones are there, and say so in their titles."""
        before = _workers(hands, docker, id_)
        hands.ask(docker.signal(id_, "HUP"))
        if before is None:
            pause(_BLIND)
            return
        waited = 0.0
        while waited < _LONGEST:
            pause(_GLANCE)
            waited += _GLANCE
            now = _workers(hands, docker, id_)
            if now and not now & before:
                return
        raise PlatformFailed("nginx goes on with the configuration of before; its log says why")


def _workers(hands: Hands, docker: Docker, id_: str) -> frozenset[str] | None:
    """The processes of nginx that take connections; None where the engine does not show processes (it asks its machine's ``ps``)."""
    shown = hands.try_(docker.processes(id_))
    head, *lines = shown.output.splitlines() or [""]
    columns = head.split()
    if not shown.ok or "PID" not in columns:
        return None
    at = columns.index("PID")
    found = (line.split(None, len(columns) - 1) for line in lines)
    return frozenset(words[at] for words in found if words and words[-1].strip() == "nginx: worker process")


@record()
class _Caddy:
    """A ``Door``: its own command tells the running one, by a socket that is in its container, and answers when that is done
    (https://caddyserver.com/docs/command-line#caddy-reload)."""

    config: str = "Caddyfile"
    target: str = "/etc/caddy/Caddyfile"

    def pinned(self, text: str, name: str, addresses: tuple[str, ...]) -> str:
        """See ``routing_caddy``."""
        return routing_caddy.pinned(text, name, addresses)

    def meanwhile(self, text: str, before: Mapping[str, str], done: frozenset[str]) -> str:
        """See ``routing_caddy``."""
        return routing_caddy.meanwhile(text, before, done)

    def refused(self, hands: Hands, docker: Docker, id_: str) -> str | None:
        """Loading it tells, and keeps the one of before where it is refused."""
        del hands, docker, id_
        return None

    def load(self, hands: Hands, docker: Docker, id_: str, pause: Callable[[float], None]) -> None:
        """By Caddy's own command."""
        del pause
        words = ("--config", self.target, "--adapter", "caddyfile", "--address", f"unix/{CADDY_ADMIN}")
        tried = hands.try_(docker.execute(id_, "caddy", "reload", *words))
        if not tried.ok:
            raise PlatformFailed(f"Caddy refuses its configuration: {last_lines(tried.errors)}")


NGINX: Door = _Nginx()
DOORS: Mapping[str, Door] = {one.config: one for one in (NGINX, _Caddy())}
"""By the names of their configurations."""
