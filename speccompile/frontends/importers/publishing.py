"""Who is reached from outside, and by which name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from speccompile.codes.importing import CHOSEN
from speccompile.frontends.importers.parts import Part, Service
from speccompile.source import Span

LOCAL = "localhost"
_PORT = 8080  # where the front door is published when nobody says another port


def addresses(public: Sequence[str], domain: str | None) -> Mapping[str, str]:
    """The address of each of the *public* services to which the imported file gives no host: of a single one the front door itself."""
    if len(public) < 2 and not domain:
        return dict.fromkeys(public, f"http://{LOCAL}:{_PORT}")
    return {name: f"https://{name}.{domain}" if domain else f"http://{name}.{LOCAL}:{_PORT}" for name in public}


def routes(public: Sequence[tuple[str, Span]], domain: str | None) -> Iterator[Part]:
    """A route for each of the *public* services, none of which has a host of its own in the imported file: several are told apart by one."""
    if len(public) < 2 and not domain:
        return
    for name, span in public:
        host = f"{name}.{domain or LOCAL}"
        yield Service(name).add("routes", {"host": host}, span)
        if not domain:
            yield CHOSEN.at(
                span,
                f"{name} is public, and the file does not say under which name: it is reached at {host}, which is this machine (RFC 6761)",
                fix=f"write the host that is meant in deploy.yaml, or import again with `--domain example.com`, which gives {name}.example.com",
                found="no host name",
                expected="a host for each of several public services",
                expected_by="the front door",
            )
