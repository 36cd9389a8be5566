"""What an aramb.toml says of the application, and of the project that it is of."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.frontends.importers import names
from speccompile.frontends.importers.aramb_keys import APPLICATION
from speccompile.frontends.importers.keys import key_at, not_needed, tables
from speccompile.frontends.importers.parts import Part, Put
from speccompile.spec.located import Located


def application(value: Located) -> Iterator[Part]:
    """The name of the first of the two that has one; all else needs no carrying."""
    named = False
    for key in ("application", "project"):
        for one in tables(value.get(key)):
            yield from APPLICATION.rest(one, key)
            span = key_at(one, "name")
            if "name" in one and named:
                yield not_needed(span, f"{key}: `name`", "there is one name, that of the application")
            elif "name" in one:
                named = True
                for name, finding in names.application(one["name"], span):
                    yield Put(steps=("app",), value=name, span=span)
                    yield from (finding,) if finding else ()
