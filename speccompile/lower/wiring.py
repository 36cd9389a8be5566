"""How services reach each other: what deploy.yaml's ``needs`` names becomes a variable with its URL, a place in the start order, a probe."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from speccompile.catalog import CATALOG
from speccompile.catalog.backing import identifier
from speccompile.lower.draft import Draft, StoreNeed
from speccompile.lower.naming import variable
from speccompile.lower.subject import Subject
from speccompile.plan.container import Attach, Dependency, Literal, Readiness, SecretUse, Supplied
from speccompile.plan.plan import Dependent
from speccompile.provenance import Origin, because
from speccompile.record import record

CODE = "SC380"
TITLE = "wiring"

BACKEND, EDGE = "backend", "edge"


@record()
class Wired:
    """What a service's container and health module get for the things it needs."""

    environment: tuple[Literal | Supplied, ...]
    secrets: tuple[SecretUse, ...]
    depends_on: tuple[Dependency, ...]
    networks: tuple[Attach, ...]
    needs: tuple[Dependent, ...]


def wire(subject: Subject, draft: Draft, peers: Mapping[str, Draft]) -> Wired:
    """Connect one service to its stores, its external APIs, its secrets and to the services of *peers* that it needs."""
    stores = tuple(_store_access(subject, draft))
    called = tuple(_called(subject, peers))
    environment: list[Literal | Supplied] = [
        *draft.environment,
        *(access.url for access in stores),
        *(url for url, _, _ in called),
    ]
    environment += [
        Supplied(name=url_variable(need.name), slot=url_variable(need.name), origin=need.origin)
        for need in draft.externals
    ]
    secrets = [access.password for access in stores if access.password]
    secrets += [
        SecretUse(name=secret_name(need.name), variable=f"{need.name}_FILE", origin=need.origin)
        for need in draft.secrets
    ]
    return Wired(
        environment=tuple(sorted(environment, key=lambda entry: entry.name)),
        secrets=tuple(sorted(secrets, key=lambda use: use.name)),
        depends_on=tuple(
            sorted(
                (*(access.dependency for access in stores), *(dependency for _, dependency, _ in called)),
                key=lambda d: d.name,
            )
        ),
        networks=tuple(_networks(subject, draft)),
        needs=tuple(
            sorted(
                (
                    *(access.dependent for access in stores),
                    *(dependent for _, _, dependent in called),
                    *_externals(draft),
                ),
                key=lambda d: d.name,
            )
        ),
    )


def url_variable(name: str) -> str:
    """The variable that holds the URL of the service or API *name*."""
    return variable(name, "url")


def secret_name(variable_name: str) -> str:
    """The secret behind a variable: STRIPE_API_KEY is ``stripe-api-key``."""
    return variable_name.lower().replace("_", "-")


@record()
class _Access:
    url: Literal
    password: SecretUse | None
    dependency: Dependency
    dependent: Dependent


def password_variables(stores: tuple[StoreNeed, ...]) -> frozenset[str]:
    """The variables that tell a service where the passwords of *stores* are."""
    return frozenset(told for need in stores if (told := _password_variable(need, stores)))


def _password_variable(need: StoreNeed, stores: tuple[StoreNeed, ...]) -> str | None:
    backing = CATALOG[need.kind]
    alone = [CATALOG[other.kind].url_variable for other in stores].count(backing.url_variable) == 1
    return (
        (backing.client_password_variable if alone else variable(need.name, "password_file"))
        if backing.client_password_variable
        else None
    )


def _store_access(subject: Subject, draft: Draft) -> Iterator[_Access]:
    """The usual names (DATABASE_URL) for the only store of its sort, names with the store's own name where there are several."""
    usual = Counter(CATALOG[need.kind].url_variable for need in draft.stores)
    for need in draft.stores:
        backing = CATALOG[need.kind]
        alone = usual[backing.url_variable] == 1
        url = backing.url_variable if alone else url_variable(need.name)
        password = None
        told = _password_variable(need, draft.stores)
        if backing.password_variable and told:
            password = SecretUse(name=password_of(need), variable=told, origin=need.origin)
        value = backing.url.format(app=identifier(subject.app), host=need.name)
        yield _Access(
            url=Literal(name=url, value=value, origin=need.origin),
            password=password,
            dependency=Dependency(name=need.name, readiness=Readiness.HEALTHY, origin=need.origin),
            dependent=Dependent(
                name=need.name,
                protocol=need.kind,
                variable=url,
                password=password.variable or "" if password else "",
                critical=True,
                origin=need.origin,
            ),
        )


def password_of(need: StoreNeed) -> str:
    """The name of the secret with a store's password."""
    return f"{need.name}-password"


def _called(subject: Subject, peers: Mapping[str, Draft]) -> Iterator[tuple[Literal, Dependency, Dependent]]:
    for number, name in enumerate(subject.deploy.needs if subject.deploy else ()):
        peer = peers.get(name)
        if peer is None:
            continue
        origin = because(CODE, subject.deployed("needs", number))
        if peer.port is None:
            continue
        url = Literal(name=url_variable(name), value=f"http://{name}:{peer.port.number}", origin=origin)
        readiness = Readiness.HEALTHY if peer.probe else Readiness.STARTED
        yield (
            url,
            Dependency(name=name, readiness=readiness, origin=origin),
            Dependent(name=name, protocol="http", variable=url.name, critical=False, origin=origin),
        )


def _externals(draft: Draft) -> Iterator[Dependent]:
    """External APIs are watched, but a service does not become unhealthy because of somebody else's."""
    for need in draft.externals:
        protocol = "http" if (need.url or "").startswith("http:") else "https"
        yield Dependent(
            name=need.name, protocol=protocol, variable=url_variable(need.name), critical=False, origin=need.origin
        )


def _networks(subject: Subject, draft: Draft) -> Iterator[Attach]:
    private = subject.server and not draft.exposure.public
    stores: tuple[Origin, ...] = tuple(need.origin for need in draft.stores)
    if stores or private or (subject.deploy and subject.deploy.needs) or subject.server:
        yield Attach(network=BACKEND, origin=stores[0] if stores else draft.exposure.origin)
    if draft.exposure.network and not (private and not draft.externals):
        yield Attach(network=EDGE, origin=draft.exposure.origin)
