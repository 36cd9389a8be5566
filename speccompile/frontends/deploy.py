"""specs/deploy.yaml into a Deploy."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from importlib import import_module

from speccompile.diagnostics import Diagnostic
from speccompile.frontends import yamltext
from speccompile.frontends.deploychecks import objections
from speccompile.frontends.grammar import Grammar
from speccompile.frontends.reading import Read, tree_of, validated, without_echoes
from speccompile.spec.deploy import Deploy
from speccompile.spec.located import Located, SourceText


def read(text: str, path: str, kinds: Collection[str]) -> Read[Deploy]:
    """The deployment that *text* (the file *path*) describes, and everything that is wrong with it.

    *kinds* are the backing services that there are.
    """
    raw, found = tree_of(SourceText(path, text), yamltext.read)
    if raw is None:
        return Read(None, None, tuple(found))
    deploy, refused = validated(raw, Deploy, _grammar)
    return Read(deploy, raw, without_echoes(found, refused, objections(raw, kinds), _of_bindings(raw, kinds)))


def _grammar() -> Grammar:
    known: Grammar = import_module("speccompile.frontends.deploy_grammar").GRAMMAR
    return known


def _of_bindings(raw: Located, kinds: Collection[str]) -> Iterable[Diagnostic]:
    """What is wrong with its bindings as a whole; most files have none."""
    if "assertions" not in raw:
        return ()
    found: Iterable[Diagnostic] = import_module("speccompile.frontends.bindings").objections(raw, kinds)
    return found
