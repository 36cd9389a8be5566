"""The machine that follows releases: what it is told, what its role may do, and the agent's installation, run by a systemd of the test's own.

pip, its check of hashes, systemd, the units and the scripts are real. Not there: AWS (a module called boto3 answers for Parameter Store), and the wheel of a
published speccompile: one that leads to the sources here stands in for it.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import subprocess
import sys
import sysconfig
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from delivered import need_tofu, project, ran, written
from evaluated_machine import LOCALS, content_of, evaluated

from own_systemd import OwnSystemd, own_systemd
from quadlet_generator import need_debian
from speccompile.releases.agent.units import Installed
from tools import ROOT, need

_UNIT = Installed(app="sessions", environment="production", argv=("/x",), every=5, credentials="/x").name
_LIMIT = 16384
"""What EC2 takes of user data, in bytes before base64."""


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of packages, and beside it the one wheel that it names."""
    there = tmp_path_factory.mktemp("packages")
    wheel = there / "speccompile-0-py3-none-any.whl"
    files = {
        "speccompile_here.pth": f"{ROOT}\n{sysconfig.get_path('purelib')}\n",
        "speccompile-0.dist-info/METADATA": "Metadata-Version: 2.1\nName: speccompile\nVersion: 0\n",
        "speccompile-0.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "speccompile-0.dist-info/entry_points.txt": "[console_scripts]\nspeccompile = speccompile.__main__:main\n",
    }
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
        archive.writestr("speccompile-0.dist-info/RECORD", "".join(f"{name},,\n" for name in files))
    hashed = hashlib.sha256(wheel.read_bytes()).hexdigest()
    (there / "packages.txt").write_text(f"--no-index\n--find-links {there}\nspeccompile==0 --hash=sha256:{hashed}\n")
    return there


@pytest.fixture(scope="module")
def told(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the machine is told of the project that is followed."""
    file = str(packages / "packages.txt")
    said = evaluated(project("followed"), tmp_path_factory.mktemp("tf"), agent_packages=file, subnet_id="subnet-0a")
    return str(said["cloud"])


def _files(told: str) -> dict[str, dict[str, Any]]:
    return {file["path"]: file for file in yaml.safe_load(told)["write_files"]}


def test_who_follows_releases_starts_nothing_itself(told: str) -> None:
    """One decides what runs: the agent. What runs at a time is of the release that it follows."""
    files, cloud = _files(told), yaml.safe_load(told)
    assert "/etc/systemd/system/application.service" not in files
    assert "/opt/application/docker-compose.yml" not in files
    assert "python3-venv" in cloud["packages"]
    machine = json.loads(files["/etc/application.json"]["content"])
    assert machine["agent"] == {"app": "sessions", "environment": "production", "store": "s3://acme-releases/shop"}
    assert "TAG" not in machine["settings"]
    assert content_of(files["/etc/application.crontab"]).split() == [
        "DEPLOY_DIR=/opt/application",
        "COMPOSE_FILE=/var/lib/speccompile/speccompile/sessions/production/agent-first.json",
        "COMPOSE_ENV_FILES=/opt/application/.env",
    ]
    assert len(gzip.compress(told.encode())) < _LIMIT


def test_who_follows_none_has_no_agent(tmp_path: Path) -> None:
    said = evaluated(project("followed"), tmp_path, image_tag="v1", subnet_id="subnet-0a")
    files = _files(said["cloud"])
    assert "/etc/systemd/system/application.service" in files
    assert [path for path in files if "agent" in path] == []
    assert content_of(files["/etc/application.crontab"]) == "DEPLOY_DIR=/opt/application\n"


def test_cloud_init_takes_what_it_is_told(told: str, tmp_path: Path) -> None:
    """By its own schema."""
    program = need("cloud-init", "apt-get install cloud-init")
    usual = evaluated(project("web"), tmp_path / "tf", image_tag="v1", subnet_id="subnet-0a")["cloud"]
    for name, text in (("agent", told), ("tag", usual)):
        file = tmp_path / f"{name}.yaml"
        file.write_text(text)
        done = subprocess.run(
            [program, "schema", "--config-file", str(file)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_systemd_reads_the_units(told: str, tmp_path: Path) -> None:
    debian = need_debian()
    units = tmp_path / "units"
    units.mkdir()
    for path, file in _files(told).items():
        if path.endswith(".service"):
            text = re.sub(r"/usr/local/sbin/\S+", "/usr/bin/true", content_of(file))
            (units / Path(path).name).write_text(text)
    assert len(list(units.iterdir())) == 2
    assert [line for line in debian.verified(units, "system").splitlines() if "docker.service" not in line] == []


@pytest.mark.parametrize(
    ("name", "chosen", "allowed"),
    [
        ("followed", {"agent_packages": "main.tf"}, True),
        ("followed", {"image_tag": "v1"}, True),
        ("followed", {"agent_packages": "main.tf", "image_tag": "v1"}, False),
        ("followed", {}, False),
        ("followed", {"environment": "elsewhere", "agent_packages": "main.tf"}, False),
        ("web", {"image_tag": "v1"}, True),
        ("web", {}, False),
        ("web", {"environment": "production", "agent_packages": "main.tf"}, False),
        ("web", {"agent_packages": "main.tf"}, False),
    ],
    ids=str,
)
def test_a_machine_follows_releases_or_starts_one_tag(
    name: str, chosen: dict[str, str], allowed: bool, tmp_path: Path
) -> None:
    """The condition of main.tf, as it is evaluated."""
    there = written(project(name), tmp_path) / "terraform"
    main = (there / "main.tf").read_text()
    block, condition = LOCALS.search(main), re.search(r"condition     = (\(var\.agent_packages .*)", main)
    assert block
    assert condition
    for path in there.glob("*.tf"):
        if path.name != "variables.tf":
            path.unlink()
    # The comment is what a file of packages has to have.
    (there / "main.tf").write_text(
        f'# --hash=sha256:{"0" * 64}\n{block[0]}\noutput "allowed" {{\n  value = {condition[1]}\n}}\n'
    )
    program = need_tofu()
    ran([program, "init", "-no-color"], there)
    given = {"region": "eu-west-1", "domain": "a.example.com", "subnet_id": "subnet-0a", **chosen}
    ended = ran([program, "apply", "-auto-approve", "-no-color", *(f"-var={k}={v}" for k, v in given.items())], there)
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ran([program, "output", "-json", "allowed"], there).stdout) is allowed


_PARAMETERS = """
class Client:
    def get_parameter(self, *, Name, WithDecryption):
        return {"Parameter": {"Value": "of " + Name}}

def client(service, region_name):
    return Client()
"""


def _machine(systemd: OwnSystemd, told: str, packages: str) -> None:
    """Lay *told* down as cloud-init does, with that file of *packages*."""
    for place in ("/opt", "/usr/local/sbin"):
        assert systemd.run("mount", "-t", "tmpfs", "none", place).returncode == 0
    for path, file in _files(told).items():
        text = content_of(file).replace("#!/usr/bin/python3", f"#!{sys.executable}")
        systemd.write(path, text)
        assert systemd.run("chmod", file["permissions"], path).returncode == 0
    systemd.write("/etc/speccompile/packages.txt", packages)
    systemd.write("/opt/boto/boto3.py", _PARAMETERS)
    drop_in = "[Service]\nEnvironment=PYTHONPATH=/opt/boto\n"
    systemd.write("/etc/systemd/system/application-parameters.service.d/here.conf", drop_in)
    again = "[Service]\nRestart=no\n"
    systemd.write("/etc/systemd/system/application-agent.service.d/here.conf", again)
    assert systemd.run("systemctl", "daemon-reload").returncode == 0


def test_the_agent_is_installed_as_its_hash_says(told: str, packages: Path, tmp_path: Path) -> None:
    """A wheel that is another one is not installed, and no timer is there; then the right one is, and each round begins with the parameters."""
    text = (packages / "packages.txt").read_text()
    with own_systemd(tmp_path) as systemd:
        _machine(systemd, told, re.sub(r"sha256:\w{4}", "sha256:0000", text))
        done = systemd.run("/usr/local/sbin/application-agent", timeout=300)
        assert done.returncode, done.stdout
        assert "THESE PACKAGES DO NOT MATCH THE HASHES" in done.stderr
        assert systemd.run("sh", "-c", "ls /etc/systemd/system/speccompile-agent-*.timer").returncode != 0

        systemd.write("/etc/speccompile/packages.txt", text)
        done = systemd.run("systemctl", "start", "application-agent.service", timeout=300)
        assert done.returncode == 0, done.stderr + (tmp_path / "systemd.log").read_text()[-2000:]
        timer = systemd.run("systemctl", "is-active", f"{_UNIT}.timer").stdout.strip()
        enabled = systemd.run("systemctl", "is-enabled", f"{_UNIT}.timer").stdout.strip()
        assert (timer, enabled) == ("active", "enabled")
        unit = systemd.text(f"/etc/systemd/system/{_UNIT}.service") or ""
        (start,) = [line for line in unit.splitlines() if line.startswith("ExecStart=")]
        assert start.startswith(
            "ExecStart=/opt/speccompile/bin/speccompile agent run --once --store s3://acme-releases/shop "
        )
        assert " --values /opt/application/.env " in start

        # Here is no engine and no S3, so that the round comes to nothing; what comes before it has come.
        systemd.run("systemctl", "start", "--no-block", f"{_UNIT}.service")
        for _ in range(600):
            if (env := systemd.text("/opt/application/.env")) is not None:
                break
            time.sleep(0.1)
        assert "DB_PASSWORD='of /application/sessions/DB_PASSWORD'" in (env or "")
        assert systemd.run("stat", "-c", "%a", "/opt/application/.env").stdout.strip() == "600"
        # Installed once: at the next start of the machine the unit has nothing to do.
        shown = systemd.run("systemctl", "start", "application-agent.service")
        condition = systemd.run("systemctl", "show", "--property=ConditionResult", "application-agent.service")
        assert (shown.returncode, condition.stdout.strip()) == (0, "ConditionResult=no")


def test_hashes_are_asked_for(packages: Path, tmp_path: Path) -> None:
    """A file of packages without a hash is none: neither for the variable nor for pip."""
    (tmp_path / "bare.txt").write_text("speccompile==0\n")
    (tmp_path / "long.txt").write_text((packages / "packages.txt").read_text() * 100)
    there = written(project("followed"), tmp_path / "tf") / "terraform"
    for path in there.glob("*.tf"):
        if path.name != "variables.tf":
            path.unlink()
    (there / "main.tf").write_text('output "all" {\n  value = var.agent_packages\n}\n')
    ran([need_tofu(), "init", "-no-color"], there)
    given = {"region": "eu-west-1", "domain": "a.example.com", "subnet_id": "subnet-0a"}
    words = [f"-var={k}={v}" for k, v in given.items()]
    for file, status in (
        (packages / "packages.txt", 0),
        (tmp_path / "bare.txt", 1),
        (tmp_path / "long.txt", 1),
        (tmp_path / "none", 1),
    ):
        argv = [need_tofu(), "plan", "-no-color", *words, f"-var=agent_packages={file}"]
        assert ran(argv, there).returncode == status, file
