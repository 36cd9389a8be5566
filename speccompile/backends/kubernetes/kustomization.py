"""The kustomization: every manifest, the images whose tags the operator sets, the parameters whose values the operator may replace."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from speccompile.backends.kubernetes.entries import block, listed, plain
from speccompile.backends.yaml import Entry
from speccompile.provenance import Origin, merged
from speccompile.realise.kubernetes.kinds import Controller, CronJob, Image, Job, KubernetesPlan, Setting

_QUOTES = ("'", '"')


def kustomization(plan: KubernetesPlan, files: Sequence[tuple[str, Origin]]) -> Entry:
    """The kustomization of *files*, which are beside it."""
    why = plan.origin
    return block(
        why,
        {
            "apiVersion": plain("kustomize.config.k8s.io/v1beta1", why),
            "kind": plain("Kustomization", why),
            "namespace": plain(plan.app, why),
            "resources": listed(plain(name, origin) for name, origin in files),
            "images": listed(_images(plan.controllers)),
            "configMapGenerator": listed([_parameters(plan)]),
        },
    )


def _images(controllers: Sequence[Controller]) -> Iterator[Entry]:
    """Each image once; those that the plan pins are nobody's to change."""
    found: dict[str, list[Image]] = {}
    for one in controllers:
        image = (one.run.pod if isinstance(one, Job | CronJob) else one.pod).image
        if not image.digest:
            found.setdefault(image.repository, []).append(image)
    for repository, images in sorted(found.items()):
        why = merged(image.origin for image in images)
        tags = {image.tag for image in images}
        if len(tags) == 1 and (tag := images[0].tag):
            yield block(why, {"name": plain(repository, why), "newTag": plain(tag, why)})


def _parameters(plan: KubernetesPlan) -> Entry:
    """The ConfigMap that variables are made of: kustomize adds a digest of its content to its name, so that pods follow its changes."""
    why = plan.origin
    return block(
        why,
        {
            "name": plain(plan.parameters, why),
            "literals": listed(plain(_literal(one), one.origin) for one in plan.settings),
        },
    )


def _literal(one: Setting) -> str:
    """Kustomize takes quotes away from a value that is in quotes as a whole (``removeQuotes`` in its ``api/kv``)."""
    value = one.value
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in _QUOTES
    return f'{one.key}="{value}"' if quoted else f"{one.key}={value}"
