"""Build k8svalidate, the API server's own validation as a program, into .tools/kubernetes: ``python3 tests/kubernetes/build.py``.

It needs Go and its module proxy. A cold build takes some ten minutes and 3 GB of caches, as it compiles a good part of Kubernetes.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
OUTPUT = HERE.parent.parent / ".tools/kubernetes/k8svalidate"


def main() -> int:
    """Build it, and give Go's exit code."""
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    build = ["go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", str(OUTPUT), "."]
    environment = {**os.environ, "CGO_ENABLED": "0"}
    return subprocess.run(build, cwd=HERE / "k8svalidate", env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
