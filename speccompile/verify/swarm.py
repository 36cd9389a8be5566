"""swarm/stack.yml, read back with what stands beside it: what the plan says, and what a stack has to be whatever a plan says."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from speccompile.codes import swarm as codes
from speccompile.diagnostics import Diagnostic
from speccompile.plan.plan import Plan
from speccompile.realise.front_door import NAME as FRONT
from speccompile.realise.swarm import DIRECTORY, realised
from speccompile.realise.swarm_plan import SwarmPlan
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.verify import dotenv, front_door, place
from speccompile.verify.compose_expected import found
from speccompile.verify.compose_findings import Finding, Services, entries, items, services
from speccompile.verify.differences import differences
from speccompile.verify.readers import dotenv as dotenv_reader
from speccompile.verify.readers.yaml import Document, Unreadable, read
from speccompile.verify.swarm_expected import creation, expected, head

PATH = f"{DIRECTORY}/stack.yml"
ENVIRONMENT = f"{DIRECTORY}/.env.example"

_USER = regex(r"[1-9][0-9]*:[1-9][0-9]*")
_REPOSITORY = regex(r"(?:\$\{[A-Z0-9_]+:-[^}]+\}|[^\s:$]+(?::[0-9]+/[^\s:$]+)?):(?:\$\{TAG:-[^}]+\}|[\w][\w.-]*)")
_CONFIG_NAME = regex(r"[a-z0-9-]+-([0-9a-f]{12})")
Invariant: TypeAlias = Callable[[Mapping[str, Any], Services, Mapping[str, str]], Iterator[Finding]]


def verify(plan: Plan, files: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Findings about the stack among *files* (path relative to the output directory → text)."""
    swarm = realised(plan)
    front = front_door.verify(plan, swarm.front, files) if swarm.front else ()
    return (*of_stack(plan, swarm, files), *_example(plan, swarm, files.get(ENVIRONMENT)), *front)


def of_stack(plan: Plan, swarm: SwarmPlan, files: Mapping[str, str]) -> Iterator[Diagnostic]:
    """Findings about the file of the stack *swarm*, which is what *plan* realises, or that with another configuration of the front door."""
    path, text = place.on_disk(plan, PATH), files.get(PATH)
    if (text is not None) != bool(swarm.tasks):
        there = "missing" if text is None else "there, but nothing stays up"
        yield codes.NOT_THE_PLAN.at(Span(path), f"the stack is {there}", fix=place.FIX)
    if text is None:
        return
    try:
        document = read(text)
        bodies = services(document)
    except Unreadable as problem:
        yield codes.UNREADABLE.at(Span(path, problem.line, problem.column), str(problem), fix=place.FIX)
        return
    if tuple(comment for _, comment in document.comments) != place.header(PATH):
        yield codes.NOT_THE_PLAN.at(Span(path, 1, 1), "the comments are not the generated ones", fix=place.FIX)
    beside = (finding for check in INVARIANTS for finding in check(document.data, bodies, files))
    for finding in (*_same(swarm, document, files), *beside):
        yield finding.code.at(Span(path, *document.place(finding.path)), finding.message, fix=place.FIX)


def _same(swarm: SwarmPlan, document: Document, files: Mapping[str, str]) -> Iterator[Finding]:
    try:
        have = found(document.data)
    except ValueError as problem:
        yield Finding((), codes.NOT_THE_PLAN, str(problem))
        return
    for path, message in differences(expected(swarm, files), have, ()):
        yield Finding(path, codes.NOT_THE_PLAN, message)


def _example(plan: Plan, swarm: SwarmPlan, text: str | None) -> Iterator[Diagnostic]:
    path = place.on_disk(plan, ENVIRONMENT)
    if (text is not None) != bool(swarm.tasks):
        there = "missing" if text is None else "there, but nothing stays up"
        yield codes.NOT_THE_PLAN.at(Span(path), f"{ENVIRONMENT} is {there}", fix=place.FIX)
    if text is None:
        return
    try:
        document = dotenv_reader.read(text)
    except dotenv_reader.Unreadable as problem:
        yield codes.UNREADABLE.at(Span(path, problem.line, 1), str(problem), fix=place.FIX)
        return
    comments = (*place.header(ENVIRONMENT), *head(plan.app))
    yield from dotenv.same(document, path, comments, swarm.parameters, creation(swarm))


def _confined(_: Mapping[str, Any], bodies: Services, __: Mapping[str, str]) -> Iterator[Finding]:
    """SC929: what runs has a user of its own, no capability, a root that it cannot write, and limits."""
    for name, body in bodies.items():
        limits = entries(entries(entries(body.get("deploy")).get("resources")).get("limits"))
        if not _USER.fullmatch(str(body.get("user", ""))) or items(body.get("cap_drop")) != ["ALL"]:
            yield Finding(("services", name), codes.CONFINED, f"{name} is root, or has capabilities")
        if "cap_add" in body and (name != FRONT or items(body["cap_add"]) != ["NET_BIND_SERVICE"]):
            yield Finding(("services", name), codes.CONFINED, f"{name} is given {items(body['cap_add'])}")
        if body.get("read_only") is not True:
            yield Finding(("services", name), codes.CONFINED, f"{name} can write to its root")
        if {"cpus", "memory", "pids"} - set(limits):
            yield Finding(("services", name), codes.CONFINED, f"{name} lacks a limit of memory, CPUs or processes")


def _rolled(_: Mapping[str, Any], bodies: Services, __: Mapping[str, str]) -> Iterator[Finding]:
    """SC934: a version that is not well is rolled back; what has data, a name or a port to itself never runs twice."""
    for name, body in bodies.items():
        deploy = entries(body.get("deploy"))
        update, back = entries(deploy.get("update_config")), entries(deploy.get("rollback_config"))
        if update.get("failure_action") != "rollback" or not _watched(update):
            yield Finding(("services", name), codes.ROLLED, f"a bad version of {name} would stay")
        if back.get("failure_action") != "pause" or not _watched(back):
            yield Finding(
                ("services", name), codes.ROLLED, f"the way back of {name} would end its last tasks that serve"
            )
        held = [entries(one) for one in items(body.get("volumes")) if entries(one).get("type") == "volume"]
        apart = held or items(body.get("ports")) or "max_replicas_per_node" in entries(deploy.get("placement"))
        if apart and "start-first" in (update.get("order"), back.get("order")):
            yield Finding(("services", name), codes.ROLLED, f"two versions of {name} would run at once")
        if held and not items(entries(deploy.get("placement")).get("constraints")):
            yield Finding(("services", name), codes.ROLLED, f"{name} could be started on a node without its data")


def _watched(rolling: Mapping[str, Any]) -> bool:
    """Whether tasks are replaced some at a time, and looked at for a time."""
    some = rolling.get("parallelism") not in (None, 0)
    return some and bool(re.fullmatch(r"[1-9][0-9]*s", str(rolling.get("monitor", ""))))


def _named(data: Mapping[str, Any], bodies: Services, files: Mapping[str, str]) -> Iterator[Finding]:
    """SC935: images have a repository and a tag; secrets are there already; a config's name follows from its content."""
    for name, body in bodies.items():
        image = re.sub(r"\$\{[A-Z0-9_]+:-\}$", "", str(body.get("image", "")))
        if not _REPOSITORY.fullmatch(image.partition("@")[0]):
            yield Finding(("services", name, "image"), codes.NAMED, f"the image of {name} has no repository or no tag")
    for name, secret in entries(data.get("secrets")).items():
        if entries(secret).get("external") is not True:
            yield Finding(("secrets", name), codes.NAMED, f"the secret {name} would be made of a file")
    for name, config in entries(data.get("configs")).items():
        place_, called = str(entries(config).get("file", "")), str(entries(config).get("name", ""))
        text = files.get(f"{DIRECTORY}/{place_.removeprefix('./')}")
        digest = hashlib.sha256((text or "").encode()).hexdigest()[:12]
        match = _CONFIG_NAME.fullmatch(called)
        if text is None or not match or match[1] != digest:
            yield Finding(("configs", name), codes.NAMED, f"the name of the config {name} is not that of its content")


INVARIANTS: tuple[Invariant, ...] = (_confined, _rolled, _named)
