"""Where a server in .NET listens by itself: what appsettings.json says, else what its sources say, else what the images' environment says."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.codes.stacks_rust import LOOPBACK
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.dotnet import settings, sources
from speccompile.stacks.facts import Chosen

USUAL = "8080"
"""What the images of .NET 8 and newer tell ASP.NET by ASPNETCORE_HTTP_PORTS."""

_ADDRESS = regex(r"http://(\[[0-9a-fA-F:]+\]|[\w.*+-]+)(?::(\d{2,5}))?")
_CALLED = regex(
    r"\.(?:UseUrls|Urls\.Add)\(\s*\$?@?\"([^\"\n]{1,200})\"|\b(?:app|host|web)\.Run(?:Async)?\(\s*\$?@?\"([^\"\n]{1,200})\""
)
_ANY = regex(r"\.(ListenAnyIP|ListenLocalhost)\(\s*(\d{2,5})\b")
_LISTEN = regex(r"\.Listen\(\s*IPAddress\.(\w+)\s*,\s*(\d{2,5})\b")
_LOCAL = regex(r"(?:localhost|127\.[\d.]+|\[::1\])\Z")


@record()
class _Said:
    """An address: the host, the port ("" where none is said), and where it stands."""

    host: str
    port: str
    span: Span


def port(tree: Tree, directory: str) -> Chosen:
    """The port."""
    for one in _said(tree, directory):
        if one.port and 0 < int(one.port) < 65536:
            return Chosen(
                "port", str(int(one.port)), f"{one.span.path}:{one.span.line} (number in the source)", one.span
            )
    return Chosen("port", USUAL, "default")


def loopback(tree: Tree, directory: str) -> tuple[Diagnostic, ...]:
    """A warning where it listens on the loopback address alone."""
    said = tuple(_said(tree, directory))
    if not said or not all(_LOCAL.match(one.host) for one in said):
        return ()
    first = said[0]
    where = f"http://*:{first.port or USUAL}"
    return (
        LOOPBACK.at(
            first.span,
            f"the server listens on {quoted(first.host)}: in a container nobody else reaches it there",
            fix=f"listen on {where}; or take the address out, and ASPNETCORE_HTTP_PORTS decides",
        ),
    )


def _said(tree: Tree, directory: str) -> Iterator[_Said]:
    """The addresses: of the settings, which go before what the sources say; those in TLS apart, for which a certificate would be needed."""
    found = tuple(one for said in settings.addresses(tree, directory) for one in _addresses(said.value, said.span))
    yield from found or _in_sources(tree, directory)


def _in_sources(tree: Tree, directory: str) -> Iterator[_Said]:
    for path, code in sources.codes(tree, directory):
        for match in code.finditer(_CALLED):
            yield from _addresses(
                match[1] or match[2], Span(path, code.line(match.start()), code.column(match.start()))
            )
        for match in code.finditer(_ANY):
            span = Span(path, code.line(match.start()), code.column(match.start()))
            yield _Said("localhost" if match[1] == "ListenLocalhost" else "*", match[2], span)
        for match in code.finditer(_LISTEN):
            span = Span(path, code.line(match.start()), code.column(match.start()))
            yield _Said("localhost" if "Loopback" in match[1] else "*", match[2], span)


def _addresses(text: str, span: Span) -> Iterator[_Said]:
    for one in text.split(";"):
        if match := _ADDRESS.match(one.strip()):
            yield _Said(match[1], match[2] or "", span)
