"""specs/verification.json into a Verification."""

from __future__ import annotations

from speccompile.codes.evidence import NOT_OURS, OLDER
from speccompile.frontends import jsontext
from speccompile.frontends.grammar import Grammar
from speccompile.frontends.reading import Read, tree_of, validated, without_echoes
from speccompile.source import Span
from speccompile.spec.located import Located, SourceText
from speccompile.spec.verification import CHOOSERS, TOOLS, Counts, Input, Run, Verification

_AGAIN = "run `speccompile verify`, which writes the file anew"
GRAMMAR = Grammar(
    name="the format of verification.json",
    models={"": Verification, "runs": Run, "counts": Counts, "inputs": Input},
    words={"tool": TOOLS, "chosenBy": CHOOSERS},
    examples={
        "tool": '"tests"',
        "runner": '"pytest"',
        "toolVersion": '"1.2.3"',
        "chosenBy": '"stack"',
        "command": '["bun", "test"]',
        "exitStatus": "0",
        "counts": '{"passed": 12}',
        "time": '"2024-01-15T10:00:00Z"',
        "path": '"src/index.ts"',
        "inputs": "[]",
        "seal": '"sha256:…" (let `speccompile verify` write it)',
        "manifest": '"sha256:…" (let `speccompile verify` write it)',
        "digest": '"sha256:…" (let `speccompile verify` write it)',
    },
)


def read(text: str, path: str) -> Read[Verification]:
    """The evidence that *text* (the file *path*) holds, and everything that is wrong with it.

    There is none in a file that somebody else wrote, or altered, which a note says.
    """
    raw, found = tree_of(SourceText(path, text), jsontext.read)
    if raw is None:
        return Read(None, None, tuple(found))
    if _is_older(raw):
        note = OLDER.at(
            raw.source.span(raw.offset), "the evidence is of an older format, and claims nothing", fix=_AGAIN
        )
        return Read(None, raw, without_echoes(found, [note]))
    evidence, objections = validated(raw, Verification, lambda: GRAMMAR)
    if evidence is not None and not evidence.is_sealed():
        altered = NOT_OURS.at(_seal_of(raw), "the evidence is not as it was written, and claims nothing", fix=_AGAIN)
        return Read(None, raw, without_echoes(found, [altered]))
    return Read(evidence, raw, without_echoes(found, objections))


def _is_older(raw: Located) -> bool:
    """Whether the file is of the format that people wrote, whose version could be left out."""
    version: object = raw.get("version", 1)
    return version == 1 and "seal" not in raw


def _seal_of(raw: Located) -> Span:
    return raw.source.span(raw.keys_at["seal"])
