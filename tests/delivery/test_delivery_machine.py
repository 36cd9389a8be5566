"""The machine, as far as it can be had without AWS: what its variables take, what it is told, and what it starts."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest
import yaml
from delivered import need_tofu, project, ran, written
from evaluated_machine import LOCALS, content_of, evaluated

from tools import need

_RULES = re.compile(r"for_each = (\{ for pair in .*\})")


@pytest.mark.parametrize(("name", "open_"), [("web", ["443 0.0.0.0/0", "80 0.0.0.0/0"]), ("job", [])])
def test_only_a_front_door_is_open(name: str, open_: list[str], tmp_path: Path) -> None:
    """The expression that makes the rules, as it is evaluated."""
    there = written(project(name), tmp_path) / "terraform"
    main = (there / "main.tf").read_text()
    block, rules = LOCALS.search(main), _RULES.search(main)
    assert block
    assert rules
    for path in there.glob("*.tf"):
        if path.name != "variables.tf":
            path.unlink()
    (there / "main.tf").write_text(f'{block[0]}\noutput "rules" {{\n  value = keys({rules[1]})\n}}\n')
    program, told = (
        need_tofu(),
        {"region": "eu-west-1", "domain": "a.example.com", "image_tag": "v1", "subnet_id": "subnet-0a"},
    )
    ran([program, "init", "-no-color"], there)
    settings = [f"-var={key}={value}" for key, value in told.items()]
    ended = ran([program, "apply", "-auto-approve", "-no-color", *settings], there)
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ran([program, "output", "-json", "rules"], there).stdout) == open_


@pytest.mark.parametrize(
    ("name", "helpers"), [("web", {}), ("ecr", {"123456789012.dkr.ecr.eu-west-1.amazonaws.com": "ecr-login"})]
)
def test_images_at_ecr_are_fetched_as_the_machine(name: str, helpers: dict[str, str], tmp_path: Path) -> None:
    cloud = yaml.safe_load(evaluated(project(name), tmp_path, image_tag="v1", subnet_id="subnet-0a")["cloud"])
    (file,) = [file for file in cloud["write_files"] if file["path"] == "/root/.docker/config.json"]
    assert json.loads(file["content"]) == {"credHelpers": helpers}


_PARAMETERS = """
class Client:
    def get_parameter(self, *, Name, WithDecryption):
        assert WithDecryption
        return {"Parameter": {"Value": "it's $5 of " + Name}}

def client(service, region_name):
    assert (service, region_name) == ("ssm", "eu-west-1")
    return Client()
"""


def test_the_machine_starts_what_the_compose_file_says(tmp_path: Path) -> None:
    """cloud-init's text is YAML for every project; its script writes an environment file that compose takes."""
    done = project("web")
    said = evaluated(done, tmp_path / "tf", image_tag="v1", subnet_id="subnet-0123456789abcdef0")
    cloud = yaml.safe_load(said["cloud"])
    assert said["cloud"].startswith("#cloud-config\n")
    files = {file["path"]: file for file in cloud["write_files"]}
    place = tmp_path / "machine"
    for path, file in files.items():
        (place / path.lstrip("/")).parent.mkdir(parents=True, exist_ok=True)
        (place / path.lstrip("/")).write_text(
            content_of(file).replace('"/etc/', f'"{place}/etc/').replace('"/opt/', f'"{place}/opt/')
        )
    application = place / "opt/application"
    assert (application / "docker-compose.yml").read_text() == done.files["docker-compose.yml"]
    assert {path.name for path in application.iterdir()} == {"docker-compose.yml", "nginx.conf", "crontab"}
    (place / "boto3.py").write_text(_PARAMETERS)
    ended = ran([sys.executable, str(place / "usr/local/sbin/application-parameters")], place, PYTHONPATH=str(place))
    assert ended.returncode == 0, ended.stderr
    compose = need("docker-compose", "python3 tests/setup.py")
    config = ran([compose, "-f", "docker-compose.yml", "config", "--format", "json"], application)
    assert (config.returncode, config.stderr) == (0, "")
    services = json.loads(config.stdout)["services"]
    assert services["api"]["image"] == "ghcr.io/acme/bank/api:v1"
    assert services["proxy"]["ports"][0]["published"] == "80"
    assert services["proxy"]["ports"][0]["host_ip"] == "0.0.0.0"
    secret = (application / "secrets/api-token").read_text()
    assert secret == "it's $5 of /application/bank/api-token"
    written_as = "it's $$5 of /application/bank/DB_PASSWORD"  # compose doubles a dollar in what it shows
    assert services["db"]["environment"]["POSTGRES_PASSWORD"] == written_as
    assert (application / ".env").stat().st_mode & 0o777 == 0o600


def test_variables_are_validated(tmp_path: Path) -> None:
    program = need_tofu()
    there = written(project("web"), tmp_path) / "terraform"
    for path in there.glob("*.tf"):
        if path.name != "variables.tf":
            path.unlink()
    (there / "main.tf").write_text(
        'output "all" {\n  value = [var.region, var.domain, var.image_tag, var.clients]\n}\n'
    )
    good = {"region": "eu-west-1", "image_tag": "v1", "subnet_id": "subnet-0a", "clients": '["10.0.0.0/8"]'}
    bad = {
        "region": "Europe",
        "image_tag": "latest",
        "subnet_id": "vpc-1",
        "clients": '["x"]',
        "disk_size": "3",
        "domain": "x y",
    }
    ran([program, "init", "-no-color"], there)

    def status(**values: str) -> int:
        settings = [f"-var={name}={value}" for name, value in (good | values).items()]
        return ran([program, "plan", "-no-color", *settings], there).returncode

    assert status() == 0
    assert [name for name, value in bad.items() if status(**{name: value}) == 0] == []
