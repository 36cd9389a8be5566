"""A file of patches into patches. Imported for projects that have some."""

from __future__ import annotations

from typing import Any

from speccompile.codes.patching import STRANGE
from speccompile.diagnostics import Diagnostic
from speccompile.frontends import yamltext
from speccompile.frontends.grammar import Grammar
from speccompile.frontends.reading import tree_of, validated, without_echoes
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.spec.located import Located, SourceText
from speccompile.spec.patch import WORDS, EjectedFile, EjectedFiles, Operation, Patch, PatchFile

_OURS = regex(r"(?m)^[{\s]*[\"']?patches[\"']?\s*:")

GRAMMAR = Grammar(
    name="the format of patches",
    models={"": PatchFile, "patches": Patch, "operations": Operation},
    words={"op": WORDS},
    examples={
        "version": "1",
        "reason": '"the gateway\'s own limit is 20 MiB"',
        "operations": "[{op: replace, path: /services/api/mem_limit, value: 1g}]",
        "op": "replace",
        "path": "/services/api/mem_limit",
        "from": "/services/api/cpus",
        "at": "before-final-user",
        "host": "bank.example.com",
        "route": "/api",
        "stage": "build",
        "nth": "2",
        "allow": "[SC942]",
    },
)
EJECTED_GRAMMAR = Grammar(
    name="the format of patches/ejected.yaml",
    models={"": EjectedFiles, "ejected": EjectedFile},
    words={},
    examples={"version": "1", "file": "nginx.conf", "reason": '"the platform team keeps it"', "allow": "[SC996]"},
)


class _EveryKey:
    """Below any key of a patch a text may have several lines: it is a piece of a file."""

    def __contains__(self, key: object) -> bool:
        return True


def _reader(source: SourceText) -> tuple[Any, list[Diagnostic]]:
    return yamltext.read(source, _EveryKey())


def read(text: str, path: str) -> tuple[PatchFile | None, tuple[Diagnostic, ...]]:
    """The patches that *text* (the file *path*) holds, and what is wrong with it; a file of another format is somebody else's."""
    source = SourceText(path, text)
    value, _ = _reader(source)
    is_ours = "patches" in value or not value if isinstance(value, Located) else bool(_OURS.search(text))
    if not is_ours:
        message = "this file is not read: it has no key `patches`, so it is taken for somebody else's"
        return None, (STRANGE.at(Span(path, 1, 1), message, fix="nothing, if it is; else write `patches:`"),)
    raw, found = tree_of(source, _reader)
    if raw is None:
        return None, tuple(found)
    model, objections = validated(raw, PatchFile, lambda: GRAMMAR)
    return model if not found else None, without_echoes(found, objections)


def ejected(text: str, path: str) -> tuple[tuple[EjectedFile, ...], tuple[Diagnostic, ...]]:
    """The files that *text* (the file *path*) says are somebody's own, and what is wrong with it."""
    raw, found = tree_of(SourceText(path, text), _reader)
    if raw is None:
        return (), tuple(found)
    model, objections = validated(raw, EjectedFiles, lambda: EJECTED_GRAMMAR)
    return (model.ejected if model else ()), without_echoes(found, objections)
