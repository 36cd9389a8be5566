"""What a container has of its machine and of others' systems is said each time, with what that opens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from speccompile.codes.neighbours import JOINED, OPENED
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.spec.beside import AccessoryService
from speccompile.spec.deploy import BuiltService
from speccompile.spec.project import ProjectSpec


def notes(spec: ProjectSpec) -> Iterator[Diagnostic]:
    """A warning for each directory of the machine, and for each network of others."""
    peers = [
        *(one.name for one in spec.services),
        *(one.name for one in spec.stores),
        *(one.name for one in spec.accessories),
    ]
    for service in spec.services:
        if service.deploy:
            yield from _opened(service.name, service.deploy)
            yield from _joined(service.name, service.deploy, peers)
    for one in spec.accessories:
        yield from _opened(one.name, one.deploy)


def _opened(name: str, asked: BuiltService | AccessoryService) -> Iterator[Diagnostic]:
    for one in asked.mounts:
        does, opens = (
            ("reads and writes", "it shares that with whatever else of the machine reads or writes there")
            if one.write
            else ("reads", "whoever writes there says what it reads")
        )
        yield OPENED.at(
            one.at("host"),
            f"{name} {does} {one.host} of its machine, as {one.path} ({quoted(one.because)}): {opens}",
            fix="nothing, while that is meant: nothing backs it up and no release takes it along; else write `writable`, which is a volume of its own",
        )


def _joined(name: str, asked: BuiltService, peers: Sequence[str]) -> Iterator[Diagnostic]:
    others = ", ".join(sorted(one for one in peers if one != name))
    also = f", and what is called {others} there is found in the place of ours" if others else ""
    for number, network in enumerate(asked.networks):
        yield JOINED.at(
            asked.at("networks", number),
            f"{name} is on {network}, which others made: whatever is on it reaches all ports of {name} past the front door{also}",
            fix="nothing, while that is meant, and what is there is trusted; else take it out of `networks`",
        )
