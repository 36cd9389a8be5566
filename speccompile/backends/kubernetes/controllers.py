"""Controllers, and the volumes that are asked for."""

from __future__ import annotations

from typing import assert_never

from speccompile.backends.kubernetes.entries import block, document, listed, plain, processors, quantity
from speccompile.backends.kubernetes.metadata import labels, matching, metadata
from speccompile.backends.kubernetes.pod import template
from speccompile.backends.yaml import Entry
from speccompile.realise.kubernetes.kinds import (
    Claim,
    Controller,
    CronJob,
    Deployment,
    Job,
    KubernetesPlan,
    Run,
    Scaler,
    StatefulSet,
)

# A run that could not be started in time, as the controller was down, is made up for within this; more than a hundred missed ones stop it.
_LATE = 300
_HISTORY = 3


def controller(plan: KubernetesPlan, one: Controller) -> Entry:
    """The object of a controller."""
    match one:
        case Deployment():
            return _deployment(plan, one)
        case StatefulSet():
            return _stateful_set(plan, one)
        case Job():
            return document("batch/v1", "Job", _metadata(plan, one), one.origin, spec=_run(plan, one.run))
        case CronJob():
            return _cron_job(plan, one)
        case _:
            assert_never(one)


def claim(plan: KubernetesPlan, one: Claim) -> Entry:
    """A volume that is no stateful set's own."""
    head = metadata(one.name, plan.app, one.origin)
    return document("v1", "PersistentVolumeClaim", head, one.origin, spec=_wanted(one))


def _metadata(plan: KubernetesPlan, one: Controller) -> Entry:
    pod = one.run.pod if isinstance(one, Job | CronJob) else one.pod
    return metadata(one.name, plan.app, one.origin, labels(plan.app, pod.name, pod.component, one.origin))


def _deployment(plan: KubernetesPlan, one: Deployment) -> Entry:
    why = one.origin
    steps = block(why, {"maxSurge": plain(1, why), "maxUnavailable": plain(0, why)})
    spec = block(
        why,
        {
            # What is scaled has the number that its autoscaler gives it.
            "replicas": None if one.replicas.most else plain(one.replicas.count, one.replicas.origin),
            "strategy": block(why, {"type": plain("RollingUpdate", why), "rollingUpdate": steps}),
            "selector": matching(plan.app, one.pod.name, why),
            "template": template(plan, one.pod),
        },
    )
    return document("apps/v1", "Deployment", _metadata(plan, one), why, spec=spec)


def _stateful_set(plan: KubernetesPlan, one: StatefulSet) -> Entry:
    why = one.origin
    spec = block(
        why,
        {
            "replicas": plain(one.replicas.count, one.replicas.origin),
            "serviceName": plain(one.pod.name, why),
            "selector": matching(plan.app, one.pod.name, why),
            "template": template(plan, one.pod),
            "volumeClaimTemplates": listed(
                block(
                    own.origin,
                    {"metadata": block(own.origin, {"name": plain(own.name, own.origin)}), "spec": _wanted(own)},
                )
                for own in one.claims
            ),
        },
    )
    return document("apps/v1", "StatefulSet", _metadata(plan, one), why, spec=spec)


def _wanted(one: Claim) -> Entry:
    why = one.origin
    size = block(why, {"requests": block(why, {"storage": plain(quantity(one.size), why)})})
    mode = plain("ReadWriteMany" if one.shared else "ReadWriteOnce", why)
    return block(why, {"accessModes": listed([mode]), "resources": size})


def _cron_job(plan: KubernetesPlan, one: CronJob) -> Entry:
    why = one.origin
    spec = block(
        why,
        {
            "schedule": plain(one.cron, why),
            "timeZone": plain(one.zone, one.zone_origin),
            "suspend": plain(value=True, origin=why) if one.suspended else None,
            "concurrencyPolicy": plain("Allow" if one.overlap else "Forbid", one.overlap_origin),
            "startingDeadlineSeconds": plain(_LATE, why),
            "successfulJobsHistoryLimit": plain(_HISTORY, why),
            "failedJobsHistoryLimit": plain(_HISTORY, why),
            "jobTemplate": block(why, {"spec": _run(plan, one.run)}),
        },
    )
    return document("batch/v1", "CronJob", _metadata(plan, one), why, spec=spec)


def _run(plan: KubernetesPlan, run: Run) -> Entry:
    why = run.origin
    return block(
        why,
        {
            "backoffLimit": plain(run.retries, why),
            "activeDeadlineSeconds": plain(run.deadline, run.deadline_origin) if run.deadline else None,
            # A pod that is still ending counts: what it does and what the next one does must not overlap.
            "podReplacementPolicy": plain("Failed", why),
            "template": template(plan, run.pod),
        },
    )


def scaler(plan: KubernetesPlan, one: Scaler) -> Entry:
    """How many pods a deployment has, by the processor time that they use: what a share of what is promised would be, a tenth, says nothing."""
    why = one.origin
    target = block(why, {"type": plain("AverageValue", why), "averageValue": plain(processors(one.cpu), why)})
    resource = block(why, {"name": plain("cpu", why), "target": target})
    whom = {"apiVersion": plain("apps/v1", why), "kind": plain("Deployment", why), "name": plain(one.name, why)}
    spec = block(
        why,
        {
            "scaleTargetRef": block(why, whom),
            "minReplicas": plain(one.least, why),
            "maxReplicas": plain(one.most, why),
            "metrics": listed([block(why, {"type": plain("Resource", why), "resource": resource})]),
        },
    )
    return document("autoscaling/v2", "HorizontalPodAutoscaler", metadata(one.name, plan.app, why), why, spec=spec)
