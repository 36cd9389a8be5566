"""TLS between clients and the front door, as deploy.yaml has it: where certificates come from, and what is spoken with them."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from speccompile.codes.tls import ACME_TEXT
from speccompile.regex import regex
from speccompile.spec.bindings.quantities import LastingOrNever
from speccompile.spec.model import SpecModel, refused
from speccompile.spec.names import HostOrPattern, VariableName

_LONGEST = 254
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_CONTACT = regex(rf"[A-Za-z0-9._+-]{{1,64}}@{_LABEL}(?:\.{_LABEL})+")
_DIRECTORY = regex(rf"https://{_LABEL}(?:\.{_LABEL})*(?::[1-9][0-9]{{0,4}})?(?:/[A-Za-z0-9._~-]+)*/?")


def _as_text(value: Any) -> Any:
    """A version that was written without quotes."""
    return str(value) if isinstance(value, float) else value


def is_contact(text: str) -> bool:
    """Whether *text* is an address for mail that an authority may be told."""
    return len(text) <= _LONGEST and _CONTACT.fullmatch(text) is not None


def is_directory(text: str) -> bool:
    """Whether *text* is the URL of an ACME directory."""
    return len(text) <= _LONGEST and _DIRECTORY.fullmatch(text) is not None


def _contact(text: str) -> str:
    if not is_contact(text):
        raise refused(ACME_TEXT, "not an address for mail", "write one such as ops@example.com, without mailto:")
    return text


def _directory(text: str) -> str:
    if not is_directory(text):
        fix = "write the whole URL, such as https://ca.example.com/acme/directory: https, no user, no query"
        raise refused(ACME_TEXT, "not the URL of an ACME directory", fix)
    return text


class Acme(SpecModel):
    """Who gives certificates to the front door by ACME (RFC 8555), for the hosts of its routes."""

    contact: Annotated[str, AfterValidator(_contact)] | None = Field(
        None,
        description="Where the authority may write to about the account.",
        examples=["ops@example.com"],
    )
    directory: Annotated[str, AfterValidator(_directory)] | None = Field(
        None,
        description="The ACME directory of another authority than Let's Encrypt, such as a company's own.",
        examples=["https://ca.example.com/acme/directory"],
    )
    roots: VariableName | None = Field(
        None,
        description="The name of a secret: a file with the certificates by which the directory itself is known, in PEM. Without it, those of the image.",
        examples=["ACME_ROOTS"],
    )
    staging: bool = Field(
        False,
        description="Whether certificates come from Let's Encrypt's staging environment: browsers do not believe them, and the limits are high.",
        examples=[True],
    )


class HostCertificate(SpecModel):
    """A certificate of the operator's for one host of the routes, or for all that a pattern names."""

    host: HostOrPattern = Field(
        description="The host that it is for; `*.example.com` are all hosts that are one label longer. A host's own certificate wins.",
        examples=["*.example.com"],
    )
    certificate: VariableName = Field(
        description="The name of a secret: a file with the certificate and those between it and the root, in PEM.",
        examples=["EXAMPLE_COM_CERTIFICATE"],
    )
    key: VariableName = Field(
        description="The name of a secret: a file with the certificate's key, in PEM.", examples=["EXAMPLE_COM_KEY"]
    )


class Tls(SpecModel):
    """A certificate and its key, or who gives them; what is spoken with them, and what becomes of requests without."""

    certificate: VariableName | None = Field(
        None,
        description="The name of a secret: a file with the certificate and those between it and the root, in PEM. With `key`, or `acme` instead of both.",
        examples=["TLS_CERTIFICATE"],
    )
    key: VariableName | None = Field(
        None, description="The name of a secret: a file with the certificate's key, in PEM.", examples=["TLS_KEY"]
    )
    acme: Acme | None = Field(
        None,
        description="That the front door gets its certificates itself, by ACME: one for each host of its routes, renewed in time. From Let's Encrypt, whose "
        "terms of service are agreed to, where no `directory` is named; `acme: {}` is enough.",
        examples=[{"contact": "ops@example.com"}],
    )
    certificates: tuple[HostCertificate, ...] = Field(
        (),
        description="Other certificates for some hosts, which clients are shown that ask for these (SNI); all others get `certificate`, or what `acme` gives.",
        examples=[[{"host": "*.example.com", "certificate": "EXAMPLE_COM_CERTIFICATE", "key": "EXAMPLE_COM_KEY"}]],
    )
    oldest: Annotated[Literal["1.2", "1.3"], BeforeValidator(_as_text)] | None = Field(
        None,
        description="The oldest version that is spoken; without it, what assertions demand, or 1.2.",
        examples=["1.3"],
    )
    redirect: bool = Field(
        True, description="Whether requests by plain HTTP are sent to HTTPS (port 443).", examples=[False]
    )
    hsts: LastingOrNever | None = Field(
        None,
        description="How long browsers remember that there is HTTPS (Strict-Transport-Security); 0 is never. Without it, a year where an "
        "assertion demands it, else never.",
        examples=["180d"],
    )
    http3: bool = Field(
        False,
        description="Whether HTTP/3 is spoken, too: over UDP, at the same port as HTTPS, which browsers are told by Alt-Svc.",
        examples=[True],
    )
