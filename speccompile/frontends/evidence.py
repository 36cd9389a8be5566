"""specs/verification.json into a Verification."""

from __future__ import annotations

from speccompile.frontends import jsontext
from speccompile.frontends.grammar import Grammar
from speccompile.frontends.reading import Read, tree_of, validated, without_echoes
from speccompile.spec.located import SourceText
from speccompile.spec.verification import TOOLS, Counts, Input, Run, Verification

GRAMMAR = Grammar(
    name="the format of verification.json",
    models={"": Verification, "runs": Run, "counts": Counts, "inputs": Input},
    words={"tool": TOOLS},
    examples={
        "tool": '"tests"',
        "toolVersion": '"1.2.3"',
        "command": '["bun", "test"]',
        "exitStatus": "0",
        "counts": '{"passed": 12}',
        "time": '"2024-01-15T10:00:00Z"',
        "path": '"src/index.ts"',
        "inputs": "[]",
        "digest": '"sha256:…" (let `speccompile verify` write it)',
    },
)


def read(text: str, path: str) -> Read[Verification]:
    """The evidence that *text* (the file *path*) holds, and everything that is wrong with it."""
    raw, found = tree_of(SourceText(path, text), jsontext.read)
    if raw is None:
        return Read(None, None, tuple(found))
    evidence, objections = validated(raw, Verification, GRAMMAR)
    return Read(evidence, raw, without_echoes(found, objections))
