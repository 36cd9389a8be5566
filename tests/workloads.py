"""A workload that says little, for plans that are made by hand."""

from __future__ import annotations

from dataclasses import replace

from speccompile.plan.workload import Hardening, Limits, Logs, Replicas, Restart, RestartPolicy, Scratch, Stop, Workload
from speccompile.provenance import Origin


def workload(name: str, why: Origin, **changes: object) -> Workload:
    """One that ends, and that nobody calls or asks, because of *why*, with *changes*."""
    plain = Workload(
        name=name,
        user="10001:10001",
        environment=(),
        secrets=(),
        volumes=(),
        scratch=(Scratch(target="/tmp", size=64 * 2**20, mode=0o1777, origin=why),),
        port=None,
        inside=None,
        calls=(),
        egress=None,
        depends_on=(),
        probes=None,
        limits=Limits(memory=512 * 2**20, cpus=1.0, pids=256, origin=why),
        stop=Stop(signal="SIGTERM", grace=10, origin=why),
        restart=Restart(policy=RestartPolicy.NEVER, origin=why),
        replicas=Replicas(count=1, exclusive=False, origin=why),
        hardening=Hardening(read_only=True, no_capabilities=True, no_new_privileges=True, origin=why),
        logs=Logs(files=3, size=10 * 2**20, origin=why),
        init=True,
        origin=why,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]
