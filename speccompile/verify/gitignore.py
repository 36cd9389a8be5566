""".gitignore, read back: what has values of secrets is left out by git, what is committed is not, and no line is ours without a reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from speccompile.codes import artifact as codes
from speccompile.diagnostics import Diagnostic
from speccompile.plan.plan import Plan
from speccompile.realise.compose import realised
from speccompile.source import Span
from speccompile.verify import place
from speccompile.verify.readers.gitignore import GitIgnore, read

PATH = ".gitignore"
COMMENT = "Values of secrets and the settings of one machine stay out of version control."

# One of each kind of file that must never be committed, and the pattern that sees to it.
NEVER = {".env": ".env", ".env.production": ".env.*", "secrets/password": "secrets/"}
EXAMPLE = "!.env.example"


def verify(plan: Plan, files: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Findings about the .gitignore among *files* (path relative to the output directory → text)."""
    return tuple(_verify(plan, files))


def _verify(plan: Plan, files: Mapping[str, str]) -> Iterator[Diagnostic]:
    path, text = place.on_disk(plan, PATH), files.get(PATH)
    wanted = bool(realised(plan).containers) and bool(plan.layout.output)
    if (text is not None) != wanted:
        there = "missing" if text is None else "there, and nothing asks for it"
        yield codes.GITIGNORE_NOT_THE_PLAN.at(Span(path), f"{PATH} is {there}", fix=place.FIX)
    if text is None:
        return
    document = read(text)
    committed = [
        name for name in (*NEVER, *(f"secrets/{secret.name}" for secret in plan.secrets)) if not document.ignores(name)
    ]
    if committed:
        yield codes.VALUES_COMMITTED.at(Span(path), f"git would take {committed[0]} into a commit", fix=place.FIX)
    left_out = [name for name in files if document.ignores(name)]
    if left_out:
        yield codes.GITIGNORE_NOT_THE_PLAN.at(Span(path), f"git would leave out {left_out[0]}", fix=place.FIX)
    yield from _lines(document, path)


def _lines(document: GitIgnore, path: str) -> Iterator[Diagnostic]:
    """Each pattern has its reason, once, and each comment is ours."""
    patterns = sorted(pattern.text for pattern in document.patterns)
    if patterns != sorted((*NEVER.values(), EXAMPLE)):
        yield codes.GITIGNORE_NOT_THE_PLAN.at(
            Span(path), f"has the patterns {', '.join(patterns)}"[:300], fix=place.FIX
        )
    if document.comments != (*place.header(PATH), COMMENT):
        yield codes.GITIGNORE_NOT_THE_PLAN.at(
            Span(path, 1, 1), "the comments are not the generated ones", fix=place.FIX
        )
