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
from speccompile.lower.transport import LETS_ENCRYPT
from speccompile.provenance import because
from speccompile.realise.front_door import CODE
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.spec.located import Located, SourceText, value_span
from speccompile.spec.tls import is_contact, is_directory

FILE = "host.json"
HTTP, HTTPS = 80, 443
_UNPRIVILEGED, _LONGEST = 1024, 10 * 365 * 86400
_GROUP = regex(r"[a-z_][a-z0-9_-]{0,30}")
_PATH = regex(r"(?:/(?!\.{1,2}(?:/|\Z))[A-Za-z0-9_.][A-Za-z0-9_.-]*)+")
_SYSLOG = "syslog:server=unix:/dev/log,nohostname,tag=speccompile"


@record(kw_only=True)
class Certificate:
    """Another certificate, for ``host`` or for all names one label longer (``*.example.com``), and its key: absolute paths."""

    host: str
    certificate: str
    key: str


@record(kw_only=True)
class Acme:
    """Certificates that nginx gets itself, by its own ACME module, from the authority at ``directory``, which may write to ``contact`` and is known
    by the certificates in the file ``roots`` (None: the system's). They are kept in the directory ``state``."""

    directory: str = LETS_ENCRYPT
    contact: str | None = None
    roots: str | None = None
    state: str = "/var/lib/speccompile"


@record(kw_only=True)
class Encrypted:
    """TLS at the port ``listen``: with which ``certificate`` and ``key`` (absolute paths) or with those that come by ``acme``, with others for some
    hosts, from which version on, whether plain HTTP is sent there, for how many seconds browsers remember it (0: not), and the ``group`` whose
    members may read keys. With ``challenges`` certbot or lego get certificates, by what nginx answers an authority for them."""

    certificate: str | None = None
    key: str | None = None
    acme: Acme | None = None
    certificates: tuple[Certificate, ...] = ()
    listen: int = 8443
    oldest: str = "1.2"
    redirect: bool = True
    hsts: int = 0
    group: str | None = None
    challenges: bool = False


@record(kw_only=True)
class Settings:
    """``host`` is the name for applications that have none of their own (None: whatever is asked for), ``listen`` the port, ``trusted_proxies``
    who is believed about the client, ``runtime`` the directory for what nginx writes while it runs, ``access_log`` where requests are told of (a
    path, or the system's log), ``resolver`` who knows names (default: the first that the system asks), ``tls`` how it is encrypted, if it is."""

    host: str | None = None
    listen: int = 8080
    ipv6: bool = True
    trusted_proxies: tuple[str, ...] = ()
    workers: int = 2
    runtime: str = "/run/speccompile"
    access_log: str = _SYSLOG
    resolver: str | None = None
    tls: Encrypted | None = None

    @property
    def state(self) -> str | None:
        """The directory of what outlives nginx: certificates that it gets itself."""
        return self.tls.acme.state if self.tls and self.tls.acme else None

    @property
    def low(self) -> bool:
        """Whether a port is one of those that the kernel gives to nobody without a capability."""
        return self.listen < _UNPRIVILEGED or (self.tls is not None and self.tls.listen < _UNPRIVILEGED)


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
        known = "host, listen, ipv6, trusted_proxies, workers, runtime, access_log, resolver, tls"
        fix = f"correct it; the keys are {known}: see docs/shared-host.md"
        raise Refused([SETTINGS.at(span, f"{FILE}: {problem}", fix=fix)]) from problem
    return read


def _checked(said: Settings) -> None:
    """Raise ``Unfit`` for a value that is none of its kind."""
    if said.host is not None and not is_host(said.host):
        raise Unfit(f"{quoted(said.host)} is no name of a host, in lower case", "host")
    if not _is_port(said.listen) or said.listen == HTTPS:
        raise Unfit(f"{said.listen} is neither 80 nor a port from 1024 to 65535 that nothing else of it has", "listen")
    if said.tls:
        _encrypted(said.tls, said.listen)
        if said.tls.acme and said.host is None:
            message = "by `acme` names get certificates, and applications without a host have none: `host` is missing"
            raise Unfit(message, "tls", "acme")
    if not 1 <= said.workers <= 512:
        raise Unfit("workers are from 1 to 512", "workers")
    _paths(said)
    for number, one in enumerate(said.trusted_proxies):
        if not _is_network(one):
            raise Unfit(f"{quoted(one)} is no network such as 10.0.0.0/8", "trusted_proxies", number)


def _is_port(number: int) -> bool:
    return number in (HTTP, HTTPS) or (_UNPRIVILEGED <= number <= 65535 and number != 8081)


def _encrypted(said: Encrypted, plain: int) -> None:
    """The same of TLS."""
    if not _is_port(said.listen) or said.listen in (plain, HTTP):
        raise Unfit(
            f"{said.listen} is neither 443 nor a port from 1024 to 65535 that nothing else of it has", "tls", "listen"
        )
    _certified(said)
    if said.oldest not in ("1.2", "1.3"):
        raise Unfit(f"{quoted(said.oldest)} is neither 1.2 nor 1.3", "tls", "oldest")
    if not 0 <= said.hsts <= _LONGEST:
        raise Unfit(f"hsts are seconds from 0 to {_LONGEST}", "tls", "hsts")
    if said.group is not None and not _GROUP.fullmatch(said.group):
        raise Unfit(f"{quoted(said.group)} is no name of a group", "tls", "group")
    if said.challenges and said.acme:
        raise Unfit("certificates come by `acme`, or by `challenges`", "tls", "challenges")
    if said.challenges and said.group is None:
        message = "whose members may read the keys that come by `challenges`? `group` is missing beside it"
        raise Unfit(message, "tls", "challenges")
    seen: set[str] = set()
    for number, one in enumerate(said.certificates):
        at = ("tls", "certificates", number)
        if not is_host(one.host.removeprefix("*.")) or one.host in seen:
            raise Unfit(f"{quoted(one.host)} is no name of a host and no *.NAME, or stands there twice", *at, "host")
        seen.add(one.host)
        _files(one, *at)


def _certified(said: Encrypted) -> None:
    """The same of where certificates come from."""
    acme, files = said.acme, (said.certificate, said.key)
    if [acme is not None, *(one is not None for one in files)] not in ([True, False, False], [False, True, True]):
        raise Unfit("`certificate` and `key` are expected, or `acme`", "tls")
    if acme is None:
        _files(said, "tls")
        return
    if not is_directory(acme.directory):
        raise Unfit(f"{quoted(acme.directory)} is no https URL of an ACME directory", "tls", "acme", "directory")
    if acme.contact is not None and not is_contact(acme.contact):
        raise Unfit(f"{quoted(acme.contact)} is no address for mail", "tls", "acme", "contact")
    for key, path in (("roots", acme.roots), ("state", acme.state)):
        if path is not None and not _PATH.fullmatch(path):
            raise Unfit(f"{quoted(path)} is no absolute path of plain letters", "tls", "acme", key)


def _files(said: Encrypted | Certificate, *at: str | int) -> None:
    """The same of the paths of a certificate and its key, which stand *at* these steps."""
    for key, path in (("certificate", said.certificate), ("key", said.key)):
        if path is None or not _PATH.fullmatch(path):
            raise Unfit(f"{quoted(path or '')} is no absolute path of plain letters", *at, key)


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
    encrypted = said.tls.listen if said.tls else None
    return {
        "host": said.host,
        "listen": said.listen,
        "listen_tls": encrypted,
        "trusted_proxies": list(said.trusted_proxies),
    }
