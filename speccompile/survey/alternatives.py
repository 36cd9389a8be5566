"""Settings that list stores of which a program uses one: those that a framework writes for every project, and those of profiles."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace

from speccompile.catalog import CATALOG
from speccompile.detect.reading import is_example
from speccompile.detect.variables import Reading
from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.stacks.php.facts import PhpFacts
from speccompile.stacks.php.frameworks import LARAVEL
from speccompile.survey.found import Found

_RELATIONAL = "relational databases?"
_PROFILE = regex(r"(?:application|bootstrap)-[\w-]+\.(?:properties|ya?ml)\Z")
# Laravel's config/*.php reads the variables of every driver that there is; these choose (https://laravel.com/docs/12.x/configuration).
_CHOICES = regex(
    r"^(DB_CONNECTION|CACHE_STORE|CACHE_DRIVER|SESSION_DRIVER|QUEUE_CONNECTION|BROADCAST_CONNECTION)[ \t]*=[ \t]*[\"']?(\w+)",
    re.MULTILINE,
)
_EXAMPLE = ".env.example"
_HERE = frozenset(("", "localhost", "127.0.0.1", "::1", "[::1]"))
_DRIVERS = {"pgsql": "postgres"}


def without(service: Found, reading: Reading) -> Reading:
    """What *service* reads, but for what a framework's settings list for every project, and what profiles have of several databases."""
    if _is_laravel(service):
        inner = f"{service.directory}/config/" if service.directory else "config/"
        return _passing_over(
            reading, frozenset(path for path in _paths(reading) if path.startswith(inner) or is_example(path))
        )
    profiles = frozenset(path for path in _paths(reading) if _PROFILE.match(posixpath.basename(path)))
    kinds = {_kind(one.scheme) for one in reading.addresses if one.where.rpartition(":")[0] in profiles} - {None}
    return _one_a_host(_passing_over(reading, profiles) if len(kinds) > 1 else reading)


def _one_a_host(reading: Reading) -> Reading:
    """*reading* with one relational database at each host that has a name, the first: the others are there to be chosen in its place."""
    first: dict[str, str] = {}
    for one in reading.addresses:
        if (kind := _kind(one.scheme)) and one.host not in _HERE:
            first.setdefault(one.host, kind)
    return replace(
        reading,
        addresses=tuple(
            one for one in reading.addresses if not (kind := _kind(one.scheme)) or first.get(one.host, kind) == kind
        ),
    )


def chosen(tree: Tree, service: Found) -> Iterator[tuple[str, str]]:
    """The kinds of stores that the example of its environment chooses for a framework that knows many, each with the reason."""
    if _is_laravel(service):
        path = f"{service.directory}/{_EXAMPLE}" if service.directory else _EXAMPLE
        for name, driver in _CHOICES.findall(tree.read(path) or ""):
            kind = _DRIVERS.get(driver, driver)
            if kind in CATALOG:
                yield kind, f"{path} has {name}={driver}"


def _is_laravel(service: Found) -> bool:
    facts = service.detection.facts
    return isinstance(facts, PhpFacts) and facts.framework == LARAVEL


def _paths(reading: Reading) -> Iterator[str]:
    yield from (span.path for span in reading.variables.values())
    yield from (one.where.rpartition(":")[0] for one in reading.addresses)


def _passing_over(reading: Reading, paths: frozenset[str]) -> Reading:
    return replace(
        reading,
        variables={name: span for name, span in reading.variables.items() if span.path not in paths},
        addresses=tuple(one for one in reading.addresses if one.where.rpartition(":")[0] not in paths),
    )


def _kind(scheme: str) -> str | None:
    """The relational database that a URL is of."""
    plain = scheme.removeprefix("jdbc:").partition("+")[0]
    return next(
        (kind for kind, backing in CATALOG.items() if plain in backing.schemes and _RELATIONAL in backing.generic), None
    )
