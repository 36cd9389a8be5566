"""From a file in another format to deploy.yaml: which format it is, its parts, what of them our own reader takes."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from speccompile.catalog import CATALOG
from speccompile.codes.importing import NO_SERVICES, UNKNOWN_FORMAT
from speccompile.codes.reading import NESTING
from speccompile.diagnostics import Diagnostic
from speccompile.errors import Refused
from speccompile.frontends import characters, jsontext, looseyaml, tomltext
from speccompile.frontends.importers import FORMATS
from speccompile.frontends.importers.circles import opened
from speccompile.frontends.importers.keys import told_once, wrong_shape
from speccompile.frontends.importers.parts import Add, Document, Put
from speccompile.frontends.importers.proved import proved
from speccompile.frontends.importers.registry import Importer, Syntax
from speccompile.frontends.importers.written import entries
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.source import Span
from speccompile.spec.located import Located, SourceText

LARGEST = 256 * 1024
_Reader: TypeAlias = Callable[[SourceText], tuple[Any, list[Diagnostic]]]
_READERS: Mapping[Syntax, _Reader] = {"toml": tomltext.read, "json": jsontext.read, "yaml": looseyaml.read}
_BY_SUFFIX: Mapping[str, Syntax] = {"toml": "toml", "json": "json", "yaml": "yaml", "yml": "yaml"}


@record(kw_only=True)
class Imported:
    """What became of a file: its format, the text of deploy.yaml and the services in it, and findings."""

    format: str
    text: str
    services: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]


def imported(text: str, path: str, tree: Tree, base: str, name: str | None, domain: str | None) -> Imported:
    """The file *path* with *text* as deploy.yaml. It is in the directory *base* of the project *tree*; *name* is the format that somebody chose,
    *domain* the one for host names that the file does not give. Raises ``Refused`` where nothing can be made of it.
    """
    source = SourceText(path, text)
    if len(text) > LARGEST:
        raise Refused([NESTING.at(Span(path), f"a file of more than {LARGEST} characters", fix="import it in parts")])
    odd = characters.in_file(source)
    if odd:
        raise Refused(odd)
    chosen, value = _format(source, name)
    document = Document(source=source, value=value, tree=tree, base=base, domain=domain)
    parts = tuple(chosen.parts(document))
    said = [part for part in parts if not isinstance(part, Put | Add)]
    kept, circular = opened(entries(parts))
    result = proved(kept, CATALOG)
    found = told_once((*said, *circular, *result.findings))
    if not result.services:
        fix = f"import a file that describes services; {chosen.title} has them where docs/import.md says"
        raise Refused(
            (*found, NO_SERVICES.at(Span(path, 1, 1), f"no service could be made of this {chosen.title}", fix=fix))
        )
    return Imported(format=chosen.name, text=result.text, services=result.services, diagnostics=found)


def _format(source: SourceText, name: str | None) -> tuple[Importer, Located | None]:
    """The format of the file, and what stands in it."""
    if name is not None:
        chosen = next(one for one in FORMATS if one.name == name)
        return chosen, _read(source, _syntax(source.path, chosen))
    called = posixpath.basename(source.path)
    named = [one for one in FORMATS if one.called(called)]
    for one in named:
        if one.syntaxes == ("lines",):
            return one, None
    syntax = _BY_SUFFIX.get(called.rpartition(".")[2].lower())
    if syntax is None:
        raise _unknown(source, f"nothing tells the format of a file called {called}")
    value = _read(source, syntax)
    fitting = [one for one in (*named, *FORMATS) if syntax in one.syntaxes and value is not None and one.fits(value)]
    if fitting or (len(named) == 1 and syntax != "json"):  # app.json and manifest.json are other people's names, too
        return (fitting or named)[0], value
    raise _unknown(source, "what stands in it shows the marks of no format")


def _syntax(path: str, chosen: Importer) -> Syntax:
    said = _BY_SUFFIX.get(path.rpartition(".")[2].lower())
    return said if said in chosen.syntaxes else chosen.syntaxes[0]


def _read(source: SourceText, syntax: Syntax) -> Located | None:
    """The mapping in the file; raises ``Refused`` for what is none."""
    if syntax == "lines":
        return None
    value, found = _READERS[syntax](source)
    if found:
        raise Refused(found)
    if not isinstance(value, Located):
        raise Refused([wrong_shape(Span(source.path, 1, 1), "the file", value, "a mapping of keys to values")])
    return value


def _unknown(source: SourceText, why: str) -> Refused:
    formats = ", ".join(one.name for one in FORMATS)
    return Refused(
        [
            UNKNOWN_FORMAT.at(
                Span(source.path),
                why,
                fix=f"name its format with --from: one of {formats}",
                expected=f"one of {formats}",
            )
        ]
    )
