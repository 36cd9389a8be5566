"""A publishing workflow, read back: it is what the plan says, and what any publishing workflow should be."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from speccompile.codes import package as codes
from speccompile.diagnostics import quoted
from speccompile.plan.package import Package
from speccompile.plan.workflow import Expression, Job, Value, Workflow, WorkflowStep
from speccompile.regex import regex
from speccompile.verify import place
from speccompile.verify.package.finding import Finding
from speccompile.verify.readers.yaml_text import Unreadable, differences, load, rows

_PUBLISHES = regex(r"^(?:npm|uv) publish\b", re.MULTILINE)
_COMPARES = regex(r'^test "\$GITHUB_REF_NAME" = "\$TAG_PREFIX\$version" \|\| \{ .*exit 1; \}$', re.MULTILINE)
_EXPRESSION = regex(r"\$\{\{\s*(.*?)\s*\}\}")
_KNOWN = frozenset(("github.token", "github.ref"))
_MAY = {"contents": "read", "id-token": "write"}


def check_workflow(package: Package, text: str) -> Iterator[Finding]:
    """Findings about *text*, the workflow of *package*."""
    workflow = package.workflow
    try:
        document = load(text)
    except Unreadable as problem:
        yield problem.line, codes.WORKFLOW, f"not readable: {problem}"
        return
    if document != _expected(workflow):
        yield 0, codes.WORKFLOW, "what a CI system reads is not what the plan says"
    yield from _check_lines(workflow, text)
    if isinstance(document, dict):
        yield from _check_rights(document)
        yield from _check_sources(document)
        yield from _check_guards(document)


def _check_lines(workflow: Workflow, text: str) -> Iterator[Finding]:
    """The head, the document's mark, and then every line of the plan in its place."""
    lines = text.split("\n")
    if lines.pop() != "":
        yield len(lines) + 1, codes.WORKFLOW, "the last line has no line feed"
    head = [f"# {line}" for line in (*place.header(workflow.path), *workflow.notes)] + ["---"]
    for number, (want, have) in enumerate(zip(head, lines, strict=False), start=1):
        if want != have:
            yield number, codes.WORKFLOW, f"found {quoted(have)}, expected {quoted(want)}"
    reasons = {f"{p.scope}: {p.access}": p.why for job in workflow.jobs for p in job.permissions}
    for number, wanted in differences(list(rows(_expected(workflow), reasons)), lines[len(head) :]):
        yield number + len(head) + 1, codes.WORKFLOW, f"the plan says {quoted(wanted)} here"
        return


def _shown(value: object) -> str:
    return "nothing" if value is None else json.dumps(value, default=str)[:160]


def _expected(workflow: Workflow) -> dict[str, Any]:
    """What a CI system must find."""
    return {
        "name": workflow.name,
        "on": {"release": {"types": ["published"]}},
        "permissions": {},
        "concurrency": {"group": f"{workflow.name}-${{{{ github.ref }}}}", "cancel-in-progress": False},
        "defaults": {"run": {"shell": "bash"}},
        "jobs": {job.key: _expected_job(workflow, job) for job in workflow.jobs},
    }


def _expected_job(workflow: Workflow, job: Job) -> dict[str, Any]:
    wanted = {
        "name": job.name,
        "needs": list(job.needs),
        "runs-on": workflow.runner,
        "timeout-minutes": job.timeout,
        "environment": job.environment,
        "permissions": {permission.scope: permission.access for permission in job.permissions},
        "steps": [_expected_step(step) for step in job.steps],
    }
    return {key: value for key, value in wanted.items() if value not in (None, [])}


def _expected_step(step: WorkflowStep) -> dict[str, Any]:
    script = "\n".join(step.script)
    wanted = {
        "name": step.name,
        "working-directory": step.directory,
        "env": {name: as_written(value) for name, value in step.environment},
        "run": script if len(step.script) == 1 and '"' not in script else f"{script}\n",
    }
    return {key: value for key, value in wanted.items() if value}


def as_written(value: Value) -> str:
    """A value as the file has it: what stands for itself begins no expression."""
    if isinstance(value, Expression):
        return f"${{{{ {value.text} }}}}"
    return "${{ '${{' }}".join(value.split("${{"))


def _jobs(document: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    jobs = document.get("jobs")
    return {key: job for key, job in jobs.items() if isinstance(job, dict)} if isinstance(jobs, dict) else {}


def _steps(job: Mapping[str, Any]) -> list[dict[str, Any]]:
    steps = job.get("steps")
    return [step for step in steps if isinstance(step, dict)] if isinstance(steps, list) else []


def _names(value: object) -> list[str]:
    return [name for name in value if isinstance(name, str)] if isinstance(value, list) else []


def _publishes(job: Mapping[str, Any]) -> bool:
    return any(_PUBLISHES.search(str(step.get("run", ""))) for step in _steps(job))


def _check_rights(document: Mapping[str, Any]) -> Iterator[Finding]:
    if document.get("permissions") != {}:
        yield 0, codes.PERMISSIONS, "the workflow's token may do something by default"
    for key, job in _jobs(document).items():
        rights = job.get("permissions")
        if not isinstance(rights, dict) or any(_MAY.get(scope) != access for scope, access in rights.items()):
            yield (
                0,
                codes.PERMISSIONS,
                f"the job {key} may {_shown(rights)}; contents: read and id-token: write are all there is",
            )
        elif ("id-token" in rights) != _publishes(job):
            yield 0, codes.PERMISSIONS, f"the job {key} must prove its identity if it publishes, and only then"


def _check_sources(document: Mapping[str, Any]) -> Iterator[Finding]:
    """Nothing of a third party, no stored secret, no expression in a script."""
    if document.get("on") != {"release": {"types": ["published"]}}:
        yield 0, codes.INJECTION, "something else than a published release starts it"
    for expression in _EXPRESSION.findall(json.dumps(document, default=str)):
        if expression not in _KNOWN:
            yield 0, codes.INJECTION, f"the expression {quoted(expression)} is none of {', '.join(sorted(_KNOWN))}"
    for key, job in _jobs(document).items():
        if "uses" in job or any("uses" in step for step in _steps(job)):
            yield 0, codes.INJECTION, f"the job {key} uses what somebody else can change"
        for step in _steps(job):
            if "${{" in str(step.get("run", "")):
                yield 0, codes.INJECTION, f"the script of {quoted(step.get('name'))} has an expression in it"


def _check_guards(document: Mapping[str, Any]) -> Iterator[Finding]:
    """What is published has passed the checks, in a protected environment, under the tag of its version."""
    jobs = _jobs(document)
    if not any(_publishes(job) for job in jobs.values()):
        yield 0, codes.UNGUARDED, "no job publishes"
    for key, job in jobs.items():
        if not isinstance(job.get("timeout-minutes"), int):
            yield 0, codes.UNGUARDED, f"the job {key} may run for hours"
        if not _publishes(job):
            continue
        if set(_names(job.get("needs"))) != set(jobs) - {key}:
            yield 0, codes.UNGUARDED, f"the job {key} does not wait for the other jobs"
        if not job.get("environment"):
            yield 0, codes.UNGUARDED, f"the job {key} runs in no protected environment"
        scripts = [str(step.get("run", "")) for step in _steps(job)]
        first = next(number for number, script in enumerate(scripts) if _PUBLISHES.search(script))
        if not any(_COMPARES.search(script) for script in scripts[:first]):
            yield 0, codes.UNGUARDED, f"the job {key} publishes without having compared the tag with the version"
