"""What the sources write into, under a root file system that is read-only: memory, until deploy.yaml makes it a volume, and what is said of it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from speccompile.catalog import CATALOG
from speccompile.codes.stacks import READ_ONLY_DATA
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.lower.draft import StoreNeed
from speccompile.lower.subject import Subject
from speccompile.plan.workload import Scratch, Volume
from speccompile.provenance import Cause, because
from speccompile.spec.archetypes import CLI_TOOL
from speccompile.spec.paths import can_be_written
from speccompile.stacks.facts import Facts
from speccompile.stacks.writing_forms import DATABASE
from speccompile.stacks.written import Written, free_directories

CODE = "SC340"

SIZE = 64 * 2**20
"""The bytes of a directory in memory for what is written."""


def in_memory(subject: Subject, volumes: Sequence[Volume], user: str) -> Iterator[Scratch]:
    """A memory file system for each directory that is written into and is no volume, for *user* alone."""
    for one in _without_volume(subject.facts, (*volumes, *mounted(subject, read_only=True))):
        target = _in_image(subject.facts, one.directory or "")
        yield Scratch(target=target, size=SIZE, mode=0o700, owner=user, origin=because(CODE, Cause(one.span)))


def told(subject: Subject, volumes: Sequence[Volume], stores: Sequence[StoreNeed]) -> Iterator[Diagnostic]:
    """What there is to say of what is written and is in no volume. A database in a file that is only for want of a server is not used
    where there is a server."""
    if subject.archetype == CLI_TOOL:
        return
    served = any("DATABASE" in CATALOG[need.kind].prefixes for need in stores)
    kept = (*volumes, *mounted(subject, read_only=False))
    found = _without_volume(subject.facts, kept)
    for one in found:
        if not (served and one.default):
            yield _lost(one, _in_image(subject.facts, one.directory or ""))
    for one in _beside(subject.facts, kept, [_in_image(subject.facts, one.directory or "") for one in found]):
        if not (served and one.default):
            yield _read_only(one, subject.facts)


def mounted(subject: Subject, *, read_only: bool) -> tuple[Volume, ...]:
    """What is of the machine in the container, in which nothing else can be put; *read_only*: with what cannot be written, too."""
    mounts = subject.deploy.mounts if subject.deploy else ()
    return tuple(
        Volume(name="", target=one.path, origin=because(CODE, Cause(one.at())))
        for one in mounts
        if one.write or read_only
    )


def _without_volume(facts: Facts, volumes: Sequence[Volume]) -> tuple[Written, ...]:
    free = free_directories(facts.written)
    return tuple(one for one in free if not _covered(_in_image(facts, one.directory or ""), volumes))


def _beside(facts: Facts, volumes: Sequence[Volume], memory: Sequence[str]) -> Iterator[Written]:
    """What is written where the image has files of its own, one a directory."""
    seen: set[str | None] = set()
    for one in facts.written:
        place = _in_image(facts, one.directory) if one.directory is not None else None
        kept = bool(volumes) if place is None else _covered(place, volumes) or _inside(place, memory)
        if not one.free and not kept and one.directory not in seen:
            seen.add(one.directory)
            yield one


def _covered(place: str, volumes: Sequence[Volume]) -> bool:
    return _inside(place, [volume.target for volume in volumes])


def _inside(place: str, directories: Sequence[str]) -> bool:
    return any(place == one or place.startswith(f"{one}/") for one in directories)


def _in_image(facts: Facts, directory: str) -> str:
    """Where *directory* is for a program that is started in its home."""
    return posixpath.normpath(posixpath.join(facts.home, directory))


def _lost(one: Written, place: str) -> Diagnostic:
    return READ_ONLY_DATA.at(
        one.span,
        f"{quoted(one.directory or '')} is written to: it is kept in memory, and lost when the container ends",
        fix=f"to keep it, declare it in specs/deploy.yaml: writable: [{place}]",
    )


def _read_only(one: Written, facts: Facts) -> Diagnostic:
    named = f" {quoted(one.named)}" if one.named else ""
    if one.directory and one.directory.startswith("/") and not can_be_written(one.directory):
        message = f"{quoted(one.named)} is written to, in a directory of the system, which is read-only in a container"
    elif one.directory:
        message = f"{quoted(one.named)} is written to, in a directory that the image has files in, which is read-only in a container"
    else:
        what = f"the database is the file{named}" if one.what == DATABASE else f"the file{named} is written"
        message = f"{what} beside the code, which is read-only in a container"
    taken = {place.directory for place in facts.written if not place.free}
    own = next(name for name in ("data", "state", "kept") if name not in taken or name == "kept")
    return READ_ONLY_DATA.at(
        one.span,
        message,
        fix=f"write it into a directory of its own, such as {own}/, and declare that in specs/deploy.yaml: "
        f"writable: [{_in_image(facts, own)}]",
    )
