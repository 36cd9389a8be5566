"""What a Caddyfile makes of a request: the sites, and in each the line that answers a path."""

from __future__ import annotations

import re
from collections.abc import Iterator

from speccompile.record import record
from speccompile.verify.readers.caddyfile import Directive, named


@record()
class Answer:
    """The line of a site's route that answers, and what stands in its block."""

    line: int
    directive: Directive

    @property
    def inside(self) -> tuple[Directive, ...]:
        """The lines of its block."""
        return self.directive.block or ()

    @property
    def proxy(self) -> Directive | None:
        """Where it passes requests on, as its last step."""
        last = self.inside[-1:] if self.directive.name == "route" else ()
        return last[0] if last and last[0].name == "reverse_proxy" else None

    @property
    def asks(self) -> tuple[str, ...]:
        """The services that get its requests, each with its port, in order."""
        proxy = self.proxy
        inside = proxy.block or () if proxy else ()
        looked = [{one.name: one.args for one in each.block or ()} for each in named(inside, "dynamic")]
        found = [f"{''.join(one.get('name', ()))}:{''.join(one.get('port', ()))}" for one in looked]
        return (*found, *(word for one in named(inside, "to") for word in one.args))

    def passed_on(self, path: str) -> str:
        """The path for which a service is asked, of a request for *path*, which is decoded and has no dots in it."""
        for one in named(self.inside, "uri"):
            if one.args[:1] == ("path_regexp",) and len(one.args) == 3:
                path = re.sub(one.args[1], one.args[2].replace("$1", r"\1"), path)
        return path


@record()
class Site:
    """A site: whether it is over TLS, its host (None: others), its port, and the lines of its route."""

    line: int
    encrypted: bool
    host: str | None
    port: str
    directive: Directive

    @property
    def route(self) -> tuple[Directive, ...]:
        """The lines in the order in which they are taken."""
        return tuple(one for each in named(self.directive.block, "route") for one in each.block or ())

    def asked_for(self, path: str) -> Answer | None:
        """What answers a request for *path*, which is decoded: the first line that does."""
        patterns: dict[str, str] = {}
        for one in self.route:
            if one.name.startswith("@") and one.args[:1] == ("path_regexp",) and len(one.args) == 2:
                patterns[one.name] = one.args[1]
            if one.name not in ("route", "respond", "redir", "error", "reverse_proxy", "handle"):
                continue
            matcher = one.args[0] if one.args and one.args[0].startswith("@") else None
            if matcher is None or (matcher in patterns and re.search(patterns[matcher], path)):
                return Answer(one.line, one)
        return None


def sites(blocks: tuple[Directive, ...]) -> Iterator[Site]:
    """All sites among *blocks*."""
    for one in blocks:
        if match := re.fullmatch(r"(https?)://((?:\*\.)?[a-z0-9.-]*):(\d+)", " ".join(one.words)):
            yield Site(one.line, match[1] == "https", match[2] or None, match[3], one)


def options(blocks: tuple[Directive, ...]) -> tuple[Directive, ...]:
    """What holds for all sites."""
    return tuple(inner for one in blocks if not one.words for inner in one.block or ())
