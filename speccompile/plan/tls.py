"""How the front door encrypts: certificates, versions, what is said of both.

TLS 1.2 is RFC 5246, TLS 1.3 RFC 8446, ACME RFC 8555, HTTP/3 RFC 9114, HSTS RFC 6797.
"""

from __future__ import annotations

from typing import assert_never

from speccompile.plan.node import Node
from speccompile.record import record


@record(kw_only=True)
class Versions(Node):
    """No TLS older than ``oldest`` ("1.2" or "1.3") is spoken."""

    oldest: str


@record(kw_only=True)
class ToTls(Node):
    """Requests by plain HTTP are sent to HTTPS."""


@record(kw_only=True)
class Hsts(Node):
    """Browsers are told to remember HTTPS for ``seconds``."""

    seconds: int


@record(kw_only=True)
class CertificateFiles(Node):
    """The operator's own certificate: the secrets ``certificate`` and ``key``."""

    certificate: str
    key: str


@record(kw_only=True)
class HostCertificate(Node):
    """Another one for ``host``, or with ``*.`` in front for all names that are one label longer: the files ``certificate`` and ``key``."""

    host: str
    certificate: str
    key: str


@record(kw_only=True)
class Acme(Node):
    """Certificates from the authority at the ``directory`` (URL), for the hosts that are served; ``contact`` is where it may write to, ``roots`` the
    secret with the certificates by which the directory itself is known (None: everybody's)."""

    directory: str
    contact: str | None
    roots: str | None


@record(kw_only=True)
class Http3(Node):
    """HTTP/3 is spoken, too, which clients are told."""


@record(kw_only=True)
class Tls(Node):
    """TLS with what ``certified`` says, and for some hosts with a certificate ``apart``."""

    certified: CertificateFiles | Acme
    versions: Versions
    redirect: ToTls | None
    hsts: Hsts | None
    http3: Http3 | None = None
    apart: tuple[HostCertificate, ...] = ()

    def own(self, host: str | None) -> HostCertificate | None:
        """The certificate apart for *host*: that of its name, or else of the pattern above it."""
        above = f"*.{host.partition('.')[2]}" if host else ""
        return next((one for name in (host, above) for one in self.apart if name and one.host == name), None)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The names of the files that it reads."""
        others = tuple(name for one in self.apart for name in (one.certificate, one.key))
        match self.certified:
            case CertificateFiles(certificate=certificate, key=key):
                return (certificate, key, *others)
            case Acme(roots=roots):
                return (*((roots,) if roots else ()), *others)
            case _:
                assert_never(self.certified)
