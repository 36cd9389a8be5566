"""Where a demand asks for it, the load decides how many pods there are; where none does, nothing is generated for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from cluster_tools import judged, kustomized

from projects import PYTHON_WEB, assertion, compiled, manifest
from speccompile.pipeline import Compilation
from speccompile.plan.assertions import Standing
from systems import written

_SCALER = "kubernetes/base/horizontalpodautoscaler-app.yaml"
_DEPLOYMENT = "kubernetes/base/deployment-app.yaml"


def _made(*sentences: str, **service: Any) -> Compilation:
    stated = [assertion(number, one) for number, one in enumerate(sentences, start=1)]
    deploy = {"version": 1, "app": "shop", "targets": ["kubernetes"], "services": {"app": {"path": ".", **service}}}
    return compiled(PYTHON_WEB, manifest("web-service", *stated), deploy)


def test_the_load_decides_between_two_numbers() -> None:
    """The deployment leaves the number to its autoscaler, which looks at processor time and not at a share of what is promised."""
    system = _made("The service scales between 2 and 10 instances under load", resources={"cpus": 2})
    spec = yaml.safe_load(system.files[_SCALER])["spec"]
    assert (spec["minReplicas"], spec["maxReplicas"]) == (2, 10)
    assert spec["metrics"][0]["resource"]["target"] == {"type": "AverageValue", "averageValue": "1400m"}
    assert "replicas" not in yaml.safe_load(system.files[_DEPLOYMENT])["spec"]
    assert "kubernetes/base/poddisruptionbudget-app.yaml" in system.files
    assert system.standings[0].standing is Standing.APPROXIMATED


def test_another_pod_starts_at_the_share_that_is_demanded() -> None:
    """Of the processor time that a pod may use, and not of what is promised to it."""
    system = _made("The service scales between 2 and 10 instances at 55 % CPU", resources={"cpus": 2})
    target = yaml.safe_load(system.files[_SCALER])["spec"]["metrics"][0]["resource"]["target"]
    assert target == {"type": "AverageValue", "averageValue": "1100m"}
    assert system.standings[0].standing is Standing.APPROXIMATED


def test_its_judges_take_it(tmp_path: Path) -> None:
    """The schemas, kube-score, and where it is built the API server's own code."""
    system = _made("The service scales between 2 and 10 instances under load", resources={"cpus": 2})
    judged(kustomized(written(system, tmp_path)), tmp_path)


@pytest.mark.parametrize(
    "system",
    [
        _made("The service runs at least 2 instances"),
        _made("The service scales between 2 and 10 instances under load", replicas=3),
        _made("The service scales automatically under load"),
    ],
    ids=["a number", "deploy.yaml has a number", "no bound"],
)
def test_nothing_scales_without_a_bound(system: Compilation) -> None:
    """What nobody bounds, and what deploy.yaml fixes, has the number that it has."""
    assert _SCALER not in system.files
    assert "replicas" in yaml.safe_load(system.files[_DEPLOYMENT])["spec"]
