"""The only writer of line-oriented text: Jinja templates that place values and never compute them.

A ``View`` hands a template the fields of a node as text that remembers the node's origin; ``finalize`` wraps
such text in private-use marks; ``{% trace node %} … {% endtrace %}`` does the same for literal lines; the marks are then
taken out again and become the line map. A value that did not come through ``escape`` is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import Environment, StrictUndefined, nodes, pass_context
from jinja2.ext import Extension
from jinja2.loaders import BaseLoader, FileSystemLoader, ModuleLoader
from jinja2.parser import Parser
from jinja2.runtime import Context

from speccompile import regular
from speccompile.backends.escape.text import Text
from speccompile.plan.node import Node
from speccompile.provenance import Origin
from speccompile.regex import regex
from speccompile.resources import compiled_templates_directory, templates_directory

_OPEN, _CLOSE, _END = "\ue000", "\ue001", "\ue002"
_MARK = regex(f"{_OPEN}\\d+{_CLOSE}|{_END}")
_PIECES = regex(f"({_OPEN}\\d+{_CLOSE}|{_END})")  # marks are every second
_TRACER = "_tracer"
_MADE_BY = "jinja-version"


class _Traced(str):
    """A piece of output with the origin of the node that it comes from."""

    __slots__ = ("origin",)
    origin: Origin

    @classmethod
    def of(cls, text: str, origin: Origin) -> _Traced:
        traced = cls(text)
        traced.origin = origin
        return traced


class View:
    """A node as a template sees it."""

    def __init__(self, node: Node, language: type[Text]) -> None:
        self._node, self._language, self.origin = node, language, node.origin

    def __getattr__(self, name: str) -> Any:
        return _seen(getattr(self._node, name), self.origin, self._language)


def _seen(value: Any, origin: Origin, language: type[Text]) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, language):
        return _Traced.of(value, origin)
    if isinstance(value, int):
        return _Traced.of(str(value), origin)
    if isinstance(value, tuple):
        return tuple(_seen(item, origin, language) for item in value)
    if isinstance(value, Node):
        return View(value, language)
    raise TypeError(f"{type(value).__name__} is not {language.__name__}: {value!r} was not escaped for this template")


class _Tracer:
    """Numbers the origins while one template renders, then turns the marks into a line map."""

    def __init__(self) -> None:
        self._numbers: dict[Origin, int] = {}
        self._numbers_by_identity: dict[int, tuple[int, Origin]] = {}

    def wrap(self, text: str, origin: Origin) -> str:
        return f"{_OPEN}{self._number(origin)}{_CLOSE}{text}{_END}"

    def _number(self, origin: Origin) -> int:
        """The same for equal origins. One that cites a thousand services takes long to hash: each object is hashed once."""
        known = self._numbers_by_identity.get(id(origin))
        if known is None:
            known = self._numbers.setdefault(origin, len(self._numbers)), origin  # kept, so that its id stays its own
            self._numbers_by_identity[id(origin)] = known
        return known[0]

    def strip(self, rendered: str) -> tuple[str, dict[int, tuple[Origin, ...]]]:
        numbered = tuple(self._numbers)
        by_line: dict[int, tuple[Origin, ...]] = {}
        known: dict[tuple[tuple[int, ...], ...], tuple[Origin, ...]] = {}  # many lines have the same
        stack: list[int] = []
        for line_number, line in enumerate(rendered.split("\n"), start=1):
            seen = tuple(_covering(line, stack))
            if seen:
                if seen not in known:
                    innermost_first = sorted(
                        (pair for one in seen for pair in enumerate(one)), key=lambda pair: -pair[0]
                    )
                    known[seen] = tuple(numbered[n] for n in dict.fromkeys(n for _, n in innermost_first))
                by_line[line_number] = known[seen]
        return _MARK.sub("", rendered), by_line


def _covering(line: str, stack: list[int]) -> Iterator[tuple[int, ...]]:
    """The numbers of the marks, outermost first, that cover each piece of *line*'s text; *stack* carries open marks across lines."""
    if _OPEN in line or _END in line:
        for at, piece in enumerate(_PIECES.split(line)):
            if at % 2 == 0:
                if stack and piece.strip():
                    yield tuple(stack)
            elif piece == _END:
                stack.pop()
            else:
                stack.append(int(piece[1:-1]))
    elif stack and line.strip():
        yield tuple(stack)


@pass_context
def _finalize(context: Context, value: object) -> object:
    if isinstance(value, _Traced):
        return context[_TRACER].wrap(value, value.origin)
    raise TypeError(f"{type(value).__name__} {value!r} reached a template without an origin")


class _TraceBlock(Extension):
    """``{% trace node %} literal text {% endtrace %}`` attributes literal lines."""

    tags = {"trace"}  # noqa: RUF012  # jinja's own declaration

    def parse(self, parser: Parser) -> nodes.Node:
        lineno = next(parser.stream).lineno
        node = parser.parse_expression()
        body = parser.parse_statements(("name:endtrace",), drop_needle=True)
        call = self.call_method("_wrap", [nodes.ContextReference(), node], lineno=lineno)
        return nodes.CallBlock(call, [], [], body).set_lineno(lineno)

    def _wrap(self, context: Context, node: View, caller: Callable[[], str]) -> str:
        wrapped: str = context[_TRACER].wrap(caller(), node.origin)
        return wrapped


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The one Jinja environment; it holds compiled templates and nothing else."""
    return environment_with(_finalize)


def environment_with(finalize: Callable[[Context, Any], Any]) -> Environment:
    """An environment with the templates, where *finalize* (one that is passed the context: that is compiled in) judges what is placed."""
    return _environment(_loader(compiled_templates_directory()), finalize)


def compile_into(directory: Path) -> None:
    """Compile every template to a Python module in *directory*, as a wheel brings them along.

    Such a module belongs to the version of Jinja that made it, which is noted beside it.
    """
    directory.mkdir(parents=True, exist_ok=True)
    _environment(FileSystemLoader(templates_directory()), _finalize).compile_templates(
        directory, zip=None, filter_func=lambda name: name.endswith(".j2")
    )
    (directory / _MADE_BY).write_text(jinja2.__version__, encoding="ascii")


def _loader(compiled: Path) -> BaseLoader:
    """Templates that were compiled before, if this version of Jinja compiled them; else their sources."""
    try:
        usable = regular.read_named(compiled / _MADE_BY).decode("ascii") == jinja2.__version__
    except OSError:
        usable = False
    return ModuleLoader(compiled) if usable else FileSystemLoader(templates_directory())


def _environment(loader: BaseLoader, finalize: Callable[[Context, Any], Any]) -> Environment:
    return Environment(  # noqa: S701  # nothing here is HTML; escaping is by type, see escape/
        loader=loader,
        undefined=StrictUndefined,
        finalize=finalize,
        extensions=[_TraceBlock],
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )


def render(template: str, language: type[Text], document: Node) -> tuple[str, dict[int, tuple[Origin, ...]]]:
    """Render *template* with the fields of *document*; all of its text is of *language*.

    Returns the text, and for each line number the origins of that line, innermost first. A field of the document that is
    not escaped for the language raises ``TypeError``; an unknown name in the template raises ``UndefinedError``.
    """
    if not is_dataclass(document):
        raise TypeError(f"{document!r} is not a document")
    tracer = _Tracer()
    values: dict[str, Any] = {
        f.name: _seen(getattr(document, f.name), document.origin, language)
        for f in fields(document)
        if f.name != "origin"
    }
    rendered = environment().get_template(template).render({**values, "all": View(document, language), _TRACER: tracer})
    return tracer.strip(rendered)
