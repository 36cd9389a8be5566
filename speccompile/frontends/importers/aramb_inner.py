"""What stands inside of `configuration`, `vars` and `secrets` of an aramb.toml and is not carried."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.diagnostics import Diagnostic
from speccompile.frontends.importers.aramb_keys import BUILT_FROM, CONFIGURATION, PAIR
from speccompile.frontends.importers.keys import beginning, key_at, not_carried, table, tables, text
from speccompile.frontends.wording import shown
from speccompile.spec.located import Located


def inner(service: Located, name: str) -> Iterator[Diagnostic]:
    """The findings of a *service*: keys that are known nowhere, a pair without a name, a second one of a name, settings in a second place."""
    configuration = table(service, "configuration")
    yield from CONFIGURATION.rest(configuration, f"{name}: configuration")
    yield from BUILT_FROM.rest(table(service, "build"), name)
    if (
        configuration is not None
        and table(configuration, "settings") is not None
        and table(service, "settings") is not None
    ):
        why = "they are below `configuration`, too, and those count"
        fix = "have them in one place, and import again"
        yield not_carried(key_at(service, "settings"), f"{name}: `settings`", why, fix)
    for key in ("vars", "secrets"):
        values: dict[str, str | None] = {}
        for holder in (configuration, service):
            for one in tables(holder.get(key) if holder is not None else None):
                yield from PAIR.rest(one, f"{name}: {key}")
                called, value = text(one.get("key")), text(one.get("value"))
                if called is None:
                    fix = "write `key` and `value`, and import again"
                    yield not_carried(beginning(one), f"{name}: an entry of `{key}`", "it has no `key`", fix)
                elif values.setdefault(called, value) != value:
                    what = f"{name}: a second {shown(called)} of `{key}`"
                    yield not_carried(
                        key_at(one, "key"), what, "the first one counts", "keep the one that is meant, and import again"
                    )
