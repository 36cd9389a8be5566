"""``secrets kubernetes``: the commands are a shell's, they make the secrets that manifests refer to, and hold no value."""

from __future__ import annotations

import base64
import shutil
import subprocess
from pathlib import Path

import pytest
from cluster_tools import documents

from case_folders import command
from tools import ROOT, need

_VALUE = "swordfish"
_DEPLOY = (
    "version: 1\napp: shop\nregistry: ghcr.io/acme\nservices:\n  web:\n    path: .\n    port: 3000\n    secrets: [STRIPE_API_KEY, {name: MAIL_TOKEN, as: env}]\n"
    "    needs: [crm]\n  crm: {uses: postgres, external: true}\n"
)


def _project(scratch: Path) -> Path:
    source = ROOT / "tests/cases/SC430-rate"
    shutil.copytree(source, scratch / "project")
    (scratch / "project/specs/deploy.yaml").write_text(_DEPLOY, encoding="utf-8")
    return scratch / "project"


def test_the_commands_create_what_manifests_refer_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Run with a kubectl that asks no cluster: the keys are those of the manifests, the values those of the files."""
    need("kubectl", "python3 tests/setup.py")
    project = _project(tmp_path)
    generated = ["generate", "--target", "kubernetes", "--allow-unverified"]
    assert command(generated, project, capsys)[0] == 0
    (project / "generated/secrets").mkdir()
    (project / "generated/secrets/it's the key").write_text(_VALUE, encoding="utf-8")
    settings = "STRIPE_API_KEY_FILE='./secrets/it's the key'\nMAIL_TOKEN='swordfish=1 & more'\nCRM_URL=postgres://shop:swordfish@db.example.com/shop\n"
    (project / "generated/.env").write_text(settings.replace("it's", "it is"), encoding="utf-8")
    (project / "generated/secrets/it's the key").rename(project / "generated/secrets/it is the key")
    code, said, errors = command(["secrets", "kubernetes", "--allow-unverified"], project, capsys)
    assert code == 0, errors
    assert _VALUE not in said + errors
    lines = said.splitlines()
    assert lines[0] == "kubectl apply --server-side --filename generated/kubernetes/base/namespace.yaml"
    made = [_run(line, project) for line in lines[1:]]
    (token,) = [one["data"]["MAIL_TOKEN"] for one in made if "MAIL_TOKEN" in one["data"]]  # type: ignore[index, operator]
    assert base64.b64decode(token) == b"swordfish=1 & more"
    assert {one["metadata"]["name"]: sorted(one["data"]) for one in made} == _referred(project)  # type: ignore[index, call-overload]


def _run(line: str, project: Path) -> dict[str, object]:
    """What a command would apply."""
    create = line.rpartition(" | ")[0]
    done = subprocess.run(["sh", "-c", create], cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (document,) = documents(done.stdout)
    return document


def _referred(project: Path) -> dict[str, list[str]]:
    (deployment,) = documents((project / "generated/kubernetes/base/deployment-web.yaml").read_text(encoding="utf-8"))
    pod = deployment["spec"]["template"]["spec"]
    files = [one["secret"] for one in pod["volumes"] if "secret" in one]
    values = [
        one["valueFrom"]["secretKeyRef"]
        for one in pod["containers"][0]["env"]
        if "secretKeyRef" in one.get("valueFrom", {})
    ]
    found = {one["secretName"]: sorted(item["key"] for item in one["items"]) for one in files}
    for one in values:
        found.setdefault(one["name"], []).append(one["key"])
    return {name: sorted(keys) for name, keys in found.items()}


def test_who_is_given_no_secret_needs_no_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It says so."""
    project = _project(tmp_path)
    (project / "specs/deploy.yaml").unlink()
    code, said, _ = command(["secrets", "kubernetes", "--allow-unverified"], project, capsys)
    assert (code, said) == (0, "# no workload is given a secret\n")
