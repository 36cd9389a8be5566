"""appsettings.json: where a server listens, and which host it insists on. What is for production alone comes before what is for all."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.source import Span
from speccompile.stacks.manifest import Table, jsonc_table, place, table, word

_FILES = ("appsettings.Production.json", "appsettings.json")


@record()
class Setting:
    """A value, and where it stands."""

    value: str
    span: Span


def addresses(tree: Tree, directory: str) -> tuple[Setting, ...]:
    """The addresses that Kestrel is told to listen on, the first file's that tells any: each endpoint's, else ``Urls``.

    launchSettings.json is none of these: only `dotnet run` reads it, and the published program has none.
    """
    for path, text, found in _read(tree, directory):
        endpoints = table(found, "Kestrel", "Endpoints")
        said = [
            Setting(url, place(path, text, '"Endpoints"', f'"{name}"', '"Url"'))
            for name, one in endpoints.items()
            if (url := word(table(one).get("Url")))
        ]
        urls = word(found.get("Urls") or found.get("urls")) or ""
        said = said or [Setting(one.strip(), place(path, text, one.strip())) for one in urls.split(";") if one.strip()]
        if said:
            return tuple(said)
    return ()


def host(tree: Tree, directory: str) -> Setting | None:
    """The host without which requests are refused; None where any will do."""
    for path, text, found in _read(tree, directory):
        said = word(found.get("AllowedHosts"))
        if said is not None:
            names = [one.strip() for one in said.split(";")]
            named = next((one for one in names if one and "*" not in one), None)
            return Setting(named, place(path, text, '"AllowedHosts"')) if named and "*" not in names else None
    return None


def _read(tree: Tree, directory: str) -> Iterator[tuple[str, str, Table]]:
    for name in _FILES:
        path = posixpath.join(directory, name)
        text = tree.read(path)
        found = jsonc_table(text)
        if text is not None and found is not None:
            yield path, text, found
