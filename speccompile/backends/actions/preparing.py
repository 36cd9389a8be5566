"""What has to be on a runner before the tests of a service run: by the lock files that its image is made of.

A runner of GitHub's has Node.js, npm, Python, Go, Rust, Java, Maven and Gradle (github.com/actions/runner-images); it lacks Bun, Deno and the
package managers of Python.
"""

from __future__ import annotations

import posixpath

from speccompile.backends.actions.scripts import LOCKS, SCRIPTS
from speccompile.plan.image import Copy
from speccompile.plan.plan import Service
from speccompile.plan.workflow import WorkflowStep
from speccompile.provenance import merged

_TOOLS = {"uv.lock": "uv", "poetry.lock": "poetry", "pdm.lock": "pdm", "Pipfile.lock": "pipenv"}
_VERSIONS = {"uv": "0.13.8", "poetry": "2.5.1", "pdm": "2.29.4", "pipenv": "2026.10.3"}
_BRINGS_ITS_OWN = frozenset(("go", "rust", "java", "static", "node", "bun", "deno"))
_PROGRAMS = {"bun": "/usr/local/bin/bun", "deno": "/usr/bin/deno"}
"""Where the runtimes are in their own images: the tests run on what the image is made with."""


def is_known(service: Service) -> bool:
    """Whether it is known what the tests of *service* need: what a lock lists, a toolchain that fetches it by itself, or what deploy.yaml runs."""
    return service.tested or service.image.stack in _BRINGS_ITS_OWN or _lock(service) is not None


def preparation(service: Service) -> tuple[WorkflowStep, ...]:
    """The steps before the tests of *service*: a tool that the runner lacks, and what the lock lists."""
    lock = _lock(service)
    steps = [_tool(service, lock)]
    if lock:
        steps.append(
            WorkflowStep(
                name=f"Install what the tests of {service.name} need",
                script=SCRIPTS[f"dependencies-{posixpath.basename(lock)}"],
                directory=posixpath.dirname(lock),
                origin=service.image.origin,
            )
        )
    return tuple(step for step in steps if step)


def _lock(service: Service) -> str | None:
    """The path of the lock file that the image of *service* is made of: beside its sources, or, of a workspace, above them."""
    copied = (
        source
        for stage in service.image.stages
        for step in stage.steps
        if isinstance(step, Copy) and step.stage is None
        for source in step.sources
    )
    above = [source for source in copied if _is_below(service.directory, posixpath.dirname(source))]
    found = [path for lock in LOCKS for path in above if posixpath.basename(path) == lock]
    return max(found, key=len, default=None)


def _is_below(directory: str, other: str) -> bool:
    return not other or f"{directory}/".startswith(f"{other}/")


def _tool(service: Service, lock: str | None) -> WorkflowStep | None:
    """What installs the runtime or the package manager that the runner lacks."""
    stack, tool = service.image.stack, _TOOLS.get(posixpath.basename(lock or ""))
    program = _PROGRAMS.get(stack)
    if program:
        base = service.image.stages[0].base
        return WorkflowStep(
            name=f"Take {stack} out of the image that {service.name} is built on",
            script=SCRIPTS["take"],
            environment=(("IMAGE", base.pinned), ("PROGRAM", program)),
            origin=merged((service.image.origin, base.origin)),
        )
    if tool:
        return WorkflowStep(
            name=f"Install {tool}",
            script=SCRIPTS[f"install-{tool}"],
            environment=(("VERSION", _VERSIONS[tool]),),
            origin=service.image.origin,
        )
    return None
