"""The address of a backing service as a service's driver wants it: which form, and what each variable holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from speccompile.catalog import CATALOG
from speccompile.catalog.backing import Backing, Form, Names
from speccompile.detect.variables import Reading
from speccompile.lower.store_variables import Role
from speccompile.plan.handover import Way
from speccompile.regex import regex

_PORT = regex(r"\{host\}:(\d+)")
_PASSWORD = "{password}"  # noqa: S105  # a place


def form(kind: str, dependencies: Iterable[str], reading: Reading) -> Form:
    """How a service writes the address of a store of *kind*.

    The scheme that the sources have in an example or a default is the one that they take. Where they put together or replace
    ``postgresql+asyncpg://`` themselves, they take the plain one. Else the driver decides.
    """
    backing, installed = CATALOG[kind], frozenset(dependencies)
    usual = backing.form(installed)
    plain = next(one for one in backing.forms if one.plain and "+" not in _scheme(one) and one.fits(installed))
    if any(_is_of(backing, scheme) and scheme not in backing.schemes for scheme in reading.begun):
        return plain
    written = next(
        (one.scheme for one in reading.addresses if _counts(one.where) and _is_of(backing, one.scheme)), None
    )
    if written is None or written.startswith("jdbc:") or not usual.plain:
        return usual
    secure = (
        written.removesuffix("s") in backing.schemes
    )  # rediss, amqps: nothing inside of the project has a certificate
    return _with_scheme(plain, _scheme(plain) if secure and written.endswith("s") else written)


def value(role: Role, kind: str, host: str, known: Names, wanted: Form, way: Way) -> tuple[str, str | None] | None:
    """What a variable in *role* holds: the text before the password and the one after it, the latter None where there is no password in
    it. None where the variable has nothing to hold."""
    if role is Role.URL:
        return address(wanted, kind, host, known, way)
    if role is Role.PASSWORD:
        return ("", "") if way is Way.ENVIRONMENT else None
    backing = CATALOG[kind]
    # Where a store has several ports, the one that this client's address names.
    named = _PORT.search(wanted.bare)
    port = named[1] if named else str(backing.port)
    plain = {
        Role.HOST: host,
        Role.PORT: port,
        Role.ADDRESS: f"{host}:{port}",
        Role.USER: _account(kind, known, way),
        Role.DATABASE: known.database if any("{app}" in one.bare for one in backing.forms) else "",
    }
    text = plain.get(role)
    return (text, None) if text else None


def address(wanted: Form, kind: str, host: str, known: Names, way: Way) -> tuple[str, str | None]:
    """The address in *wanted* form, split where the password belongs."""
    user = _account(kind, known, way)
    pattern = wanted.address if way is Way.ENVIRONMENT else wanted.bare
    if not user:
        pattern = pattern.replace("{user}@", "")
    before, found, after = pattern.partition(_PASSWORD)
    names = {"host": host, "user": user, "app": known.database}
    return before.format(**names), after.format(**names) if found else None


def _account(kind: str, known: Names, way: Way) -> str:
    """Who logs in; "" where nobody does."""
    login = CATALOG[kind].login
    return login.user.format(user=known.user) if login and way is not Way.NONE else ""


def apart(wanted: Form, roles: Mapping[str, Role]) -> Form:
    """*wanted*, without user and password where variables of their own hold these: JDBC's drivers take them from there."""
    separate = {Role.USER, Role.PASSWORD} <= set(roles.values())
    bare = wanted.bare.partition("?")[0]
    return Form(bare, bare, plain=False) if separate and wanted.bare.startswith("jdbc:") else wanted


def readable(kind: str) -> Form:
    """The form in which anybody can read it, whatever the driver wants."""
    return next(one for one in reversed(CATALOG[kind].forms) if one.plain)


def _scheme(one: Form) -> str:
    return one.address.partition("://")[0]


def _with_scheme(one: Form, scheme: str) -> Form:
    if "://" not in one.address:
        return Form(f"{scheme}://{one.address}", f"{scheme}://{one.bare}")
    own = _scheme(one)
    return Form(scheme + one.address.removeprefix(own), scheme + one.bare.removeprefix(own))


def _is_of(backing: Backing, scheme: str) -> bool:
    """Whether *scheme* is for the store: ``postgresql+psycopg`` and ``jdbc:postgresql`` are PostgreSQL's."""
    return scheme.removeprefix("jdbc:").partition("+")[0] in backing.schemes


def _counts(where: str) -> bool:
    """A tool's own configuration (``alembic.ini``) says how the tool connects, not the service."""
    return not where.rpartition(":")[0].endswith(".ini")
