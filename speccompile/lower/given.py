"""What deploy.yaml gives a container by name, and nothing else asks for: ``labels``, ``extra_hosts``, ``resources.gpus``.

They are the container's that serves or works; steps of a release have the hosts alone. An image beside the services has no hosts: it has no way out.
"""

from __future__ import annotations

from speccompile.plan.given import Given, Gpus, KnownHost, Label
from speccompile.provenance import Cause, because, merged
from speccompile.spec.beside import AccessoryService
from speccompile.spec.deploy import BuiltService
from speccompile.spec.given import ALL

CODE = "SC764"
TITLE = "labels, hosts and graphics processors"


def given(asked: BuiltService | AccessoryService | None) -> Given | None:
    """What *asked* gives; None where that is nothing."""
    if asked is None:
        return None
    labels = tuple(
        Label(key=key, value=value, origin=because(CODE, Cause(asked.at("labels", key))))
        for key, value in sorted(asked.labels.items())
    )
    hosts = tuple(
        KnownHost(name=name, address=address, origin=because(CODE, Cause(asked.at("extra_hosts", name))))
        for name, address in sorted(asked.extra_hosts.items() if isinstance(asked, BuiltService) else ())
    )
    return _all(labels, hosts, _gpus(asked))


def of_a_step(all_of_it: Given | None) -> Given | None:
    """What of *all_of_it* a step of a release gets: it may talk to the same hosts, and nobody looks for it."""
    return _all((), all_of_it.hosts, None) if all_of_it else None


def _all(labels: tuple[Label, ...], hosts: tuple[KnownHost, ...], gpus: Gpus | None) -> Given | None:
    parts = (*labels, *hosts, *((gpus,) if gpus else ()))
    if not parts:
        return None
    return Given(labels=labels, hosts=hosts, gpus=gpus, origin=merged(one.origin for one in parts))


def _gpus(asked: BuiltService | AccessoryService) -> Gpus | None:
    wanted = asked.resources.gpus if asked.resources else None
    if not wanted:
        return None
    origin = because(CODE, Cause(asked.at("resources", "gpus")))
    return Gpus(count=None if wanted == ALL else wanted, origin=origin)
