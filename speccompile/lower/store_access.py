"""What a service gets for a backing service that it needs: variables, the file with the password, a place in the start order, a probe."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

from speccompile.catalog import CATALOG
from speccompile.catalog.backing import Form, Names, names
from speccompile.lower.draft import StoreNeed
from speccompile.lower.handover import Access, password_slot
from speccompile.lower.naming import variable
from speccompile.lower.outside import health_parameter, parameter_of
from speccompile.lower.store_address import address, apart, readable, value
from speccompile.lower.store_variables import Role
from speccompile.lower.subject import Subject
from speccompile.plan.handover import Way
from speccompile.plan.plan import Dependent
from speccompile.plan.workload import Dependency, Literal, Readiness, SecretUse, Supplied
from speccompile.record import record
from speccompile.vocabulary import Protocol


@record()
class Reached:
    """One store, as one service gets at it."""

    environment: tuple[Literal | Supplied, ...]
    secrets: tuple[SecretUse, ...]
    dependency: Dependency | None
    dependent: Dependent


def reached(subject: Subject, access: Access, all_of_them: Sequence[Access], taken: Set[str]) -> Reached:
    """What *subject* gets for *access*, one of *all_of_them*; the variables *taken* are somebody else's."""
    need, origin = access.need, access.origin
    url = _usual_url(access, all_of_them)
    files = tuple(SecretUse(name=access.password, variable=name, origin=origin) for name in _files(access, url))
    form = apart(access.form, access.roles)
    asked = url if form.plain or not subject.server else variable("health", need.name, "url")
    environment = (
        _supplied(access, all_of_them, url, asked, taken)
        if need.outside
        else _given(subject, access, form, url, asked, taken)
    )
    return Reached(
        environment=tuple(sorted(environment, key=lambda entry: entry.name)),
        secrets=files,
        dependency=None
        if need.outside
        else Dependency(name=need.name, readiness=Readiness.HEALTHY, origin=need.origin),
        dependent=Dependent(
            name=need.name,
            protocol=_asked_in(need),
            variable=asked,
            password=(files[0].variable or "") if files else "",
            critical=True,
            origin=need.origin,
        ),
    )


def _asked_in(need: StoreNeed) -> Protocol:
    """The protocol of its probe. What is spoken over HTTP has no log-in here and may well have one elsewhere, where any answer would pass for
    one."""
    protocol = CATALOG[need.kind].protocol
    return "tcp" if need.outside and protocol == "http" else protocol


def _given(
    subject: Subject, access: Access, form: Form, url: str, asked: str, taken: Set[str]
) -> Iterator[Literal | Supplied]:
    """The variables about a store that runs here: only the password is anybody's to supply."""
    held = {**dict(_held(subject, access, form, taken)), url: _address(subject, access, form)}
    if asked != url:
        held[asked] = _address(subject, access, readable(access.need.kind))
    yield from (_entry(access, name, *told) for name, told in held.items())


def _supplied(
    access: Access, all_of_them: Sequence[Access], url: str, asked: str, taken: Set[str]
) -> Iterator[Supplied]:
    """The variables about a store that somebody else runs: all of it is the operator's to supply."""
    read = {name: role for name, role in access.roles.items() if role is not Role.PASSWORD_FILE and name not in taken}
    slots = {name: parameter_of(access, role, all_of_them) for name, role in {**read, url: Role.URL}.items()}
    if asked != url:
        slots[asked] = health_parameter(access)
    yield from (Supplied(name=name, parameter=slot, origin=access.origin) for name, slot in slots.items())


def _usual_url(access: Access, all_of_them: Sequence[Access]) -> str:
    """The usual name (DATABASE_URL) for the only store of its sort, one with the store's own name where there are several."""
    usual = CATALOG[access.need.kind].url_variable
    alone = [CATALOG[other.need.kind].url_variable for other in all_of_them].count(usual) == 1
    return usual if alone else variable(access.need.name, "url")


def _files(access: Access, url: str) -> tuple[str, ...]:
    """The variables that hold the path of the password's file: those that are read, or are named in deploy.yaml, else the usual one."""
    if access.way is not Way.FILE:
        return ()
    read = {name for name, role in access.roles.items() if role is Role.PASSWORD_FILE}
    return tuple(sorted(read | {f"{name}_FILE" for name in access.asked})) or (
        f"{url.removesuffix('_URL')}_PASSWORD_FILE",
    )


def _held(
    subject: Subject, access: Access, form: Form, taken: Set[str]
) -> Iterator[tuple[str, tuple[str, str | None]]]:
    """What the variables hold that the sources read for it."""
    need = access.need
    for name, role in access.roles.items():
        told = value(role, need.kind, need.name, _names(subject, access), form, access.way)
        if told and name not in taken:
            yield name, told


def _names(subject: Subject, access: Access) -> Names:
    return names(subject.app, access.need.database, access.need.user)


def _address(subject: Subject, access: Access, form: Form) -> tuple[str, str | None]:
    return address(form, access.need.kind, access.need.name, _names(subject, access), access.way)


def _entry(access: Access, name: str, before: str, after: str | None) -> Literal | Supplied:
    if after is None:
        return Literal(name=name, value=before, origin=access.origin)
    return Supplied(
        name=name, parameter=password_slot(access.need.name), before=before, after=after, origin=access.origin
    )
