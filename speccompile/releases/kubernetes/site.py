"""A namespace of a cluster as what is deployed to: planned, told service by service, and asked about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from speccompile.codes.releases import PLATFORM
from speccompile.diagnostics import Diagnostic
from speccompile.errors import Refused
from speccompile.record import record
from speccompile.releases import pinning
from speccompile.releases.composition import Composition
from speccompile.releases.deployment import Change, Order, each, is_all, ordered
from speccompile.releases.engines.compose import Docker
from speccompile.releases.kubernetes import admitted, documents, groups, refusals
from speccompile.releases.kubernetes.conversation import Cluster, Conflict
from speccompile.releases.kubernetes.documents import Document, key
from speccompile.releases.kubernetes.rollouts import Rollouts
from speccompile.releases.kubernetes.told import Telling, Told, reference
from speccompile.releases.record import HostStatus, Release
from speccompile.releases.rolling import End, Outcome
from speccompile.releases.site import Where, Wish
from speccompile.releases.steps import without_steps
from speccompile.releases.wanted import Group, PlatformFailed
from speccompile.source import Span

_KEPT = "PersistentVolumeClaim"


@record(kw_only=True)
class KubernetesSite:
    """A ``Site``: a namespace of a context of kubectl; images' digests are asked of ``docker`` here."""

    where: Where
    cluster: Cluster
    docker: Docker
    app: str

    @property
    def name(self) -> str:
        """The namespace and the context."""
        return refusals.where(self.cluster.kubectl)

    def images(
        self, composition: Composition, built: frozenset[str], registry: str | None
    ) -> Mapping[str, pinning.Image]:
        """Their digests, as docker here knows them from a registry: built and pushed here, or fetched."""
        found: dict[str, pinning.Image] = {}
        problems: list[Diagnostic] = []
        for group, part in composition.parts.items():
            name = reference(part.content, self.where.told)
            fetch = group not in built or registry is not None
            image = pinning.pinned(self.cluster.hands, self.docker, name, fetch=fetch)
            if image is None or "@" not in image.pinned:
                problems.append(refusals.unpushed(group, name, built=group in built, registry=registry))
            else:
                found[group] = image
        if problems:
            raise Refused(problems)
        return found

    def lacking(self, images: Mapping[str, str]) -> list[Diagnostic]:
        """None: nodes fetch what a release runs from its registry, and say so when they cannot."""
        return [
            refusals.unpushed(name, image, built=True, registry=None)
            for name, image in images.items()
            if "@" not in image
        ]

    def keep(self, image: str, name: str) -> None:
        """Registries keep what a cluster runs."""

    def planned(self, wish: Wish) -> tuple[Change, ...]:
        """What the cluster would be told; its server is asked whether it would take it."""
        all_groups, rollouts, shared = self._prepared(wish, lambda _: None)
        found = [groups.change(rollouts, one) for one in ordered(all_groups) if one.name in wish.chosen]
        if wish.chosen == {one.name for one in all_groups}:
            if changed := [one for one in shared if not rollouts.is_whole(one)]:
                found.append(Change(name="shared", how=f"{', '.join(map(key, changed))}: applied"))
            if gone := self._strangers(rollouts, shared):
                found.append(Change(name="others", how=f"{', '.join(gone)}: no longer wanted, taken away"))
        return tuple(found)

    def carried_out(self, wish: Wish, renew: Callable[[], None], say: Callable[[str], None]) -> tuple[Outcome, ...]:
        """What all share, then one service after the other; what comes in last, and what is no longer wanted is taken away."""
        all_groups, rollouts, shared = self._prepared(wish, say)
        self._stand(rollouts, shared)
        order = Order(groups=all_groups, before={}, chosen=wish.chosen, fail_fast=wish.fail_fast)
        outcomes = each(order, rollouts.runs, lambda group, _: rollouts.bring(group), renew)
        if wish.chosen == {one.name for one in all_groups}:
            self._opened(rollouts, shared, outcomes, say)
        if is_all(order, outcomes):
            self._tidied(rollouts, shared, say)
        return tuple(outcomes.values())

    def status(self, composition: Composition, release: Release | None) -> HostStatus:
        """How the controllers are, by their own words, and who else has set what."""
        there = self.cluster.objects()
        told = self._told(composition)
        services = {}
        for name in composition.parts:
            number = release.services[name].from_release if release and name in release.services else None
            services[name] = groups.status(told[name], there, number)
        return HostStatus(
            host=self.name,
            at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            wanted=release.number if release else None,
            services=services,
        )

    def _prepared(
        self, wish: Wish, say: Callable[[str], None]
    ) -> tuple[tuple[Group, ...], Rollouts, tuple[Document, ...]]:
        """What is wanted, and what is there; raises ``Refused`` for all that the cluster would not take."""
        telling = self._telling
        shared = telling.shared(admitted.ground(wish.composition.routes))
        told, there = self._told(wish.composition), self.cluster.objects()
        namespace = self.cluster.namespace()
        there |= {key(namespace): namespace} if namespace else {}
        rollouts = Rollouts(
            cluster=self.cluster,
            told=told,
            before=self._told(wish.before) if wish.before else {},
            there=there,
            say=say,
        )
        found = groups.groups(wish.composition, told, self.where.watch)
        self._refuse(wish, telling, told)
        if namespace:
            chosen = [told[one.name] for one in found if one.name in wish.chosen and rollouts.changed(one)]
            objects = [one for each_ in chosen for one in (*each_.steps, *each_.lasting)]
            self._tried([one for one in (*shared, *objects) if not rollouts.is_whole(one)], there)
        return without_steps(found, wish.ran), rollouts, shared

    def _refuse(self, wish: Wish, telling: Telling, told: Mapping[str, Told]) -> None:
        contents = {name: part.content for name, part in wish.composition.parts.items() if name in wish.chosen}
        missing = {name: tuple(telling.lacking(content)) for name, content in contents.items()}
        every = [one for name in contents for one in (*told[name].steps, *told[name].controllers)]
        problems = [
            *refusals.valueless(missing, self.where.values),
            *refusals.secrets(self.cluster, documents.secrets(every), self.where.values),
        ]
        if problems:
            raise Refused(problems)

    def _tried(self, objects: list[Document], there: Mapping[str, Document]) -> None:
        """Have the server say what it would refuse; raises ``Refused``."""
        try:
            self.cluster.try_out(objects)
        except Conflict as problem:
            wanted = frozenset(map(key, objects))
            live = {**self.cluster.foreign(), **there}.values()
            raise Refused(refusals.conflicts(self.cluster.kubectl, live, wanted, str(problem))) from problem
        except PlatformFailed as problem:
            message = f"the cluster would not take it, and nothing was changed: {str(problem).replace(chr(10), ' ')}"
            fix = "mend what it says, then run the command again"
            raise Refused([PLATFORM.at(Span(self.name), message, fix=fix)]) from problem

    def _stand(self, rollouts: Rollouts, shared: tuple[Document, ...]) -> None:
        """The namespace and what is in it for all; raises ``PlatformFailed``."""
        wanted = [one for one in shared if one["kind"] != "Ingress" and not rollouts.is_whole(one)]
        try:
            self.cluster.apply(wanted)
        except Conflict as problem:
            raise PlatformFailed(str(problem)) from problem

    def _opened(
        self,
        rollouts: Rollouts,
        shared: tuple[Document, ...],
        outcomes: dict[str, Outcome],
        say: Callable[[str], None],
    ) -> None:
        """What comes in: to services that are there by now. Where it cannot be told, what was deployed is not where it shall be."""
        doors = [one for one in shared if one["kind"] == "Ingress" and not rollouts.is_whole(one)]
        if not doors:
            return
        say("what comes in is routed anew")
        try:
            self.cluster.apply(doors)
        except (PlatformFailed, Conflict) as problem:
            for name, one in outcomes.items():
                if one.end is End.DEPLOYED:
                    outcomes[name] = replace(one, end=End.FAILED, why=f"requests do not reach it: {problem}")

    def _tidied(self, rollouts: Rollouts, shared: Iterable[Document], say: Callable[[str], None]) -> None:
        """Take away what is no longer wanted; data are nobody's but the operator's to take away."""
        gone = self._strangers(rollouts, shared)
        try:
            self.cluster.remove(gone)
        except PlatformFailed as problem:  # all that is wanted runs; the next deployment takes it away
            say(f"what is no longer wanted is still there: {problem}")
            return
        if gone:
            say(f"taken away: {', '.join(gone)}")
        wanted = _names(rollouts, shared)
        for one in rollouts.there:
            if one.startswith(f"{_KEPT}/") and one not in wanted:
                say(f"{one} is no longer wanted and stays, with its data: kubectl delete takes it away")

    def _strangers(self, rollouts: Rollouts, shared: Iterable[Document]) -> list[str]:
        wanted = _names(rollouts, shared)
        return sorted(
            one for one in rollouts.there if one not in wanted and not one.startswith((f"{_KEPT}/", "Namespace/"))
        )

    @property
    def _telling(self) -> Telling:
        return Telling(app=self.app, namespace=self.cluster.kubectl.namespace, values=self.where.told)

    def _told(self, composition: Composition) -> dict[str, Told]:
        return {
            name: self._telling.of(name, part.content, composition.images.get(name))
            for name, part in composition.parts.items()
        }


def _names(rollouts: Rollouts, shared: Iterable[Document]) -> set[str]:
    """All that shall be there."""
    return {key(one) for one in shared} | {key(one) for told in rollouts.told.values() for one in told.lasting}
