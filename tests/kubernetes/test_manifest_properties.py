"""What holds of the manifests of any valid spec, and of any text that gets into one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cluster_tools import documents, judged, kustomized
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projects import assertion, compiled, manifest
from speccompile.backends.escape.kubernetes import pod_reference, pod_text
from speccompile.errors import Refused
from speccompile.pipeline import Compilation
from speccompile.realise.kubernetes.names import CONTROLLED, LABEL, fitted, fresh, named
from speccompile.verify.readers import podtext
from strategies import projects
from systems import PROJECTS, everything, manifests, written

Project = tuple[dict[str, str], dict[str, Any], dict[str, Any] | None]
steady = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])


def _compile(sources: dict[str, str], specs: str, deploy: dict[str, Any] | None) -> Compilation | None:
    """The compilation, or None when the spec is refused (names that clash, say)."""
    try:
        return compiled(sources, specs, deploy, targets=everything())
    except Refused:
        return None


@steady
@given(projects())
def test_manifests_of_any_spec_hold_what_any_good_ones_do(project: Project) -> None:
    """No defect, every line has an origin, twice the same."""
    sources, specs, deploy = project
    text = json.dumps(specs, ensure_ascii=False)
    first, second = (_compile(sources, text, deploy) for _ in range(2))
    if first is None or second is None:
        assert first is second
        return
    assert first.defects == ()
    assert first.files == second.files
    for artifact in first.artifacts:
        lines = artifact.text.split("\n")
        assert all(artifact.origins.get(number) for number, line in enumerate(lines, start=1) if line.strip())


def _expanded(text: str, variables: dict[str, str]) -> str:
    """``Expand`` of Kubernetes' third_party/forked/golang/expansion, line by line."""
    out, at = "", 0
    while at < len(text):
        if text[at] != "$" or at + 1 == len(text):
            out, at = out + text[at], at + 1
        elif text[at + 1] == "$":
            out, at = out + "$", at + 2
        elif text[at + 1] == "(" and ")" in text[at + 2 :]:
            end = text.index(")", at)
            name = text[at + 2 : end]
            out, at = out + variables.get(name, f"$({name})"), end + 1
        else:
            out, at = out + text[at : at + 2], at + 2
    return out


@given(st.text(st.sampled_from("$()aHOME_ '\"\\\n{}`"), max_size=30))
def test_texts_of_pods_stand_for_themselves(text: str) -> None:
    """Whatever variables there are, and our own reader reads them alike."""
    assert _expanded(pod_text(text), {"HOME": "wrong", "a": "wrong", "": "wrong"}) == text
    assert podtext.read(pod_text(text)) == ((text,) if text else ())
    parts = f"{pod_text(text)}{pod_reference('HOME')}{pod_text(text)}"
    assert _expanded(parts, {"HOME": "right"}) == f"{text}right{text}"


@given(st.text(st.sampled_from("abc-1"), min_size=1, max_size=100), st.sampled_from((LABEL, CONTROLLED)))
def test_names_fit(name: str, longest: int) -> None:
    """Into their length; what was too long is told apart by a digest of the whole."""
    short = fitted(name, longest)
    assert len(short) <= longest
    assert (short == name) == (len(name) <= longest)
    assert len(name) <= longest or fitted(f"{name}x", longest) != short


def test_places_that_are_named_alike_have_names_of_their_own() -> None:
    """By a digest of the place."""
    first = fresh(named("/a/b"), "/a/b", ())
    assert fresh(named("/a-b"), "/a-b", {first}) not in ("", first)
    assert named("/") == "root"


_VALUES = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Co", "Cn", "Zl", "Zp"), exclude_characters="{}"),
    min_size=1,
    max_size=20,
)


@settings(
    deadline=None, max_examples=5, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.one_of(
            _VALUES, st.sampled_from(("'yes'", '"', "'", '""', "$(HOME)", "a=b", "on", "1e3", "0x1f", "#", "a: b"))
        ),
        min_size=3,
        max_size=3,
    )
)
def test_values_reach_the_pod_as_they_are_written(tmp_path_factory: Any, values: list[str]) -> None:
    """Of deploy.yaml's ``env``, through kustomize and another reader of YAML, expanded as a cluster does it."""
    if any(value.strip() != value for value in values):
        return
    env = {f"V{number}": value for number, value in enumerate(values)}
    sources, _, _ = PROJECTS["bun-web"]
    deploy = {"version": 1, "app": "shop", "services": {"web": {"path": ".", "env": env}}}
    done = _compile(sources, manifest("web-service", assertion(1, "GET /healthz returns 200")), deploy)
    if done is None:
        return
    assert manifests(done)
    scratch: Path = tmp_path_factory.mktemp("values")
    built = kustomized(written(done, scratch))
    judged(built, scratch)
    (deployment,) = [one for one in documents(built) if one["kind"] == "Deployment"]
    pod: Any = deployment["spec"]
    variables = {one["name"]: one.get("value", "") for one in pod["template"]["spec"]["containers"][0]["env"]}
    assert {name: _expanded(variables[name], {"HOME": "wrong"}) for name in env} == env
