"""What deploy.yaml gives a container by name, and nothing else asks for: ``labels``, ``extra_hosts``, ``resources.gpus``, ``mounts``, ``networks``.

They are the container's that serves or works; steps of a release have the hosts and the networks alone. An image beside the services has neither: it has
no way out.
"""

from __future__ import annotations

from speccompile.plan.given import Given, Gpus, HostDirectory, Joined, KnownHost, Label
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
    directories = tuple(
        HostDirectory(
            host=one.host,
            target=one.path,
            writable=one.write,
            origin=because(CODE, *(Cause(one.at(key)) for key in sorted(one.model_fields_set))),
        )
        for one in sorted(asked.mounts, key=lambda one: one.path)
    )
    networks = tuple(
        Joined(name=name, origin=because(CODE, Cause(asked.at("networks", number))))
        for number, name in enumerate(asked.networks if isinstance(asked, BuiltService) else ())
    )
    return _all(labels, hosts, _gpus(asked), directories, networks)


def of_a_step(all_of_it: Given | None) -> Given | None:
    """What of *all_of_it* a step of a release gets: it may talk to the same hosts, and nobody looks for it."""
    return _all((), all_of_it.hosts, None, (), all_of_it.networks) if all_of_it else None


def _all(
    labels: tuple[Label, ...],
    hosts: tuple[KnownHost, ...],
    gpus: Gpus | None,
    directories: tuple[HostDirectory, ...],
    networks: tuple[Joined, ...],
) -> Given | None:
    parts = (*labels, *hosts, *((gpus,) if gpus else ()), *directories, *networks)
    if not parts:
        return None
    return Given(
        labels=labels,
        hosts=hosts,
        gpus=gpus,
        directories=directories,
        networks=networks,
        origin=merged(one.origin for one in parts),
    )


def _gpus(asked: BuiltService | AccessoryService) -> Gpus | None:
    wanted = asked.resources.gpus if asked.resources else None
    if not wanted:
        return None
    origin = because(CODE, Cause(asked.at("resources", "gpus")))
    return Gpus(count=None if wanted == ALL else wanted, origin=origin)
