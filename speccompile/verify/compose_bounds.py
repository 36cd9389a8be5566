"""What every container of a compose file may do and may use, and how it ends and is started again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from speccompile.codes import compose as codes
from speccompile.plan.plan import ACCESSORY, Plan
from speccompile.realise.compose import realised
from speccompile.realise.front_door import NAME as FRONT
from speccompile.regex import regex
from speccompile.verify.compose_findings import Finding, Services, entries, items

_HOSTILE = (
    "privileged", "devices", "device_cgroup_rules", "pid", "ipc", "uts", "userns_mode", "cgroup", "cgroup_parent", "sysctls",
    "volumes_from", "env_file", "links",
)  # fmt: skip
# A file that says it may bind low ports (Caddy's) is not started where nobody could.
_BINDS = "NET_BIND_SERVICE"
_TAGGED = regex(
    r"[^\s:@]+(?::\d+/[^\s:@]+)?:(?!latest(?:$|[@$]))[A-Za-z0-9_][A-Za-z0-9_.-]*(?:@sha256:[0-9a-f]{64}|\$\{.*\})?"
)

# A slot for the repository whose default names a registry: a host has a dot or a port, or is this machine.
_HOSTED = regex(r"\$\{[A-Z0-9_]+:-(?:[^/}]*[.:][^/}]*|localhost)/")
_BOUNDED = frozenset(("awslogs", "fluentd", "gcplogs", "gelf", "journald", "local", "splunk", "syslog"))
"""Drivers that rotate what they keep, or leave it to somebody else."""


def privileges(plan: Plan, __: Mapping[str, Any], found: Services) -> Iterator[Finding]:
    """SC942: read-only root, numeric user, no capability, nothing of the host, no names but those that deploy.yaml gives."""
    named = {one.name for one in realised(plan).containers if one.given and one.given.hosts}
    for name, body in found.items():
        at = ("services", name)
        if body.get("read_only") is not True:
            yield Finding(at, codes.PRIVILEGES, f"the root of {name} can be written")
        if body.get("cap_drop") != ["ALL"] or "no-new-privileges:true" not in items(body.get("security_opt")):
            yield Finding(at, codes.PRIVILEGES, f"{name} keeps capabilities or may get new privileges")
        if not re.fullmatch(r"[1-9][0-9]*:[1-9][0-9]*", str(body.get("user", ""))):
            yield Finding(at, codes.PRIVILEGES, f"{name} does not run as a numeric user that is not root")
        if "cap_add" in body and (name != FRONT or body["cap_add"] != [_BINDS]):
            yield Finding((*at, "cap_add"), codes.PRIVILEGES, f"{name} is given {body['cap_add']}")
        for key in (*_HOSTILE, *(() if name in named else ("extra_hosts",))):
            if key in body:
                yield Finding((*at, key), codes.PRIVILEGES, f"{name} has {key}")


def limits(_: Plan, __: Mapping[str, Any], found: Services) -> Iterator[Finding]:
    """SC943: memory, CPUs and processes are bounded."""
    for name, body in found.items():
        cpus, pids = body.get("cpus"), body.get("pids_limit")
        bounded = re.fullmatch(r"[1-9][0-9]*[bkmg]", str(body.get("mem_limit", "")))
        if not bounded or not isinstance(cpus, int | float) or cpus <= 0 or not isinstance(pids, int) or pids <= 0:
            yield Finding(("services", name), codes.LIMITS, f"{name} lacks a limit of memory, CPUs or processes")


def restart(plan: Plan, _: Mapping[str, Any], found: Services) -> Iterator[Finding]:
    """SC948: jobs and steps of a release end, servers and workers come back; all stop politely."""
    ending = {one.name for one in plan.services if one.role in ("job", "tool")}
    ending |= {one.workload.name for service in plan.services for one in service.processes if one.ends}
    ending |= {store.backup.workload.name for store in plan.stores if store.backup}
    for name, body in found.items():
        policy, at = body.get("restart"), ("services", name)
        bounded = policy == "no" or re.fullmatch(r"on-failure:[1-9][0-9]*", str(policy))
        ends = name in ending
        if (ends and not bounded) or (not ends and policy in (None, "no")):
            yield Finding(at, codes.RESTART, f"{name} is {'started again for ever' if ends else 'not started again'}")
        if not body.get("stop_signal") or not body.get("stop_grace_period"):
            yield Finding(at, codes.RESTART, f"{name} has no stop signal or no grace period")


def logs(_: Plan, __: Mapping[str, Any], found: Services) -> Iterator[Finding]:
    """SC949: rotated, or with somebody who bounds what is kept. Only json-file grows for ever (docs.docker.com/engine/logging/configure)."""
    for name, body in found.items():
        logging = entries(body.get("logging"))
        options = entries(logging.get("options"))
        rotated = logging.get("driver") == "json-file" and options.get("max-size") and options.get("max-file")
        if not rotated and logging.get("driver") not in _BOUNDED:
            yield Finding(("services", name), codes.LOGS, f"the logs of {name} are not rotated")


def checks(plan: Plan, _: Mapping[str, Any], found: Services) -> Iterator[Finding]:
    """SC950: exec form, bounded, for all that serves; what runs in a server's image and is none has its check taken away."""
    serving = {one.name for one in plan.services if one.archetype == "web-service"}
    workers = {
        box.name for one in plan.services for box in one.workloads if one.role == "worker" or box is not one.workload
    }
    others = {box.name for one in plan.services for box in one.workloads} - serving
    others |= {store.backup.workload.name for store in plan.stores if store.backup}
    borrowed = {one.workload.name for service in plan.services if service.port for one in service.processes}
    accessories = {store.workload.name for store in plan.stores if store.kind == ACCESSORY}
    for container in realised(plan).containers:
        body = found.get(container.name, {})
        check, at = body.get("healthcheck"), ("services", container.name)
        serves = container.name not in others
        if container.name in borrowed and check == {"disable": True}:
            continue
        if container.name in borrowed and container.check is None:
            yield Finding(at, codes.CHECK, f"{container.name} is asked for the health of a server, and is none")
        unknown = container.name in accessories and container.check is None
        beats = container.name in workers and container.check is not None
        if (serves or beats) != bool(check) and not unknown:
            yield Finding(at, codes.CHECK, f"{container.name} has {'no' if serves or beats else 'a'} health check")
        if check:
            test = entries(check).get("test")
            bounded = all(
                re.fullmatch(r"[1-9][0-9]*s", str(entries(check).get(key, ""))) for key in ("interval", "timeout")
            )
            if not isinstance(test, list) or len(test) < 2 or test[0] != "CMD" or not bounded or check.get("disable"):
                yield Finding(
                    (*at, "healthcheck"),
                    codes.CHECK,
                    f"the health check of {container.name} is not in exec form or not bounded",
                )


def images(plan: Plan, _: Mapping[str, Any], found: Services) -> Iterator[Finding]:
    """SC951: built here, named and never pulled unasked; or tagged."""
    built = {box.name for service in plan.services for box in service.workloads}
    for name, body in found.items():
        if name in built:
            if set(entries(body.get("build"))) - {"secrets"} != {"context", "dockerfile"}:
                yield Finding(("services", name), codes.IMAGE, f"{name} is not built from its Dockerfile alone")
            if "image" not in body or (body.get("pull_policy") != "never" and not _HOSTED.match(str(body["image"]))):
                message = f"the image of {name} has no name, or somebody else's of that name could be pulled"
                yield Finding(("services", name), codes.IMAGE, message)
        elif "build" in body or not _TAGGED.fullmatch(str(body.get("image", ""))):
            yield Finding(("services", name), codes.IMAGE, f"the image of {name} is not pinned to a tag")


def exclusive(plan: Plan, _: Mapping[str, Any], found: Services) -> Iterator[Finding]:
    """SC952: one name, one container."""
    for container in realised(plan).containers:
        body = found.get(container.name, {})
        if container.replicas.exclusive and (
            not body.get("container_name") or "replicas" in entries(body.get("deploy")) or "scale" in body
        ):
            yield Finding(("services", container.name), codes.EXCLUSIVE, f"a second {container.name} could be started")
