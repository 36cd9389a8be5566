"""What manifests say of demands: each value is read back from their text, and another one there is another standing."""

from __future__ import annotations

from typing import Any

import pytest

from projects import BUN_WEB, PYTHON_JOB, assertion, compiled, manifest
from speccompile.plan.assertions import Standing
from speccompile.verify.kubernetes.held import kubernetes
from systems import BASE, TARGET, everything

# Sentence, what becomes of it, the manifest that says so, what stands there, and what would be another standing.
_HELD = (
    (BUN_WEB, "web-service", "Uses at most 256 MB of memory", Standing.ENFORCED, "deployment-app.yaml", '"256Mi"', '"512Mi"'),
    (BUN_WEB, "web-service", "In-flight requests finish within 10 seconds of SIGTERM", Standing.ENFORCED, "deployment-app.yaml", "terminationGracePeriodSeconds: ", "terminationGracePeriodSeconds: 0"),
    (BUN_WEB, "web-service", "GET /healthz returns 200", Standing.ENFORCED, "deployment-app.yaml", "livenessProbe", "startupProbe2"),
    (BUN_WEB, "web-service", "GET /healthz is polled every 10 seconds", Standing.ENFORCED, "deployment-app.yaml", "periodSeconds: 10", "periodSeconds: 30"),
    (BUN_WEB, "web-service", "The service scales between 2 and 6 instances at 60 % CPU", Standing.APPROXIMATED, "horizontalpodautoscaler-app.yaml", 'averageValue: "600m"', 'averageValue: "700m"'),
    (BUN_WEB, "web-service", "The service runs on Kubernetes", Standing.ENFORCED, "deployment-app.yaml", "kind: Deployment", "kind: DaemonSet"),
    (BUN_WEB, "web-service", "Orders are stored in postgres", Standing.ENFORCED, "statefulset-db.yaml", "volumeClaimTemplates", "volumeTemplates"),
    (BUN_WEB, "web-service", "Runs as an unprivileged user", Standing.BY_DEFAULT, "deployment-app.yaml", "runAsNonRoot: true", "runAsNonRoot: false"),
    (BUN_WEB, "web-service", "At most 50 requests per second per client", Standing.LOST, "", "", ""),
    (PYTHON_JOB, "data-pipeline", "Records are exported daily at 03:00 UTC", Standing.ENFORCED, "cronjob-app.yaml", "0 3 * * *", "0 4 * * *"),
    (PYTHON_JOB, "data-pipeline", "Only one run at a time exports records, nightly", None, "cronjob-app.yaml", "Forbid", "Allow"),
    (PYTHON_JOB, "data-pipeline", "A run takes at most 2 hours", None, "job-app.yaml", "activeDeadlineSeconds: 7200", "activeDeadlineSeconds: 72000"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("sources", "archetype", "sentence", "standing", "file", "old", "new"), _HELD, ids=[row[2] for row in _HELD]
)
def test_a_demand_is_read_back(
    sources: dict[str, str], archetype: str, sentence: str, standing: Standing | None, file: str, old: str, new: str
) -> None:
    """As it stands there; with another value it is lost."""
    done = compiled(sources, manifest(archetype, assertion(1, sentence)), targets=everything())
    (demand, *_) = (one for row in done.plan.assertions for one in row.demands)
    outcome = kubernetes(done.plan, done.files)(demand)
    if standing:
        assert outcome.standing is standing, outcome.why
    assert (outcome.standing is Standing.LOST) == (not file)
    if file:
        assert old in done.files[BASE + file]
        changed: dict[str, Any] = {**done.files, BASE + file: done.files[BASE + file].replace(old, new)}
        assert kubernetes(done.plan, changed)(demand).standing is Standing.LOST


def test_an_assertion_has_a_standing_on_each_platform() -> None:
    """A rate: compose holds it, a cluster does not."""
    specs = manifest("web-service", assertion(1, "At most 50 requests per second per client"))
    done = compiled(BUN_WEB, specs, targets=everything())
    found = {one.platform: one.accounts[0].standing for one in done.platforms}
    assert found["compose"] is Standing.ENFORCED
    assert found[TARGET] is Standing.LOST
