"""SC999 and SC954: limits are above what is needed to start, waits are long enough to be kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from speccompile.codes import system as codes
from speccompile.regex import regex
from speccompile.verify.compose_findings import entries
from speccompile.verify.system.finding import Finding
from speccompile.verify.system.parsed import System
from speccompile.verify.system.workload import Workload

_SIZE = regex(r"([0-9]+)([bkmg]?)b?")
_UNITS = {"": 1, "b": 1, "k": 2**10, "m": 2**20, "g": 2**30}
_MEBIBYTE = 2**20
# The engine starts nothing with less; deploy.yaml cannot ask for less either.
_PROGRAM, _PULLED = 6 * _MEBIBYTE, 16 * _MEBIBYTE
_STORE = 64 * _MEBIBYTE
_PROCESSES = 8
_SECONDS = regex(r"(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+)s)?")
_PAUSES = ("interval", "timeout")


def _bytes(value: object) -> int:
    """The bytes of a size as compose writes it; 0 for what is none."""
    match = _SIZE.fullmatch(str(value).lower())
    return int(match[1]) * _UNITS[match[2]] if match else 0


def _seconds(value: object) -> int:
    """The whole seconds of a duration as compose or nginx writes it; 0 for what is none."""
    match = _SECONDS.fullmatch(str(value))
    hours, minutes, seconds = (int(part or 0) for part in match.groups()) if match else (0, 0, 0)
    return hours * 3600 + minutes * 60 + seconds


def limits(system: System) -> Iterator[Finding]:
    """SC999: memory, CPUs, processes; what redis may keep."""
    for workload in system.workloads.values():
        at, body = ("services", workload.name), workload.body
        memory, least = _bytes(body.get("mem_limit")), _least(workload)
        if memory < least:
            message = f"{workload.name} may use {body.get('mem_limit')} of memory, and needs {least // _MEBIBYTE} MiB to start"
            yield system.finding((*at, "mem_limit"), codes.FLOOR, message)
        if not _above(body.get("cpus"), 0):
            yield system.finding((*at, "cpus"), codes.FLOOR, f"{workload.name} gets no CPU")
        if not _above(body.get("pids_limit"), _PROCESSES - 1):
            message = f"{workload.name} may have fewer than {_PROCESSES} processes and threads"
            yield system.finding((*at, "pids_limit"), codes.FLOOR, message)
        kept = dict(zip(workload.words, workload.words[1:], strict=False)).get("--maxmemory")
        if kept and _bytes(kept) >= memory:
            message = f"{workload.name} may keep {kept}, and use {body.get('mem_limit')}"
            yield system.finding((*at, "mem_limit"), codes.FLOOR, message)


def _least(workload: Workload) -> int:
    return _STORE if workload.pulled else _PROGRAM if workload.built else _PULLED


def _above(value: Any, floor: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > floor


def waits(system: System) -> Iterator[Finding]:
    """SC954: grace periods and health checks."""
    for workload in system.workloads.values():
        at = ("services", workload.name)
        if _seconds(workload.body.get("stop_grace_period")) < 1:
            yield system.finding(
                (*at, "stop_grace_period"), codes.WAIT, f"{workload.name} is killed as it is told to stop"
            )
        check = entries(workload.body.get("healthcheck"))
        # What runs once has none; that nothing else is without one is compose_bounds' concern.
        if check == {"disable": True}:
            continue
        for key in _PAUSES if check else ():
            if _seconds(check.get(key)) < 1:
                message = f"the {key} of the health check of {workload.name} is less than a second"
                yield system.finding((*at, "healthcheck", key), codes.WAIT, message)
        if check and not _above(check.get("retries"), 0):
            message = f"the health check of {workload.name} may fail never"
            yield system.finding((*at, "healthcheck", "retries"), codes.WAIT, message)


def served(system: System) -> Iterator[Finding]:
    """SC954: nginx's timeouts, and its end within the grace period of its container."""
    for server in system.servers:
        grace = _seconds(server.workload.body.get("stop_grace_period"))
        for directive in server.directives:
            if not directive.name.endswith("_timeout") or directive.name == "resolver_timeout" or not directive.args:
                continue
            duration = _seconds(directive.args[0])
            if duration < 1:
                message = f"{directive.name} is less than a second"
                yield Finding(server.path, directive.line, directive.column, codes.WAIT, message)
            if directive.name == "worker_shutdown_timeout" and duration >= grace:
                message = (
                    f"{server.workload.name} is killed after {grace} s, before its connections end after {duration} s"
                )
                yield Finding(server.path, directive.line, directive.column, codes.WAIT, message)
