"""The values of parameters, put into a stack's file as `docker stack deploy` puts them in.

Docker would read them from the environment. What comes of them is needed here to tell versions apart and to find images, so that docker is given
that, and needs no values. (`docker stack config` would say it, from docker 25 on.) The forms are those that the compiler writes
(docs.docker.com/reference/compose-file/interpolation).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from speccompile.codes.releases import VALUES
from speccompile.diagnostics import Diagnostic
from speccompile.regex import regex
from speccompile.source import Span

_SLOT = regex(r"\$(?:(\$)|\{([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-?])([^{}]*))?\})")


def resolved(document: Any, values: Mapping[str, str]) -> Any:
    """*document* with *values* in it."""
    if isinstance(document, str):
        return _SLOT.sub(lambda found: _value(found, values), document)
    if isinstance(document, Mapping):
        return {key: resolved(value, values) for key, value in document.items()}
    return [resolved(one, values) for one in document] if isinstance(document, list) else document


def missing(document: Any, values: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """A finding for each parameter that *document* cannot do without, and that has no value."""
    wanted = sorted(set(_required(document)))
    return tuple(
        VALUES.at(
            Span(".env"),
            f"{name} has no value",
            fix="copy .env.example, fill it in, and name the file in the environment's `values`, or call it .env beside stack.yml",
        )
        for name in wanted
        if not values.get(name)
    )


def _value(found: re.Match[str], values: Mapping[str, str]) -> str:
    dollar, name, operator, default = found.groups()
    if dollar:
        return "$"
    value = values.get(name)
    if operator and "-" in operator and (value is None or (operator == ":-" and not value)):
        return default or ""
    return value or ""


def _required(document: Any) -> Iterator[str]:
    if isinstance(document, str):
        yield from (found[2] for found in _SLOT.finditer(document) if found[3] and "?" in found[3])
    inside: Iterable[Any] = (
        document.values() if isinstance(document, Mapping) else document if isinstance(document, list) else ()
    )
    for one in inside:
        yield from _required(one)
