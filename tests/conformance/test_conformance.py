"""The same questions to the artifacts of every platform, of every example and every case of the stacks: who may reach whom, what can be written, as which
user, what is asked, what becomes of a second run. Each side is answered from its parsed text, and the answers are the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

import pytest
from answers import System
from of_compose import of_compose, of_swarm
from of_manifests import of_manifests
from of_units import of_units

from speccompile.pipeline import Compilation
from speccompile.realise.swarm_losses import losses
from systems import CASES, EXAMPLES, PROJECTS, case, example, project

_SYSTEMS: list[tuple[str, Callable[[str], Compilation], str]] = [
    *((f"example-{name}", example, name) for name in EXAMPLES),
    *((f"project-{name}", project, name) for name in PROJECTS),
    *((f"case-{name}", case, name) for name in CASES),
]
_OF_ALL = pytest.mark.parametrize(("look", "name"), [row[1:] for row in _SYSTEMS], ids=[row[0] for row in _SYSTEMS])


@cache
def _composed(look: Callable[[str], Compilation], name: str) -> System:
    return of_compose(look(name).files)


@_OF_ALL
def test_a_cluster_answers_as_compose_does(look: Callable[[str], Compilation], name: str) -> None:
    """Workload by workload, but for the steps of a release that come before its last one, which are parts of that one's pod."""
    files = look(name).files
    composed, clustered = _composed(look, name), of_manifests(files)
    earlier = composed.workloads.keys() - clustered.workloads.keys()
    assert all(re.fullmatch(r".+-release(-\d+)?", each) for each in earlier)
    for workload, answers in clustered.workloads.items():
        assert composed.workloads[workload] == answers, workload
    assert {pair for pair in composed.calls if pair[0] not in earlier} == clustered.calls


@_OF_ALL
def test_units_answer_as_compose_does(look: Callable[[str], Compilation], name: str) -> None:
    """Workload by workload, the steps of releases among them."""
    compilation = look(name)
    composed, units = _composed(look, name), of_units(compilation.plan.app, compilation.files)
    assert set(composed.workloads) == set(units.workloads)
    for workload, answers in composed.workloads.items():
        assert units.workloads[workload] == answers, workload
    assert composed.calls == units.calls


@_OF_ALL
def test_a_swarm_answers_as_compose_does(look: Callable[[str], Compilation], name: str) -> None:
    """Of what stays up; all else it declares to lose, and that nothing keeps what runs from getting privileges."""
    compilation = look(name)
    composed, swarm = _composed(look, name), of_swarm(compilation.files)
    for workload, answers in swarm.workloads.items():
        assert composed.workloads[workload]._replace(escalates=None) == answers, workload
    absent = composed.workloads.keys() - swarm.workloads.keys()
    assert absent <= {each for loss in losses(compilation.plan) if loss.whole for each in loss.of}
    assert {pair for pair in composed.calls if not absent & set(pair)} == swarm.calls


@pytest.mark.parametrize(("look", "name"), [(example, "bank"), (example, "ledger-export"), (project, "python-job")])
def test_what_runs_is_kept_from_running_twice(look: Callable[[str], Compilation], name: str) -> None:
    """By a lock and a name that no second container can have; by a CronJob that forbids it; by systemd, which starts no unit that is active."""
    compilation = look(name)
    answered = (
        of_compose(compilation.files),
        of_manifests(compilation.files),
        of_units(compilation.plan.app, compilation.files),
    )
    for system in answered:
        assert system.overlaps
        assert all(system.overlaps.values())
    assert answered[0].overlaps.keys() == answered[1].overlaps.keys()
    assert {job for job, _ in answered[2].overlaps} == {job for job, when in answered[0].overlaps if when}


def test_the_questions_are_not_empty() -> None:
    """On the bank."""
    files = example("bank").files
    expected = {("api", "db"), ("db-backup", "db"), ("", "api")}
    assert of_compose(files).calls == of_manifests(files).calls == of_units("bank", files).calls == expected
    assert of_swarm(files).calls == {("api", "db"), ("", "api")}
    for system in (of_compose(files), of_manifests(files), of_units("bank", files), of_swarm(files)):
        api = system.workloads["api"]
        assert (api.user, api.memory, api.cpus, api.goes_out) == ("10001:10001", 512 * 2**20, 1.0, True)
        assert api.writable == {"/tmp"}  # in the container
        assert api.secrets == {"admin-token", "db-password"}
        assert api.ready[-1] == "ready"
