"""What a container is given by name: labels, names of hosts, graphics processors; each in the grammar of the strictest platform."""

from __future__ import annotations

import ipaddress
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from speccompile.codes.given import ADDRESS, LABEL, TAKEN
from speccompile.codes.meaning import RANGE
from speccompile.regex import regex
from speccompile.spec.model import keys_like, refused
from speccompile.spec.names import Host, matcher, text_schema

_WORD = r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,198}[A-Za-z0-9])?"
LABEL_KEY = rf"(?:[a-z0-9](?:[a-z0-9.-]{{0,198}}[a-z0-9])?/)?{_WORD}"
_TAKEN = regex(
    r"(?:com\.docker|io\.docker|org\.dockerproject|org\.opencontainers|io\.podman|com\.spec-driven)\..*"
    r"|podman_systemd_unit"
    r"|(?:.*\.)?(?:kubernetes\.io|k8s\.io|speccompile\.io)/.*"
)
_NO_LINE = r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ue000-\uf8ff]{0,512}"
_MOST = 64
GATEWAY = "host-gateway"

_key = matcher(
    LABEL_KEY,
    LABEL,
    "not the key of a label: letters, digits, dots, hyphens and underscores, and perhaps a domain and a slash in front",
    "write a key such as com.example.team or traefik.enable",
)
_line = matcher(_NO_LINE, LABEL, "not the value of a label: one line, at most 512 characters", "write one short line")


def is_taken(key: str) -> bool:
    """Whether the label *key* is an engine's, a standard's or ours to write."""
    return bool(_TAKEN.fullmatch(key.lower()))


def _label(text: str) -> str:
    if is_taken(text):
        raise refused(
            TAKEN,
            "this label is not yours to write: engines, OCI's standard or the compiler do",
            "take it out, or choose a key of your own such as com.example.team",
        )
    return _key(text)


def _address(text: str) -> str:
    if text == GATEWAY:
        return text
    try:
        if "%" in text:
            raise ValueError
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise refused(
            ADDRESS,
            "neither an IP address nor host-gateway",
            "write an address such as 10.0.0.5 or fd00::5, or host-gateway for the machine that the container runs on",
        ) from None


def _gpus(value: Any) -> int | None:
    """So many, or all (-1, as compose counts them); 0 is none."""
    if value == "all":
        return -1
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MOST:
        raise refused(RANGE, f"a number of GPUs from 0 to {_MOST}, or all, is expected", "write such as 1, or all")
    return value


ALL = -1
"""All GPUs of the machine."""

LabelKey = Annotated[str, AfterValidator(_label), text_schema(pattern=rf"^{LABEL_KEY}$")]
LabelValue = Annotated[str, AfterValidator(_line), text_schema(maxLength=512)]
Address = Annotated[str, AfterValidator(_address), text_schema(minLength=2)]
Gpus = Annotated[
    int,
    BeforeValidator(_gpus),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 0, "maximum": _MOST}, {"const": "all"}]}),
]
Labels = Annotated[
    dict[LabelKey, LabelValue],
    Field(
        default_factory=dict,
        json_schema_extra=keys_like(LABEL_KEY),
        description="Labels of its container, for what looks at containers from outside (Traefik, a collector of logs); annotations of its pods on "
        "Kubernetes. Those of engines, of OCI and of the compiler cannot be written.",
        examples=[{"com.example.team": "payments"}],
    ),
]
Hosts = Annotated[
    dict[Host, Address],
    Field(
        default_factory=dict,
        description="Addresses of hosts that DNS does not know, by name; `host-gateway` is the machine that the container runs on. It may go out then.",
        examples=[{"ledger.internal": "10.0.0.5"}],
    ),
]
