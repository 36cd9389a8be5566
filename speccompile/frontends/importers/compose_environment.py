"""Variables of a compose file: values that interpolation leaves to the operator, addresses of other services, settings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from speccompile.catalog import CATALOG
from speccompile.frontends.importers import pulled, variables
from speccompile.frontends.importers.keys import item_at, key_at, text
from speccompile.frontends.importers.parts import Part, Service
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.spec.located import Located, LocatedList

# https://docs.docker.com/reference/compose-file/interpolation/
_WITH_DEFAULT = regex(r"\$\{[A-Za-z_]\w*:?-([^${}]*)\}", re.ASCII)
_ALONE = regex(r"\$(?:\{[A-Za-z_]\w*(?::?[?+][^{}]*|:?-)?\}|[A-Za-z_]\w*)", re.ASCII)
_HOST = regex(r"(?:@|//|\A)([A-Za-z0-9][A-Za-z0-9_.-]*)(?=[:/,]|\Z)")
_SECRET_FILE = regex(r"([A-Z][A-Z0-9_]*)_FILE", re.ASCII)
_SECRETS = "/run/secrets/"


def environment(value: object) -> dict[str, tuple[str, Span]]:
    """Names with values and places, whichever way they are written; "" for what comes from the operator's environment."""
    if isinstance(value, Located):
        return {name: (_given(text(one) or ""), key_at(value, name)) for name, one in value.items()}
    found: dict[str, tuple[str, Span]] = {}
    for index, item in enumerate(value if isinstance(value, LocatedList) else ()):
        name, _, held = str(item).partition("=")
        if isinstance(value, LocatedList):
            found.setdefault(name.strip(), (_given(held), item_at(value, index)))
    return found


def _given(value: str) -> str:
    """*value* with what stands where nothing else is set, and one dollar for two."""
    filled = _WITH_DEFAULT.sub(lambda found: found[1], value)
    return filled.replace("$$", "$") if "$" not in filled.replace("$$", "") else filled


def variable(
    service: Service,
    name: str,
    value: str,
    span: Span,
    kinds: Mapping[str, str],
    called: Mapping[str, str],
    *,
    built: bool,
) -> Iterator[Part]:
    """A variable of a service. *kinds* are the stores by what they are called here, *called* all services by what they are called there."""
    others = dict.fromkeys(
        called[found[1]] for found in _HOST.finditer(value) if found[1] in called and called[found[1]] != service.name
    )
    if built:
        yield from (service.add("needs", other, span) for other in others)
    store = next((other for other in others if other in kinds), None)
    secret_file = _SECRET_FILE.fullmatch(name)
    if secret_file and value.startswith(_SECRETS) and built:
        yield service.add("secrets", {"name": secret_file[1], "as": "file"}, span)
    elif store and name == CATALOG[kinds[store]].url_variable and built:
        yield from pulled.address(service, name, value, store, span)
    elif not value or _ALONE.fullmatch(value):
        yield from _by_operator(service, name, span, built=built)
    elif variables.looks_secret(name, value) and not built:
        yield from _by_operator(service, name, span, built=False)
        yield variables.in_clear_text(service.name, name, span)
    elif name == "PORT" and value.isdecimal():
        if built:
            yield service.put("port", int(value[:6]), span)
    else:
        yield from variables.setting(service, name, value, span)


def _by_operator(service: Service, name: str, span: Span, *, built: bool) -> Iterator[Part]:
    """What the operator supplies; of an image that is pulled only names are written."""
    if built:
        yield from variables.by_operator(service, name, span)
    else:
        yield service.add("secrets", name, span)
