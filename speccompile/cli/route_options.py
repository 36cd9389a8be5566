"""Which shared host is meant, whose application, and where its services are reached: the options of ``route``, checked."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from speccompile.diagnostics import quoted
from speccompile.hosts.machine import ROOT, Machine, ssh_arguments
from speccompile.hosts.registry import is_host, is_name, split
from speccompile.regex import regex

_SEGMENTS = r"(?:/(?!\.{1,2}(?:/|\Z))[A-Za-z0-9_.][A-Za-z0-9_.-]*)+"
_PATH = regex(_SEGMENTS)
_PROGRAM = regex(rf"{_SEGMENTS}|[A-Za-z0-9_][A-Za-z0-9_.-]*")
_PREFIX = regex(r"/|(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+/?")


def _url(_: click.Context, __: click.Parameter, given: str | None) -> str:
    if given is not None and ssh_arguments(given) is None:
        raise click.BadParameter(f"{quoted(given)} is not ssh://[USER@]HOST[:PORT]")
    return given or ""


def _absolute(_: click.Context, __: click.Parameter, given: str) -> str:
    if not _PATH.fullmatch(given):
        raise click.BadParameter(
            f"{quoted(given)} is no absolute path of letters, digits, dots, hyphens and underscores"
        )
    return given


def _program(_: click.Context, __: click.Parameter, given: str) -> str:
    if not _PROGRAM.fullmatch(given):
        raise click.BadParameter(f"{quoted(given)} is no name of a program, and no absolute path of plain letters")
    return given


def name(_: click.Context, __: click.Parameter, given: str | None) -> str | None:
    """A name of an owner or an application; raises a usage error for what is none."""
    if given is not None and not is_name(given):
        raise click.BadParameter(
            f"{quoted(given)} is no name of lower-case letters, digits and inner hyphens, 63 at most"
        )
    return given


def host(_: click.Context, __: click.Parameter, given: str | None) -> str | None:
    """A host's name."""
    if given is not None and not is_host(given):
        raise click.BadParameter(f"{quoted(given)} is no name of a host, in lower case and without a port")
    return given


def prefix(_: click.Context, __: click.Parameter, given: str | None) -> str | None:
    """A path of plain segments, without the slash at its end; "" for the root."""
    if given is None:
        return None
    if not _PREFIX.fullmatch(given):
        raise click.BadParameter(f"{quoted(given)} is no path such as /user123/todo-api, or /")
    return given.rstrip("/")


def addresses(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    """Addresses by service; "" is the service that one without a name is for."""
    found: dict[str, str] = {}
    for one in given:
        service, _equals, address = one.rpartition("=")
        if split(address) is None:
            raise click.BadParameter(f"{quoted(one)} is not [SERVICE=]HOST:PORT, such as 127.0.0.1:32768")
        if service in found:
            raise click.BadParameter(f"{quoted(service) if service else 'the only service'} is given two addresses")
        found[service] = address
    return found


def machine_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say which host is meant: the command gets them as ``machine``."""

    @wraps(function)
    def with_machine(*args: Any, url: str, root: str, nginx: str, sudo: bool, **others: Any) -> Any:
        by = ("sudo", "-n") if sudo else ()
        return function(*args, machine=Machine(root=root, nginx=nginx, url=url, root_by=by), **others)

    options = (
        click.option("-H", "url", metavar="URL", callback=_url, help="Work on another machine: ssh://[USER@]HOST[:PORT]."),
        click.option("--root", default=ROOT, show_default=True, metavar="DIR", callback=_absolute, help="The host's directory there."),
        click.option("--nginx", default="nginx", show_default=True, metavar="PROGRAM", callback=_program, help="The nginx there."),
        click.option("--sudo", is_flag=True, help="Be root there, by sudo without a password."),
    )  # fmt: skip
    for option in reversed(options):
        with_machine = option(with_machine)
    return with_machine
