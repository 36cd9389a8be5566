"""How services reach each other: what deploy.yaml's ``needs`` names becomes a variable with its URL, a place in the start order, a probe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set

from speccompile.catalog import CATALOG
from speccompile.lower import accessories
from speccompile.lower.draft import Draft
from speccompile.lower.external_address import is_mail_server
from speccompile.lower.given import given
from speccompile.lower.handover import Access, secret_name
from speccompile.lower.naming import variable
from speccompile.lower.store_access import reached
from speccompile.lower.subject import Subject
from speccompile.plan.handover import Handover, Way
from speccompile.plan.plan import Dependent
from speccompile.plan.workload import Call, Dependency, Egress, Inside, Literal, Readiness, SecretUse, Supplied
from speccompile.provenance import because
from speccompile.record import record
from speccompile.stacks.protocols import NOT_HTTP
from speccompile.vocabulary import Protocol

CODE = "SC380"
TITLE = "wiring"


@record()
class Wired:
    """What a service's container and health module get for the things it needs."""

    environment: tuple[Literal | Supplied, ...]
    secrets: tuple[SecretUse, ...]
    depends_on: tuple[Dependency, ...]
    calls: tuple[Call, ...]
    inside: Inside | None
    egress: Egress | None
    needs: tuple[Dependent, ...]


def wire(
    subject: Subject,
    draft: Draft,
    peers: Mapping[str, Draft],
    accesses: Sequence[Access],
    secrets: Mapping[str, Handover],
) -> Wired:
    """Connect one service to its stores (by its *accesses*), its external APIs, its *secrets* (by the variables that name them) and to the
    services of *peers* that it needs."""
    called = tuple(_called(subject, peers))
    beside = tuple(accessories.needed(subject))
    others: list[Literal | Supplied] = [
        *draft.environment,
        *(url for url, *_ in called),
        *(entry for one in beside for entry in one.environment),
        *_addresses(draft),
        *_values(secrets),
    ]
    taken = frozenset(entry.name for entry in others)
    stores = tuple(reached(subject, access, accesses, taken) for access in accesses)
    environment = [*(entry for store in stores for entry in store.environment), *others]
    files = [*(use for store in stores for use in store.secrets), *_files(secrets)]
    environment += _demanded(draft, {entry.name for entry in environment} | {use.variable or "" for use in files})
    started = (store.dependency for store in stores if store.dependency)
    dependencies = (
        *started,
        *(dependency for _, dependency, *_ in called),
        *(one.dependency for one in beside if one.dependency),
    )
    needs = (
        *(store.dependent for store in stores),
        *(dependent for _, _, dependent, _ in called),
        *(one.dependent for one in beside),
        *_externals(draft),
    )
    return Wired(
        environment=tuple(sorted(environment, key=lambda entry: entry.name)),
        secrets=tuple(sorted(files, key=lambda use: (use.name, use.variable or ""))),
        depends_on=tuple(sorted(dependencies, key=lambda d: d.name)),
        calls=tuple(
            sorted(
                (*_asked(accesses), *(call for *_, call in called), *(one.call for one in beside if one.call)),
                key=lambda one: one.to,
            )
        ),
        inside=_inside(subject, draft),
        egress=_egress(subject, draft),
        needs=tuple(sorted(needs, key=lambda d: d.name)),
    )


def url_variable(name: str) -> str:
    """The variable that holds the URL of the service or API *name*."""
    return variable(name, "url")


def _addresses(draft: Draft) -> Iterator[Supplied]:
    for need in draft.externals:
        name = url_variable(need.name)
        yield Supplied(name=name, parameter=name, origin=need.origin)


def _demanded(draft: Draft, given: Set[str]) -> Iterator[Supplied]:
    """What the sources want, where nothing else gives it: neither itself nor the path of a file with it."""
    for need in draft.demands:
        if need.name not in given and f"{need.name}_FILE" not in given:
            yield Supplied(name=need.name, parameter=need.name, origin=need.origin)


def _values(secrets: Mapping[str, Handover]) -> Iterator[Supplied]:
    for name, handed in secrets.items():
        if handed.way is Way.ENVIRONMENT:
            yield Supplied(name=name, parameter=name, origin=handed.origin)


def _files(secrets: Mapping[str, Handover]) -> Iterator[SecretUse]:
    for name, handed in secrets.items():
        if handed.way is Way.FILE:
            yield SecretUse(name=secret_name(name), variable=f"{name}_FILE", origin=handed.origin)


def _called(subject: Subject, peers: Mapping[str, Draft]) -> Iterator[tuple[Literal, Dependency, Dependent, Call]]:
    for number, name in enumerate(subject.deploy.needs if subject.deploy else ()):
        peer = peers.get(name)
        if peer is None:
            continue
        origin = because(CODE, subject.deployed("needs", number))
        if peer.port is None:
            continue
        http = peer.probe is None or peer.probe.scheme not in NOT_HTTP
        place = f"{name}:{peer.port.number}"
        url = Literal(name=url_variable(name), value=f"http://{place}" if http else place, origin=origin)
        readiness = Readiness.HEALTHY if peer.probe else Readiness.STARTED
        yield (
            url,
            Dependency(name=name, readiness=readiness, origin=origin),
            Dependent(name=name, protocol="http" if http else "tcp", variable=url.name, critical=False, origin=origin),
            Call(to=name, port=peer.port.number, origin=origin),
        )


def _externals(draft: Draft) -> Iterator[Dependent]:
    """External APIs are watched, but a service does not become unhealthy because of somebody else's."""
    for need in draft.externals:
        plain: Protocol = "http" if (need.url or "").startswith("http:") else "https"
        protocol: Protocol = plain if need.url or not is_mail_server(need.name) else "tcp"
        yield Dependent(
            name=need.name, protocol=protocol, variable=url_variable(need.name), critical=False, origin=need.origin
        )


def _asked(accesses: Sequence[Access]) -> Iterator[Call]:
    """The stores that run here."""
    for access in accesses:
        if not access.need.outside:
            yield Call(to=access.need.name, port=CATALOG[access.need.kind].port, origin=access.origin)


def _inside(subject: Subject, draft: Draft) -> Inside | None:
    """Who calls another workload, or may be called."""
    if draft.stores:
        return Inside(origin=draft.stores[0].origin)
    needs = bool(subject.deploy and subject.deploy.needs)
    return Inside(origin=draft.exposure.origin) if needs or subject.server else None


def _egress(subject: Subject, draft: Draft) -> Egress | None:
    """What may go out: all that is not private, and of that what needs somebody else's API."""
    private = subject.server and draft.exposure.private
    outside = bool(draft.externals) or any(need.outside for need in draft.stores)
    if draft.exposure.network and (outside or not private):
        return Egress(origin=draft.exposure.origin)
    named = given(subject.deploy)
    return Egress(origin=named.origin) if named and named.hosts else None
