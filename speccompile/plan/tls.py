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
    """TLS with what ``certified`` says."""

    certified: CertificateFiles | Acme
    versions: Versions
    redirect: ToTls | None
    hsts: Hsts | None
    http3: Http3 | None = None

    @property
    def secrets(self) -> tuple[str, ...]:
        """The names of the files that it reads."""
        match self.certified:
            case CertificateFiles(certificate=certificate, key=key):
                return (certificate, key)
            case Acme(roots=roots):
                return (roots,) if roots else ()
            case _:
                assert_never(self.certified)
