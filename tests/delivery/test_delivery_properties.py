"""Whatever the specs say, in whatever letters: what the delivering targets emit has no defect, is the same each time, and says why each line is there."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from delivered import DELIVERY, choosing, delivery_files, project
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projects import BUN_WEB, compiled, manifest
from speccompile.backends.escape.hcl import hcl_string
from speccompile.backends.escape.workflow import workflow_text
from speccompile.errors import Refused
from speccompile.lower.lower import Surroundings
from speccompile.pipeline import Compilation, compile_project
from speccompile.project.memory import MemoryTree
from speccompile.verify.readers import hcl
from strategies import projects, prose

Project = tuple[dict[str, str], dict[str, Any], dict[str, Any] | None]


def _compile(project_: Project) -> Compilation | None:
    sources, specs, deploy = project_
    try:
        return compiled(sources, json.dumps(specs, ensure_ascii=False), choosing(**(deploy or {})))
    except Refused as refused:
        found = refused.diagnostics
    assert all(one.code.startswith(("SC2", "SC36", "SC42")) for one in found), found
    return None


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(projects())
def test_no_spec_gives_a_defect_and_all_is_the_same_twice(project_: Project) -> None:
    """Every line has an origin, too: that is a part of what is looked for."""
    first, second = _compile(project_), _compile(project_)
    if first and second:
        assert first.defects == ()
        assert first.files == second.files


_TEMPLATES = st.lists(
    st.sampled_from(("$", "%", "{", "}", '"', "\\", "${{", "}}", "${", "%{", "a", " ", "'", "\u00e9")), max_size=12
)


@given(st.one_of(prose, _TEMPLATES.map("".join)))
def test_a_string_of_hcl_stands_for_itself(text: str) -> None:
    document = hcl.read(f"locals {{\n  x = {hcl_string(text)}\n}}\n")
    assert hcl.literal(document.blocks[0].value("x")) == text


@given(st.one_of(prose, _TEMPLATES.map("".join)))
def test_a_text_of_a_workflow_stands_for_itself(text: str) -> None:
    """An expression is looked for from the left; what is between its braces is one string."""
    pieces = workflow_text(text).split("${{ '${{' }}")
    assert "${{".join(pieces) == text
    assert not any("${{" in piece for piece in pieces)


HOSTILE = ("${{ secrets.X }}", "${TAG}", "%{ if true }x%{ endif }", "a b", "$(id)", "`id`")


@pytest.mark.parametrize("name", HOSTILE)
def test_no_directory_comes_alive(name: str) -> None:
    """The output directory, and those down to the project, are anybody's to name."""
    files = {**BUN_WEB, "specs/assertions.json": manifest("web-service"), "specs/deploy.yaml": json.dumps(choosing())}
    done = compile_project(MemoryTree(files), Surroundings(f"../{name}/out", ("srv", name), allow_unverified=False))
    assert done.defects == ()
    workflow = yaml.safe_load(done.files["github-actions/deploy.yml"])
    step = workflow["jobs"]["check"]["steps"][-1]
    kept = name.replace("${{", "${{ '${{' }}")
    assert (step["working-directory"], step["env"]["OUTPUT"]) == (kept, f"../{kept}/out")
    assert step["run"].strip() == 'speccompile check --deep --output "$OUTPUT"'
    (target,) = [one for one in hcl.read(done.files["bake/docker-bake.hcl"]).blocks if one.kind == "target"]
    assert hcl.literal(target.value("dockerfile")) == f"{name}/out/Dockerfile"


def test_every_line_can_be_explained() -> None:
    """By name and number, as for any other file."""
    done = project("web")
    for artifact in done.artifacts:
        if artifact.target in DELIVERY:
            lines = [number for number, line in enumerate(artifact.text.split("\n"), start=1) if line.strip()]
            assert [number for number in lines if not artifact.origins.get(number)] == []


def test_lines_cite_what_they_follow_from() -> None:
    """The registry's key where images are named, the assertion where a machine is as big as it says."""
    done = compiled(*(BUN_WEB, manifest("web-service"), choosing(services={"api": {"resources": {"memory": "6G"}}})))
    by_path = {artifact.path: artifact for artifact in done.artifacts}

    def cited(path: str, start: str) -> set[str]:
        artifact = by_path[path]
        lines = artifact.text.split("\n")
        number = next(number for number, line in enumerate(lines, start=1) if line.strip().startswith(start))
        return {
            f"{cause.span.path}:{cause.span.line}" for origin in artifact.origins[number] for cause in origin.causes
        }

    deploy = json.dumps(choosing(services={"api": {"resources": {"memory": "6G"}}}), indent=2).split("\n")
    place = {
        key: next(n for n, line in enumerate(deploy, start=1) if f'"{key}"' in line) for key in ("registry", "memory")
    }
    assert f"specs/deploy.yaml:{place['registry']}" in cited("bake/docker-bake.hcl", "tags")
    assert f"specs/deploy.yaml:{place['registry']}" in cited("terraform/main.tf", "registry ")
    assert f"specs/deploy.yaml:{place['memory']}" in cited("terraform/variables.tf", 'default     = "t3')
    assert "t3.large" in by_path["terraform/variables.tf"].text
    assert delivery_files(done)
