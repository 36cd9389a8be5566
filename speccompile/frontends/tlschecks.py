"""What no single key of `tls` in deploy.yaml can be blamed for: where its certificate comes from, and what it has no use together with."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.codes.tls import CERTIFIED, HTTP3_ANNOUNCED
from speccompile.diagnostics import Diagnostic, Related
from speccompile.spec.located import Located, key_span

_FILES = ("certificate", "key")
_EXPECTED = "`certificate` and `key`, or `acme`"


def objections(raw: Located, expected_by: str) -> Iterator[Diagnostic]:
    """Everything that is wrong with the `tls` of *raw* as a whole; what a single key has wrong is not looked at."""
    said = raw.get("tls")
    if not isinstance(said, Located):
        return
    yield from _certified(raw, said, expected_by)
    yield from _two_authorities(raw, said)
    if said.get("http3") is True and raw.get("proxy_protocol") is True:
        yield HTTP3_ANNOUNCED.at(
            key_span(raw, ("tls", "http3")),
            "`http3` with `proxy_protocol`: nobody says in front of HTTP/3 who the client is",
            fix="take `http3` out, or `proxy_protocol`",
            found="`http3: true`",
            expected="no such key",
            expected_by="`proxy_protocol: true`",
            related=(Related("clients are announced by this", key_span(raw, ("proxy_protocol",))),),
        )


def _certified(raw: Located, said: Located, expected_by: str) -> Iterator[Diagnostic]:
    files = [key for key in _FILES if said.get(key) is not None]
    by_acme = said.get("acme") is not None
    if by_acme and files:
        named = " and ".join(f"`{key}`" for key in files)
        yield CERTIFIED.at(
            key_span(raw, ("tls", "acme")),
            "`tls` has `acme`, and a certificate of its own",
            fix=f"take `acme` out, or {named}",
            found=f"`acme` beside {named}",
            expected=_EXPECTED,
            expected_by=expected_by,
            related=(Related("the certificate of a file is named here", key_span(raw, ("tls", files[0]))),),
        )
    elif len(files) == 1:
        (lacking,) = set(_FILES) - set(files)
        yield CERTIFIED.at(
            key_span(raw, ("tls", files[0])),
            f"`tls` has `{files[0]}` and no `{lacking}`",
            fix=f"add `{lacking}: TLS_{lacking.upper()}` below `tls`: the name of a secret",
            found=f"`{files[0]}` alone",
            expected=_EXPECTED,
            expected_by=expected_by,
        )
    elif not by_acme and not files:
        yield CERTIFIED.at(
            key_span(raw, ("tls",)),
            "`tls` says nothing of a certificate",
            fix="add `acme: {}` below `tls`, or the names of two secrets: `certificate: TLS_CERTIFICATE` and `key: TLS_KEY`",
            found="neither `certificate` and `key` nor `acme`",
            expected=_EXPECTED,
            expected_by=expected_by,
        )


def _two_authorities(raw: Located, said: Located) -> Iterator[Diagnostic]:
    acme = said.get("acme")
    if isinstance(acme, Located) and acme.get("staging") is True and acme.get("directory") is not None:
        yield CERTIFIED.at(
            key_span(raw, ("tls", "acme", "staging")),
            "`acme` has a `directory`, and Let's Encrypt's staging environment",
            fix="take `staging` out, or `directory`",
            found="`staging: true`",
            expected="one authority",
            expected_by="`directory`",
            related=(Related("the other authority is named here", key_span(raw, ("tls", "acme", "directory"))),),
        )
