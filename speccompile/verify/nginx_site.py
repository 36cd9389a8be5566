"""What nginx makes of a configuration: servers, and which location a request gets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from speccompile.record import record
from speccompile.regex import regex
from speccompile.verify.readers.nginx import Directive

_REWRITTEN = regex(r"\^(?:/\[\^/\]\+)*|\(\?s\)\^(?:/\[\^/\]\+)*\(/\.\*\)\$")
_PATTERN = regex(r"~\^\[\^\.\]\+\[\.\]((?:[a-z0-9-]+\[\.\])*[a-z0-9-]+)\$")


PASSES = ("proxy_pass", "grpc_pass")


@record()
class Location:
    """A location: exact (``=``) or by prefix; ``path`` "" for a named one. ``upstreams`` are the addresses of the file's upstreams, by name."""

    exact: bool
    path: str
    block: tuple[Directive, ...]
    line: int
    upstreams: Mapping[str, str]

    def all(self, name: str) -> list[tuple[str, ...]]:
        """The arguments of each directive *name*."""
        return [directive.args for directive in self.block if directive.name == name]

    def only(self, name: str) -> tuple[str, ...]:
        """The arguments of the only directive *name*; nothing when there is none, or more than one."""
        return self.all(name)[0] if len(self.all(name)) == 1 else ()

    @property
    def upstream(self) -> str | None:
        """Where a request goes, and by which protocol: the address in the upstream that proxy_pass or grpc_pass names; None when nginx answers."""
        target = "".join(word for name in PASSES for word in self.only(name))
        target = next((value for name, *rest in self.all("set") if name == target and (value := "".join(rest))), target)
        scheme, _, name = target.partition("://")
        return f"{scheme}://{self.upstreams[name]}" if name in self.upstreams else target or None

    def passed_on(self, path: str) -> str | None:
        """What the upstream is asked for when the decoded *path* is; None when that cannot be told.

        With a path of its own, an upstream gets that one; so it must end after host and port. Of rewriting one form is known: a number of
        segments, and what is kept of the rest.
        """
        if (self.upstream or "").count("/") > 2:
            return None
        match self.all("rewrite"):
            case []:
                return path
            case [(pattern, target, "break")] if _REWRITTEN.fullmatch(pattern):
                found = re.match(pattern, path)
                return target.replace("$1", "".join(found.groups())) if found else None
            case _:
                return None


@record()
class Server:
    """A server; ``host`` None is the one called ``_``. The first of two locations at one path counts. ``of_others`` are the places where it
    listens and is not the default one."""

    host: str | None
    default: bool
    of_others: tuple[str, ...]
    locations: tuple[Location, ...]
    line: int
    _exact: Mapping[str, Location]
    _prefixes: Mapping[str, Location]

    def asked_for(self, path: str) -> Location | None:
        """The location that a request for the decoded *path* gets: the exact one, or else the longest prefix."""
        if path in self._exact:
            return self._exact[path]
        lengths = range(len(path), 0, -1)
        return next((self._prefixes[path[:length]] for length in lengths if path[:length] in self._prefixes), None)


def servers(main: Iterable[Directive]) -> tuple[Server, ...]:
    """The servers of a configuration, one for each of its names."""
    known = upstreams(main)
    return tuple(
        _server(server, name, known)
        for server in named(inside_http(main), "server")
        for names in named(server.block or (), "server_name")
        for name in names.args
    )


def upstreams(main: Iterable[Directive]) -> dict[str, str]:
    """The addresses in each upstream, by its name: one for each of its servers, with commas between."""
    return {
        " ".join(one.args): ",".join(server.args[0] for server in named(one.block or (), "server") if server.args)
        for one in named(inside_http(main), "upstream")
    }


def named_as(host: str) -> str:
    """What a server is called that is for *host*: of a pattern, the expression of names that are one label longer."""
    return f"~^[^.]+[.]{host[2:].replace('.', '[.]')}$" if host.startswith("*.") else host


def of_name(name: str) -> str:
    """The host of which a server is called *name*; a pattern of nginx's own is of names of any length, and so no pattern of a plan."""
    if name.startswith("*."):
        return f"{name} of any length"
    found = _PATTERN.fullmatch(name)
    return f"*.{found[1].replace('[.]', '.')}" if found else name


def _server(directive: Directive, name: str, known: Mapping[str, str]) -> Server:
    block = directive.block or ()
    locations = tuple(_location(location, known) for location in named(block, "location"))
    from_the_last = [location for location in reversed(locations) if location.path]
    return Server(
        None if name == "_" else of_name(name),
        any("default_server" in listen.args for listen in named(block, "listen")),
        tuple(
            listen.args[0] for listen in named(block, "listen") if listen.args and "default_server" not in listen.args
        ),
        locations,
        directive.line,
        {location.path: location for location in from_the_last if location.exact},
        {location.path: location for location in from_the_last if not location.exact},
    )


def _location(directive: Directive, known: Mapping[str, str]) -> Location:
    *modifier, path = directive.args or ("",)
    plain = modifier in ([], ["="]) and not path.startswith("@")
    return Location(modifier == ["="], path if plain else "", directive.block or (), directive.line, known)


def inside_http(main: Iterable[Directive]) -> tuple[Directive, ...]:
    """What stands in the http block, if there is one."""
    return next((directive.block or () for directive in main if directive.name == "http"), ())


def named(directives: Iterable[Directive], name: str) -> list[Directive]:
    """Those of *directives* that are called *name*."""
    return [directive for directive in directives if directive.name == name]


def everything(directives: Iterable[Directive]) -> Iterator[Directive]:
    """*directives* and all that is in their blocks."""
    for directive in directives:
        yield directive
        yield from everything(directive.block or ())
