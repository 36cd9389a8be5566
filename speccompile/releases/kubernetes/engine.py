"""Kubernetes as an engine that releases are deployed by: a namespace of a context of kubectl."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ruamel.yaml import YAML

from speccompile.backends.kubernetes.artifacts import DIRECTORY
from speccompile.codes.clusters import NO_CONTEXT
from speccompile.codes.releases import PLATFORM, UNKEPT
from speccompile.diagnostics import Diagnostic
from speccompile.errors import Refused
from speccompile.plan.plan import Plan
from speccompile.plan.repository import TAG
from speccompile.plan.workload import Workload
from speccompile.realise.kubernetes.names import namespace
from speccompile.record import record
from speccompile.releases import documents as common
from speccompile.releases.composition import Composition
from speccompile.releases.documents import Part
from speccompile.releases.engines.compose import Docker
from speccompile.releases.engines.kubernetes import Kubectl
from speccompile.releases.granted import Granted
from speccompile.releases.kubernetes import admitted, documents
from speccompile.releases.kubernetes.conversation import Cluster
from speccompile.releases.kubernetes.documents import Document
from speccompile.releases.kubernetes.site import KubernetesSite
from speccompile.releases.machine import Machine
from speccompile.releases.runner import Hands
from speccompile.releases.site import Site, Where
from speccompile.releases.wanted import PlatformFailed
from speccompile.source import Span
from speccompile.verify.readers import dotenv

_KUSTOMIZATION = f"{DIRECTORY}/kustomization.yaml"
_FIX = "take out the patch that adds it, or apply it with kubectl's own means: an overlay over generated/kubernetes"
_QUOTES = ("'", '"')


@record()
class _KubernetesEngine:
    """An ``Engine``."""

    output: str = "kubernetes"
    brings_front_door: bool = False

    def composition(self, files: Mapping[str, str], plan: Plan) -> Composition:
        """The manifests in parts; raises ``Refused`` for what a patch adds that no release keeps."""
        yaml = YAML(typ="safe", pure=True)
        told = yaml.load(files[_KUSTOMIZATION])
        tags = {one["name"]: str(one["newTag"]) for one in told.get("images") or ()}
        found = [_tagged(yaml.load(files[f"{DIRECTORY}/{name}"]), tags) for name in told["resources"]]
        manifests = documents.manifests(found)
        settings = dict(_settings(told))
        needs = dict(_needs(plan))
        images = dict(_images(plan))
        parts = {
            name: manifests.part(names, needs.get(name, set()), settings, images.get(name, {}))
            for name, names in common.owned(plan, manifests.controllers).items()
            if any(one in manifests.controllers for one in names)
        }
        if lost := tuple(_lost(parts, manifests)):
            raise Refused(lost)
        return Composition(parts=parts, images={}, routes=manifests.ground)

    def values(self, text: str) -> Mapping[str, str]:
        """As a shell reads them; raises ``dotenv.Unreadable``."""
        return dotenv.operators(text)

    def checked(self, content: bytes, place: str, given: Granted | None) -> Part:
        """See ``admitted``: nothing of a machine is given in a cluster."""
        del given
        return admitted.checked(content, place)

    def address(self, machine: Machine) -> None:
        """Requests come in by a controller of the cluster's own."""
        del machine

    def opened(self, hands: Hands, where: Where) -> Site:
        """The cluster of the context; raises ``Refused`` when none is named, or it does not answer."""
        if where.context is None:
            fix = f"write environments.{where.environment}.context, by a name that `kubectl config get-contexts` prints"
            message = f"{where.environment} does not say which context of kubectl is meant"
            raise Refused([NO_CONTEXT.at(where.said, message, fix=fix)])
        app = namespace(where.app)
        kubectl = Kubectl(context=where.context, namespace=where.namespace or app, app=app)
        cluster = Cluster(hands=hands, kubectl=kubectl)
        try:
            cluster.namespace()
        except PlatformFailed as problem:
            message = (
                f"the cluster of the context {where.context} does not answer: {str(problem).rpartition(chr(10))[2]}"
            )
            fix = f"try: kubectl --context={where.context} get namespace {kubectl.namespace}"
            raise Refused([PLATFORM.at(where.said, message, fix=fix)]) from problem
        return KubernetesSite(where=where, cluster=cluster, docker=Docker(environment=()), app=app)


def _tagged(document: Document, tags: Mapping[str, str]) -> Document:
    """*document* with the tags that the kustomization gives its images."""
    if document["kind"] in (*documents.LASTING, "Job"):
        for container in documents.containers(document):
            name, _, pinned = str(container["image"]).partition("@")
            before, colon, tag = name.rpartition(":")
            repository = before if colon and "/" not in tag else name
            if repository in tags and not pinned:
                container["image"] = f"{repository}:{tags[repository]}"
    return document


def _settings(kustomization: Document) -> Iterator[tuple[str, str]]:
    """The defaults of parameters, as kustomize reads them: without quotes around a whole value."""
    for generator in kustomization.get("configMapGenerator") or ():
        for literal in generator.get("literals") or ():
            key, _, value = str(literal).partition("=")
            quoted = len(value) > 1 and value[0] == value[-1] and value[0] in _QUOTES
            yield key, value[1:-1] if quoted else value


def _needs(plan: Plan) -> Iterator[tuple[str, set[str]]]:
    """The services that each service or store needs, but for itself."""
    workloads: dict[str, tuple[Workload, ...]] = {one.name: one.workloads for one in plan.services}
    workloads |= {one.workload.name: one.workloads for one in plan.stores}
    owner = {one.name: group for group, every in workloads.items() for one in every}
    for group, every in workloads.items():
        yield group, {owner.get(need.name, need.name) for one in every for need in one.depends_on} - {group}


def _images(plan: Plan) -> Iterator[tuple[str, dict[str, Any]]]:
    """The parameters by which an operator chooses another image of each service or store."""
    for one in plan.services:
        yield one.name, {"repository": one.repository.parameter, "tag": TAG, "digest": one.repository.pin}
    for store in plan.stores:
        yield store.workload.name, {"digest": store.pin}


def _lost(parts: Mapping[str, Part], manifests: documents.Manifests) -> Iterator[Diagnostic]:
    for name, part in parts.items():
        if problem := admitted.unkept(part):
            yield UNKEPT.at(Span(DIRECTORY), f"{name}: {problem}", fix=_FIX)
    if problem := admitted.unkept_ground(manifests.shared):
        yield UNKEPT.at(Span(DIRECTORY), problem, fix=_FIX)


ENGINE = _KubernetesEngine()
