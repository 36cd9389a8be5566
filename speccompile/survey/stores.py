"""The backing services that the sources are made for: by an existing compose file, by client library, by Prisma's provider, by the scheme of a
URL, by the name of a variable. A library that can do without (SQLAlchemy, an ORM) says nothing by itself."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace

from speccompile.catalog import CATALOG
from speccompile.detect.variables import Address, Reading
from speccompile.project.tree import Tree
from speccompile.realise.front_door import NAME as PROXY
from speccompile.record import record
from speccompile.regex import regex
from speccompile.spec.archetypes import DATA_PIPELINE, WEB_SERVICE
from speccompile.spec.names import SERVICE_NAME
from speccompile.stacks.code import source
from speccompile.stacks.facts import Chosen
from speccompile.stacks.javascript import prisma
from speccompile.stacks.javascript.facts import JsFacts
from speccompile.stacks.python.facts import PyFacts
from speccompile.survey import alternatives, composefile, drivers
from speccompile.survey.composefile import ComposeFile
from speccompile.survey.found import Found

_PRISMA = ("prisma/schema.prisma", "schema.prisma", "src/prisma/schema.prisma", "db/schema.prisma")
_PROVIDER = regex(r"datasource\s+\w+\s*\{[^}]{0,400}?\bprovider\s*=\s*\"(\w+)\"")
# Names of variables that mean one kind of store and no other; DB_HOST may be anything.
_VARIABLES = tuple(
    (
        kind,
        regex(
            rf"(?:{'|'.join(backing.own)})_?(?:HOST|HOSTNAME|PORT|URL|URI|DSN|ADDR|ADDRESS|DB|DATABASE|USER|USERNAME|PASSWORD|ENDPOINT)\Z"
            + "".join(rf"|{name}\Z" for name in backing.read)
        ),
    )
    for kind, backing in CATALOG.items()
)
_DEPENDS = "it depends on "
_RELATIONAL = "relational databases?"
# What other libraries bring along: in a list of everything that is installed it says nothing.
_BROUGHT = frozenset(("aiormq", "hiredis", "kombu"))
# Where the others are that bring it; else it is a client of its own, as Elixir's is.
_BROUGHT_BY = {"amqp": frozenset(("kombu", "celery"))}
_NAME = regex(SERVICE_NAME, re.ASCII)
_OF_DEVELOPERS = frozenset(("mailpit",))
_HERE = frozenset(("localhost", "host", "hostname", "example", "user", "password"))


@record(kw_only=True)
class Store:
    """A backing service that is proposed: its name and kind, who needs it and why; the version, database and user that an existing compose
    file has."""

    name: str
    kind: str
    version: str | None
    needed_by: tuple[tuple[str, str], ...]
    database: str | None = None
    user: str | None = None


def stores(tree: Tree, services: Sequence[tuple[Found, Reading]], compose: ComposeFile) -> tuple[Store, ...]:
    """The backing services of the project, by name."""
    proposed: dict[str, Store] = {}
    taken = {PROXY, *(service.name for service, _ in services)}
    running = [service for service, _ in services if service.archetype in (WEB_SERVICE, DATA_PIPELINE)]
    beside = dict(_for_developers(compose)) if len({one.directory for one in running}) == 1 else {}
    for service, reading in services:
        wanted = _wanted(tree, service, reading, compose) if service in running else {}
        wanted |= {kind: why for kind, why in beside.items() if service in running and not _is_met(kind, wanted)}
        for kind, why in wanted.items():
            store = _store(kind, reading, service, compose, (service.name, why))
            usual = (store.name, store.kind, f"{store.kind}-store")
            name = next(
                one for one in usual if one not in taken and (one not in proposed or proposed[one].kind == store.kind)
            )
            needed = (*(proposed[name].needed_by if name in proposed else ()), *store.needed_by)
            proposed[name] = replace(store, name=name, needed_by=needed)
    return tuple(store for _, store in sorted(proposed.items()))


def _wanted(tree: Tree, service: Found, reading: Reading, compose: ComposeFile) -> dict[str, str]:
    """The kinds of stores that *service* needs, each with the first reason there is."""
    found: dict[str, str] = {}
    meant = alternatives.without(service, reading)
    named = (*_by_prisma(tree, service), *alternatives.chosen(tree, service), *_by_address(meant), *_by_variable(meant))
    default = drivers.preferred(drivers.chooser(tree, reading))
    preferred = default[0] if default else _started(compose)
    said = [*_one_database(_by_library(service), {kind for kind, _ in named}, preferred), *named]
    if database_file(service):
        said = [(kind, why) for kind, why in said if _RELATIONAL not in CATALOG[kind].generic]
    for kind, why in (*_by_compose(service, compose), *said):
        if not any(alike in found for alike in (kind, *CATALOG[kind].alike)):
            found[kind] = why
    return found


def _started(compose: ComposeFile) -> str | None:
    """The only relational database that an existing compose file starts."""
    kinds = {store.kind for store in compose.stores if store.kind and _RELATIONAL in CATALOG[store.kind].generic}
    return kinds.pop() if len(kinds) == 1 else None


def database_file(service: Found) -> Chosen | None:
    """Where *service* keeps its database in a file, unless it is told otherwise: then no server is its database."""
    facts = service.detection.facts
    return facts.django.file if isinstance(facts, PyFacts) and facts.django else None


def _one_database(
    by_library: Iterable[tuple[str, str]], named: Set[str], preferred: str | None
) -> Iterator[tuple[str, str]]:
    """*by_library*, but of several relational databases those that the sources name, else the *preferred* one, else the first: drivers of others
    are there so that people can choose."""
    several = dict(by_library)
    relational = [kind for kind in several if _RELATIONAL in CATALOG[kind].generic]
    default = [kind for kind in relational if kind == preferred]
    kept = [kind for kind in relational if kind in named] or default or relational[:1]
    others = [why.removeprefix(_DEPENDS) for kind, why in several.items() if kind in relational and kind not in kept]
    for kind, why in several.items():
        if kind not in relational:
            yield kind, why
        elif kind in kept:
            yield kind, _with_others(why, others)


def _with_others(why: str, others: list[str]) -> str:
    """*why* a database is proposed, and that drivers of *others* are there, too."""
    named = ", ".join(others)
    return f"{why}; {named} is there, too: if its database is the one that is used, change `uses`" if others else why


def _by_compose(service: Found, compose: ComposeFile) -> Iterator[tuple[str, str]]:
    """The stores that an existing compose file starts before the service, or names in its environment."""
    entry = service.compose
    for store in compose.stores if entry else ():
        named = entry and any(re.search(rf"\b{store.name}\b", value) for value in entry.environment.values())
        if store.kind and entry and (store.name in entry.depends_on or named):
            yield store.kind, f"{entry.name} needs {store.name} in {compose.path}"


def _for_developers(compose: ComposeFile) -> Iterator[tuple[str, str]]:
    """The stores of a compose file that builds nothing: they are there for a program that people start by hand."""
    if all(one.directory is None for one in compose.services):
        yield from (
            (one.kind, f"{compose.path} starts {one.name} beside it")
            for one in compose.stores
            if one.kind and one.kind not in _OF_DEVELOPERS
        )


def _is_met(kind: str, wanted: Mapping[str, str]) -> bool:
    """Whether what is *wanted* has *kind*, or another one that does its work."""
    relational = _RELATIONAL in CATALOG[kind].generic
    return any(
        one in (kind, *CATALOG[kind].alike) or (relational and _RELATIONAL in CATALOG[one].generic) for one in wanted
    )


def _by_library(service: Found) -> Iterator[tuple[str, str]]:
    installed = service.detection.facts.dependencies
    dependencies = installed - _BROUGHT - {name for name, others in _BROUGHT_BY.items() if others & installed}
    for kind, backing in CATALOG.items():
        client = backing.client(dependencies)
        if client:
            yield kind, f"{_DEPENDS}{client}"


def _by_prisma(tree: Tree, service: Found) -> Iterator[tuple[str, str]]:
    facts = service.detection.facts
    own = prisma.file(facts.workspace, facts.parts[-1].directory) if isinstance(facts, JsFacts) else None
    inner = posixpath.relpath(own, ".") if own else ""
    for path in dict.fromkeys((*((inner,) if inner else ()), *_PRISMA)):
        at = f"{service.directory}/{path}" if service.directory else path
        provider = source(tree, at).search(_PROVIDER)
        kind = _of_scheme(provider[1]) if provider else None
        if provider and kind:
            yield kind, f"{at} names the provider {provider[1]}"


def _by_address(reading: Reading) -> Iterator[tuple[str, str]]:
    for address in reading.addresses:
        kind = _kind(address)
        if kind:
            yield kind, f"{address.where} has a URL of {kind}"


def _by_variable(reading: Reading) -> Iterator[tuple[str, str]]:
    for kind, pattern in _VARIABLES:
        name = next(filter(pattern.match, reading.variables), None)
        if name:
            yield kind, f"it reads {name}"


def _kind(address: Address) -> str | None:
    """The kind of store that a URL is for: ``postgresql+psycopg`` and ``jdbc:postgresql`` are PostgreSQL's."""
    return _of_scheme(address.scheme.removeprefix("jdbc:").partition("+")[0])


def _of_scheme(scheme: str) -> str | None:
    return next((kind for kind, backing in CATALOG.items() if scheme in backing.schemes), None)


def _store(kind: str, reading: Reading, service: Found, compose: ComposeFile, who: tuple[str, str]) -> Store:
    """The store of an existing compose file that fits; else one with the name by which the sources call it, or the usual one."""
    fitting = [entry for entry in compose.stores if entry.kind in (kind, *CATALOG[kind].alike)]
    needed = set(service.compose.depends_on) if service.compose else set()
    entry = next((one for one in fitting if one.name in needed), fitting[0] if fitting else None)
    if entry and entry.kind:
        database, user = composefile.called(entry)
        return Store(
            name=entry.name, kind=entry.kind, version=entry.version, needed_by=(who,), database=database, user=user
        )
    hosts = (
        address.host
        for address in reading.addresses
        if _kind(address) == kind or (not address.scheme and address.host == kind)
    )
    called = next((host for host in hosts if _NAME.fullmatch(host) and host not in _HERE), None)
    return Store(name=called or CATALOG[kind].usual_name, kind=kind, version=None, needed_by=(who,))
