"""Verification of a library's artifacts is closed: whatever is altered, taken away or wrongly planned is found."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from libraries import EXAMPLE, MONEY, npm, plan_of, python, sources_of, texts

from speccompile.codes.code import Code
from speccompile.codes.package import (
    EXPORTS,
    HOOK_ADDED,
    INJECTION,
    NOT_SHIPPED,
    PATCH_LOSES,
    PERMISSIONS,
    SETTING,
    UNGUARDED,
)
from speccompile.plan.package import Package, Setting
from speccompile.plan.workflow import Job, Workflow, WorkflowStep
from speccompile.verify.package import verify

LIBRARIES = {"npm": npm(sources_of(EXAMPLE))[0], "python": python(MONEY)[0]}
FILES = [(name, path) for name, package in LIBRARIES.items() for path in texts(package)]


def found(package: Package, files: dict[str, str]) -> set[str]:
    """The codes of what is found."""
    return {diagnostic.code for diagnostic in verify(plan_of(package), files)}


@pytest.mark.parametrize("name", LIBRARIES)
def test_content_with_what_is_emitted(name: str) -> None:
    """What comes from the emitter is what the plan says."""
    assert verify(plan_of(LIBRARIES[name]), texts(LIBRARIES[name])) == ()


ALTERATIONS: dict[str, Callable[[str], str | None]] = {
    "deleted": lambda _: None,
    "longer": lambda line: f"{line}x",
    "space": lambda line: f"{line} ",
    "comment": lambda line: f"{line} # more",
    "indented": lambda line: f" {line}",
    "emptied": lambda line: "" if line else "x",
    "other case": lambda line: line.swapcase() if line.swapcase() != line else f"{line}.",
    "first letter": lambda line: f"{line[:-1]}{'y' if line[-1:] != 'y' else 'z'}",
}


@pytest.mark.parametrize("alteration", ALTERATIONS)
@pytest.mark.parametrize(("name", "path"), FILES)
def test_any_altered_line_is_found(name: str, path: str, alteration: str) -> None:
    """One line at a time."""
    package = LIBRARIES[name]
    files = texts(package)
    lines = files[path].removesuffix("\n").split("\n")
    missed = []
    for number, line in enumerate(lines):
        altered = ALTERATIONS[alteration](line)
        text = "\n".join([*lines[:number], *([] if altered is None else [altered]), *lines[number + 1 :], ""])
        if not found(package, files | {path: text}):
            missed.append(f"{number + 1}: {line}")
    assert missed == []


@pytest.mark.parametrize(("name", "path"), FILES)
def test_more_lines_are_found(name: str, path: str) -> None:
    """A repeated line, and a line at the end."""
    package = LIBRARIES[name]
    files = texts(package)
    lines = files[path].removesuffix("\n").split("\n")
    for number, line in enumerate(lines):
        assert found(package, files | {path: "\n".join([*lines[: number + 1], line, *lines[number + 1 :], ""])}), line
    for more in ("\n", "# more\n", "more: 1\n", "x"):
        assert found(package, files | {path: files[path] + more})


@pytest.mark.parametrize(("name", "path"), FILES)
def test_missing_file_is_found(name: str, path: str) -> None:
    """And so is a patch where nothing is to be patched."""
    package = LIBRARIES[name]
    files = texts(package)
    assert found(package, {other: text for other, text in files.items() if other != path}) == {UNGUARDED.id}
    assert found(replace(package, settings=(), marker=None), files) == {UNGUARDED.id}


def setting(package: Package, keys: tuple[str, ...], value: object) -> Setting:
    """One more setting."""
    return Setting(keys=keys, value=json.dumps(value), why="", origin=package.origin)


def exports(*conditions: tuple[str, str]) -> dict[str, object]:
    """The package itself with these conditions."""
    return {".": dict(conditions)}


TYPES, IMPORT = ("types", "./dist/index.d.ts"), ("import", "./dist/index.js")


@pytest.mark.parametrize(
    ("keys", "value", "code"),
    [
        (("exports",), exports(IMPORT, TYPES), EXPORTS),
        (("exports",), exports(TYPES, ("default", "./dist/index.js"), IMPORT), EXPORTS),
        (("exports",), {".": "./dist/index.js", "types": "./dist/index.d.ts"}, EXPORTS),
        (("exports",), exports(TYPES, ("import", "./dist/other.js")), NOT_SHIPPED),
        (("exports",), exports(TYPES, ("import", "dist/index.js")), NOT_SHIPPED),
        (("types",), "./dist/other.d.ts", NOT_SHIPPED),
        (("files",), ["lib"], NOT_SHIPPED),
        (("scripts", "postinstall"), "node setup.js", HOOK_ADDED),
        (("scripts", "prepare"), "npm run build", HOOK_ADDED),
        (("license",), "ISC", PATCH_LOSES),
    ],
)
def test_wrong_plans_of_a_patch(keys: tuple[str, ...], value: object, code: Code) -> None:
    """The emitter does what the plan says; the verifier does not believe the plan either."""
    package = LIBRARIES["npm"]
    others = tuple(one for one in package.settings if one.keys != keys)
    wrong = replace(package, settings=(*others, setting(package, keys, value)))
    assert code.id in found(wrong, texts(wrong))


def test_settings_that_are_not_the_plans() -> None:
    """More and fewer."""
    package = LIBRARIES["npm"]
    files = texts(package)
    assert SETTING.id in found(replace(package, settings=package.settings[:-1]), files)
    assert SETTING.id in found(
        replace(package, settings=(*package.settings, setting(package, ("os",), ["!win32"]))), files
    )


Change = Callable[[Workflow], Workflow]


def with_job(key: str, change: Callable[[Job], Job]) -> Change:
    """The workflow with one of its jobs changed."""
    return lambda workflow: replace(
        workflow, jobs=tuple(change(job) if job.key == key else job for job in workflow.jobs)
    )


def with_step(key: str, change: Callable[[WorkflowStep], WorkflowStep]) -> Change:
    """The workflow with the steps of one of its jobs changed."""
    return with_job(key, lambda job: replace(job, steps=tuple(map(change, job.steps))))


def without_step(key: str, name: str) -> Change:
    """The workflow without a step."""
    return with_job(key, lambda job: replace(job, steps=tuple(step for step in job.steps if name not in step.name)))


WRONG: dict[str, tuple[Change, Code]] = {
    "identity for tests": (
        lambda workflow: with_job("check", lambda job: replace(job, permissions=workflow.jobs[1].permissions))(
            workflow
        ),
        PERMISSIONS,
    ),
    "no identity": (with_job("publish", lambda job: replace(job, permissions=job.permissions[:1])), PERMISSIONS),
    "may write": (
        with_job("check", lambda job: replace(job, permissions=(replace(job.permissions[0], access="write"),))),
        PERMISSIONS,
    ),
    "expression in a script": (
        with_step("check", lambda step: replace(step, script=(*step.script, "echo ${{ github.ref }}"))),
        INJECTION,
    ),
    "secret": (
        with_step("publish", lambda step: replace(step, environment=(("TOKEN", "${{ secrets.NPM_TOKEN }}"),))),
        INJECTION,
    ),
    "no tag check": (without_step("publish", "tag"), UNGUARDED),
    "tag check that checks nothing": (
        with_step(
            "publish",
            lambda step: replace(step, script=tuple(line.replace("exit 1", "true") for line in step.script)),
        ),
        UNGUARDED,
    ),
    "does not publish": (without_step("publish", "Publish"), UNGUARDED),
    "does not wait": (with_job("publish", lambda job: replace(job, needs=())), UNGUARDED),
    "no environment": (with_job("publish", lambda job: replace(job, environment=None)), UNGUARDED),
}


@pytest.mark.parametrize("name", LIBRARIES)
@pytest.mark.parametrize("case", WRONG)
def test_wrong_plans_of_a_workflow(case: str, name: str) -> None:
    """Invariants hold whatever the plan says."""
    change, code = WRONG[case]
    package = LIBRARIES[name]
    wrong = replace(package, workflow=change(package.workflow))
    assert code.id in found(wrong, texts(wrong))


def test_actions_and_other_events_are_found() -> None:
    """What the plan cannot even say is found as well."""
    package = LIBRARIES["npm"]
    files = texts(package)
    path = package.workflow.path
    action = files[path].replace(
        "      - name: Publish\n", "      - uses: actions/checkout@v4\n      - name: Publish\n"
    )
    event = files[path].replace('"on":\n', '"on":\n  pull_request_target:\n')
    rights = files[path].replace("permissions: {}", "permissions: write-all")
    for text, code in ((action, INJECTION), (event, INJECTION), (rights, PERMISSIONS)):
        assert text != files[path]
        assert code.id in found(package, files | {path: text})
