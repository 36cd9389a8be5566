"""What ``init`` says: what it wrote, what it found and why, what is still missing, what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from speccompile.diagnostics import masked
from speccompile.regex import regex
from speccompile.survey.mounting import lines
from speccompile.survey.proposal import Proposal, Proposed


def told(written: tuple[str, ...], proposal: Proposal) -> str:
    """The whole answer."""
    lines = [
        *(f"created {path}" for path in written),
        *(_single(proposal.services[0]) if len(proposal.services) == 1 else ()),
        found(proposal),
        *_look_after(proposal),
        "Next:",
        "  1. settle the proposed assertions: confirmed, denied or deferred",
        "  2. speccompile generate (or, before that, speccompile generate --allow-unverified)",
    ]
    return _printable("\n".join(line for line in lines if line))


def data(written: tuple[str, ...], proposal: Proposal) -> dict[str, Any]:
    """The same as plain data; paths from the project's directory."""
    return {
        "status": "ok",
        "app": proposal.app.name,
        "files": list(written),
        "services": [
            {
                "name": one.found.name,
                "path": one.found.directory or ".",
                "archetype": one.found.archetype,
                "stack": one.found.detection.facts.stack,
                "why": one.found.why,
                "needs": [name for name, _ in one.needs],
            }
            for one in proposal.services
        ],
        "stores": [{"name": store.name, "uses": store.kind, "version": store.version} for store in proposal.stores],
        "passed_over": [{"path": one.directory or ".", "why": one.why} for one in proposal.passed_over],
        "to_do": list(_missing(proposal)),
    }


def found(proposal: Proposal) -> str:
    """The services and the stores, and what was passed over."""
    several = len(proposal.services) > 1
    lines = [line for one in proposal.services for line in _one_of_several(one)] if several else []
    lines += [
        f"  {store.name}: {store.kind}{f' {store.version}' if store.version else ''}, for {who} ({why})"
        for store in proposal.stores
        for who, why in _together(store.needed_by)
    ]
    passed = _together((one.directory or ".", one.why) for one in proposal.passed_over)
    lines += [f"  passed over {where}: {why}" for where, why in passed]
    return _printable("\n".join(lines))


def _together(said: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """What is *said* of names, each once: for all names of which it is said."""
    whom: dict[str, list[str]] = {}
    for name, what in said:
        whom.setdefault(what, []).append(name)
    return ((", ".join(names), what) for what, names in whom.items())


def _printable(text: str) -> str:
    """*text*, of which nothing that other people's files hold moves the terminal's cursor."""
    return "".join(char if char.isprintable() or char == "\n" else "\ufffd" for char in text)


_LOGIN = regex(r"\A[^/@]*@(?=[^/]*/)")


def _address(image: str) -> str:
    """*image* without who logs in where, which is no part of a reference (OCI distribution 1.1) and stands in files all the same."""
    return _LOGIN.sub("***@", masked(image))


def _unused(proposal: Proposal) -> Iterator[str]:
    """What an existing compose file has and nothing is made of."""
    yield from (line for one in proposal.services for line in one.unused)
    taken = {one.found.compose.name for one in proposal.services if one.found.compose}
    taken |= {store.name for store in proposal.stores} | proposal.compose.awaited
    for entry in proposal.compose.services:
        if entry.name not in taken and entry.directory is None:
            yield (
                f"the service {entry.name} (image {_address(entry.image)})"
                if entry.image
                else f"the service {entry.name}"
            )
        elif entry.kind and entry.unused:
            yield f"{entry.name}: {'; '.join(entry.unused)}"
    yield from proposal.compose.unused


def _single(one: Proposed) -> Iterator[str]:
    if one.found.directory:
        yield f"  path: {one.found.directory} ({one.found.why})"
    yield f"  archetype: {one.found.archetype} ({one.found.reason})"
    yield f"  stack: {_stack(one)}"
    if one.route:
        yield f"  route: {one.route.path} ({one.route.why})"
    yield from _besides(one, "  ")


def _one_of_several(one: Proposed) -> Iterator[str]:
    where = one.found.directory or "."
    yield f"  {one.found.name} in {where}: {one.found.role or one.found.archetype} ({one.found.reason}), stack {_stack(one)}"
    if one.found.command:
        yield f"    runs {' '.join(one.found.command)}"
    if one.needs:
        yield f"    needs {', '.join(name for name, _ in one.needs)}"
    if one.route:
        yield f"    reached at {one.route.host or one.route.path} ({one.route.why})"
    yield from _besides(one, "    ")


def _besides(one: Proposed, indent: str) -> Iterator[str]:
    """Where it writes, and what runs once before it."""
    for path, why in one.writable:
        yield f"{indent}writable: {path} ({why})"
    for step in one.release:
        yield f"{indent}release: {' '.join(step.command)} ({step.why})"
    if one.applied:
        yield f"{indent}migrations: {one.applied}"


def _stack(one: Proposed) -> str:
    facts = one.found.detection.facts
    others = "; ".join(f"{other.stack.name}, because {other.facts.reason}" for other in one.found.detection.others)
    return f"{facts.stack} ({facts.reason})" + (f"; also plausible: {others} (choose with --stack)" if others else "")


def _look_after(proposal: Proposal) -> Iterator[str]:
    lines = [f"  {line}" for line in _missing(proposal)]
    if lines:
        yield "Look after this yourself:"
        yield from lines


def _missing(proposal: Proposal) -> Iterator[str]:
    """What nobody but the user knows."""
    if proposal.app.guessed:
        yield f"the project is called {proposal.app.name} in deploy.yaml (`app:`), as nothing in the tree names it"
    without = ((one.found.name, "   ".join(said)) for one in proposal.services if (said := lines(one.found)))
    yield from (_unrouted(names, said) for names, said in _together(without))
    yield from (line for one in proposal.services for line in one.found.unused)
    yield from (f"{line} in {proposal.compose.path}" if proposal.compose.path else line for line in _unused(proposal))


def _unrouted(names: str, said: str) -> str:
    """The health routes that servers have not, and how they get them."""
    return (
        f"no health route was seen in the sources of {names}, so none is promised; these make two, and then assert "
        f"“GET /livez answers 200 while the service lives”: {said}"
    )
