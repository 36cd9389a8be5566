"""A workflow → its YAML (GitHub Actions workflow syntax).

No action of anybody is used: the runner's own git, gh, npm and pipx do the work. So there is nothing to pin to a digest
that nobody can know offline, and nothing of a third party runs beside the token that proves this workflow's identity.
"""

from __future__ import annotations

from speccompile.backends import header, yaml
from speccompile.backends.yaml import Block, Entry
from speccompile.plan.node import Node
from speccompile.plan.workflow import Job, Permission, Workflow, WorkflowStep
from speccompile.provenance import Origin


def render(workflow: Workflow) -> tuple[str, dict[int, tuple[Origin, ...]]]:
    """The workflow's text and line map."""
    origin = workflow.origin
    root = Entry(
        {
            "name": Entry(workflow.name, origin),
            "on": Entry({"release": Entry({"types": Entry([Entry("published", origin)], origin)}, origin)}, origin),
            "permissions": Entry({}, origin),
            "concurrency": Entry(
                {
                    "group": Entry(f"{workflow.name}-${{{{ github.ref }}}}", origin),
                    "cancel-in-progress": Entry(False, origin),
                },
                origin,
            ),
            "defaults": Entry({"run": Entry({"shell": Entry("bash", origin)}, origin)}, origin),
            "jobs": Entry({job.key: _job(job, workflow) for job in workflow.jobs}, origin),
        },
        origin,
    )
    comments = (*header.lines(workflow.path), *workflow.notes)
    return yaml.render(root, [(line, origin) for line in comments])


def _job(job: Job, workflow: Workflow) -> Entry:
    entries = {"name": Entry(job.name, job.origin)}
    if job.needs:
        entries["needs"] = _list(job.needs, job)
    entries["runs-on"] = Entry(workflow.runner, job.origin)
    entries["timeout-minutes"] = Entry(job.timeout, job.origin)
    if job.environment:
        entries["environment"] = Entry(job.environment, job.origin)
    permissions = {permission.scope: _permission(permission) for permission in job.permissions}
    entries["permissions"] = Entry(permissions, job.origin)
    entries["steps"] = Entry([_step(step) for step in job.steps], job.origin)
    return Entry(entries, job.origin)


def _permission(permission: Permission) -> Entry:
    return Entry(permission.access, permission.origin, permission.why)


def _step(step: WorkflowStep) -> Entry:
    entries = {"name": Entry(step.name, step.origin)}
    if step.directory:
        entries["working-directory"] = Entry(step.directory, step.origin)
    if step.environment:
        values = {name: Entry(value, step.origin) for name, value in step.environment}
        entries["env"] = Entry(values, step.origin)
    script = step.script[0] if len(step.script) == 1 else Block("".join(f"{line}\n" for line in step.script))
    entries["run"] = Entry(script, step.origin)
    return Entry(entries, step.origin)


def _list(items: tuple[str, ...], node: Node) -> Entry:
    return Entry([Entry(item, node.origin) for item in items], node.origin)
