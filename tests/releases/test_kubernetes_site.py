"""Deployments to a cluster in memory: what it is told, what it is never told, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from cluster_in_memory import Cluster, CutOff, Kubectl

from projects import PYTHON_WEB, assertion, compiled, manifest
from speccompile.errors import Refused
from speccompile.releases.composition import Composition
from speccompile.releases.kubernetes.engine import ENGINE
from speccompile.releases.machine import Machine
from speccompile.releases.rolling import End, Outcome
from speccompile.releases.runner import Hands
from speccompile.releases.site import Site, Where, Wish

_WEB = manifest("web-service", assertion(1, "Orders are stored in postgres"), assertion(2, "GET /healthz returns 200"))
_STEP = {"release": [["python", "migrate.py"]], "route": {"path": "/", "host": "shop.example.com"}}
_HELD = {"shop-secret-values": {"DB_PASSWORD"}}
_TOLD = {"TAG": "v1"}


@cache
def _composition(text: str = "") -> Composition:
    """The application; *text* is another word in its environment."""
    services = {"app": {**_STEP, "replicas": 2, **({"env": {"GREETING": text}} if text else {})}}
    said = {"app": "shop", "registry": "ghcr.io/acme", "targets": ["kubernetes"], "services": services}
    done = compiled(PYTHON_WEB, _WEB, said)
    return ENGINE.composition(done.files, done.plan)


def _site(cluster: Cluster, told: dict[str, str] | None = None) -> Site:
    where = Where(
        app="shop",
        environment="production",
        machine=Machine(),
        values=None,
        directory="/",
        watch=0,
        told=told or _TOLD,
        context="prod",
        namespace="shop-prod",
    )
    return ENGINE.opened(Hands(Kubectl(cluster)), where)


def _wish(
    cluster: Cluster, tag: str, before: Wish | None = None, composition: Composition | None = None, **more: Any
) -> Wish:
    wanted = composition or _composition()
    found = _site(cluster, {"TAG": tag}).images(wanted, frozenset(("app",)), "ghcr.io/acme")
    wanted = replace(wanted, images={name: one.pinned for name, one in found.items()})
    return Wish(
        composition=wanted,
        before=before.composition if before else None,
        **{"chosen": frozenset(wanted.parts), "fail_fast": False, **more},
    )


def _deployed(cluster: Cluster, wish: Wish) -> dict[str, Outcome]:
    said: list[str] = []
    return {one.name: one for one in _site(cluster).carried_out(wish, lambda: None, said.append)}


def _running() -> tuple[Cluster, Wish]:
    cluster = Cluster(secrets=dict(_HELD))
    wish = _wish(cluster, "v1")
    assert {one.end for one in _deployed(cluster, wish).values()} == {End.DEPLOYED}
    return cluster, wish


def test_a_first_release_is_whole() -> None:
    """The step has run before anything served, and there is nothing left to do, or to say."""
    cluster, wish = _running()
    assert len(cluster.uids("app")) == 2
    assert cluster.ran, "the step has run"
    assert not any(one.startswith("Job/") for one in cluster.objects), "and is gone"
    told = [words for words in cluster.asked if words[0] == "apply" and "--dry-run=server" not in words]
    assert all("--field-manager=speccompile" in words and "--force-conflicts" not in words for words in told)
    assert {one.how for one in _site(cluster).planned(wish)} == {""}
    asked = len(cluster.asked)
    assert {one.end for one in _deployed(cluster, wish).values()} == {End.UNCHANGED}
    assert len(cluster.asked) - asked < 10, "few calls where nothing is to be done"
    status = _site(cluster).status(wish.composition, None)
    assert {one.state for one in status.services.values()} == {"healthy"}
    assert status.host == "namespace shop-prod of prod"


def test_no_secret_and_no_value_is_an_argument() -> None:
    cluster, _ = _running()
    words = " ".join(word for one in cluster.asked for word in one)
    assert "GREETING" not in words
    assert "sha256" not in words


def test_a_version_that_is_never_well_goes_back() -> None:
    """By what was told before, and old pods have served all the time; what needs it is skipped."""
    cluster, before = _running()
    served = cluster.uids("app")
    wish = _wish(cluster, "v2", before)
    cluster.sick.add(wish.composition.images["app"])
    app = _deployed(cluster, wish)["app"]
    assert (app.end, app.back) == (End.FAILED, True)
    assert "ended with 3" in app.why
    assert "the last line of it" in app.story
    assert "BackOff: again and again" in app.story
    assert cluster.uids("app") == served
    assert {one.state for one in _site(cluster).status(before.composition, None).services.values()} == {"healthy"}


def test_a_store_that_is_never_well_goes_back_and_what_needs_it_is_skipped() -> None:
    """A stateful set does not by itself: the pod that is never ready is taken away."""
    cluster, before = _running()
    images = {**before.composition.images, "db": f"postgres@sha256:{'0' * 64}"}
    wish = replace(before, composition=replace(before.composition, images=images), before=before.composition)
    cluster.sick.add(images["db"])
    done = _deployed(cluster, wish)
    assert (done["db"].end, done["db"].back, done["app"].end) == (End.FAILED, True, End.SKIPPED)
    assert cluster.images("db") == {before.composition.images["db"]}


def test_a_first_version_that_is_never_well_is_taken_away_again() -> None:
    cluster = Cluster(secrets=dict(_HELD))
    wish = _wish(cluster, "v1")
    cluster.sick.add(wish.composition.images["app"])
    app = _deployed(cluster, wish)["app"]
    assert (app.end, app.back) == (End.FAILED, False)
    assert "Deployment/app" not in cluster.objects


def test_without_a_record_it_goes_back_to_what_there_was() -> None:
    """The deployment that made it was cut off before it could be recorded."""
    cluster, before = _running()
    wish = replace(_wish(cluster, "v2"), before=None)
    cluster.sick.add(wish.composition.images["app"])
    app = _deployed(cluster, wish)["app"]
    assert (app.end, app.back) == (End.FAILED, True)
    assert cluster.images("app") == {before.composition.images["app"]}
    live = cluster.objects["Deployment/app"]
    assert live["spec"]["template"]["spec"]["containers"][0]["image"] == before.composition.images["app"]


def test_a_step_that_fails_changes_nothing() -> None:
    cluster, before = _running()
    wish = _wish(cluster, "v2", before)
    cluster.failing.add(wish.composition.images["app"])
    shape = {key: one["metadata"].get("generation") for key, one in cluster.objects.items()}
    app = _deployed(cluster, wish)["app"]
    assert (app.end, app.back) == (End.FAILED, True)
    assert app.why.startswith("the release step app-release failed")
    now = {key: one["metadata"].get("generation") for key, one in cluster.objects.items() if not key.startswith("Job/")}
    assert now == shape
    cluster.failing.clear()
    assert _deployed(cluster, wish)["app"].end is End.DEPLOYED
    assert not any(one.startswith("Job/") for one in cluster.objects), "the failed one is gone, too"


def test_a_rollback_of_one_touches_no_other_pod() -> None:
    """And no step is run again."""
    cluster, before = _running()
    after = _wish(cluster, "v2", before)
    _deployed(cluster, after)
    others, steps = cluster.uids("db"), len(cluster.ran)
    back = replace(before, chosen=frozenset(("app",)), before=after.composition, ran=frozenset(("app", "db")))
    assert _deployed(cluster, back)["app"].end is End.DEPLOYED
    assert cluster.images("app") == {before.composition.images["app"]}
    assert (cluster.uids("db"), len(cluster.ran)) == (others, steps)


def test_what_is_no_longer_wanted_is_taken_away_and_said() -> None:
    """But for what is not ours, and for data."""
    cluster, before = _running()
    labels = {"app.kubernetes.io/part-of": "shop"}
    cluster.objects["Service/theirs"] = {"kind": "Service", "metadata": {"name": "theirs", "labels": labels}}
    for kind in ("Service", "PersistentVolumeClaim"):
        ours = {**labels, "app.kubernetes.io/managed-by": "speccompile"}
        cluster.objects[f"{kind}/old"] = {"kind": kind, "metadata": {"name": "old", "labels": ours}}
    (others,) = (one for one in _site(cluster).planned(before) if one.name == "others")
    assert others.how == "Service/old: no longer wanted, taken away"
    said: list[str] = []
    _site(cluster).carried_out(before, lambda: None, said.append)
    assert {"Service/theirs", "PersistentVolumeClaim/old"} <= cluster.objects.keys()
    assert "Service/old" not in cluster.objects
    assert "taken away: Service/old" in said
    assert any("PersistentVolumeClaim/old is no longer wanted and stays" in line for line in said)


def test_what_somebody_else_has_set_is_never_overwritten() -> None:
    """It is said by status, and refused before anything is changed, with the command that lets go of it."""
    cluster, before = _running()
    cluster.edited("Deployment/app", "replicas", lambda one: one["spec"].update(replicas=7))
    status = _site(cluster).status(before.composition, None)
    assert status.services["app"].state != "healthy" or "kubectl-edit" in (status.services["app"].why or "")
    with pytest.raises(Refused, match="SC719") as caught:
        _deployed(cluster, _wish(cluster, "v2", before))
    (problem,) = caught.value.diagnostics
    assert "Deployment/app: somebody else has set spec.replicas (kubectl-edit)" in problem.message
    assert "--context=prod --namespace=shop-prod patch Deployment/app --type=json" in problem.fix
    assert cluster.objects["Deployment/app"]["spec"]["replicas"] == 7


def test_what_the_server_would_refuse_changes_nothing() -> None:
    cluster, before = _running()
    there = {key: one["metadata"].get("generation") for key, one in cluster.objects.items()}
    cluster.refuses = "admission webhook denied the request: no"
    with pytest.raises(Refused, match="SC705"):
        _deployed(cluster, _wish(cluster, "v2", before))
    assert {key: one["metadata"].get("generation") for key, one in cluster.objects.items()} == there


@pytest.mark.parametrize("held", [{}, {"shop-secret-values": {"OTHER"}}])
def test_a_secret_that_is_not_there_is_refused_with_the_command_that_makes_it(held: dict[str, set[str]]) -> None:
    cluster = Cluster(secrets=held)
    with pytest.raises(Refused, match="SC717") as caught:
        _deployed(cluster, _wish(cluster, "v1"))
    (problem,) = caught.value.diagnostics
    assert problem.fix == "run: speccompile secrets kubernetes --context prod --namespace shop-prod | sh"
    assert cluster.objects == {}


def test_an_image_that_no_registry_has_is_refused() -> None:
    with pytest.raises(Refused, match="SC718") as caught:
        _wish(Cluster(), "unpushed")
    assert "speccompile build --push" in caught.value.diagnostics[0].fix


def test_no_cluster_is_guessed() -> None:
    """The current context is somebody's of the moment."""
    where = Where(app="shop", environment="x", machine=Machine(), values=None, directory="/", watch=0, told={})
    with pytest.raises(Refused, match="SC734"):
        ENGINE.opened(Hands(Kubectl(Cluster())), where)


def test_what_is_cut_off_anywhere_is_made_whole_by_the_next() -> None:
    """After any number of changes, whether the next deployment is of the same version or of another one."""
    calls = 0
    while True:
        cluster, before = _running()
        wish = _wish(cluster, "v2", before, _composition("hello"))
        cluster.calls = calls
        try:
            _deployed(cluster, wish)
        except CutOff:
            cluster.calls = None
            assert cluster.uids("app"), "what served serves"
            for goal in (wish, before):
                again = deepcopy(cluster)
                ends = {one.end for one in _deployed(again, goal).values()}
                assert ends <= {End.DEPLOYED, End.UNCHANGED}
                assert again.images("app") == {goal.composition.images["app"]}
            calls += 1
            continue
        break
    assert calls > 3


ALTERED: dict[str, Callable[[Cluster], object]] = {
    "a service": lambda one: one.objects.pop("Service/app"),
    "a policy": lambda one: one.objects.pop("NetworkPolicy/allow-db"),
    "what comes in": lambda one: one.objects.pop("Ingress/shop"),
    "the account": lambda one: one.objects.pop("ServiceAccount/shop"),
    "a deployment": lambda one: one.objects.pop("Deployment/app"),
}


@pytest.mark.parametrize("name", ALTERED)
def test_what_is_missing_is_made_again(name: str) -> None:
    cluster, before = _running()
    there = set(cluster.objects)
    ALTERED[name](cluster)
    _deployed(cluster, before)
    assert set(cluster.objects) == there
