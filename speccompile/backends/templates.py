"""Templates as Python, compiled by Jinja: when a wheel is built, and at each start of a source checkout.

What Jinja writes runs with ``placing.py`` in the place of Jinja's own runtime, which takes longer to import than all templates take to render. That has the
few things that templates use which place values and compute nothing; a template that needs more is refused here.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, StrictUndefined, nodes, pass_context
from jinja2.ext import Extension
from jinja2.loaders import FileSystemLoader
from jinja2.parser import Parser
from jinja2.runtime import Context

from speccompile import regular
from speccompile.backends.placing import EXTENSION, PROVIDED, module_name
from speccompile.resources import templates_directory

_SUFFIX = ".j2"
_HEAD = f"from speccompile.backends.placing import {', '.join(sorted(PROVIDED['']))}\n"
_UNUSED = ("blocks", "debug_info")
"""What Jinja writes at the end of a module for templates that extend others, and for tracebacks."""


class TraceBlock(Extension):
    """``{% trace node %} literal text {% endtrace %}`` attributes literal lines."""

    tags = {"trace"}  # noqa: RUF012  # jinja's own declaration

    def parse(self, parser: Parser) -> nodes.Node:
        """A call of what ``placing`` has under the name of this extension."""
        lineno = next(parser.stream).lineno
        node = parser.parse_expression()
        body = parser.parse_statements(("name:endtrace",), drop_needle=True)
        call = self.call_method("wrap", [nodes.ContextReference(), node], lineno=lineno)
        return nodes.CallBlock(call, [], [], body).set_lineno(lineno)


TraceBlock.identifier = EXTENSION


@pass_context
def _placed(_: Context, value: object) -> object:
    """Stands for what a rendering does with each value, with the context: that is compiled in."""
    return value


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The one Jinja environment, which reads templates and renders none."""
    return Environment(  # noqa: S701  # nothing here is HTML; escaping is by type, see escape/
        loader=FileSystemLoader(templates_directory()),
        undefined=StrictUndefined,
        finalize=_placed,
        extensions=[TraceBlock],
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )


def python_of(name: str) -> str:
    """The template *name* as a module of Python; ``ValueError`` where it needs what ``placing`` does not have."""
    text = regular.read_named(templates_directory() / name).decode("utf-8")
    return python_of_text(text, name)


def python_of_text(text: str, name: str) -> str:
    """The same for the template's *text*."""
    tree = ast.parse(environment().compile(text, name, raw=True, defer_init=True))
    tree.body = [one for one in tree.body if not isinstance(one, ast.ImportFrom) and not _is_unused(one)]
    for need in _needs(tree):
        raise ValueError(f"{name} needs {need}, which backends/placing.py does not have")
    return _HEAD + ast.unparse(tree) + "\n"


def _is_unused(statement: ast.stmt) -> bool:
    targets = statement.targets if isinstance(statement, ast.Assign) else ()
    return any(isinstance(one, ast.Name) and one.id in _UNUSED for one in targets)


def _needs(tree: ast.Module) -> Iterator[str]:
    """What the module asks of names that it does not make itself, and ``placing`` does not give."""
    own = {one.id for one in ast.walk(tree) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
    for one in ast.walk(tree):
        if isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name) and one.value.id in PROVIDED:
            if one.attr not in PROVIDED[one.value.id]:
                yield f"{one.value.id}.{one.attr}"
        elif isinstance(one, ast.Name) and one.id not in (own | PROVIDED[""] | _ALWAYS):
            yield one.id


_ALWAYS = {"context", "str", "macro"}


def compile_into(directory: Path) -> None:
    """Compile every template to a Python module in *directory*, as a wheel brings them along."""
    directory.mkdir(parents=True, exist_ok=True)
    for name in environment().list_templates(filter_func=_is_template):
        place = directory / f"{module_name(name)}.py"
        if place.exists():
            raise ValueError(f"{name} has the module of another template")
        place.write_text(python_of(name), encoding="utf-8")


_is_template: Callable[[str], bool] = lambda name: name.endswith(_SUFFIX)  # noqa: E731
