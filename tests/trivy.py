"""What trivy finds in Dockerfiles, manifests and Terraform, by the checks that its program carries."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tools import find

_INSTALL = (
    "GOEXPERIMENT=jsonv2 CGO_ENABLED=0 GOBIN=$PWD/.tools/go go install github.com/aquasecurity/trivy/cmd/trivy@v0.74.0 "
    "(Go; half an hour of a processor, so that CI does without it)"
)


def found(directory: Path) -> dict[str, set[str]]:
    """Of each file below *directory* that it reads as configuration the checks that find something; skips where it is not installed."""
    program = find("trivy")
    if program is None:
        pytest.skip(f"trivy is missing: {_INSTALL}")
    argv = [program, "config", "--quiet", "--skip-check-update", "--format", "json", str(directory)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    results = json.loads(done.stdout).get("Results", ())
    return {one["Target"]: {each["ID"] for each in one.get("Misconfigurations", ())} for one in results}
