"""The files for terraform, read back: the reviewed lines, by their digests, with the plan's values between them; and what they come to as HCL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from speccompile.codes import delivery as codes
from speccompile.diagnostics import Diagnostic
from speccompile.plan.plan import Plan
from speccompile.source import Span
from speccompile.verify import place
from speccompile.verify.readers import hcl
from speccompile.verify.reviewed_lines import departure
from speccompile.verify.terraform.expected import Pieces, pieces
from speccompile.verify.terraform.invariants import findings


def verify(plan: Plan, files: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Findings about terraform's files among *files* (path relative to the output directory → text)."""
    wanted = pieces(plan)
    there = {path: files[path] for path in wanted if path in files}
    missing = (_missing(plan, path) for path in wanted if path not in there)
    lines = (found for path, text in there.items() for found in _lines(place.on_disk(plan, path), text, wanted[path]))
    return (*missing, *lines, *_meaning(plan, there))


def _missing(plan: Plan, path: str) -> Diagnostic:
    return codes.TERRAFORM_UNREADABLE.at(Span(place.on_disk(plan, path)), "the file is missing", fix=place.FIX)


def _lines(path: str, text: str, wanted: Pieces) -> Iterator[Diagnostic]:
    """The first line that is not as it must be."""
    if found := departure((*wanted, ""), text):
        yield codes.TERRAFORM_NOT_THE_PLAN.at(Span(path, found.line, 1), found.message, fix=place.FIX)


def _meaning(plan: Plan, files: Mapping[str, str]) -> Iterator[Diagnostic]:
    """What the configuration as a whole is, whatever was reviewed."""
    blocks: list[tuple[str, hcl.Block]] = []
    for path, text in files.items():
        if not path.endswith(".tf"):
            continue
        where = place.on_disk(plan, path)
        try:
            blocks += ((where, block) for block in hcl.read(text).blocks)
        except hcl.Unreadable as problem:
            yield codes.TERRAFORM_UNREADABLE.at(Span(where, problem.line, 1), f"not readable: {problem}", fix=place.FIX)
            return
    if blocks:
        yield from findings(plan, blocks)
