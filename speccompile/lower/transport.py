"""How requests get to the front door: TLS with its versions, PROXY protocol, IPv6.

Of what is asked of TLS deploy.yaml's word goes first, then the strictest that any assertion demands; HSTS that is demanded without a time is a year.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from speccompile.codes.tls import NAMELESS, UNUSED_CERTIFICATE
from speccompile.diagnostics import Diagnostic, Related
from speccompile.lower.draft import Draft
from speccompile.lower.handover import secret_name
from speccompile.lower.subject import Subject
from speccompile.plan.ingress import Ingress, Redirect, Route
from speccompile.plan.tls import Acme, CertificateFiles, HostCertificate, Hsts, Http3, Tls, ToTls, Versions
from speccompile.provenance import Cause, Origin, because, merged
from speccompile.requirements.asked import Asked
from speccompile.requirements.kinds import Transport

if TYPE_CHECKING:
    from speccompile.spec import tls as spec

CODE = "SC385"
"""The rule of the front door."""
LETS_ENCRYPT = "https://acme-v02.api.letsencrypt.org/directory"
STAGING = "https://acme-staging-v02.api.letsencrypt.org/directory"
"""https://letsencrypt.org/docs/staging-environment/"""

_YEAR = 365 * 86400


def tls(said: spec.Tls | None, services: Sequence[tuple[Subject, Draft]]) -> Tls | None:
    """TLS as it is *said*, and as the assertions of *services* that are public demand it; None where nobody has a certificate."""
    if said is None:
        return None
    asked = [one for subject, draft in services if draft.exposure.public for one in subject.asks(Transport)]
    certified = _certified(said)
    why = certified.origin
    return Tls(
        certified=certified,
        versions=_versions(said, asked, why),
        redirect=_redirect(said, asked, why),
        hsts=_hsts(said, asked),
        http3=Http3(origin=_why(said, "http3")) if said.http3 else None,
        apart=tuple(_apart(said)),
        origin=why,
    )


def _certified(said: spec.Tls) -> CertificateFiles | Acme:
    """Where certificates come from: the files, where both are named, else an authority."""
    if said.certificate and said.key:
        why = merged((_why(said, "certificate"), _why(said, "key")))
        return CertificateFiles(certificate=secret_name(said.certificate), key=secret_name(said.key), origin=why)
    acme = said.acme
    if acme is None:
        raise ValueError("neither files nor an authority: the reader of deploy.yaml lets no such thing pass")
    written = (because(CODE, Cause(said.at("acme", key))) for key in sorted(acme.model_fields_set))
    return Acme(
        directory=acme.directory or (STAGING if acme.staging else LETS_ENCRYPT),
        contact=acme.contact,
        roots=secret_name(acme.roots) if acme.roots else None,
        origin=merged((_why(said, "acme"), *written)),
    )


def _apart(said: spec.Tls) -> Iterator[HostCertificate]:
    """The certificates of hosts, each because of all that stands in its entry."""
    for number, one in enumerate(said.certificates):
        keys = ((), ("host",), ("certificate",), ("key",))
        why = merged(because(CODE, Cause(said.at("certificates", number, *key))) for key in keys)
        yield HostCertificate(
            host=one.host, certificate=secret_name(one.certificate), key=secret_name(one.key), origin=why
        )


def _why(said: spec.Tls, key: str) -> Origin:
    return because(CODE, Cause(said.at(key)))


def _versions(said: spec.Tls, asked: Sequence[Asked[Transport]], why: Origin) -> Versions:
    if said.oldest:
        return Versions(oldest=said.oldest, origin=_why(said, "oldest"))
    demanded = [one for one in asked if one.requirement.version]
    oldest = max((one.requirement.version or "" for one in demanded), default="1.2")
    causes = [because(CODE, one.cause) for one in demanded]
    return Versions(oldest="1.3" if oldest == "1.3" else "1.2", origin=merged((*causes, why)))


def _redirect(said: spec.Tls, asked: Sequence[Asked[Transport]], why: Origin) -> ToTls | None:
    if not said.redirect:
        return None
    causes = [because(CODE, one.cause) for one in asked if one.requirement.redirect]
    told = [_why(said, "redirect")] if "redirect" in said.model_fields_set else [why]
    return ToTls(origin=merged((*told, *causes)))


def _hsts(said: spec.Tls, asked: Sequence[Asked[Transport]]) -> Hsts | None:
    demanded = [one for one in asked if one.requirement.hsts]
    if said.hsts is None:
        seconds = max((one.requirement.hsts_age or 0 for one in demanded), default=0) or _YEAR
        return (
            Hsts(seconds=math.ceil(seconds), origin=because(CODE, *(one.cause for one in demanded)))
            if demanded
            else None
        )
    return Hsts(seconds=math.floor(said.hsts), origin=_why(said, "hsts")) if said.hsts >= 1 else None


def misnamed(entry: Ingress | None) -> Iterator[Diagnostic]:
    """What of *entry* there is no certificate for, and which certificates nobody would see."""
    yield from _nameless(entry)
    yield from _unseen(entry)


def _unseen(entry: Ingress | None) -> Iterator[Diagnostic]:
    """Certificates for hosts that no place of *entry* has, and second ones for a host."""
    hosts = sorted({place.host for place in entry.places if place.host}) if entry else []
    seen: dict[str, HostCertificate] = {}
    for one in entry.tls.apart if entry and entry.tls else ():
        before = seen.setdefault(one.host, one)
        if before is one and any(one.host in (host, f"*.{host.partition('.')[2]}") for host in hosts):
            continue
        known = f"one of {', '.join(hosts)}" if hosts else "give a route a host"
        yield UNUSED_CERTIFICATE.at(
            one.origin.causes[0].span,
            f"{one.host} has {'no route' if before is one else 'two certificates'}",
            fix=f"take the entry out, or name another host: {known}" if before is one else "take one of the two out",
            found=one.host,
            expected="a host that a route has, once",
            expected_by="`tls.certificates`",
            related=(Related("the first one", before.origin.causes[0].span),) if before is not one else (),
        )


def _nameless(entry: Ingress | None) -> Iterator[Diagnostic]:
    """Places of *entry* at which requests come in by names that no authority certifies."""
    tls = entry.tls if entry else None
    if entry is None or tls is None or not isinstance(tls.certified, Acme):
        return
    seen: set[tuple[str, str | None]] = set()
    for place in entry.places:
        why = _uncertified(place.host, tls.certified.directory)
        if why is None or tls.own(place.host) or (place.service, place.host) in seen:
            continue
        seen.add((place.service, place.host))
        yield NAMELESS.at(
            place.origin.causes[0].span,
            f"{place.service} is reached {why}, and certificates by ACME are for names",
            fix=_way_to_one(place),
            found=place.host or "any host",
            expected="a host name",
            expected_by="`tls.acme`",
            related=(Related("certificates come by ACME", tls.certified.origin.causes[0].span),),
        )


def _way_to_one(place: Route | Redirect) -> str:
    """How *place* gets a certificate all the same."""
    if (place.host or "").startswith("*."):
        files = f'{{host: "{place.host}", certificate: PATTERN_CERTIFICATE, key: PATTERN_KEY}}'
        return f"name a certificate for the pattern beside `acme` (`tls: {{certificates: [{files}]}}`); or name the hosts, a route for each"
    return (
        f"give it one in deploy.yaml: `route: {{host: {place.service}.example.com, path: {place.path}}}`, with a name that leads to the front "
        "door; or name a certificate of your own (`tls: {certificate: TLS_CERTIFICATE, key: TLS_KEY}`)"
    )


def _uncertified(host: str | None, directory: str) -> str | None:
    """Why nobody gives a certificate for *host*; None where the authority at *directory* does."""
    if host is None:
        return "under any host"
    if host.rpartition(".")[2].isdecimal():
        return f"at the address {host}"
    if host.startswith("*."):
        return f"under all names below {host[2:]}, for which authorities want DNS-01"
    if "." not in host and directory in (LETS_ENCRYPT, STAGING):
        return f"as {host}, which nobody outside looks up"
    return None
