"""Ports, durations and sizes."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from speccompile.codes.code import Code
from speccompile.codes.meaning import DURATION, PORT, RANGE, SIZE
from speccompile.regex import regex
from speccompile.spec.model import refused

_DURATION = regex(r"(?:([0-9]{1,9})h)?(?:([0-9]{1,9})m)?(?:([0-9]{1,9})s)?(?:([0-9]{1,9})ms)?")
_SIZE = regex(r"([0-9]{1,15}) ?(?:([kmgtKMGT])i?)?[bB]?")
_DAY = 86_400
_SMALLEST_MEMORY = 6 * 1024**2  # what the engine itself asks for at least
_LARGEST_MEMORY = 1024**5
_UNITS = "bkmgt"


def seconds(value: Any) -> int:
    """Whole seconds of *value* (``30``, ``30s``, ``1m30s``, ``500ms``), fractions rounded up; 1 to 86,400."""
    fix = "write a duration from 1s to 24h, such as 30s or 1m30s"
    total = _milliseconds(value)
    if total is None:
        raise refused(DURATION, "not a duration", fix)
    rounded = -(-total // 1000)
    if not 1 <= rounded <= _DAY:
        raise refused(DURATION, "a duration from one second to one day is expected", fix)
    return rounded


def _milliseconds(value: Any) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value * 1000
    if not isinstance(value, str):
        return None
    if value.isascii() and value.isdigit() and len(value) < 10:
        return int(value) * 1000
    found = _DURATION.fullmatch(value)
    if not found or not value:
        return None
    hours, minutes, whole, milli = (int(part or 0) for part in found.groups())
    return ((hours * 60 + minutes) * 60 + whole) * 1000 + milli


def memory(value: Any) -> int:
    """Bytes of *value* (``536870912``, ``512M``, ``1G``, ``256Mi``); units are powers of 1024."""
    fix = "write a size such as 512M or 1G"
    size = value if isinstance(value, int) and not isinstance(value, bool) else None
    if isinstance(value, str) and (found := _SIZE.fullmatch(value)):
        size = int(found[1]) * 1024 ** _UNITS.index((found[2] or "b").lower())
    if size is None:
        raise refused(SIZE, "not a size", fix)
    if not _SMALLEST_MEMORY <= size <= _LARGEST_MEMORY:
        raise refused(SIZE, "a size from 6M to 1024T is expected (no container starts with less)", fix)
    return size


def _port(number: int) -> int:
    if not 1 <= number <= 65535:
        raise refused(PORT, "a TCP port is a number from 1 to 65535", "write a port such as 3000")
    if number < 1024:
        raise refused(
            PORT,
            "ports below 1024 belong to root, and nothing that is generated runs as root",
            "let the service listen on a port such as 3000 or 8080; the proxy or the published port maps 80 to it",
        )
    return number


def _between(low: float, high: float, what: str, code: Code = RANGE) -> AfterValidator:
    def check(number: float) -> float:
        if not low <= number <= high:
            raise refused(code, f"{what} from {low} to {high} is expected", f"write a number from {low} to {high}")
        return number

    return AfterValidator(check)


def _format_version(number: int) -> int:
    if number != 1:
        raise refused(RANGE, "this compiler reads version 1 of the format", "write 1, or install a newer compiler")
    return number


def _evidence_version(number: int) -> int:
    if number != 2:
        raise refused(RANGE, "this compiler reads version 2 of the format", "run `speccompile verify`, which writes it")
    return number


_QUANTITY: list[Any] = [{"type": "integer", "minimum": 1}, {"type": "string"}]
Seconds = Annotated[int, BeforeValidator(seconds), WithJsonSchema({"anyOf": _QUANTITY, "examples": ["30s"]})]
Memory = Annotated[int, BeforeValidator(memory), WithJsonSchema({"anyOf": _QUANTITY, "examples": ["512M"]})]
Port = Annotated[int, AfterValidator(_port), WithJsonSchema({"type": "integer", "minimum": 1024, "maximum": 65535})]
AnyPort = Annotated[
    int, _between(1, 65535, "a TCP port", PORT), WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 65535})
]
Cpus = Annotated[
    float,
    _between(0.01, 1024, "a number of CPUs"),
    WithJsonSchema({"type": "number", "minimum": 0.01, "maximum": 1024}),
]
Retries = Annotated[
    int, _between(1, 100, "a number of retries"), WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 100})
]
Percent = Annotated[
    int, _between(1, 99, "a share in per cent"), WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 99})
]
Replicas = Annotated[
    int, _between(1, 1000, "a number of replicas"), WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 1000})
]
Count = Annotated[int, _between(0, 10**15, "a count"), WithJsonSchema({"type": "integer", "minimum": 0})]
ExitStatus = Annotated[int, _between(-255, 255, "an exit status"), WithJsonSchema({"type": "integer"})]
EvidenceVersion = Annotated[int, AfterValidator(_evidence_version), WithJsonSchema({"const": 2})]
FormatVersion = Annotated[int, AfterValidator(_format_version), WithJsonSchema({"const": 1})]
