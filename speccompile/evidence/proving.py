"""Which assertions a proof is about: those that are stated formally in what was proved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from speccompile.detect.evidence_inputs import formal_file
from speccompile.detect.formal import line_numbers, stated
from speccompile.evidence.proof import Proof
from speccompile.evidence.provers.tla import definitions
from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.spec.manifest import Assertion
from speccompile.spec.project import ServiceSpec

_AXIOM = regex(r"\{:axiom\}")


def proved(proof: Proof, services: Sequence[ServiceSpec], root: Tree) -> dict[str, tuple[str, ...]]:
    """By assertion the places of *proof* in which it is proved."""
    found: dict[str, list[str]] = {}
    for spec in services:
        for one in spec.manifest.assertions:
            place = _place(proof, one, spec, root) if one.is_active() else None
            if place and place not in found.setdefault(one.id, []):
                found[one.id].append(place)
    return {id_: tuple(places) for id_, places in sorted(found.items()) if places}


def _place(proof: Proof, one: Assertion, spec: ServiceSpec, root: Tree) -> str | None:
    file, text = formal_file(one, spec, root), stated(one, spec, root)
    if file is None or text is None or file not in proof.subjects or _AXIOM.search(text):
        return None
    if proof.proved is not None and not any(
        _meant(file, one, root) & set(names) for at, names in proof.proved if at == file
    ):
        return None
    lines = one.formal_spec.lines if one.formal_spec else None
    return f"{proof.runner} {file}" + (f":{lines}" if lines else "")


def _meant(file: str, one: Assertion, root: Tree) -> set[str]:
    """The definitions of a module that the lines of *one* are of; all of them where it names no lines."""
    wanted = line_numbers(one)
    return set(_within(root.read(file) or "", wanted))


def _within(text: str, wanted: Sequence[range]) -> Iterator[str]:
    for name, (first, last, _) in definitions(text).items():
        if not wanted or any(first < lines.stop and last >= lines.start for lines in wanted):
            yield name
