"""What every line of terraform's files must be, worked out from the plan alone: values as text, all else as the reviewed parts."""

from __future__ import annotations

import json
import math
import posixpath
import shlex
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from speccompile.plan.plan import Plan
from speccompile.realise.compose import realised
from speccompile.realise.compose_plan import Container
from speccompile.regex import regex
from speccompile.verify import place
from speccompile.verify.health_parts import Part, recorded

Pieces = tuple["str | Part", ...]

DIRECTORY = "terraform"
_ECR = regex(r"[0-9]{12}\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?")
_HOST = regex(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")
_GIB = 1024**3
# GiB of memory, CPUs, and what such a machine is called.
_MACHINES = (
    (2, 2, "t3.small", "t4g.small"),
    (4, 2, "t3.medium", "t4g.medium"),
    (8, 2, "t3.large", "t4g.large"),
    (16, 4, "t3.xlarge", "t4g.xlarge"),
    (32, 8, "t3.2xlarge", "t4g.2xlarge"),
    (64, 16, "m7i.4xlarge", "m7g.4xlarge"),
    (128, 32, "m7i.8xlarge", "m7g.8xlarge"),
    (256, 64, "m7i.16xlarge", "m7g.16xlarge"),
)


def pieces(plan: Plan) -> dict[str, Pieces]:
    """The lines of each file, by its path; none where nothing runs by itself."""
    if not _runs(plan):
        return {}
    made: dict[str, Pieces] = {
        "cloud-init.yaml.tftpl": ("#cloud-config", *_head("cloud-init.yaml.tftpl"), _part("cloud-init_body")),
        "main.tf": (*_head("main.tf"), *_main(plan)),
        "outputs.tf": (*_head("outputs.tf"), _part("outputs_body")),
        "variables.tf": (*_head("variables.tf"), *_variables(plan)),
        "versions.tf": (*_head("versions.tf"), _part("versions_body")),
    }
    return {f"{DIRECTORY}/{name}": lines for name, lines in made.items()}


def _head(name: str) -> tuple[str, ...]:
    return tuple(f"# {line}" for line in place.header(f"{DIRECTORY}/{name}"))


def _all(plan: Plan) -> tuple[Container, ...]:
    return realised(plan).containers


def _runs(plan: Plan) -> bool:
    return any(not one.profiles for one in _all(plan)) or any(service.schedule for service in plan.services)


def _main(plan: Plan) -> Iterator[str | Part]:
    here = shlex.quote(posixpath.normpath(posixpath.join(plan.layout.output, DIRECTORY)))
    registry = next((service.repository.registry for service in plan.services), None) or ""
    host = registry.partition("/")[0]
    names = [service.repository.name.removeprefix(f"{host}/") for service in plan.services]
    files = {secret.parameter for secret in plan.secrets}
    asked = sorted(one.name for one in realised(plan).parameters if one.default is None and one.name not in files)
    yield "#"
    yield f"# From the project's directory: tofu -chdir={here} init, then apply. The state has no secret in it, but keep it where it is not lost."
    yield (
        "# The machine takes the compose file, and what that mounts, from beside this directory; a later one is brought to it, it is not made anew."
    )
    yield ""
    yield "locals {"
    yield f"  app          = {_text(plan.app)}"
    yield f"  architecture = {_text('arm64' if _is_arm(plan) else 'amd64')}"
    yield f"  files        = {_texts(_files(plan))}"
    yield f"  front_door   = {_pairs(front_door(plan))}"
    yield f"  registry     = {_text(host)}"
    yield f"  repositories = {_texts(names if _ECR.fullmatch(host) else [])}"
    yield f"  secret_files = {_pairs({secret.name: secret.parameter for secret in plan.secrets})}"
    yield f"  stores       = {_pairs(stores(plan))}"
    yield f"  variables    = {_texts(asked)}"
    yield _part("main_body")


def _variables(plan: Plan) -> Iterator[str | Part]:
    registry = next((service.repository.registry for service in plan.services), None) or ""
    at_ecr = _ECR.fullmatch(registry.partition("/")[0])
    hosts = {route.host for route in plan.ingress.routes} - {None} if plan.ingress else set()
    yield ""
    yield 'variable "region" {'
    yield '  description = "The region that the machine runs in."'
    yield "  type        = string"
    if at_ecr:
        yield f"  default     = {_text(at_ecr[1])}"
    yield _part("variables_region")
    yield f"  default     = {_text(_machine(plan))}"
    yield _part("variables_instance_type")
    if len(hosts) == 1 and _HOST.fullmatch(host := str(*hosts)):
        yield f"  default     = {_text(host)}"
    yield _part("variables_tail")
    called = {80, 443}.union(one.port for one in plan.externals)
    yield f"  default     = {json.dumps(sorted(called))}"
    yield _part("variables_rest")
    followed = list(stores(plan))
    yield f"  default     = {_text(followed[0] if len(followed) == 1 else '')}"
    yield _part("variables_end")


def front_door(plan: Plan) -> Mapping[str, str]:
    """What the operator's variables of the proxy are on the machine."""
    published = [publish for one in _all(plan) for publish in one.publish]
    ports = {one.port: "443" if one.port == "HTTPS_PORT" else "80" for one in published}
    return ports | {one.address: ".".join("0000") for one in published}


def stores(plan: Plan) -> Mapping[str, str]:
    """The addresses of the releases that the machine's role can be let read, or that are where its images are, by environment."""
    images = next((service.repository.registry for service in plan.services), None) or ""
    found = {}
    for one in plan.followed:
        host = one.store.removeprefix("oci://").partition("/")[0]
        amazon = one.store.startswith("s3://") and "endpoint=" not in one.store
        registry = one.store.startswith("oci://") and (_ECR.fullmatch(host) or host == images.partition("/")[0])
        if one.on == "compose" and (amazon or registry):
            found[one.environment] = one.store
    return found


def _files(plan: Plan) -> list[str]:
    names = {config.source for one in _all(plan) for config in one.configs} | {"docker-compose.yml"}
    scheduled = any(service.schedule and service.workload for service in plan.services)
    return sorted(names | ({"crontab"} if scheduled or any(store.backup for store in plan.stores) else set()))


def _is_arm(plan: Plan) -> bool:
    return all("linux/arm64" in service.platforms for service in plan.services)


def _machine(plan: Plan) -> str:
    """The smallest that holds every container at its limit, and half a GiB more."""
    needed = sum(one.limits.memory * one.replicas.count for one in _all(plan)) / _GIB + 0.5
    widest = math.ceil(max((one.limits.cpus for one in _all(plan)), default=0))
    fitting = (row for row in _MACHINES if row[0] >= needed and row[1] >= widest)
    row = next(fitting, _MACHINES[-1])
    return row[3] if _is_arm(plan) else row[2]


def _text(value: str) -> str:
    """A string that stands for itself."""
    plain = json.dumps(value, ensure_ascii=False)
    return plain.replace("${", "$${").replace("%{", "%%{")


def _texts(values: list[str]) -> str:
    return f"[{', '.join(map(_text, values))}]"


def _pairs(values: Mapping[str, str]) -> str:
    inner = ", ".join(f"{_text(name)} = {_text(values[name])}" for name in sorted(values))
    return f"{{ {inner} }}" if inner else "{}"


def _part(name: str) -> Part:
    return _reviewed()[name]


@lru_cache(maxsize=1)
def _reviewed() -> dict[str, Part]:
    """The parts that people have read (``python tests/delivery/parts_review.py`` records them)."""
    return recorded(Path(__file__).with_name("parts.txt"))
