"""SC683 to SC699: certificates of the front door, HTTP/3, and the names of what it asks the operator for."""

from __future__ import annotations

from speccompile.codes.code import Code
from speccompile.diagnostics import Severity

CERTIFIED = Code(
    "SC683",
    "TLS with no certificate, or with two",
    """`tls` has a certificate and its key, which are secrets of the operator's (`certificate`, `key`), or `acme`: the front door gets certificates itself.
    Both, half of one, and neither are nothing that could be meant. So is `acme` from two authorities (`directory`, `staging`).""",
)
NAMELESS = Code(
    "SC684",
    "no name for which there could be a certificate",
    """By ACME an authority gives certificates for names that it finds the front door at. A route without a host is reached under any name, so that no
    certificate would be right for it; an address and a name that nobody outside looks up get none.""",
)
ACME_TEXT = Code(
    "SC685",
    "not what ACME is told",
    """The contact is an address for mail, the directory an https URL. Both become words of the front door's configuration, so that no other characters
    than these have are taken.""",
)
HTTP3_ANNOUNCED = Code(
    "SC686",
    "HTTP/3 behind PROXY protocol",
    """HTTP/3 goes over UDP. With `proxy_protocol` a balancer that passes connections on says who the client is in front of each; nginx and Caddy read
    that of TCP alone, and a balancer of TCP passes no UDP on.""",
)
HTTP3_CLOSED = Code(
    "SC687",
    "HTTP/3 does not reach the machine",
    """The machine that OpenTofu or Terraform makes is reached by TCP at 80 and 443. HTTP/3 goes over UDP: clients try it, and go on with HTTP/2.""",
    Severity.NOTE,
)
PARAMETER_TAKEN = Code(
    "SC688",
    "a variable that is called like a setting of the deployment",
    """What the operator decides is asked in one file (`.env`): where the front door listens, which images run, and what programs want to be told. A
    program's own variable of the same name would get the same value: `HTTP_PORT` is the port of the host, not the one in the container.""",
)

UNUSED_CERTIFICATE = Code(
    "SC690",
    "a certificate for hosts that no route has, or two for one",
    """A certificate of `tls.certificates` is shown to clients that ask for its host. For a host that no route or redirect has nobody would ever see it,
    and of two for the same host nobody could say which.""",
)

CODES: tuple[Code, ...] = (
    CERTIFIED,
    NAMELESS,
    ACME_TEXT,
    HTTP3_ANNOUNCED,
    HTTP3_CLOSED,
    PARAMETER_TAKEN,
    UNUSED_CERTIFICATE,
)
