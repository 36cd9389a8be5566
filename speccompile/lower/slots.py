"""What the operator has to or may supply, gathered over all services."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from speccompile.lower import proxy as front
from speccompile.lower.draft import Draft
from speccompile.lower.handover import password_of, password_slot, secret_name
from speccompile.lower.naming import variable
from speccompile.lower.secret_slots import file_slot, value_slot
from speccompile.lower.subject import Subject
from speccompile.lower.wiring import url_variable
from speccompile.plan.container import SecretFile, Slot, Supplied
from speccompile.plan.handover import Handover, Way
from speccompile.plan.plan import Service, Store
from speccompile.plan.proxy import Proxy
from speccompile.provenance import Origin, merged

_DIGEST = "64 hexadecimal digits that pin the image {image}, without sha256: in front; empty: the tag alone"
_NO_DIGEST = "e.g. from: docker image inspect"


def secrets(handed: Iterable[Handover], stores: Iterable[Store]) -> tuple[SecretFile, ...]:
    """The secret files of the project, sorted by name."""
    found: dict[str, list[Origin]] = {}
    for one in handed:
        if one.way is Way.FILE:
            found.setdefault(one.secret, []).append(one.origin)
    for store in stores:
        for use in store.container.secrets:
            found.setdefault(use.name, []).append(store.origin)
    return tuple(
        SecretFile(name=name, slot=variable(name, "file"), origin=merged(origins))
        for name, origins in sorted(found.items())
    )


def slots(
    drafts: Sequence[tuple[Subject, Draft]],
    handed: Sequence[Handover],
    stores: Sequence[Store],
    proxy: Proxy | None,
    images: Iterable[Slot],
    services: Sequence[Service],
    outside: Iterable[Slot],
) -> tuple[Slot, ...]:
    """The slots of the project: one a name, sorted; one that several want cites them all. *images* are those of the images that are built,
    *outside* those of stores that somebody else runs and of images that deploy.yaml names."""
    found: dict[str, list[Slot]] = {}
    elsewhere = tuple(outside)
    known = {slot.name for slot in elsewhere}
    demanded = (slot for slot in _of_demands(drafts, services) if slot.name not in known)
    for slot in (
        *_of_services(drafts, handed),
        *_of_stores(stores, handed),
        *_of_proxy(proxy),
        *images,
        *elsewhere,
        *demanded,
    ):
        found.setdefault(slot.name, []).append(slot)
    return tuple(_one(same) for _, same in sorted(found.items()))


def _one(same: list[Slot]) -> Slot:
    first = next((slot for slot in same if slot.default is None), same[0])
    return Slot(
        name=first.name,
        purpose=first.purpose,
        default=first.default,
        example=first.example,
        secret=first.secret,
        in_url=first.in_url,
        requested_by=tuple(sorted({who for slot in same for who in slot.requested_by})),
        origin=merged(slot.origin for slot in same),
    )


def _of_services(drafts: Iterable[tuple[Subject, Draft]], handed: Sequence[Handover]) -> Iterator[Slot]:
    chosen = {(one.service, one.secret): one for one in handed}
    for subject, draft in drafts:
        for external in draft.externals:
            name = url_variable(external.name)
            yield Slot(
                name=name,
                purpose=f"base URL of the external API {external.name}",
                default=external.url,
                example=external.url or f"https://{external.name}.example.com",
                requested_by=_who(subject.name, external.origin),
                origin=external.origin,
            )
        for secret in draft.secrets:
            how = chosen.get((subject.name, secret_name(secret.name)))
            who = _who(subject.name, secret.origin)
            if how and how.way is Way.FILE:
                yield file_slot(how.secret, secret.purpose, who, secret.origin)
            elif how:
                yield value_slot(secret.name, secret.purpose, who, secret.origin, in_url=False)


def _of_demands(drafts: Iterable[tuple[Subject, Draft]], services: Iterable[Service]) -> Iterator[Slot]:
    """What the sources want and the containers take from the operator."""
    supplied = {
        (container.name, entry.slot)
        for service in services
        for container in service.containers
        for entry in container.environment
        if isinstance(entry, Supplied)
    }
    for subject, draft in drafts:
        for need in draft.demands:
            if (subject.name, need.name) in supplied:
                yield Slot(
                    name=need.name,
                    purpose=f"a variable that {subject.name} reads",
                    default=need.default,
                    example=need.default or "",
                    secret=need.secret,
                    requested_by=(subject.name, need.asker),
                    origin=need.origin,
                )


def _of_stores(stores: Iterable[Store], handed: Sequence[Handover]) -> Iterator[Slot]:
    for store in stores:
        name = store.container.name
        mine = [one for one in handed if one.secret == password_of(name)]
        who, what = _who(name, store.origin), f"the password of {name} ({store.kind})"
        asking = (*who, *(one.service for one in mine))
        ways = {one.way for one in mine}
        if Way.FILE in ways:
            yield file_slot(password_of(name), what, asking, store.origin)
        if Way.ENVIRONMENT in ways:
            also = f", the same as in the file of {variable(password_of(name), 'file')}" if Way.FILE in ways else ""
            yield value_slot(password_slot(name), f"{what}{also}", asking, store.origin, in_url=True)
        if not store.base.digest:
            yield pin_slot(store.pin_slot, store.base.reference, who, store.origin)


def _of_proxy(proxy: Proxy | None) -> Iterator[Slot]:
    if proxy is None:
        return
    who = _who(proxy.container.name, Origin(()))
    yield pin_slot(front.PIN_SLOT, proxy.base.reference, who, proxy.origin)
    for name, purpose, default in (
        (front.ADDRESS_SLOT, "address of this host on which the proxy listens; 0.0.0.0 for all", "127.0.0.1"),
        (front.PORT_SLOT, "port of this host on which the proxy listens", str(front.LISTEN)),
    ):
        yield Slot(name=name, purpose=purpose, default=default, example=default, requested_by=who, origin=proxy.origin)


def pin_slot(name: str, image: str, who: tuple[str, ...], origin: Origin) -> Slot:
    """The slot *name* of a digest that pins *image*."""
    return Slot(
        name=name, purpose=_DIGEST.format(image=image), default="", example=_NO_DIGEST, requested_by=who, origin=origin
    )


def _who(name: str, origin: Origin) -> tuple[str, ...]:
    """The service and the assertions that ask; no line numbers, these change with the order of keys."""
    return (name, *origin.assertions)
