"""A change of a shared host, whole or not at all: read, make all anew of what was read, put it in place if nobody was faster.

Two who change it at once lose nothing: who comes second is told so, and begins again with what the first one left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from speccompile.codes.hosts import (
    BUSY,
    LACKING,
    NAMES_FIXED,
    NO_CERTIFICATE,
    NO_USERS,
    NOT_RUNNING,
    NOT_TAKEN,
    REFUSED,
    REGISTRY,
    UNREACHED,
)
from speccompile.diagnostics import Diagnostic
from speccompile.digests import digest_of
from speccompile.errors import Refused
from speccompile.hosts import certified, registry, settings, unit
from speccompile.hosts.archive import archive
from speccompile.hosts.clashes import shown
from speccompile.hosts.configuration import by_name, files, users
from speccompile.hosts.machine import Found, Machine, look, put
from speccompile.hosts.registry import Application
from speccompile.hosts.scripts import CHALLENGES, CLOSED, USERS
from speccompile.images.runner import Runner
from speccompile.realise.front_door import Place, is_address
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span

RESOLVES = (1, 27, 3)
SPEAKS_BOTH = (1, 25, 1)  # https://nginx.org/en/docs/http/ngx_http_v2_module.html#http2
_TRIES = 60
_DIGEST = "digest"  # of all other files of a generation: what is the same is not put in place again
_GENERATION = regex(r"generations/(0|[1-9][0-9]{0,17})")
_NO_RESOLVER = "127.0.0.1"  # where no name is looked up, nobody is asked


@record(kw_only=True)
class Host:
    """What there is on a host: its settings, its applications, and how it was found."""

    machine: Machine
    found: Found
    settings: settings.Settings
    applications: tuple[Application, ...]


@record()
class Changed:
    """How a change ended: what there is now, whether that is something else than before, and what there is to say."""

    host: Host
    altered: bool
    notes: tuple[Diagnostic, ...]


Change = Callable[[Host], tuple[Application, ...]]
"""Of what a host has it makes what it is to have; raises ``Refused``."""


def seen(runner: Runner, machine: Machine) -> Host:
    """The host as it is; raises ``Refused``."""
    found = look(runner, machine)
    said = settings.Settings()
    if found.settings is not None:
        said = settings.parse(found.settings, f"{machine}/{settings.FILE}")
    place = f"{machine}/{registry.FILE}"
    if found.current and (found.registry is None or not _GENERATION.fullmatch(found.current)):
        message = f"{machine}/current does not lead to a generation with a registry"
        fix = 'let it lead to one, from the host\'s directory: ln -sfn "$(readlink before)" current'
        raise Refused([REGISTRY.at(Span(place), message, fix=fix)])
    applications = registry.parse(found.registry, place) if found.registry is not None else ()
    return Host(machine=machine, found=found, settings=said, applications=applications)


def changed(runner: Runner, machine: Machine, change: Change) -> Changed:
    """Do what *change* wants on the host; raises ``Refused``, and then nothing is changed there."""
    for _ in range(_TRIES):
        host = seen(runner, machine)
        wanted = registry.in_order(change(host))
        text = registry.dump(wanted)
        applications = registry.parse(text, f"{machine}/{registry.FILE}")
        made = {**_made(host, applications), registry.FILE: text}
        known = digest_of(f"{path}\0{len(held)}\0{held}".encode() for path, held in sorted(made.items()))
        altered = known != host.found.digest if host.found.current else bool(applications)
        next_ = _next(host.found.current) if altered else ""
        made[_DIGEST] = known
        content = archive(made) if altered else b""
        word, more = put(runner, machine, host.found.current, next_, host.settings, content)
        if word != "changed":
            raise_for(host, word, more)
            now = Host(machine=machine, found=host.found, settings=host.settings, applications=applications)
            return Changed(now, altered, tuple(_notes(now, more)))
    raise Refused([BUSY.at(Span(str(machine)), f"{machine} was changed by others {_TRIES} times", fix="try again")])


def _next(current: str) -> str:
    known = _GENERATION.fullmatch(current)
    return f"generations/{int(known[1]) + 1 if known else 1}"


def place(host: Host) -> Place:
    """Where nginx runs on *host*."""
    return Place(
        scratch=host.settings.runtime,
        resolver=host.settings.resolver or _ipv4(host.found.resolver) or _NO_RESOLVER,
        access_log=host.settings.access_log,
        error_log="stderr",
        resolves=host.found.version >= RESOLVES,
        strangers=True,
        closed=f"{host.machine.root}/{CLOSED}",
        secrets=f"{host.machine.root}/{USERS}",
        low=host.settings.low,
        challenges=f"{host.machine.root}/{CHALLENGES}" if certified.asked(host.settings) else None,
        kept=host.settings.state or "",
    )


def _ipv4(text: str | None) -> str | None:
    return text if text and is_address(text) else None


def _made(host: Host, applications: tuple[Application, ...]) -> dict[str, str]:
    """All files of a generation but the registry."""
    where = place(host)
    if beyond := [one for app in applications for one in (*_split(app, where), *_calls(app, host.found.version))]:
        raise Refused(beyond)
    if host.settings.tls and host.found.version < SPEAKS_BOTH:
        message = f"TLS on {host.machine} is spoken with HTTP/2, which this nginx is told otherwise"
        fix = "install nginx 1.25.1 or later on the host, or take tls out of host.json"
        raise Refused([LACKING.at(Span(f"{host.machine}/{settings.FILE}"), message, fix=fix)])
    root, program = host.machine.root, host.machine.nginx
    hook = certified.script(host.settings, root, program)
    return {
        **files(applications, _certified(host, applications), where),
        unit.FILE: unit.unit(host.settings, root, program),
        **({certified.SCRIPT: hook} if hook else {}),
    }


def _certified(host: Host, applications: tuple[Application, ...]) -> settings.Settings:
    return certified.with_certificates(host.settings, host.machine.root, host.found.certificates, applications)


def _split(one: Application, where: Place) -> Iterator[Diagnostic]:
    """Requests that an older nginx would share out among names, which it looks up at its start only."""
    addresses = {of.service: of.address for of in one.services}
    for route in one.routes:
        both = [
            addresses[name].rpartition(":")[0]
            for name in (route.service, route.canary.service if route.canary else route.service)
        ]
        if route.canary and any(map(where.looks_up, both)):
            message = (
                f"{shown(route)} of {one.name} is shared out between names, which this nginx looks up at its start only"
            )
            fix = "name addresses: --address SERVICE=127.0.0.1:PORT; or install nginx 1.27.3 or later on the host"
            yield LACKING.at(one.span, message, fix=fix)


def _calls(one: Application, version: tuple[int, int, int]) -> Iterator[Diagnostic]:
    """Calls of gRPC to an nginx that does not speak HTTP/2 beside HTTP/1.1 at one port."""
    for route in one.routes:
        if route.grpc and version < SPEAKS_BOTH:
            message = f"calls of gRPC come to {one.name} by {shown(route)}, and this nginx speaks HTTP/2 at no port of HTTP/1.1"
            yield LACKING.at(one.span, message, fix="install nginx 1.25.1 or later on the host")


def raise_for(host: Host, word: str, more: str) -> None:
    """Raise ``Refused`` for what keeps a change from being one."""
    at = Span(str(host.machine))
    match word:
        case "put" | "same":
            return
        case "refused":
            message = f"nginx refuses what {host.machine} would be: {_first(more)}"
            if certified.MODULE in more:
                fix = "install nginx's own ACME module there (nginx-module-acme), or let certbot get certificates: `challenges`, see docs/shared-host.md"
                raise Refused([LACKING.at(at, message, fix=fix, found=more)])
            fix = f"mend what it names: a file in {host.machine.root}/nginx.d is the operator's; else please report it"
            raise Refused([REFUSED.at(at, message, fix=fix, found=more)])
        case "stayed":
            message = f"the running nginx of {host.machine} did not take the configuration; the one before is in force"
            raise Refused([NOT_TAKEN.at(at, message, fix="see its log for why: journalctl -u speccompile-nginx")])
        case "unwritable":
            message = f"{host.machine} may not be written"
            raise Refused([LACKING.at(at, message, fix="do it as root: with --sudo, or as another user")])
        case _:
            message = f"{host.machine} got only a part of the configuration"
            raise Refused([UNREACHED.at(at, message, fix="try again")])


def _first(said: str) -> str:
    """The first thing that nginx finds wrong."""
    lines = [line for line in said.splitlines() if "[emerg]" in line] or said.splitlines() or ["it does not say why"]
    return lines[0].removeprefix("nginx: ")


def _nobody_gets_in(host: Host) -> Iterator[Diagnostic]:
    """Files of users that are asked for and are not there."""
    asked = {users(one, route.login): one for one in host.applications for route in one.routes if route.login}
    for name in sorted(asked.keys() - set(host.found.users)):
        file = f"{host.machine.root}/{USERS}/{name}"
        fix = f"make it there, readable for nginx: htpasswd -Bc {file} USER"
        message = f"nobody gets in where {asked[name].name} asks for a password: there is no {file} on {host.machine}"
        yield NO_USERS.at(Span(str(host.machine)), message, fix=fix)


def _not_certified(host: Host) -> Iterator[Diagnostic]:
    """Hosts for which nobody has got a certificate yet, though somebody gets some."""
    names = tuple(certified.without(_certified(host, host.applications), host.applications))
    if names:
        root = host.machine.root
        hook = f'--deploy-hook "sh {root}/current/{certified.SCRIPT}"'
        asked = f"certbot certonly --webroot -w {root}/{CHALLENGES} -d {names[0]} {hook}"
        fix = f"get one on the host, as root: {asked}; then `speccompile route add` again"
        message = f"{', '.join(names)} on {host.machine} has no certificate of its own yet: the one of all is shown"
        yield NO_CERTIFICATE.at(Span(str(host.machine)), message, fix=fix)


def _notes(host: Host, more: str) -> list[Diagnostic]:
    notes: list[Diagnostic] = []
    at = Span(str(host.machine))
    if more == "stopped":
        fix = f"start it: copy {host.machine.root}/current/{unit.FILE} to /etc/systemd/system, then systemctl enable --now speccompile-nginx"
        notes.append(NOT_RUNNING.at(at, f"no nginx runs with {host.machine}/current", fix=fix))
    notes += (*_nobody_gets_in(host), *_not_certified(host))
    if host.found.version < RESOLVES and (names := by_name(host.applications)):
        version = ".".join(map(str, host.found.version))
        message = f"nginx {version} opens a connection for each request to {', '.join(names)}, to look up the name"
        notes.append(
            NAMES_FIXED.at(
                at, message, fix="install nginx 1.27.3 or later, or name an address: --address 127.0.0.1:PORT"
            )
        )
    return notes
