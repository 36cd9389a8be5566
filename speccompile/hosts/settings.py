"""What the operator of a shared host says of it: ``host.json`` beside the registry. The file is the operator's: it is read, and never written."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

from speccompile.codes.hosts import SETTINGS
from speccompile.diagnostics import quoted
from speccompile.errors import Refused
from speccompile.frontends import jsontext
from speccompile.hosts.registry import is_host
from speccompile.hosts.wire import Unfit, decoded
from speccompile.provenance import because
from speccompile.realise.front_door import CODE
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.spec.located import Located, SourceText, value_span

FILE = "host.json"
_PATH = regex(r"(?:/(?!\.{1,2}(?:/|\Z))[A-Za-z0-9_.][A-Za-z0-9_.-]*)+")
_SYSLOG = "syslog:server=unix:/dev/log,nohostname,tag=speccompile"


@record(kw_only=True)
class Settings:
    """``host`` is the name for applications that have none of their own (None: whatever is asked for), ``listen`` the port, ``trusted_proxies``
    who is believed about the client, ``runtime`` the directory for what nginx writes while it runs, ``access_log`` where requests are told of (a
    path, or the system's log), ``resolver`` who knows names (default: the first that the system asks)."""

    host: str | None = None
    listen: int = 8080
    ipv6: bool = True
    trusted_proxies: tuple[str, ...] = ()
    workers: int = 2
    runtime: str = "/run/speccompile"
    access_log: str = _SYSLOG
    resolver: str | None = None


def parse(text: str, path: str) -> Settings:
    """The settings in *text*, which stands at *path*; raises ``Refused``."""
    source = SourceText(path, text)
    value, findings = jsontext.read(source)
    if findings:
        raise Refused(findings)
    try:
        read: Settings = decoded(Settings, value, because(CODE), ())
        _checked(read)
    except Unfit as problem:
        span = value_span(value, problem.steps) if isinstance(value, Located) else Span(path, 1, 1)
        known = "host, listen, ipv6, trusted_proxies, workers, runtime, access_log, resolver"
        fix = f"correct it; the keys are {known}: see docs/shared-host.md"
        raise Refused([SETTINGS.at(span, f"{FILE}: {problem}", fix=fix)]) from problem
    return read


def _checked(said: Settings) -> None:
    """Raise ``Unfit`` for a value that is none of its kind."""
    if said.host is not None and not is_host(said.host):
        raise Unfit(f"{quoted(said.host)} is no name of a host, in lower case", "host")
    if not 1024 <= said.listen <= 65535 or said.listen == 8081:
        raise Unfit(f"{said.listen} is no port from 1024 to 65535: nginx runs without privileges", "listen")
    if not 1 <= said.workers <= 512:
        raise Unfit("workers are from 1 to 512", "workers")
    _paths(said)
    for number, one in enumerate(said.trusted_proxies):
        if not _is_network(one):
            raise Unfit(f"{quoted(one)} is no network such as 10.0.0.0/8", "trusted_proxies", number)


def _paths(said: Settings) -> None:
    if not _PATH.fullmatch(said.runtime):
        raise Unfit(f"{quoted(said.runtime)} is no absolute path of plain letters", "runtime")
    if said.access_log != _SYSLOG and not _PATH.fullmatch(said.access_log):
        raise Unfit(f"{quoted(said.access_log)} is no absolute path of plain letters", "access_log")
    if said.resolver is not None and not _is_network(f"{said.resolver}/32"):
        raise Unfit(f"{quoted(said.resolver)} is no IPv4 address", "resolver")


def _is_network(text: str) -> bool:
    try:
        return str(ip_network(text)) == text
    except ValueError:
        return False


def data(said: Settings) -> dict[str, Any]:
    """What ``list`` tells of them."""
    return {"host": said.host, "listen": said.listen, "trusted_proxies": list(said.trusted_proxies)}
