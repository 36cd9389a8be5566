"""Why a line of an artifact is there."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from speccompile.artifacts import Artifact
from speccompile.cli.artifact_named import named
from speccompile.cli.explanation import Explanation, because, in_words
from speccompile.cli.workspace import Compiled
from speccompile.paths import join
from speccompile.provenance import Origin
from speccompile.regex import regex

_PLACE = regex(r"(?P<path>.+?):(?P<line>\d+)(?::\d+)?\Z")


def file_of(subject: str) -> str | None:
    """The path in ``FILE:LINE``; None where *subject* is something else, or might be."""
    place = _PLACE.match(subject)
    return place["path"] if place else None


def explained(compiled: Compiled, subject: str) -> Explanation | str | None:
    """The answer for ``FILE[:LINE]``; a sentence where the file has no such line; None where there is no such file."""
    place = _PLACE.match(subject)
    path, line = (place["path"], int(place["line"])) if place else (subject, None)
    artifact = named(compiled, path, compiled.compilation.artifacts)
    if artifact is None:
        return None
    there = artifact.text.rstrip("\n").split("\n")
    name = compiled.workspace.seen(join(compiled.lock.output, artifact.path))
    if line is None:
        sentences = (*_drift(compiled, artifact, name), *_blocks(compiled, artifact, name, len(there)))
        return Explanation(kind="file", subject=name, sentences=sentences)
    if not 1 <= line <= len(there):
        return f"{name} has {len(there)} lines"
    origins = artifact.origins.get(line, ())
    reasons = [f"  It is there {because(compiled, origin)}." for origin in origins] or ["  It is a blank line."]
    sentences = (*_drift(compiled, artifact, name), f"{name}:{line}: {there[line - 1].strip()}", *reasons)
    return Explanation(
        kind="line", subject=f"{name}:{line}", sentences=sentences, origins=origins, lines=((artifact, (line,)),)
    )


def _blocks(compiled: Compiled, artifact: Artifact, name: str, count: int) -> Iterator[str]:
    """Lines that are there for the same reasons are told together."""
    origins = {number: artifact.origins[number] for number in range(1, count + 1) if number in artifact.origins}
    for reasons, numbers in groupby(origins, key=lambda number: origins[number]):
        block = list(numbers)
        yield f"{name}:{in_words(block)}"
        yield from _reasons(compiled, reasons)


def _reasons(compiled: Compiled, origins: tuple[Origin, ...]) -> Iterator[str]:
    yield from (f"  {because(compiled, origin)}" for origin in origins)


def _drift(compiled: Compiled, artifact: Artifact, name: str) -> tuple[str, ...]:
    disk = compiled.on_disk().get(artifact.path)
    if disk == artifact.text:
        return ()
    state = "is not there yet" if disk is None else "is not what the specs give now"
    return (f"note: {name} {state}; this explains what would be generated",)
