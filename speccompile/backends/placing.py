"""Renders templates that Jinja compiled (``templates.py``): what these use of a runtime, and no more. They place values and never compute.

An unknown name, or a field that a value does not have, raises ``Unknown``, wherever it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import import_module
from types import SimpleNamespace
from typing import Any, NoReturn

from speccompile.regex import regex
from speccompile.resources import compiled_templates_directory

EXTENSION = "trace"
PROVIDED = {
    "": frozenset(("Macro", "Undefined", "environment", "missing")),
    "environment": frozenset((
        "concat", "extensions", "finalize", "get_or_select_template", "get_template", "getattr", "undefined",
    )),
    "context": frozenset(("call", "eval_ctx", "get_all", "resolve_or_missing")),
}  # fmt: skip
"""What compiled templates may ask for: of this module, of ``environment``, of their context."""

_PACKAGE = "speccompile.compiled_templates"
_ODD = regex(r"[^A-Za-z0-9]")

missing = object()
"""Stands for a name that nothing has; compiled templates compare with it."""


class Unknown(LookupError):
    """A template names what is not there."""


class Undefined:
    """Compiled templates have a name for it, and none uses it."""


class Context:
    """What one rendering knows: its *values*, *placed*, what becomes of each value in the text, and *traced*, what becomes of a block ``trace``, given its
    text and the node."""

    __slots__ = ("eval_ctx", "placed", "traced", "values")

    def __init__(
        self, values: Mapping[str, Any], placed: Callable[[Any], Any], traced: Callable[[str, Any], str]
    ) -> None:
        self.values, self.placed, self.traced = values, placed, traced
        self.eval_ctx = SimpleNamespace(autoescape=False)

    def resolve_or_missing(self, name: str) -> Any:
        """The value of *name*."""
        return self.values.get(name, missing)

    def get_all(self) -> Context:
        """All that an included template knows."""
        return self

    @staticmethod
    def call(function: Callable[..., str], *given: Any, caller: Callable[[], str], **_: Any) -> str:
        """*function* of what is *given* and of a block's text."""
        return function(*given, caller=caller)


class Template:
    """A template; ``root_render_func`` gives its pieces."""

    __slots__ = ("root_render_func",)

    def __init__(self, root: Callable[[Context], Iterator[str]]) -> None:
        self.root_render_func = root

    @staticmethod
    def new_context(known: Context, _shared: bool, more: Mapping[str, Any]) -> Context:
        """The context of an included template: what the one that includes it has, and *more*."""
        return Context({**known.values, **more}, known.placed, known.traced)

    def render(self, values: Mapping[str, Any], placed: Callable[[Any], Any], traced: Callable[[str, Any], str]) -> str:
        """The text."""
        return "".join(self.root_render_func(Context(values, placed, traced)))


class _Trace:
    @staticmethod
    def wrap(context: Context, node: Any, caller: Callable[[], str]) -> str:
        """The text of a block ``trace``."""
        return context.traced(caller(), node)


class _Environment:
    """What is the same for all templates."""

    concat = "".join
    extensions: Mapping[str, type[_Trace]] = {EXTENSION: _Trace}

    @staticmethod
    def undefined(name: str) -> NoReturn:
        """Refuse a *name* that nothing has."""
        raise Unknown(f"a template names {name}, which is not there")

    @staticmethod
    def getattr(value: Any, name: str) -> Any:
        """The field *name* of *value*."""
        try:
            return getattr(value, name)
        except AttributeError:
            raise Unknown(f"a template names {name} of {type(value).__name__}, which is not there") from None

    @staticmethod
    def finalize(context: Context, value: Any) -> Any:
        """*value* as it is placed."""
        return context.placed(value)

    @staticmethod
    def get_template(name: str, _parent: str | None = None) -> Template:
        """The template *name*."""
        return template(name)

    get_or_select_template = get_template


environment = _Environment()


def Macro(_environment: object, function: Callable[[], str], *_: object) -> Callable[[], str]:  # noqa: N802  # Jinja's name
    """The text of a block, made when it is asked for."""
    return function


@cache
def template(name: str) -> Template:
    """The template *name*, which a wheel brings compiled; of a source checkout it is compiled now."""
    if compiled_templates_directory().is_dir():
        return Template(import_module(f"{_PACKAGE}.{module_name(name)}").root)
    made: dict[str, Any] = {}
    exec(import_module("speccompile.backends.templates").python_of(name), made)  # noqa: S102  # what Jinja makes of our own templates
    return Template(made["root"])


def module_name(name: str) -> str:
    """What the module of the template *name* is called."""
    return _ODD.sub("_", name)
