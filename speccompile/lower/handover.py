"""How each secret is handed over: what a program reads decides.

- deploy.yaml's ``secrets: [{name: X, as: env}]`` (or ``as: file``) decides outright.
- Where the sources read a variable with the path of a file (``DATABASE_PASSWORD_FILE``), the secret is a mounted file.
- Where they read a URL or a password (``DATABASE_URL``, ``DB_PASSWORD``, ``STRIPE_API_KEY``), it is in the environment, by interpolation: the
  operator sets one value. The store gets the same one.
- Where they read nothing of the kind, a store's URL with its password is in the variable that clients read by convention, and any other
  secret is a file.
- Redis and NATS have no password where a service that needs them could give none: it reads their host and no password, or its client
  drops what a URL says. They are on an internal network that nothing outside of the project reaches.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from speccompile.catalog import CATALOG
from speccompile.catalog.backing import Form
from speccompile.codes.lowering import PASSWORD_TWICE, SECRET_UNREAD
from speccompile.detect.variables import Reading
from speccompile.diagnostics import Diagnostic
from speccompile.lower.draft import Draft, SecretNeed, StoreNeed
from speccompile.lower.naming import variable
from speccompile.lower.store_address import form
from speccompile.lower.store_variables import Role, implied, roles
from speccompile.lower.subject import Subject
from speccompile.plan.handover import Handover, Way
from speccompile.provenance import Cause, Origin, because, merged
from speccompile.record import record

CODE = "SC381"
TITLE = "how secrets are handed over"

_NEITHER = "it reads neither"


@record(kw_only=True)
class Access:
    """How one service gets at one store: the way and why, the form of its address, the variables that it reads with their roles, those that
    deploy.yaml lists among its secrets."""

    service: str
    need: StoreNeed
    way: Way
    reason: str
    form: Form
    roles: Mapping[str, Role]
    asked: tuple[str, ...]
    origin: Origin

    @property
    def password(self) -> str:
        """The name of the secret with the store's password."""
        return password_of(self.need.name)


def password_of(store: str) -> str:
    """The name of the secret with a store's password."""
    return f"{store}-password"


def password_slot(store: str) -> str:
    """The variable in which the operator supplies a store's password."""
    return variable(store, "password")


def secret_name(variable_name: str) -> str:
    """The secret behind a variable: STRIPE_API_KEY is ``stripe-api-key``."""
    return variable_name.lower().replace("_", "-")


def accesses(drafts: Iterable[tuple[Subject, Draft, Reading]]) -> tuple[Access, ...]:
    """How every service gets at its stores. A store without a password has none for all."""
    found = [one for subject, draft, reading in drafts for one in _of_service(subject, draft, reading)]
    mute = {one.need.name: one for one in found if one.way is Way.NONE}
    return tuple(_muted(one, mute[one.need.name]) if one.need.name in mute else one for one in found)


def _muted(one: Access, other: Access) -> Access:
    if one.way is Way.NONE:
        return one
    return replace(
        one, way=Way.NONE, reason=f"{other.service} can give none", origin=merged((one.origin, other.origin))
    )


def way_of(store: str, found: Iterable[Access]) -> Way:
    """How the store itself gets its password: as a file where anybody has it as one."""
    ways = {one.way for one in found if one.need.name == store}
    return next(way for way in (Way.FILE, Way.NONE, Way.ENVIRONMENT) if way in ways)


def handovers(found: Iterable[Access], secrets: Iterable[Handover]) -> tuple[Handover, ...]:
    """Everything that was chosen, sorted by service and secret."""
    of_stores = (
        Handover(service=one.service, secret=one.password, way=one.way, reason=one.reason, origin=one.origin)
        for one in found
    )
    return tuple(sorted((*of_stores, *secrets), key=lambda one: (one.service, one.secret)))


def of_secrets(subject: Subject, draft: Draft, reading: Reading, found: Iterable[Access]) -> dict[str, Handover]:
    """How a service gets those of its secrets that are no store's, by variable."""
    of_stores = {name for one in found if one.service == subject.name for name in one.asked}
    return {need.name: of_secret(subject, need, reading) for need in draft.secrets if need.name not in of_stores}


def notes(found: Sequence[Access], secrets: Iterable[tuple[str, Handover]]) -> Iterator[Diagnostic]:
    """What somebody has to know about the choices: *secrets* are pairs of a variable and what was chosen for it."""
    for name, handed in secrets:
        if handed.reason.startswith(_NEITHER):
            yield SECRET_UNREAD.at(
                handed.origin.causes[0].span,
                f"{handed.service} gets {name} as a file: {handed.reason}",
                fix=f"read the path in {name}_FILE, or write `secrets: [{{name: {name}, as: env}}]` into deploy.yaml",
            )
    for one in found:
        other = next((o for o in found if o.need.name == one.need.name and o.way is Way.ENVIRONMENT), None)
        if one.way is Way.FILE and other and not one.need.outside:
            password = password_slot(one.need.name)
            yield PASSWORD_TWICE.at(
                one.origin.causes[0].span,
                f"{one.service} has the password of {one.need.name} in a file ({one.reason}), {other.service} in its environment ({other.reason})",
                fix=f"put the same password into {password} and into the file of {password}_FILE, or let both programs read it in one way",
            )


def of_secret(subject: Subject, need: SecretNeed, reading: Reading) -> Handover:
    """How a service gets a secret that is no store's."""
    way, reason, cause = _chosen_for(need, reading)
    return Handover(
        service=subject.name,
        secret=secret_name(need.name),
        way=way,
        reason=reason,
        origin=because(CODE, *need.origin.causes, *([cause] if cause else [])),
    )


def _chosen_for(need: SecretNeed, reading: Reading) -> tuple[Way, str, Cause | None]:
    if need.way:
        return need.way, "the specs say so", None
    file = f"{need.name}_FILE"
    for name, way in ((file, Way.FILE), (need.name, Way.ENVIRONMENT)):
        if name in reading.variables:
            return way, f"it reads {name}", Cause(reading.variables[name])
    return Way.FILE, f"{_NEITHER} {need.name} nor {file}", None


def _of_service(subject: Subject, draft: Draft, reading: Reading) -> Iterator[Access]:
    asked = {need.name: need for need in draft.secrets}
    framework = {name for need in draft.stores for name in implied(need.kind, subject.facts.dependencies)}
    about = roles(draft.stores, sorted({*reading.variables, *asked, *framework}))
    for need in draft.stores:
        mine = about[need.name] if CATALOG[need.kind].login else _without_passwords(about[need.name])
        named = [asked[name] for name in mine if name in asked]
        way, reason, causes = _way(subject, need, mine, named, reading)
        origin = because(CODE, *need.origin.causes, *causes)
        yield Access(
            service=subject.name,
            need=need,
            way=way,
            reason=reason,
            form=form(need.kind, subject.facts.dependencies, reading),
            roles=mine,
            asked=tuple(secret.name for secret in named),
            origin=origin,
        )


def _without_passwords(mine: Mapping[str, Role]) -> dict[str, Role]:
    """What a service reads of a store that has no password: a variable with one is about something else."""
    return {name: role for name, role in mine.items() if role not in (Role.PASSWORD, Role.PASSWORD_FILE)}


def _way(
    subject: Subject, need: StoreNeed, mine: Mapping[str, Role], named: Sequence[SecretNeed], reading: Reading
) -> tuple[Way, str, tuple[Cause, ...]]:
    login = CATALOG[need.kind].login
    if login is None:
        return Way.NONE, f"{need.kind} has none", ()
    for secret in named:
        if secret.way:
            return secret.way, "deploy.yaml says so", secret.origin.causes
    mute = subject.facts.stack in login.mute and not need.outside
    telling = (Role.PASSWORD_FILE, Role.PASSWORD) if mute else (Role.PASSWORD_FILE, Role.URL, Role.PASSWORD)
    for role in telling:
        name = next((name for name in mine if mine[name] is role), None)
        if name:
            way = Way.FILE if role is Role.PASSWORD_FILE else Way.ENVIRONMENT
            return way, f"it reads {name}", _place(name, reading)
    if need.outside:
        return Way.ENVIRONMENT, "somebody else runs it: the operator supplies its URL", ()
    if login.optional and mute:
        return Way.NONE, f"{subject.facts.stack}'s client takes no login from a URL", ()
    without = _without(need, mine, reading) if login.optional else None
    return without or (Way.ENVIRONMENT, "its sources name no variable for it", ())


def _without(need: StoreNeed, mine: Mapping[str, Role], reading: Reading) -> tuple[Way, str, tuple[Cause, ...]] | None:
    """Why a service that says where a store is, and nothing of a password, can give none."""
    for name in mine:
        if mine[name] in (Role.HOST, Role.ADDRESS):
            return Way.NONE, f"it reads {name}, and no password", _place(name, reading)
    host = next((one for one in reading.addresses if one.host == need.name), None)
    return (Way.NONE, f"{host.where} names it without a password", ()) if host else None


def _place(name: str, reading: Reading) -> tuple[Cause, ...]:
    return (Cause(reading.variables[name]),) if name in reading.variables else ()
