"""Sizes of sentences, exact in every target: a unit is a power of 1024 in a sentence, and in each artifact what its reader takes it for."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
import yaml

from projects import BUN_WEB, assertion, compiled, manifest
from speccompile.cli.coverage import readings

MEMORY = {"k": 2**10, "m": 2**20, "g": 2**30, "b": 1, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "": 1}
"""Docker's and Podman's ``RAMInBytes``, Kubernetes' quantities, nginx's sizes."""

LOGS = {"k": 10**3, "m": 10**6, "g": 10**9, "": 1}
"""Docker's ``FromHumanSize``, which reads the size of a log file."""

DISK = {"k": 10**3, "M": 10**6, "G": 10**9} | MEMORY


def _bytes(text: str, units: Mapping[str, int]) -> int:
    number, unit = re.fullmatch(r"(\d+)([a-zA-Z]*)", text).groups()  # type: ignore[union-attr]
    return int(number) * units[unit]


@pytest.mark.parametrize(
    ("said", "size", "shown"), [("300 MB", 300 * 2**20, "300 MiB"), ("1.2 GB", 1_288_490_188, None)]
)
def test_a_size_is_the_same_everywhere(said: str, size: int, shown: str | None) -> None:
    """Also one that is no whole number of any unit; and what «MB» was taken for is said."""
    sentences = (f"The service uses at most {said} of memory", f"Uploads larger than {said} are rejected")
    specs = manifest("web-service", *(assertion(number, text) for number, text in enumerate(sentences, start=1)))
    done = compiled(BUN_WEB, specs, targets=("compose", "nginx", "swarm", "kubernetes", "quadlet"))
    files = done.files
    (service,) = done.plan.services
    compose = yaml.safe_load(files["docker-compose.yml"])["services"][service.name]
    stack = yaml.safe_load(files["swarm/stack.yml"])["services"][service.name]
    pod = yaml.safe_load(files[f"kubernetes/base/deployment-{service.name}.yaml"])["spec"]["template"]["spec"]
    resources = pod["containers"][0]["resources"]
    (unit,) = (text for path, text in files.items() if re.search(rf"quadlet/\S+-{service.name}\.container", path))
    limits = (
        compose["mem_limit"],
        stack["deploy"]["resources"]["limits"]["memory"],
        resources["limits"]["memory"],
        resources["requests"]["memory"],
        *re.findall(r"--memory=(\w+)", unit),
    )
    assert {_bytes(text, MEMORY) for text in limits} == {size}
    assert len(limits) == 5
    for path in ("nginx.conf", "swarm/nginx.conf", "quadlet/nginx.conf"):
        assert size in {_bytes(text, MEMORY) for text in re.findall(r"client_max_body_size (\w+);", files[path])}
    whole = [" ".join(readings(one)) for one in done.plan.assertions]
    assert all((f"bytes {size} = {shown}" if shown else f"bytes {size}") in text for text in whole)


def test_what_is_kept_of_logs_is_what_the_plan_says() -> None:
    """The engine reads units of logs as powers of 1000, and of memory as powers of 1024."""
    done = compiled(BUN_WEB, manifest("web-service"), targets=("compose", "swarm", "kubernetes"))
    (service,) = done.plan.services
    assert service.workload
    logs = service.workload.logs
    for path in ("docker-compose.yml", "swarm/stack.yml"):
        for body in yaml.safe_load(done.files[path])["services"].values():
            assert _bytes(body["logging"]["options"]["max-size"], LOGS) == logs.size
    pod = yaml.safe_load(done.files[f"kubernetes/base/deployment-{service.name}.yaml"])["spec"]["template"]["spec"]
    requested = pod["containers"][0]["resources"]["requests"]["ephemeral-storage"]
    assert _bytes(requested, DISK) == logs.files * logs.size
