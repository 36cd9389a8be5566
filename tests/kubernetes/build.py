"""Build what no package has into .tools/kubernetes: ``python3 tests/kubernetes/build.py`` makes k8svalidate, the API server's own validation as a program;
``python3 tests/kubernetes/build.py cluster`` a whole cluster: etcd, Kubernetes' own components, and CoreDNS with the plugins that a test's cluster has.

It needs Go and its module proxy. A cold build of the first takes some ten minutes of a processor and 3 GB of caches, as it compiles a good part of Kubernetes;
the cluster twice as much.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
OUTPUT = HERE.parent.parent / ".tools/kubernetes"
_COMPONENTS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy")
PROGRAMS = {
    "k8svalidate": {"k8svalidate": ("k8svalidate", ".")},
    "cluster": {
        "etcd": ("cluster", "./etcd"),
        **{name: ("cluster", f"k8s.io/kubernetes/cmd/{name}") for name in _COMPONENTS},
        "coredns": ("coredns", "."),
    },
}
"""By what is asked for: each program's module, a directory here, and its package."""


def main(words: list[str]) -> int:
    """Build them, and give the first exit code of Go's that is not zero."""
    (what,) = words or ("k8svalidate",)
    OUTPUT.mkdir(parents=True, exist_ok=True)
    codes = (_built(name, *where) for name, where in PROGRAMS[what].items())
    return next(filter(None, codes), 0)


def _built(name: str, module: str, package: str) -> int:
    """Components say which version they are, and do not work without: that is not in their sources."""
    (version,) = re.findall(
        r"k8s\.io/kubernetes v(1\.(\d+)\.\d+)", (HERE / "cluster/go.mod").read_text(encoding="utf-8")
    )
    said = {"gitVersion": f"v{version[0]}", "gitMajor": "1", "gitMinor": version[1]}
    flags = " ".join(("-s -w", *(f"-X k8s.io/component-base/version.{key}={value}" for key, value in said.items())))
    build = ["go", "build", "-trimpath", "-buildvcs=false", "-ldflags", flags, "-o", str(OUTPUT / name), package]
    environment = {**os.environ, "CGO_ENABLED": "0"}
    return subprocess.run(build, cwd=HERE / module, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
