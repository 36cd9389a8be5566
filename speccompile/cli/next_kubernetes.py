"""The commands that bring manifests to a cluster."""

from __future__ import annotations

import json
import posixpath
import shlex
from collections.abc import Iterator

from speccompile.cli.workspace import Compiled
from speccompile.plan.plan import Plan
from speccompile.realise.kubernetes.kinds import Component, CronJob, FromParameter, Job, KubernetesPlan
from speccompile.realise.kubernetes.realisation import realised

_BASE = "kubernetes/base"
_OVERLAY = "deploy/kubernetes"
"""Where the overlay is that the steps write: outside of what is generated."""

_TAG = "v1"
_RELEASE = f"app.kubernetes.io/component={Component.RELEASE.value}"
_BEFORE = f"app.kubernetes.io/component notin ({Component.SERVER.value}, {Component.WORKER.value})"


def applied(compiled: Compiled) -> Iterator[str]:
    """Images, an overlay that names them, secrets, what the cluster's owner has to do, then the manifests: those of a release first, where there is
    one."""
    plan = compiled.compilation.plan
    realisation = realised(plan)
    if realisation is None:
        return
    overlay = shlex.quote(compiled.workspace.seen(_OVERLAY))
    namespace = f"kubectl --namespace {shlex.quote(realisation.app)}"
    yield from _images(plan)
    if compiled.ground.is_there(f"{_OVERLAY}/kustomization.yaml"):
        yield f"see that {overlay}/kustomization.yaml, which is there, names the tag that was pushed ({_TAG})"
    else:
        yield f"mkdir -p {overlay} && printf '%s\\n' {' '.join(_lines(compiled, realisation))} > {overlay}/kustomization.yaml"
    if missing := _missing(realisation):
        yield f"write the values of {', '.join(missing)} into {overlay}/kustomization.yaml: nothing starts without"
    if realisation.files or realisation.values:
        yield "speccompile secrets kubernetes, which prints the commands that create the secrets"
    if realisation.hosts:
        yield "kubectl label namespace NAMESPACE speccompile.io/ingress-controller=true, for the namespace of the ingress controller"
    if _releases(realisation):
        yield f"kubectl apply --server-side -k {overlay} -l {shlex.quote(_BEFORE)}"
        yield f"{namespace} wait --for=condition=complete job -l {_RELEASE} --timeout=15m"
    yield f"kubectl apply --server-side -k {overlay}"
    for one in compiled.compilation.variants:
        if one.on == "kubernetes":
            yield f"for {one.name}: the same with an overlay of its own, whose `resources` are kubernetes/overlays/{one.name} in place of kubernetes/base"


def _images(plan: Plan) -> Iterator[str]:
    """Built here and pushed; without a registry brought to the nodes by hand."""
    unnamed = [one.repository.name for one in plan.services if one.repository.registry is None]
    if not plan.services:
        return
    if not unnamed:
        yield f"speccompile build --tag {_TAG} --push"
        return
    yield f"speccompile build --tag {_TAG}"
    names = " ".join(f"{name}:{_TAG}" for name in unnamed)
    yield f"bring {names} to every node (kind load docker-image {names}); or name the `registry` in deploy.yaml, generate, and build with --push"


def _lines(compiled: Compiled, realisation: KubernetesPlan) -> Iterator[str]:
    """The overlay's lines, as words of a shell: the base, the tag of what is built here, the name of a release, places for what has no value."""
    base = posixpath.relpath(posixpath.join(compiled.lock.output, _BASE), _OVERLAY)
    plan = compiled.compilation.plan
    yield shlex.quote(f"resources: [{json.dumps(base)}]")
    if plan.services:
        images = ", ".join(f"{{name: {one.repository.name}, newTag: {_TAG}}}" for one in plan.services)
        yield shlex.quote(f"images: [{images}]")
    if missing := _missing(realisation):
        literals = ", ".join(f"{name}=" for name in missing)
        yield shlex.quote(
            f"configMapGenerator: [{{name: {realisation.parameters}, behavior: merge, literals: [{literals}]}}]"
        )
    if releases := _releases(realisation):
        patches = ", ".join(map(_named, releases))
        yield shlex.quote(f"patches: [{patches}]")


def _named(one: Job) -> str:
    """A job cannot be altered: that of another tag is another one."""
    target, options = f"{{kind: Job, name: {one.name}}}", "{allowNameChange: true}"
    # Kustomize takes what begins with a bracket for JSON, and for nothing else.
    operation = json.dumps([{"op": "replace", "path": "/metadata/name", "value": f"{one.run.pod.name}-{_TAG}"}])
    return f"{{target: {target}, options: {options}, patch: {json.dumps(operation)}}}"


def _releases(realisation: KubernetesPlan) -> list[Job]:
    return [
        one for one in realisation.controllers if isinstance(one, Job) and one.run.pod.component is Component.RELEASE
    ]


def _missing(realisation: KubernetesPlan) -> list[str]:
    """The parameters of variables that nobody but the operator has a value for; secrets are none of these."""
    wanted = {
        one.key
        for controller in realisation.controllers
        for one in (controller.run.pod if isinstance(controller, Job | CronJob) else controller.pod).environment
        if isinstance(one, FromParameter)
    }
    return sorted(wanted - {one.key for one in realisation.settings})
