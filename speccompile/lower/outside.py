"""Stores that somebody else runs: no container, nothing to wait for; what the sources read about one is the operator's to supply.

Each variable gets what is in its name: a URL in the form that the service's driver takes, a host, a user, a password. A store is critical
wherever it runs: a service without its state can serve nothing, while an API that fails spoils only what asks for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from speccompile.catalog import CATALOG
from speccompile.catalog.backing import Form, Names
from speccompile.lower.handover import Access
from speccompile.lower.naming import variable
from speccompile.lower.secret_parameters import file_parameter
from speccompile.lower.store_address import address, readable
from speccompile.lower.store_variables import Role
from speccompile.plan.handover import Way
from speccompile.plan.plan import External
from speccompile.plan.workload import Parameter
from speccompile.provenance import merged

_HIDDEN = (Role.URL, Role.PASSWORD)
_SECRET_FREE = {
    Role.HOST: "the host",
    Role.PORT: "the port",
    Role.ADDRESS: "host:port",
    Role.USER: "the user",
    Role.DATABASE: "the database",
}


def parameter_of(access: Access, role: Role, all_of_them: Iterable[Access]) -> str:
    """The slot with what *access* is told in *role*; where services want the URL in different forms, each has one of its own."""
    name = access.need.name
    if role is not Role.URL:
        return variable(name, role.value)
    forms = {other.form.address for other in all_of_them if other.need.name == name}
    return variable(name, "url") if len(forms) == 1 else variable(name, access.service, "url")


def health_parameter(access: Access) -> str:
    """The slot with a URL that anybody can read, where the driver wants another form."""
    return variable("health", access.need.name, "url")


def parameters(found: Sequence[Access], *, servers: Iterable[str]) -> Iterator[Parameter]:
    """What the operator supplies for those of *found* that are elsewhere; *servers* have a health module, which wants a URL."""
    asking = frozenset(servers)
    for access in found:
        if not access.need.outside:
            continue
        what = f"{access.need.name} ({access.need.kind}), which somebody else runs"
        yield _parameter(
            access, parameter_of(access, Role.URL, found), f"URL of {what}, such as {_example(access, access.form)}"
        )
        if not access.form.plain and access.service in asking:
            example = _example(access, readable(access.need.kind))
            yield _parameter(access, health_parameter(access), f"the same for the readiness probe: {example}")
        for role in sorted({*access.roles.values()} - {Role.URL, Role.PASSWORD_FILE}, key=lambda one: one.value):
            said = _SECRET_FREE.get(role, "the password")
            yield _parameter(access, parameter_of(access, role, found), f"{said} of {what}", role)

        if access.way is Way.FILE:
            yield file_parameter(access.password, f"the password of {what}", (access.service,), access.origin)


def _parameter(access: Access, name: str, purpose: str, role: Role = Role.URL) -> Parameter:
    port = str(CATALOG[access.need.kind].port) if role is Role.PORT else None
    return Parameter(
        name=name,
        purpose=purpose,
        default=port,
        example=port or "",
        secret=role in _HIDDEN,
        requested_by=(access.service, *access.origin.assertions),
        origin=access.origin,
    )


def _example(access: Access, wanted: Form) -> str:
    host = f"{access.need.name}.example.com"
    before, after = address(wanted, access.need.kind, host, Names("name", "name"), access.way)
    return before if after is None else f"{before}PASSWORD{after}"


def externals(found: Sequence[Access]) -> Iterator[External]:
    """The stores of *found* that somebody else runs, each with the slot of its URL."""
    by_name: dict[str, list[Access]] = {}
    for access in found:
        if access.need.outside:
            by_name.setdefault(access.need.name, []).append(access)
    for name, same in sorted(by_name.items()):
        yield External(
            name=name,
            parameter=parameter_of(same[0], Role.URL, found),
            port=CATALOG[same[0].need.kind].port,
            assumed=True,
            origin=merged(one.origin for one in same),
        )
