"""Names and other short texts, each in the grammar of the strictest reader that it reaches."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import AfterValidator, WithJsonSchema

from speccompile.codes.code import Code
from speccompile.codes.meaning import ASSERTION_ID, DIGEST, EMPTY, HOST, LINES, NAME, NETWORK, TIME, VERSION
from speccompile.regex import regex
from speccompile.spec.model import refused

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_IMAGE_PART = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"  # a path component of github.com/distribution/reference
_NUMBER = r"(?:0|[1-9]\d{0,17})"
_PRERELEASE = rf"(?:{_NUMBER}|\d*[A-Za-z-][0-9A-Za-z-]*)"
_LINE_RANGE = r"[1-9]\d{0,8}(?:-[1-9]\d{0,8})?"
_LONGEST = 512


def matcher(pattern: str, code: Code, message: str, fix: str) -> Callable[[str], str]:
    """A validator that takes only texts that *pattern* (ASCII) matches wholly."""
    whole = regex(pattern, re.ASCII)

    def check(text: str) -> str:
        if len(text) > _LONGEST or not whole.fullmatch(text):
            raise refused(code, message, fix)
        return text

    return check


def text_schema(**more: Any) -> WithJsonSchema:
    """The JSON Schema of a text."""
    return WithJsonSchema({"type": "string", **more})


def named(pattern: str, code: Code, message: str, fix: str) -> Any:
    """What makes a text one that *pattern* matches wholly: its validator, and its JSON Schema."""
    return (AfterValidator(matcher(pattern, code, message, fix)), text_schema(pattern=rf"^{pattern}$"))


def _not_blank(text: str) -> str:
    if not text.strip():
        raise refused(EMPTY, "must not be empty", "write what is meant, or leave the whole entry out")
    return text


_HOST = regex(rf"{_LABEL}(?:\.{_LABEL})*", re.ASCII)


def _host(text: str) -> str:
    if len(text) > 253 or not _HOST.fullmatch(text):
        raise refused(
            HOST,
            "not a host name: only letters, digits and hyphens, in labels with dots between",
            "write a host without scheme, port and path, such as bank.example.com",
        )
    return text.lower()


def _host_or_pattern(text: str) -> str:
    bare = text.removeprefix("*.")
    if len(text) > 253 or not _HOST.fullmatch(bare) or (bare != text and "." not in bare):
        raise refused(
            HOST,
            "not a host name, and no pattern such as *.example.com: only letters, digits and hyphens, in labels with dots between",
            "write a host without scheme, port and path, such as bank.example.com",
        )
    return text.lower()


def _network(text: str) -> str:
    try:
        network = None if "%" in text else ipaddress.ip_network(text)
    except ValueError:
        network = None
    if network is None or network.prefixlen == 0:
        raise refused(
            NETWORK,
            "not the addresses of a network" if network is None else "everybody's addresses",
            "write an address or a network, such as 10.0.0.0/8 or fd00::/8: those of what stands in front of the proxy",
        )
    return str(network)


def _tag(text: str) -> str:
    if text == "latest":
        raise refused(VERSION, "the tag latest names no version", 'write the version that you run, such as "16"')
    return _version_tag(text)


_version_tag = matcher(
    r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}",
    VERSION,
    "not an image tag: letters, digits, dots, hyphens",
    'write a version as the image is tagged, in quotes, such as "16" or "16.4-bookworm"',
)

Filled = Annotated[str, AfterValidator(_not_blank), text_schema(minLength=1)]
SERVICE_NAME = r"[a-z](?:[a-z0-9-]{0,39}[a-z0-9])?"
VARIABLE_NAME = r"[A-Za-z_][A-Za-z0-9_]{0,127}"

ServiceName = Annotated[
    str,
    *named(
        SERVICE_NAME,
        NAME,
        "not a service name: lower-case letters, digits and hyphens, a letter first, at most 41 characters",
        "choose a short lower-case name such as api or order-worker",
    ),
]
VariableName = Annotated[
    str,
    *named(
        VARIABLE_NAME,
        NAME,
        "not the name of an environment variable: letters, digits and underscores, no digit first",
        "write a name such as LOG_LEVEL",
    ),
]
PackageName = Annotated[
    str,
    *named(
        r"[a-z0-9][a-z0-9+.-]{0,127}(?:=[A-Za-z0-9.+:~*-]{1,128})?",
        NAME,
        "not the name of a Debian package, with =VERSION where one is pinned",
        "write a name such as libpq5 or libpq5=15.*",
    ),
]
STORE_WORD = r"[A-Za-z_][A-Za-z0-9_-]{0,62}"
StoreWord = Annotated[
    str,
    *named(
        STORE_WORD,
        NAME,
        "not a name of a database or of its user: letters, digits, underscores and hyphens, no digit first, at most 63",
        "write a name such as shop",
    ),
]
Network = Annotated[str, AfterValidator(_network), text_schema(minLength=2)]
Registry = Annotated[
    str,
    *named(
        rf"(?:localhost|{_LABEL}(?:\.{_LABEL})+|{_LABEL}(?=:))(?::\d{{1,5}})?(?:/{_IMAGE_PART})*",
        NAME,
        "not a registry: a host (with a dot or a port), and a path in lower case",
        "write host/path, such as ghcr.io/acme or docker.io/acme; without a scheme and without a slash at the end",
    ),
]
_PLACE = rf"(?:(?:localhost|{_LABEL}(?:\.{_LABEL})+|{_LABEL}(?=:))(?::\d{{1,5}})?/)?{_IMAGE_PART}(?:/{_IMAGE_PART})*"
_image = matcher(
    rf"{_PLACE}:[A-Za-z0-9_][A-Za-z0-9_.-]{{0,127}}(?:@sha256:[0-9a-f]{{64}})?",
    VERSION,
    "not an image with a tag: a name in lower case, a tag, and a digest behind it where it is pinned",
    "write name:tag or name:tag@sha256:DIGEST, such as axllent/mailpit:v1.27",
)


_LATEST = regex(r":latest(?:@|$)")


def _tagged(text: str) -> str:
    if _LATEST.search(text):
        raise refused(VERSION, "the tag latest names no version", "write the tag of the version that you run")
    return _image(text)


ImageReference = Annotated[str, AfterValidator(_tagged), text_schema()]
UserAndGroup = Annotated[
    str,
    *named(
        r"[1-9][0-9]{0,8}:[1-9][0-9]{0,8}",
        NAME,
        "not the numbers of a user and a group that are not root",
        'write two numbers in quotes, such as "1000:1000"',
    ),
]
Host = Annotated[str, AfterValidator(_host), text_schema(format="hostname")]
HostOrPattern = Annotated[str, AfterValidator(_host_or_pattern), text_schema()]
"""The name of a host, or ``*.`` and one: all names that are one label longer."""
Day = Annotated[
    str,
    *named(
        r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])",
        TIME,
        "not a day as RFC 3339 writes it",
        "write a day such as 2027-06-30",
    ),
]
Unread = Annotated[
    str,
    *named(
        r"SC\d{3}|[a-z]{2,20}",
        NAME,
        "neither the code of a rule nor a kind of demand",
        "write a code such as SC311, or a kind such as store",
    ),
]
TestName = Annotated[
    str,
    *named(
        r"[^\s:/][^\s:]{0,200}(?:::[^\x00-\x1f]{1,200})?",
        NAME,
        "not a test: a file of the project, and perhaps :: and the name of a test in it",
        "write a test such as tests/test_pages.py::test_p95",
    ),
]
ASSERTION = r"A(?:-[A-Z][A-Z0-9]{0,15}){0,4}-\d{1,6}"
ImageTag = Annotated[str, AfterValidator(_tag), text_schema()]
AssertionId = Annotated[
    str,
    *named(
        ASSERTION,
        ASSERTION_ID,
        "not an assertion id",
        "write an id such as A-001 or A-WEB-001",
    ),
]
Digest = Annotated[
    str, *named(r"sha256:[0-9a-f]{64}", DIGEST, "not a SHA-256 digest", "let `speccompile verify` write this file")
]
LineRange = Annotated[
    str, *named(rf"{_LINE_RANGE}(?:, ?{_LINE_RANGE})*", LINES, "not a range of lines", 'write a range such as "15-16"')
]
Timestamp = Annotated[
    str,
    *named(
        r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[Tt](?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d{1,9})?"
        r"(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)",
        TIME,
        "not a point in time as RFC 3339 writes it",
        "write a time such as 2024-01-15T10:00:00Z",
    ),
]
SemVer = Annotated[
    str,
    *named(
        rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-{_PRERELEASE}(?:\.{_PRERELEASE})*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?",
        VERSION,
        "not a semantic version (MAJOR.MINOR.PATCH)",
        'write a version such as "1.0.0"',
    ),
]
