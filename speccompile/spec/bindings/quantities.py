"""What bindings are measured in: durations of any length, sizes, shares, numbers."""

from __future__ import annotations

import re
from ipaddress import ip_network
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from speccompile.codes.meaning import DURATION, NAME, RANGE, SIZE
from speccompile.spec.model import refused
from speccompile.spec.names import matcher, text_schema
from speccompile.spec.zone_names import closest, is_zone

_UNITS = (("w", 604_800.0), ("d", 86_400.0), ("h", 3600.0), ("m", 60.0), ("s", 1.0), ("ms", 0.001))
_DURATION = "".join(rf"(?:([0-9]{{1,9}}){unit})?" for unit, _ in _UNITS)
_SIZE = r"([0-9]{1,15}) ?(?:([kmgtKMGT])i?)?[bB]?"
_STEPS = "bkmgt"
_WORD = r"[A-Za-z0-9](?:[A-Za-z0-9 ._+-]{0,62}[A-Za-z0-9])?"
_ZONE = r"[A-Za-z][A-Za-z0-9_+-]{0,40}(?:/[A-Za-z0-9][A-Za-z0-9_+-]{0,40}){0,2}"
_ORIGIN = r"\*|https?://[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?(?::[0-9]{1,5})?"


def lasting(value: Any) -> float:
    """Seconds of *value*: ``30``, ``200ms``, ``1m30s``, ``14d``, ``2w``."""
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return float(value)
    found = re.fullmatch(_DURATION, value) if isinstance(value, str) and value else None
    total = sum(int(part or 0) * unit for part, (_, unit) in zip(found.groups(), _UNITS, strict=True)) if found else 0
    if not total:
        raise refused(DURATION, "not a duration", "write a duration such as 200ms, 30s, 1m30s, 2h or 14d")
    return round(total, 3)


def lasting_or_never(value: Any) -> float:
    """The same, or 0."""
    return 0.0 if value == 0 and isinstance(value, int) and not isinstance(value, bool) else lasting(value)


def size(value: Any) -> int:
    """Bytes of *value* (``8388608``, ``8M``, ``8MiB``); units are powers of 1024."""
    found = re.fullmatch(_SIZE, value) if isinstance(value, str) else None
    total = value if isinstance(value, int) and not isinstance(value, bool) else 0
    if found:
        total = int(found[1]) * 1024 ** _STEPS.index((found[2] or "b").lower())
    if not 0 < total <= 1024**5:
        raise refused(SIZE, "not a size", "write a size such as 512K, 8MiB or 1G")
    return int(total)


def _more_than_none(number: float) -> float:
    if not 0 < number <= 10**9:
        raise refused(RANGE, "a number above 0 is expected", "write a number such as 10")
    return number


def _several_or_none(number: int) -> int:
    if not 0 <= number <= 10**9:
        raise refused(RANGE, "a number of times is expected", "write a number such as 3, or 0 for never")
    return number


def _network(text: str) -> str:
    try:
        return str(ip_network(text))
    except ValueError:
        raise refused(
            NAME, "not a network", "write an address with the length of its prefix, such as 10.0.0.0/8"
        ) from None


def _zone(name: str) -> str:
    if is_zone(name):
        return name
    near = closest(name)
    raise refused(NAME, "not a time zone as IANA calls it", f"write {near or 'a zone such as Europe/Berlin or UTC'}")


def _share(percent: float) -> float:
    if not 0 < percent <= 100:
        raise refused(RANGE, "a share in per cent is expected", "write a number up to 100, such as 99.9")
    return percent


_QUANTITY: list[Any] = [{"type": "integer", "minimum": 1}, {"type": "string"}]
Lasting = Annotated[float, BeforeValidator(lasting), WithJsonSchema({"anyOf": _QUANTITY, "examples": ["30s"]})]
LastingOrNever = Annotated[
    float,
    BeforeValidator(lasting_or_never),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string"}]}),
]
Times = Annotated[int, AfterValidator(_several_or_none), WithJsonSchema({"type": "integer", "minimum": 0})]
Network = Annotated[str, AfterValidator(_network), text_schema()]
Word = Annotated[
    str,
    AfterValidator(
        matcher(_WORD, NAME, "not a name: letters, digits, spaces and . _ - + between them", "write a short name")
    ),
    text_schema(pattern=f"^{_WORD}$"),
]
Zone = Annotated[
    str,
    AfterValidator(_zone),
    text_schema(pattern=f"^{_ZONE}$"),
]
Origin = Annotated[
    str,
    AfterValidator(
        matcher(
            _ORIGIN,
            NAME,
            "not an origin: a scheme and a host, without a path",
            "write an origin such as https://shop.example.com",
        )
    ),
    text_schema(pattern=f"^(?:{_ORIGIN})$"),
]
Size = Annotated[int, BeforeValidator(size), WithJsonSchema({"anyOf": _QUANTITY, "examples": ["8MiB"]})]
Number = Annotated[int, AfterValidator(_more_than_none), WithJsonSchema({"type": "integer", "minimum": 1})]
Amount = Annotated[float, AfterValidator(_more_than_none), WithJsonSchema({"type": "number", "exclusiveMinimum": 0})]
Percent = Annotated[
    float, AfterValidator(_share), WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "maximum": 100})
]
