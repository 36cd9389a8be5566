"""The same questions to compose's artifacts and to the manifests, of every example and every case of the stacks: who may reach whom, what can be
written, as which user, what is asked, what becomes of a second run. Each side is answered from its parsed text, and the answers are the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

import pytest
import yaml
from systems import CASES, EXAMPLES, PROJECTS, case, example, manifests, project

from speccompile.pipeline import Compilation

_NAME = "app.kubernetes.io/name"
_UNITS = {"": 1, "b": 1, "k": 2**10, "m": 2**20, "g": 2**30, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30}


class Answers(NamedTuple):
    """What one workload may do, has, and is asked."""

    user: str
    read_only: bool
    privileged: bool
    memory: int
    cpus: float
    writable: frozenset[str]
    secrets: frozenset[str]
    variables: frozenset[str]
    ready: tuple[str, ...]
    goes_out: bool
    number: int


_SYSTEMS: list[tuple[str, Callable[[str], Compilation], str]] = [
    *((f"example-{name}", example, name) for name in EXAMPLES),
    *((f"project-{name}", project, name) for name in PROJECTS),
    *((f"case-{name}", case, name) for name in CASES),
]


@pytest.mark.parametrize(("look", "name"), [row[1:] for row in _SYSTEMS], ids=[row[0] for row in _SYSTEMS])
def test_both_platforms_answer_alike(look: Callable[[str], Compilation], name: str) -> None:
    """Workload by workload."""
    compilation = look(name)
    composed, clustered = _of_compose(compilation), _of_manifests(compilation)
    assert set(composed) == set(clustered)
    for workload, answers in composed.items():
        assert clustered[workload] == answers, workload
    assert _calls(compilation) == _reached(compilation)


def _of_compose(compilation: Compilation) -> dict[str, Answers]:
    """The answers of the compose file, but of the front door, which a cluster brings itself. Steps of a release that come before the last one
    are parts of its pod there, and a lock is a cluster's own business."""
    text = compilation.files.get("docker-compose.yml")
    if text is None:
        return {}
    document = yaml.safe_load(text)
    public = {name for name, network in document.get("networks", {}).items() if not (network or {}).get("internal")}
    return {
        name: _box(box, public)
        for name, box in document["services"].items()
        if name != "proxy" and not _is_earlier(name, document["services"])
    }


def _is_earlier(name: str, services: dict[str, Any]) -> bool:
    """Whether another step of the release waits for the end of this one."""
    waiting = (other for other in services if re.fullmatch(r".+-release-\d+", other))
    done = {"condition": "service_completed_successfully"}
    return any(services[other].get("depends_on", {}).get(name) == done for other in waiting)


def _box(box: dict[str, Any], public: set[str]) -> Answers:
    mounted = [one["target"] for one in box.get("volumes", ()) if not one["source"].endswith("-lock")]
    memory = [one.partition(":")[0] for one in box.get("tmpfs", ())]
    check = box.get("healthcheck", {}).get("test", [])[1:]
    return Answers(
        user=box["user"],
        read_only=box["read_only"],
        privileged=box["cap_drop"] != ["ALL"] or box["security_opt"] != ["no-new-privileges:true"],
        memory=_bytes(box["mem_limit"]),
        cpus=float(box["cpus"]),
        writable=frozenset(mounted + memory),
        secrets=frozenset(box.get("secrets", ())),
        variables=frozenset(box.get("environment", ())),
        ready=tuple("ready" if word == "watchdog" else word.replace("$$", "$") for word in check),
        goes_out=bool(public & set(box.get("networks", ()))),
        number=box.get("deploy", {}).get("replicas", 1),
    )


def _of_manifests(compilation: Compilation) -> dict[str, Answers]:
    objects = _objects(compilation)
    out = {
        one["spec"]["podSelector"]["matchLabels"][_NAME]
        for one in objects
        if one["kind"] == "NetworkPolicy" and "ipBlock" in str(one["spec"])
    }
    return {name: _pod(controller, template, name in out) for name, controller, template in _pods(objects)}


def _pods(objects: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    for one in objects:
        spec = one.get("spec", {})
        spec = spec["jobTemplate"]["spec"] if one["kind"] == "CronJob" else spec
        if one["kind"] in ("Deployment", "StatefulSet", "Job", "CronJob"):
            yield spec["template"]["metadata"]["labels"][_NAME], one, spec["template"]["spec"]


def _pod(controller: dict[str, Any], pod: dict[str, Any], goes_out: bool) -> Answers:  # an answer
    (container,) = pod["containers"]
    user, rights = pod["securityContext"], container["securityContext"]
    files = {one["name"] for one in pod.get("volumes", ()) if "secret" in one}
    probe = container.get("readinessProbe", {}).get("exec", {}).get("command", ())
    made_of = {word for one in container.get("env", ()) for word in re.findall(r"\$\((\w+)\)", one.get("value", ""))}
    return Answers(
        user=f"{user['runAsUser']}:{user['runAsGroup']}",
        read_only=rights["readOnlyRootFilesystem"],
        privileged=rights["allowPrivilegeEscalation"] or rights["capabilities"] != {"drop": ["ALL"]},
        memory=_bytes(container["resources"]["limits"]["memory"]),
        cpus=_cpus(container["resources"]["limits"]["cpu"]),
        writable=frozenset(one["mountPath"] for one in container.get("volumeMounts", ()) if one["name"] not in files),
        secrets=frozenset(
            item["key"] for one in pod.get("volumes", ()) if "secret" in one for item in one["secret"]["items"]
        ),
        variables=frozenset(one["name"] for one in container.get("env", ()) if one["name"] not in made_of),
        ready=tuple(word.replace("$$", "$") for word in probe),
        goes_out=goes_out,
        number=controller["spec"].get("replicas", 1),
    )


def _calls(compilation: Compilation) -> set[tuple[str, str]]:
    """Who is told of whom in compose: the host of each URL among the variables, and whom the front door passes requests on to."""
    text = compilation.files.get("docker-compose.yml")
    services: dict[str, Any] = yaml.safe_load(text)["services"] if text else {}
    told = {
        (name, host)
        for name, box in services.items()
        if not _is_earlier(name, services)
        for host in _hosts(box.get("environment", {}), services)
    }
    door = re.findall(r"server ([a-z0-9-]+):\d+ resolve", compilation.files.get("nginx.conf", ""))
    return told | {("", host) for host in door}


def _hosts(environment: dict[str, Any], services: dict[str, Any]) -> Iterator[str]:
    """The services that values name: in URLs, as hosts, of a backup."""
    for variable, value in environment.items():
        for host in re.findall(r"(?:://|@|\A)(?:[^/@\s]*@)?(?:tcp\()?([a-z][a-z0-9-]*)(?=[:/,)]|\Z)", str(value)):
            if host in services and (variable == "BACKUP_OF" or str(value) != host or variable.endswith("HOST")):
                yield host


def _reached(compilation: Compilation) -> set[tuple[str, str]]:
    """Who may call whom by the policies of who is called; "" is the ingress controller."""
    found = set()
    for one in _objects(compilation):
        if one["kind"] == "NetworkPolicy":
            mine = one["spec"]["podSelector"].get("matchLabels", {}).get(_NAME)
            for rule in one["spec"].get("ingress", ()):
                (peer,) = rule["from"]
                found.add((peer["podSelector"]["matchLabels"][_NAME] if "podSelector" in peer else "", mine))
    return found


@cache
def _read(text: str) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(text)
    return document


def _objects(compilation: Compilation) -> list[dict[str, Any]]:
    return [_read(text) for name, text in manifests(compilation).items() if name != "kustomization.yaml"]


def _bytes(size: str) -> int:
    number, unit = re.fullmatch(r"(\d+)(\w*)", size).groups()  # type: ignore[union-attr]
    return int(number) * _UNITS[unit]


def _cpus(cpu: str) -> float:
    return int(cpu[:-1]) / 1000 if cpu.endswith("m") else float(cpu)


@pytest.mark.parametrize("name", ["bank", "ledger-export"])
def test_what_a_schedule_starts_waits_for_nobody(name: str) -> None:
    """Each line of the crontab takes a lock, and is a CronJob that forbids a second run."""
    compilation = example(name)
    lines = [line for line in compilation.files["crontab"].splitlines() if re.match(r"[\d*]", line)]
    jobs = {one["spec"]["schedule"]: one["spec"] for one in _objects(compilation) if one["kind"] == "CronJob"}
    assert len(lines) == len(jobs) > 0
    for line in lines:
        fields = " ".join(line.split()[:5])
        assert "flock --nonblock" in line
        assert jobs[fields]["concurrencyPolicy"] == "Forbid"


def test_a_second_run_is_kept_away_on_both() -> None:
    """Compose: a name that no second container can have, and a lock; a cluster: a CronJob that forbids it."""
    compilation = project("python-job")
    box = yaml.safe_load(compilation.files["docker-compose.yml"])["services"]["app"]
    assert box["container_name"] == "project-app"
    (job,) = [one for one in _objects(compilation) if one["kind"] == "CronJob" and one["metadata"]["name"] == "app"]
    assert job["spec"]["concurrencyPolicy"] == "Forbid"
    assert job["spec"]["jobTemplate"]["spec"]["podReplacementPolicy"] == "Failed"


def test_the_questions_are_not_empty() -> None:
    """On the bank."""
    bank = example("bank")
    assert _reached(bank) == {("api", "db"), ("db-backup", "db"), ("", "api")}
    api = _of_manifests(bank)["api"]
    assert (api.user, api.memory, api.cpus, api.goes_out) == ("10001:10001", 512 * 2**20, 1.0, True)
    assert api.writable == {"/tmp"}  # in the pod
    assert api.secrets == {"admin-token", "db-password"}
    assert api.ready[-1] == "ready"
