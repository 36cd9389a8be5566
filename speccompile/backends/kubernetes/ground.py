"""What everything else stands on: the namespace, which takes restricted pods only, and the account that pods have, which is good for nothing."""

from __future__ import annotations

from speccompile.backends.kubernetes.entries import block, document, plain
from speccompile.backends.kubernetes.metadata import PART, metadata
from speccompile.backends.yaml import Entry
from speccompile.realise.kubernetes.kinds import KubernetesPlan

_LEVELS = ("enforce", "audit", "warn")


def namespace(plan: KubernetesPlan) -> Entry:
    """The namespace of the application."""
    why = plan.origin
    levels = {
        f"pod-security.kubernetes.io/{level}{suffix}": plain(value, why)
        for level in _LEVELS
        for suffix, value in (("", "restricted"), ("-version", "latest"))
    }
    head = block(why, {"name": plain(plan.app, why), "labels": block(why, {PART: plain(plan.app, why), **levels})})
    return document("v1", "Namespace", head, why)


def account(plan: KubernetesPlan) -> Entry:
    """The account of every pod: no token of it is handed to any."""
    why = plan.origin
    return document(
        "v1",
        "ServiceAccount",
        metadata(plan.app, plan.app, why),
        why,
        automountServiceAccountToken=plain(value=False, origin=why),
    )
