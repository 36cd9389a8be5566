"""What strangers' programs need is in their images: built, run without a network, and asked."""

from __future__ import annotations

import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from stranger_cases import generated

from tools import need_engine

# The Dockerfile, and what the final image must have of the sources; "" where the program is compiled and has it in itself.
CASES = {
    "data-dirs": (
        "Dockerfile",
        ("prompts/system.txt", "models/model.bin", "queries/top.sql", "words.dat", "abi/token.abi"),
    ),
    "node-env-module": ("Dockerfile", ("env/index.js", "keys/list.js")),
    "py-secrets-package": ("Dockerfile", ("core/secrets/__init__.py", "core/credentials/__init__.py")),
    "py-pem-bundle": ("Dockerfile", ("certs/global-bundle.pem", "jwt/public.pem")),
    "rust-include": ("Dockerfile", ()),
    "mono-symlink": ("api/Dockerfile", ("common/__init__.py",)),
}
SEALED = (
    "--read-only",
    "--tmpfs",
    "/tmp",
    "--cap-drop",
    "ALL",
    "--security-opt",
    "no-new-privileges",
    "--network",
    "none",
)


def run(*argv: str) -> str:
    """What a command prints on standard output; it must succeed."""
    done = subprocess.run(argv, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


@contextmanager
def built(docker: str, project: Path, dockerfile: str) -> Iterator[str]:
    """The tag of an image of *project*."""
    tag = f"speccompile-test-strangers:{uuid.uuid4().hex}"
    run(docker, "build", "--quiet", "--tag", tag, "--file", str(project / "generated" / dockerfile), str(project))
    try:
        yield tag
    finally:
        run(docker, "image", "rm", "--force", tag)


@contextmanager
def started(docker: str, tag: str) -> Iterator[str]:
    """A container of *tag* that its own health check has found well."""
    container = run(docker, "run", "--detach", *SEALED, "--health-interval", "1s", tag)
    try:
        state, until = "", time.monotonic() + 60
        while state != "healthy" and time.monotonic() < until:
            time.sleep(0.3)
            state = run(
                docker,
                "inspect",
                "--format",
                "{{if .State.Running}}{{.State.Health.Status}}{{else}}gone{{end}}",
                container,
            )
            assert state != "gone", run(docker, "logs", container)
        assert state == "healthy", state
        yield container
    finally:
        run(docker, "rm", "--force", container)


@pytest.mark.engine
@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_what_the_program_needs_is_in_its_image(case: str, tmp_path: Path) -> None:
    """It is built, runs on a read-only root without a network, and its own probe finds it well."""
    dockerfile, wanted = CASES[case]
    docker = need_engine()
    project, _ = generated(case, tmp_path)
    with built(docker, project, dockerfile) as tag, started(docker, tag) as container:
        for path in wanted:
            run(docker, "cp", f"{container}:/app/{path}", str(tmp_path / "found"))
