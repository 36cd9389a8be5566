"""Every case folder: what is known about it, how its image is made, and what holds for every image."""

from __future__ import annotations

import json

import pytest
from stack_cases import CASES, HERE, app, archetype, detected, directory, expectation, recipe

from speccompile.detect.detection import detect
from speccompile.plan.image import Copy, Env, ImageRecipe, Run
from speccompile.project.disk import DiskTree
from speccompile.provenance import Cause
from speccompile.source import Span

EACH = pytest.mark.parametrize("case", CASES)


def copies(made: ImageRecipe) -> list[Copy]:
    """All COPY steps from the build context."""
    return [step for stage in made.stages for step in stage.steps if isinstance(step, Copy) and step.stage is None]


@EACH
def test_it_is_as_expected(case: str) -> None:
    """``python tests/stacks/stack_cases.py`` writes the expectations anew."""
    assert expectation(case) == json.loads((HERE / case / "expected.json").read_text("utf-8"))


@EACH
def test_every_copied_source_is_there_and_is_allowed_in_the_context(case: str) -> None:
    """What is a directory in the recipe is one on disk, and the allow-list names exactly what is copied."""
    made = recipe(case)
    sources = {source for copy in copies(made) for source in copy.sources}
    assert set(made.context) == sources
    for source in sources - {source for copy in copies(made) if copy.generated for source in copy.sources}:
        path = app(case) / source
        assert path.is_dir() if source.endswith("/") else path.is_file(), source


@EACH
def test_a_service_in_a_subdirectory_is_the_same_image(case: str) -> None:
    """Only the places in the context differ."""
    here, there = recipe(case), recipe(case, "services/one")
    own = [source for copy in copies(there) if not copy.generated for source in copy.sources]
    assert own
    assert all(source.startswith("services/one/") for source in own)
    assert [stage.base for stage in here.stages] == [stage.base for stage in there.stages]
    assert (here.entrypoint, here.command) == (there.entrypoint, there.command)


@EACH
def test_tests_papers_and_specs_stay_outside(case: str) -> None:
    """Also when the application has them."""
    assert not {"tests", "specs", "docs", "node_modules", ".env"} & {path.strip("/") for path in recipe(case).context}


@EACH
def test_dependencies_are_installed_before_the_sources_are_there(case: str) -> None:
    """So that an edit of a source leaves the layer of the dependencies as it is."""
    for stage in recipe(case).stages:
        installs = [n for n, step in enumerate(stage.steps) if isinstance(step, Run) and _installs(step)]
        sources = [
            n
            for n, step in enumerate(stage.steps)
            if isinstance(step, Copy) and step.stage is None and any(source.endswith("/") for source in step.sources)
        ]
        assert not installs or not sources or min(installs) < min(sources)


@EACH
def test_what_an_edit_changes_comes_last(case: str) -> None:
    """After the source that is started only what was made of it: all that follows a changed layer is made and sent anew."""
    made, source = recipe(case), detected(case).facts.source
    final = [step for step in made.stages[-1].steps if isinstance(step, Copy)]
    own = [n for n, copy in enumerate(final) if copy.stage is None and not copy.generated]
    generated = [n for n, copy in enumerate(final) if copy.generated]
    assert not own or not generated or max(generated) < own[-1]
    # Where a front controller or pages are what is started, other files are those that are edited.
    if source and made.stack not in ("php", "ruby", "static"):
        started = "/".join(filter(None, (directory(case), source)))
        there = [n for n in own if any(_holds(one, started) for one in final[n].sources)]
        assert not there or all(copy.stage == "build" for copy in final[there[0] + 1 :])


def _holds(copied: str, path: str) -> bool:
    return path == copied or (copied.endswith("/") and path.startswith(copied))


def _installs(step: Run) -> bool:
    words = [str(word) for command in step.commands for word in command]
    return bool({"install", "ci", "sync", "download"} & set(words)) and "." not in words and "--no-deps" not in words


@EACH
def test_the_final_stage_runs_nothing_and_is_nobody_s(case: str) -> None:
    """But for system packages, which cannot be copied; and the user is a number."""
    made = recipe(case)
    run = [command[0] for step in made.stages[-1].steps if isinstance(step, Run) for command in step.commands]
    assert set(run) <= {"apt-get"}
    assert made.user in ("10001:10001", "65532:65532")
    assert "latest" not in " ".join(stage.base.reference for stage in made.stages)
    # The entrypoint of nginx' own image writes its configuration, which is ours and read-only.
    assert bool(made.entrypoint) == (archetype(case) == "cli-tool" or detected(case).facts.pages is not None)
    assert made.entrypoint or made.command


@EACH
def test_the_port_is_the_one_that_is_asked_for(case: str) -> None:
    """In the environment of the final stage, and in the server's flags where it has some; a site's server reads neither."""
    if archetype(case) != "web-service" or detected(case).facts.pages:
        return
    made = recipe(case, port=4321)
    env = dict(pair for step in made.stages[-1].steps if isinstance(step, Env) for pair in step.pairs)
    assert env["PORT"] == "4321"
    named = [word for word in made.command if any(part in word for part in ("0.0.0.0", "4321"))]
    assert not named or any("4321" in word for word in named)


@EACH
def test_every_node_says_why_it_is_there(case: str) -> None:
    """The evidence is among the causes."""
    made = recipe(case)
    assert {"SC302", "SC300"} <= set(made.origin.rules)
    for stage in made.stages:
        assert stage.base.origin.rules
        assert all(step.origin.rules for step in stage.steps)
    assert Cause(detected(case).facts.evidence[0]) in made.origin.causes


@EACH
def test_places_are_seen_from_the_project(case: str) -> None:
    """A service in a subdirectory is cited with it."""
    place = "/".join(filter(None, (f"{case}/app", directory(case))))
    found = detect(DiskTree(HERE).below(place), None, place).facts
    spans = [*found.evidence, *(one.span for one in (found.runtime, found.listens) if one.span)]
    assert all(span.path.startswith(f"{case}/app/") for span in spans)
    assert [Span(span.path.removeprefix(f"{case}/app/"), span.line, span.column) for span in found.evidence] == list(
        detected(case).facts.evidence
    )


@EACH
def test_a_command_of_the_user_s_takes_the_place_of_what_was_found(case: str) -> None:
    """As ENTRYPOINT of a tool, as CMD of anything else."""
    made = recipe(case, command=("sleep", "1"))
    assert (made.entrypoint or made.command) == ("sleep", "1")
    assert bool(made.entrypoint) == (archetype(case) == "cli-tool")


@EACH
def test_packages_are_installed_where_they_are_asked_for(case: str) -> None:
    """For the build where something is built; at run time in an image that can install them, which a site's cannot."""
    made = recipe(case, build_packages=("libpq-dev=15.*",), runtime_packages=("libpq5=15.*",))
    installed = {
        stage.name: {word for step in stage.steps if isinstance(step, Run) for words in step.commands for word in words}
        for stage in made.stages
    }
    assert "libpq5=15.*" in installed["final"] or detected(case).facts.pages
    assert not made.stages[-1].base.reference.startswith("gcr.io/distroless/")
    for stage in made.stages:  # each stands behind the one that it starts from
        installed[stage.name] |= installed.get(stage.base.reference, set())
    for stage in made.stages[:-1]:
        # Packages and styles are fetched by images of other tools. A health module that is compiled by itself needs nothing of the service; a stage may start from one that has them.
        assert stage.name in ("assets", "probe", "vendor") or "libpq-dev=15.*" in installed[stage.name]
