"""A workflow → its YAML (GitHub Actions workflow syntax).

Hardly any action of anybody is used: the runner's own git, gh, npm, pipx and docker do the work. So nothing of a third party runs beside the token that
proves a workflow's identity; what no shell can do (handing files from job to job, signing an attestation) GitHub's own actions do, see ``plan.actions``.
"""

from __future__ import annotations

from collections.abc import Iterable

from speccompile.backends import header, yaml
from speccompile.backends.escape.workflow import WorkflowText, workflow_expression, workflow_text
from speccompile.backends.yaml import Block, Entry
from speccompile.plan.node import Node
from speccompile.plan.workflow import Event, Expression, Job, Permission, Value, Variant, Workflow, WorkflowStep
from speccompile.provenance import Origin

_MATRIX_RUNNER = Expression("matrix.runner")


def render(workflow: Workflow) -> tuple[str, dict[int, tuple[Origin, ...]]]:
    """The workflow's text and line map."""
    origin = workflow.origin
    group = WorkflowText(f"{workflow_text(workflow.name)}-{workflow_expression('github.ref')}")
    root = Entry(
        {
            "name": _text(workflow.name, origin),
            "on": Entry({event.name: _event(event) for event in workflow.events}, origin),
            "permissions": Entry({}, origin),
            "concurrency": Entry({"group": Entry(group, origin), "cancel-in-progress": Entry(False, origin)}, origin),
            "defaults": Entry({"run": Entry({"shell": Entry("bash", origin)}, origin)}, origin),
            "jobs": Entry({job.key: _job(job, workflow) for job in workflow.jobs}, origin),
        },
        origin,
    )
    comments = (*header.lines(workflow.path), *workflow.notes)
    return yaml.render(root, [(line, origin) for line in comments])


def _event(event: Event) -> Entry:
    narrowed = {event.filter: _list(event.words, event)} if event.filter else {}
    return Entry(narrowed, event.origin)


def _job(job: Job, workflow: Workflow) -> Entry:
    entries = {"name": _text(job.name, job.origin)}
    if job.needs:
        entries["needs"] = _list(job.needs, job)
    if job.condition:
        entries["if"] = _value(job.condition, job.origin)
    if job.variants:
        included = Entry([_variant(variant) for variant in job.variants], job.origin)
        matrix = Entry({"include": included}, job.origin)
        entries["strategy"] = Entry({"fail-fast": Entry(False, job.origin), "matrix": matrix}, job.origin)
    entries["runs-on"] = _value(_MATRIX_RUNNER if job.variants else workflow.runner, job.origin)
    entries["timeout-minutes"] = Entry(job.timeout, job.origin)
    if job.environment:
        entries["environment"] = _text(job.environment, job.origin)
    permissions = {permission.scope: _permission(permission) for permission in job.permissions}
    entries["permissions"] = Entry(permissions, job.origin)
    if job.outputs:
        entries["outputs"] = _values(job.outputs, job.origin)
    entries["steps"] = Entry([_step(step) for step in job.steps], job.origin)
    return Entry(entries, job.origin)


def _variant(variant: Variant) -> Entry:
    return _values(variant.values, variant.origin)


def _permission(permission: Permission) -> Entry:
    return Entry(permission.access, permission.origin, permission.why)


def _step(step: WorkflowStep) -> Entry:
    entries = {"name": _text(step.name, step.origin)}
    if step.id:
        entries["id"] = _text(step.id, step.origin)
    if step.uses:
        entries["uses"] = Entry(step.uses.reference, step.origin, step.uses.release)
    if step.inputs:
        entries["with"] = _values(step.inputs, step.origin)
    if step.directory:
        entries["working-directory"] = _text(step.directory, step.origin)
    if step.environment:
        entries["env"] = _values(step.environment, step.origin)
    if step.script:
        entries["run"] = Entry(_script(step.script), step.origin)
    return Entry(entries, step.origin)


def _script(lines: tuple[str, ...]) -> str:
    """One line without quotes stays on the line of its key; all else is a block, so that people and linters read what bash reads."""
    return lines[0] if len(lines) == 1 and '"' not in lines[0] else Block("".join(f"{line}\n" for line in lines))


def _values(pairs: Iterable[tuple[str, Value]], origin: Origin) -> Entry:
    return Entry({name: _value(value, origin) for name, value in pairs}, origin)


def _value(value: Value, origin: Origin) -> Entry:
    return Entry(workflow_expression(value.text), origin) if isinstance(value, Expression) else _text(value, origin)


def _text(value: str, origin: Origin) -> Entry:
    return Entry(workflow_text(value), origin)


def _list(items: tuple[str, ...], node: Node) -> Entry:
    return Entry([_text(item, node.origin) for item in items], node.origin)
