"""What the operator has to or may supply, gathered over all services."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from speccompile.lower.draft import Draft, ExternalNeed
from speccompile.lower.external_address import example, is_mail_server
from speccompile.lower.handover import password_of, password_slot, secret_name
from speccompile.lower.naming import variable
from speccompile.lower.secret_parameters import file_parameter, value_parameter
from speccompile.lower.subject import Subject
from speccompile.lower.wiring import url_variable
from speccompile.plan.handover import Handover, Way
from speccompile.plan.ingress import Ingress
from speccompile.plan.pin import pin
from speccompile.plan.plan import Service, Store
from speccompile.plan.tls import Acme, CertificateFiles, Tls
from speccompile.plan.workload import Parameter, Secret, Supplied
from speccompile.provenance import Origin, merged
from speccompile.realise.front_door import NAME as PROXY


def secrets(handed: Iterable[Handover], stores: Iterable[Store], entry: Ingress | None) -> tuple[Secret, ...]:
    """The secret files of the project, sorted by name."""
    found: dict[str, list[Origin]] = {}
    for one in handed:
        if one.way is Way.FILE:
            found.setdefault(one.secret, []).append(one.origin)
    for store in stores:
        for use in store.workload.secrets:
            found.setdefault(use.name, []).append(store.origin)
    for use in entry.secrets if entry else ():
        found.setdefault(use.name, []).append(use.origin)
    return tuple(
        Secret(name=name, parameter=variable(name, "file"), origin=merged(origins))
        for name, origins in sorted(found.items())
    )


def parameters(
    drafts: Sequence[tuple[Subject, Draft]],
    handed: Sequence[Handover],
    stores: Sequence[Store],
    entry: Ingress | None,
    images: Iterable[Parameter],
    services: Sequence[Service],
    outside: Iterable[Parameter],
) -> tuple[Parameter, ...]:
    """The parameters of the project: one a name, sorted; one that several want cites them all. *images* are those of the images that are built,
    *outside* those of stores that somebody else runs and of images that deploy.yaml names."""
    found: dict[str, list[Parameter]] = {}
    elsewhere = tuple(outside)
    known = {one.name for one in elsewhere}
    demanded = (one for one in _of_demands(drafts, services) if one.name not in known)
    for one in (
        *_of_services(drafts, handed),
        *_of_stores(stores, handed),
        *_of_ingress(entry),
        *images,
        *elsewhere,
        *demanded,
    ):
        found.setdefault(one.name, []).append(one)
    return tuple(_one(same) for _, same in sorted(found.items()))


def _one(same: list[Parameter]) -> Parameter:
    first = next((one for one in same if one.default is None), same[0])
    return Parameter(
        name=first.name,
        purpose=first.purpose,
        default=first.default,
        example=first.example,
        secret=first.secret,
        in_url=first.in_url,
        requested_by=tuple(sorted({who for one in same for who in one.requested_by})),
        origin=merged(one.origin for one in same),
    )


def _of_services(drafts: Iterable[tuple[Subject, Draft]], handed: Sequence[Handover]) -> Iterator[Parameter]:
    chosen = {(one.service, one.secret): one for one in handed}
    for subject, draft in drafts:
        for external in draft.externals:
            name = url_variable(external.name)
            yield Parameter(
                name=name,
                purpose=_purpose(external),
                default=external.url,
                example=external.url or example(external.name),
                requested_by=_who(subject.name, external.origin),
                origin=external.origin,
            )
        for secret in draft.secrets:
            how = chosen.get((subject.name, secret_name(secret.name)))
            who = _who(subject.name, secret.origin)
            if how and how.way is Way.FILE:
                yield file_parameter(how.secret, secret.purpose, who, secret.origin)
            elif how:
                yield value_parameter(secret.name, secret.purpose, who, secret.origin, in_url=False)


def _purpose(external: ExternalNeed) -> str:
    if external.url is None and is_mail_server(external.name):
        return f"URL of the mail server {external.name}, with its port"
    return f"base URL of the external API {external.name}"


def _of_demands(drafts: Iterable[tuple[Subject, Draft]], services: Iterable[Service]) -> Iterator[Parameter]:
    """What the sources want and the containers take from the operator."""
    supplied = {
        (container.name, entry.parameter)
        for service in services
        for container in service.workloads
        for entry in container.environment
        if isinstance(entry, Supplied)
    }
    for subject, draft in drafts:
        for need in draft.demands:
            if (subject.name, need.name) in supplied:
                yield Parameter(
                    name=need.name,
                    purpose=f"a variable that {subject.name} reads",
                    default=need.default,
                    example=need.default or "",
                    secret=need.secret,
                    requested_by=(subject.name, need.asker),
                    origin=need.origin,
                )


def _of_stores(stores: Iterable[Store], handed: Sequence[Handover]) -> Iterator[Parameter]:
    for store in stores:
        name = store.workload.name
        mine = [one for one in handed if one.secret == password_of(name)]
        who, what = _who(name, store.origin), f"the password of {name} ({store.kind})"
        asking = (*who, *(one.service for one in mine))
        ways = {one.way for one in mine}
        if Way.FILE in ways:
            yield file_parameter(password_of(name), what, asking, store.origin)
        if Way.ENVIRONMENT in ways:
            also = f", the same as in the file of {variable(password_of(name), 'file')}" if Way.FILE in ways else ""
            yield value_parameter(password_slot(name), f"{what}{also}", asking, store.origin, in_url=True)
        if not store.base.digest:
            yield pin(store.pin, store.base.reference, who, store.origin)


def _of_ingress(entry: Ingress | None) -> Iterator[Parameter]:
    for route in entry.routes if entry else ():
        if route.login:
            what = f"the users that get in to {route.service}, as htpasswd writes them"
            yield file_parameter(route.login.secret, what, (route.service,), route.login.origin)
    if entry and entry.tls:
        for name, what in _files(entry.tls):
            yield file_parameter(name, f"{what}, in PEM", (PROXY,), entry.tls.origin)


def _files(tls: Tls) -> Iterator[tuple[str, str]]:
    """The files that *tls* reads, and what is in each."""
    match tls.certified:
        case CertificateFiles(certificate=certificate, key=key):
            yield certificate, "the front door's certificate"
            yield key, "that certificate's key"
        case Acme(roots=roots):
            if roots:
                yield roots, "the certificates by which the ACME directory is known"
        case _:
            assert_never(tls.certified)
    for one in tls.apart:
        yield one.certificate, f"the front door's certificate for {one.host}"
        yield one.key, f"the key of its certificate for {one.host}"


def _who(name: str, origin: Origin) -> tuple[str, ...]:
    """The service and the assertions that ask; no line numbers, these change with the order of keys."""
    return (name, *origin.assertions)
