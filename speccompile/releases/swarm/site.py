"""The services of a stack as what is deployed to: planned, told to the swarm one after the other, and asked about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from speccompile.codes.releases import LOCAL_IMAGE
from speccompile.diagnostics import Diagnostic
from speccompile.errors import Refused
from speccompile.record import record
from speccompile.releases import documents as common
from speccompile.releases import pinning
from speccompile.releases.composition import Composition, patience, put, seconds
from speccompile.releases.deployment import Change, Order, each, is_all, ordered
from speccompile.releases.engines.compose import Docker
from speccompile.releases.machine import here
from speccompile.releases.record import HostStatus, Release, ServiceStatus
from speccompile.releases.rolling import Outcome
from speccompile.releases.site import Where, Wish
from speccompile.releases.steps import without_steps
from speccompile.releases.swarm import documents, seen
from speccompile.releases.swarm.conversation import Manager
from speccompile.releases.swarm.updates import Updates
from speccompile.releases.wanted import Group, Wanted, Way
from speccompile.source import Span

_PATIENCE = 120.0  # seconds beside those of the probes in which a node fetches an image and starts a task


@record(kw_only=True)
class SwarmSite:
    """A ``Site``: a manager, and all nodes behind it, of which there are ``nodes``."""

    where: Where
    manager: Manager
    docker: Docker
    nodes: int

    @property
    def name(self) -> str:
        """The manager's machine."""
        return str(self.where.machine)

    def images(
        self, composition: Composition, built: frozenset[str], registry: str | None
    ) -> Mapping[str, pinning.Image]:
        """What the manager has or fetches; with other nodes it must be what a registry has."""
        resolved = self.manager.resolved(self._whole(composition, "services"))
        found: dict[str, pinning.Image] = {}
        problems: list[Diagnostic] = []
        for group, part in composition.parts.items():
            first = next(iter(sorted(part.content["services"], key=lambda name: (name != group, name))))
            reference = str(resolved["services"][first]["image"])
            fetch = group not in built or registry is not None
            image = pinning.pinned(self.manager.hands, self.docker, reference, fetch=fetch)
            if image is None:
                problems.append(pinning.missing(self.where.machine, group, reference, built, registry))
            else:
                found[group] = image
                problems += self._elsewhere(group, reference, image.pinned)
        if problems:
            raise Refused(problems)
        return found

    def lacking(self, images: Mapping[str, str]) -> list[Diagnostic]:
        """Those that the manager neither has nor can fetch."""
        hands, machine = self.manager.hands, self.where.machine
        return [
            pinning.missing(machine, name, image, frozenset((name,)), "its registry" if "@" in image else None)
            for name, image in images.items()
            if pinning.pinned(hands, self.docker, image, fetch="@" in image) is None
        ]

    def keep(self, image: str, name: str) -> None:
        """Give the image one more name."""
        self.manager.hands.try_(self.docker.tag(image, name))

    def planned(self, wish: Wish) -> tuple[Change, ...]:
        """What the swarm would be told."""
        groups, updates = self._prepared(wish, lambda _: None)
        found = [_change(updates, one) for one in ordered(groups) if one.name in wish.chosen]
        if wish.chosen == {one.name for one in groups} and (gone := self._strangers(groups)):
            found.append(Change(name="others", how=f"{len(gone)} services that are no longer wanted are taken away"))
        return tuple(found)

    def carried_out(self, wish: Wish, renew: Callable[[], None], say: Callable[[str], None]) -> tuple[Outcome, ...]:
        """Tell the swarm, one service after the other, and watch; in the end what is no longer wanted is taken away."""
        groups, updates = self._prepared(wish, say)
        order = Order(groups=groups, before={}, chosen=wish.chosen, fail_fast=wish.fail_fast)

        def runs(group: Group) -> bool:
            return all(self.manager.service(one.name) for one in group.workloads)

        outcomes = each(order, runs, lambda group, _: updates.bring(group), renew)
        if is_all(order, outcomes):
            self.manager.remove(self._strangers(groups))
            self.manager.tidy()
        return tuple(outcomes.values())

    def status(self, composition: Composition, release: Release | None) -> HostStatus:
        """How the services are, by the states of their tasks."""
        groups = self._groups(composition, self._versions(composition))
        return HostStatus(
            host=self.name,
            at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            wanted=release.number if release else None,
            services={one.name: self._status(one, release) for one in groups},
        )

    def _elsewhere(self, group: str, reference: str, image: str) -> Iterator[Diagnostic]:
        if self.nodes > 1 and "@" not in image:
            message = f"{group} runs {reference}, which no registry has, and the swarm has {self.nodes} nodes"
            fix = "name a `registry` in deploy.yaml, then `speccompile build --push`"
            yield LOCAL_IMAGE.at(Span(reference), message, fix=fix)

    def _strangers(self, groups: tuple[Group, ...]) -> frozenset[str]:
        return self.manager.names() - {one.name for group in groups for one in group.workloads}

    def _prepared(self, wish: Wish, say: Callable[[str], None]) -> tuple[tuple[Group, ...], Updates]:
        composition = wish.composition
        known = self._versions(composition)
        stacked = self._stacked(composition)
        contents = {name: part.content for name, part in composition.parts.items()}
        updates = Updates(
            manager=self.manager,
            documents={
                name: self.manager.resolved(stacked.document(name, one, "services")) for name, one in contents.items()
            },
            steps={name: self.manager.resolved(stacked.document(name, one, "steps")) for name, one in contents.items()},
            versions=known,
            say=say,
        )
        groups = self._groups(composition, known)
        return without_steps(groups, wish.ran), updates

    def _versions(self, composition: Composition) -> Mapping[str, str]:
        told = [self._whole(composition, key) for key in ("services", "steps")]
        return {
            name: version
            for one in told
            if one["services"]
            for name, version in documents.versions(self.manager.resolved(one)).items()
        }

    def _whole(self, composition: Composition, key: str) -> dict[str, Any]:
        """One file of all parts."""
        stacked = self._stacked(composition)
        found: dict[str, Any] = {}
        for name, part in composition.parts.items():
            for about, what in stacked.document(name, part.content, key).items():
                found[about] = {**found.get(about, {}), **what} if isinstance(what, dict) else what
        return found

    def _stacked(self, composition: Composition) -> documents.Stacked:
        file = Path(here(self.where.app, self.where.environment), "front-door.conf")
        put(file, composition.routes)
        return documents.Stacked(app=self.where.app, images=composition.images, file=str(file), text=composition.routes)

    def _groups(self, composition: Composition, known: Mapping[str, str]) -> tuple[Group, ...]:
        owner = {name: group for group, part in composition.parts.items() for name in part.content["services"]}
        found = []
        for group, part in composition.parts.items():
            told = part.content
            workloads = tuple(
                self._wanted(name, told["services"][name], known[name])
                for name in sorted(told["services"], key=lambda name: (name != group, name))
            )
            needs = frozenset(owner[need] for need in told["needs"] if need in owner) - {group}
            front = any(one.get("configs") for one in told["services"].values())
            steps = tuple(sorted(told["steps"], key=common.step_number))
            found.append(Group(name=group, steps=steps, workloads=workloads, needs=needs, front=front))
        return tuple(found)

    def _wanted(self, name: str, service: Mapping[str, Any], version: str) -> Wanted:
        check, deploy = service.get("healthcheck") or {}, service["deploy"]
        asked = bool(check.get("test")) and not check.get("disable")
        update = deploy.get("update_config") or {}
        replicas = int(deploy.get("replicas") or 1)
        grace = seconds(service.get("stop_grace_period"), 10.0)
        once = (patience(check) if asked else 0.0) + grace
        return Wanted(
            name=name,
            version=version,
            document="",
            replicas=replicas,
            way=Way.BESIDE if update.get("order") == "start-first" else Way.IN_PLACE,
            # One after the other, each watched for as long; and as long again for the way back.
            patience=_PATIENCE + 2 * replicas * (once + seconds(update.get("monitor"), 5.0)),
            grace=grace,
            settle=0.0,
            asked=asked,
            watch=self.where.watch,
        )

    def _status(self, group: Group, release: Release | None) -> ServiceStatus:
        number = release.services[group.name].from_release if release and group.name in release.services else None
        other = ""
        for wanted in group.workloads:
            there = self.manager.service(wanted.name)
            if there is None:
                return ServiceStatus(state="absent", why=f"{wanted.name} is not in the swarm")
            tasks = self.manager.tasks(wanted.name)
            if not seen.is_well(there, tasks, there.version):
                return _unwell(wanted, there, tasks)
            other = other or ("" if there.version == wanted.version else wanted.name)
        if other:
            return ServiceStatus(state="healthy", why=f"{other} is not what release {number or 'none'} says")
        return ServiceStatus(state="healthy", release=number)


def _unwell(wanted: Wanted, there: seen.Service, tasks: tuple[seen.Task, ...]) -> ServiceStatus:
    running = sum(one.state == "running" and one.desired == "running" for one in tasks)
    said = next((one.error for one in seen.culprits(tasks, there.version) if one.error), "")
    why = f"{wanted.name}: {running} of {there.replicas} run{f', {there.update}' if there.update else ''}{f': {said}' if said else ''}"
    state = "unhealthy" if said else "starting"
    return ServiceStatus.model_validate({"state": state, "why": why[:300]})


def _change(updates: Updates, group: Group) -> Change:
    said = []
    for wanted in group.workloads:
        if updates.is_whole(wanted):
            continue
        there = updates.manager.service(wanted.name)
        if there is None:
            how = f"{wanted.name} is started, {wanted.replicas} of it"
        elif there.version == wanted.version:
            how = f"{wanted.name} is brought to {wanted.replicas} that are well"
        elif wanted.way is Way.BESIDE:
            how = f"{wanted.name} is updated by the swarm: a new task starts before an old one ends"
        else:
            how = f"{wanted.name} is updated by the swarm: the old task ends first, and for a moment nothing answers"
        said.append(how)
    return Change(name=group.name, how="; ".join(said), steps=group.steps if said else ())
