"""What is asked of each platform's artifacts, and how values are told apart from their notation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

_UNITS = {"": 1, "b": 1, "k": 2**10, "m": 2**20, "g": 2**30, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30}


class Answers(NamedTuple):
    """What one workload may do, has, and is asked; ``escalates`` is None where the platform has no word for it, which is a loss that it declares."""

    user: str
    read_only: bool
    capabilities: bool
    escalates: bool | None
    memory: int
    cpus: float
    writable: frozenset[str]
    secrets: frozenset[str]
    variables: frozenset[str]
    ready: tuple[str, ...]
    goes_out: bool
    number: int


class System(NamedTuple):
    """A whole system: its workloads, who calls whom ("" is what comes in), and of what runs by a schedule or must not run twice, by the fields of
    cron ("" by hand), whether a second run is kept away."""

    workloads: Mapping[str, Answers]
    calls: frozenset[tuple[str, str]]
    overlaps: Mapping[tuple[str, str], bool]


def octets(size: str) -> int:
    """The bytes that *size* says."""
    number, unit = re.fullmatch(r"(\d+)(\w*)", size).groups()  # type: ignore[union-attr]
    return int(number) * _UNITS[unit]


def told(name: str, environment: Mapping[str, str], known: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Whom the workload *name* is told of: in URLs, as hosts, of a backup."""
    names = set(known)
    for variable, value in environment.items():
        for host in re.findall(r"(?:://|@|\A)(?:[^/@\s]*@)?(?:tcp\()?([a-z][a-z0-9-]*)(?=[:/,)]|\Z)", value):
            if host in names and (variable == "BACKUP_OF" or value != host or variable.endswith("HOST")):
                yield name, host


def passed_on(configuration: str) -> Iterator[tuple[str, str]]:
    """Whom nginx passes requests on to."""
    yield from (("", host) for host in re.findall(r"server ([a-z0-9-]+):\d+ resolve", configuration))


def asked(words: Iterable[str]) -> tuple[str, ...]:
    """A health check that asks whether it is ready; compose's asks that too, and ends what hangs."""
    return tuple("ready" if word == "watchdog" else word for word in words)
