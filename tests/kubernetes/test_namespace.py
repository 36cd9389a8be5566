"""A project that is called like a namespace of the cluster's own does not take that."""

from __future__ import annotations

import pytest

from projects import PYTHON_WEB, compiled, manifest


@pytest.mark.parametrize(
    ("app", "namespace"),
    [("shop", "shop"), ("kube-system", "app-kube-system"), ("default", "app-default"), ("kubernetes", "kubernetes")],
)
def test_the_clusters_own_namespaces_are_left_alone(app: str, namespace: str) -> None:
    done = compiled(PYTHON_WEB, manifest("web-service"), {"app": app, "targets": ["kubernetes"]})
    assert done.defects == ()
    manifests = [text for path, text in done.files.items() if path.startswith("kubernetes/base/")]
    assert f"  name: {namespace}\n" in done.files["kubernetes/base/namespace.yaml"]
    assert all(f"namespace: {namespace}\n" in text for text in manifests if "namespace: " in text)
