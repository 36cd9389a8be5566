"""Backing services: what the specs name or imply becomes a container, an env contract, a health check and a start order.

- deploy.yaml's ``needs`` name stores outright.
- A boundary that names a store and a confirmed assertion that demands one («sessions live in Redis») need that store.
- Who names a kind of store («a relational database», «a message queue») needs the store of that kind for which the
  sources have a client, else the usual one.
- Where a web service or a pipeline has confirmed assertions about the state of an entity (an invariant, a uniqueness or a relationship
  of a named property), that state must outlive the process: a store is implied, unless one is needed already, or a
  constraint says stateless, in-memory or no database. The client library in the sources decides which; else postgres.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from speccompile.catalog import CATALOG
from speccompile.catalog.backing import Backing
from speccompile.codes.lowering import STORE_IMPLIED, STORE_UNRUN, STORE_VERSION
from speccompile.codes.meaning import MISFIT, RANGE
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.lower.draft import Draft, StoreNeed
from speccompile.lower.subject import Subject
from speccompile.plan.workload import Limits
from speccompile.provenance import Cause, Origin, because, merged
from speccompile.requirements.kinds import Cache, Queue, Store
from speccompile.requirements.phrases import words
from speccompile.requirements.statement import Statement, causes
from speccompile.spec.project import StoreSpec

CODE = "SC311"
TITLE = "backing services"

_LASTING = frozenset({"invariant", "uniqueness", "relationship", "data-constraint"})
_STATELESS = words(
    "stateless", "in memory", "no database", "not persistent", "no persistence", "without database", "no storage"
)
# Databases that are not run beside the service: embedded ones, hosted ones, those that the catalogue does not have.
_ELSEWHERE = words(
    "sqlite3?", "duckdb", "leveldb", "rocksdb", "in memory", "embedded", "external", "third party", "hosted", "managed", "oracle", "mssql",
    "sql server", "dynamodb", "aurora", "bigquery", "snowflake", "redshift", "cassandra", "scylla\\w*", "cockroach\\w*",
    "firestore", "firebase", "supabase", "neo4j", "influx\\w*", "sqs", "pub ?sub lite",
    "http cache", "browser caches?", "cdn",
)  # fmt: skip
_BY_NAME = words(*(name for backing in CATALOG.values() for name in backing.words))
_PROCESS = frozenset(
    [
        "service",
        "system",
        "server",
        "process",
        "application",
        "app",
        "api",
        "request",
        "response",
        "connection",
        "run",
        "job",
        "pipeline",
    ]
)
_USUAL = "postgres"
_CALLED: dict[type, str] = {Store: "database", Cache: "cache", Queue: "message queue"}
"""The generic word of the catalogue for what a requirement speaks of."""


def apply(subject: Subject, draft: Draft) -> Draft:
    """Add what is named in deploy.yaml, then what is named in the specs, then what is implied."""
    if subject.archetype not in ("web-service", "data-pipeline"):
        return draft
    declared = tuple(_declared(subject))
    named = _apart(declared, tuple(_named(subject, declared)))
    found = _distinct((*declared, *named))
    implied = () if found else tuple(_implied(subject))
    found = found or implied
    if len(found) == 1:
        lasting = _lasting(subject)
        found = (
            (replace(found[0], origin=merged((found[0].origin, because(CODE, *causes(lasting))))),)
            if lasting
            else found
        )
    notes = (
        *draft.notes,
        *(_told(need) for need in implied),
        *_odd_versions(found),
        *_too_small(found),
        *_misnamed(subject, found),
        *_unrun(found),
    )
    return replace(draft, stores=tuple(sorted(found, key=lambda need: need.name)), notes=notes)


def _odd_versions(needs: tuple[StoreNeed, ...]) -> Iterator[Diagnostic]:
    for need in needs:
        if need.version and not re.fullmatch(CATALOG[need.kind].numbered, need.version):
            number = re.match(r"\d+(?:\.\d+)*", need.version)
            yield STORE_VERSION.at(
                need.origin.causes[-1].span,
                f"{need.name} asks for version {quoted(need.version)} of {need.kind}, which is not a version number",
                fix=f'write `version: "{number[0] if number else CATALOG[need.kind].version}"`',
            )


def _too_small(needs: tuple[StoreNeed, ...]) -> Iterator[Diagnostic]:
    for need in needs:
        least = CATALOG[need.kind].least
        if need.limits and need.limits.memory < least:
            yield RANGE.at(
                need.limits.origin.causes[-1].span,
                f"{need.name} gets less memory than {need.kind} starts with",
                fix=f"write `memory: {least // 2**20}M` or more",
                found=f"{need.limits.memory // 2**20}M",
                expected=f"at least {least // 2**20}M",
                expected_by=f"{need.kind}, as the catalogue runs it",
            )


def _misnamed(subject: Subject, needs: tuple[StoreNeed, ...]) -> Iterator[Diagnostic]:
    """Names that the store has no use for, or refuses."""
    at = {store.name: store.at for store in subject.project.stores}
    for need in needs:
        backing = CATALOG[need.kind]
        refused = backing.login.never if backing.login else ()
        for key, value, takes in (
            ("database", need.database, backing.names_database),
            ("user", need.user, backing.names_user and need.user not in refused),
        ):
            if value is not None and not takes:
                yield MISFIT.at(
                    at[need.name],
                    f"{need.kind} makes no {key} of the name {quoted(value)}",
                    fix=f"take `{key}` out" + (", or write another name" if value in refused else ""),
                    found=f"`{key}: {value}`",
                    expected="another name" if value in refused else "no such key",
                    expected_by=f"{need.kind}, as the catalogue runs it",
                )


def _unrun(needs: tuple[StoreNeed, ...]) -> Iterator[Diagnostic]:
    """Kinds of which no container was ever started by this project: whoever takes one is told."""
    for need in needs:
        if CATALOG[need.kind].untried and not need.outside:
            yield STORE_UNRUN.at(
                need.origin.causes[-1].span,
                f"no test of speccompile has started {need.kind} as it is run here: it follows what its image's documentation is remembered to say",
                fix=f"start {need.name} and see it become healthy before you rely on it",
            )


def _declared(subject: Subject) -> Iterator[StoreNeed]:
    stores = {store.name: store for store in subject.project.stores}
    for number, name in enumerate(subject.deploy.needs if subject.deploy else ()):
        if name in stores:
            store = stores[name]
            origin = because(CODE, subject.deployed("needs", number), Cause(store.at))
            yield _asked(store, origin)


def _named(subject: Subject, declared: tuple[StoreNeed, ...]) -> Iterator[StoreNeed]:
    for kind, backing in CATALOG.items():
        said = (one.cause for one in _that_say(subject, words(*backing.words)))
        by_name = (*said, *_that_ask(subject, backing))
        by_kind = _of_its_kind(subject, backing) if _stands_for_its_kind(subject, backing) else ()
        found = by_name or by_kind
        if found:
            need = _need(subject, kind, declared, found)
            yield need if need.version else replace(need, version=_version_asked(subject, backing))


def _that_say(subject: Subject, pattern: re.Pattern[str]) -> tuple[Statement, ...]:
    """The boundaries that say *pattern*; none where a constraint excludes it."""
    excluded = any(one.mentions(pattern) for one in subject.exclusions)
    return () if excluded else tuple(one for one in subject.wishes if one.kind == "boundaries" and one.says(pattern))


def _that_ask(subject: Subject, backing: Backing) -> tuple[Cause, ...]:
    """The assertions that demand a product by its name."""
    if any(one.mentions(words(*backing.words)) for one in subject.exclusions):
        return ()
    named = words(*backing.words)
    return tuple(cause for wanted, cause in _every(subject) if named.fullmatch(wanted.product))


def _version_asked(subject: Subject, backing: Backing) -> str | None:
    """The version of a product that the first assertion with one demands, where the catalogue's recipe fits it."""
    named = words(*backing.words)
    asked = (wanted.version for wanted, _ in _every(subject) if named.fullmatch(wanted.product))
    first = next(filter(None, asked), "")
    fits = re.fullmatch(backing.numbered, first) and int(re.split(r"\D", first)[0]) >= backing.oldest
    return first if fits else None


def _every(subject: Subject) -> Iterator[tuple[Store | Cache | Queue, Cause]]:
    """What is asked for of stores, caches and queues, and by whom."""
    yield from ((one.requirement, one.cause) for one in subject.asks(Store))
    yield from ((one.requirement, one.cause) for one in subject.asks(Cache))
    yield from ((one.requirement, one.cause) for one in subject.asks(Queue))


def _of_its_kind(subject: Subject, backing: Backing) -> tuple[Cause, ...]:
    """What speaks of a store of this kind in general, and of none that is a file, a library or somebody else's."""
    kind = words(*backing.generic)
    if any(one.mentions(kind) for one in subject.exclusions):
        return ()
    asked = (cause for wanted, cause in _every(subject) if not wanted.product and kind.fullmatch(_CALLED[type(wanted)]))
    said = (one for one in _that_say(subject, kind) if not one.mentions(_ELSEWHERE) and not one.mentions(_BY_NAME))
    return (*(one.cause for one in said), *asked)


def _stands_for_its_kind(subject: Subject, backing: Backing) -> bool:
    """Whether generic words («a database») mean this store: the sources have its client, or it is first among equals."""
    alike = [other for other in CATALOG.values() if set(other.generic) & set(backing.generic)]
    with_client = [other for other in alike if other.client(subject.facts.dependencies)]
    return (with_client or alike)[0] is backing if alike else False


def _need(subject: Subject, kind: str, declared: tuple[StoreNeed, ...], found: tuple[Cause, ...]) -> StoreNeed:
    origin = because(CODE, *found)
    same = next((need for need in declared if need.kind == kind), None)
    if same:
        return replace(same, origin=merged((same.origin, origin)))
    spec = next((store for store in subject.project.stores if store.kind == kind), None)
    return (
        _asked(spec, origin)
        if spec
        else StoreNeed(name=CATALOG[kind].usual_name, kind=kind, version=None, origin=origin)
    )


def _asked(store: StoreSpec, origin: Origin) -> StoreNeed:
    """A store as deploy.yaml has it: what it says of memory and CPUs, the catalogue's where it does not."""
    backing, wanted = CATALOG[store.kind], store.resources
    limits = (
        Limits(
            memory=wanted.memory or backing.memory,
            cpus=wanted.cpus or backing.cpus,
            pids=backing.pids,
            cpus_origin=because(CODE, Cause(wanted.at("cpus"))) if wanted.cpus else origin,
            pids_origin=origin,
            origin=because(CODE, Cause(wanted.at("memory"))) if wanted.memory else origin,
        )
        if wanted
        else None
    )
    return StoreNeed(
        name=store.name,
        kind=store.kind,
        version=store.version,
        limits=limits,
        outside=store.external,
        database=store.database,
        user=store.user,
        origin=origin,
    )


def _apart(declared: tuple[StoreNeed, ...], needs: tuple[StoreNeed, ...]) -> tuple[StoreNeed, ...]:
    """*needs*, each under a name of its own: two kinds that are both usually called ``db`` are called by their kinds."""
    kinds: dict[str, set[str]] = {}
    for need in (*declared, *needs):
        kinds.setdefault(need.name, set()).add(need.kind)
    return tuple(replace(need, name=need.kind) if len(kinds[need.name]) > 1 else need for need in needs)


def _distinct(needs: tuple[StoreNeed, ...]) -> tuple[StoreNeed, ...]:
    """One need a store: the same one named twice is one that cites both; of different kinds with one usual name (two
    relational databases, say) those that deploy.yaml does not declare are called after their kinds."""
    by_name: dict[str, StoreNeed] = {}
    for need in needs:
        before = by_name.get(need.name)
        if before is None:
            by_name[need.name] = need
        elif before.kind == need.kind:
            by_name[need.name] = replace(need, origin=merged((before.origin, need.origin)))
        else:
            by_name[need.kind] = replace(need, name=need.kind)
    return tuple(by_name.values())


def _lasting(subject: Subject) -> tuple[Statement, ...]:
    """The confirmed assertions about the state of an entity of the domain, not of the process itself."""
    found = (s for s in subject.wishes if s.kind in _LASTING and s.entity and s.property)
    return tuple(s for s in found if s.entity.lower() not in _PROCESS)


def _implied(subject: Subject) -> Iterator[StoreNeed]:
    lasting = _lasting(subject)
    if not lasting or any(e.says(_STATELESS) for e in subject.exclusions):
        return
    lasting_kinds = {kind: backing for kind, backing in CATALOG.items() if backing.lasting}
    kinds = [kind for kind, backing in lasting_kinds.items() if backing.client(subject.facts.dependencies)]
    yield _need(subject, kinds[0] if kinds else _USUAL, (), causes(lasting))


def _told(need: StoreNeed) -> Diagnostic:
    return STORE_IMPLIED.at(
        need.origin.causes[0].span,
        f"this must outlive the process, and no store is named; {need.kind} was taken",
        fix=f"name it in deploy.yaml (`{need.name}: {{uses: {need.kind}}}`, and `needs: [{need.name}]`), or write the "
        "constraint `stateless`",
    )
