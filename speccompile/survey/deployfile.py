"""The text of specs/deploy.yaml for a proposal: only what cannot be defaulted, each with the reason as a comment."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field

from speccompile.record import record
from speccompile.regex import regex
from speccompile.spec.archetypes import WEB_SERVICE
from speccompile.survey.composekept import NOTHING
from speccompile.survey.proposal import Proposal, Proposed
from speccompile.survey.stores import Store

_HEAD = "# What the manifests cannot say, as it was found in the tree. All else has a default; `speccompile schema deploy` lists what there is."
_PORT_OF_PROGRAM = "as its own sources say"
_PORT_OF_COMPOSE = "published by the compose file; the sources name none"
_PORT_OF_VARIABLE = "published by the compose file, and told by a variable below"
_PLAIN = regex(r"(?!(?:true|false|null|yes|no|on|off)\Z)[A-Za-z/][A-Za-z0-9_./-]*", re.ASCII | re.IGNORECASE)


@record(kw_only=True)
class Manifests:
    """What deploy.yaml must say about the manifests: by service, the path of one that is not found by itself, and the archetype where the
    manifest says none or another one."""

    paths: Mapping[str, str] = field(default_factory=dict)
    archetypes: Mapping[str, str] = field(default_factory=dict)


def text(proposal: Proposal, manifests: Manifests, stack: str | None) -> str:
    """The file's text. *stack* is the one that somebody chose."""
    lines = [_HEAD, "version: 1", f"app: {_scalar(proposal.app.name)}  {_comment(proposal.app.why)}"]
    if _says_something(proposal, manifests, stack):
        lines.append("services:")
        for one in proposal.services:
            lines += _service(one, manifests, stack)
        for store in proposal.stores:
            lines += _store(store, proposal.compose.path)
    return "\n".join(lines) + "\n"


def _says_something(proposal: Proposal, manifests: Manifests, stack: str | None) -> bool:
    """Whether the services need a word: a single one that is the project itself does not, where all that it wants is found by itself."""
    if len(proposal.services) > 1 or proposal.stores or stack or manifests.paths or manifests.archetypes:
        return True
    return _says_anything(proposal.services[0])


def _says_anything(one: Proposed) -> bool:
    """Whether there is something of the service that is no default."""
    found = one.found
    seen = (
        found.directory,
        found.command,
        found.role,
        one.needs,
        one.env,
        one.secrets,
        one.port,
        one.release,
        one.route,
        one.writable,
        one.kept != NOTHING,
    )
    return any(seen)


def _service(one: Proposed, manifests: Manifests, stack: str | None) -> Iterator[str]:
    found = one.found
    yield f"  {_scalar(found.name)}:  {_comment(found.why)}"
    yield f"    path: {_scalar(found.directory or '.')}"
    if found.name in manifests.paths:
        yield f"    assertions: {_scalar(manifests.paths[found.name])}"
    if found.name in manifests.archetypes:
        yield f"    archetype: {manifests.archetypes[found.name]}  {_comment(found.reason)}"
    if stack:
        yield f"    stack: {_scalar(stack)}  # you said so"
    yield from _run(one)
    if one.port:
        yield f"    port: {one.port}  # {_port_why(one)}"
    yield from _needs(one.needs)
    if one.env:
        yield f"    env:  # what the sources read{', and the compose file sets' if found.compose else ''}"
        yield from (f"      {_scalar(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in one.env)
    secrets = [*((name, "env") for name in one.secrets), *((name, "file") for name in one.kept.files)]
    if secrets:
        listed = ", ".join(f"{{name: {_scalar(name)}, as: {way}}}" for name, way in secrets)
        yield f"    secrets: [{listed}]  # the compose file sets them"
    yield from _kept(one)
    if one.route and found.archetype == WEB_SERVICE:
        place = (
            f"host: {one.route.host}"
            if one.route.host
            else f"path: {one.route.path}{', strip: true' if one.route.stripped else ''}"
        )
        besides = "".join(f", {key}: {value}" for key, value in one.route.keys)
        yield f"    route: {{{place}{besides}}}  {_comment(one.route.why)}"


def _port_why(one: Proposed) -> str:
    if one.found.listens:
        return _PORT_OF_PROGRAM
    told = any(name.endswith("_PORT") and held == str(one.port) for name, held in one.env)
    return _PORT_OF_VARIABLE if told else _PORT_OF_COMPOSE


def _run(one: Proposed) -> Iterator[str]:
    """What runs, in which role, after what, and where it writes."""
    found = one.found
    if found.role:
        yield f"    role: {found.role}  {_comment(found.reason)}"
    if found.command:
        yield f"    command: [{', '.join(json.dumps(word, ensure_ascii=False) for word in found.command)}]"
    if one.release:
        yield "    release:  # once before a new version serves; take out what is not meant"
        yield from (
            f"      - {json.dumps(step.command, ensure_ascii=False)}  {_comment(step.why)}" for step in one.release
        )
    if len(one.writable) == 1:
        ((path, why),) = one.writable
        yield f"    writable: [{_scalar(path)}]  {_comment(why)}"
    elif one.writable:
        yield "    writable:"
        yield from (f"      - {_scalar(path)}  {_comment(why)}" for path, why in one.writable)


def _kept(one: Proposed) -> Iterator[str]:
    """What the compose file says of it that has a key here."""
    for key, pairs in (("health", one.kept.health), ("resources", one.kept.resources)):
        if pairs:
            listed = ", ".join(f"{name}: {held}" for name, held in pairs)
            yield f"    {key}: {{{listed}}}  # as in the compose file"
    if one.kept.replicas:
        yield f"    replicas: {one.kept.replicas}  # as in the compose file"


def _needs(needs: Iterable[tuple[str, str]]) -> Iterator[str]:
    listed = tuple(needs)
    if listed:
        yield "    needs:"
        yield from (f"      - {_scalar(name)}  {_comment(why)}" for name, why in listed)


def _store(store: Store, compose: str) -> Iterator[str]:
    yield f"  {_scalar(store.name)}:"
    yield f"    uses: {store.kind}"
    if store.version:
        yield f'    version: "{store.version}"  # as in {compose}'
    if store.database:
        yield f"    database: {_scalar(store.database)}  # as in {compose}"
    if store.user:
        yield f"    user: {_scalar(store.user)}  # as in {compose}"


def _scalar(value: str) -> str:
    return value if _PLAIN.fullmatch(value) or value == "." else json.dumps(value, ensure_ascii=False)


def _comment(reason: str) -> str:
    return "# " + "".join(char if char.isprintable() else " " for char in reason)[:160]
