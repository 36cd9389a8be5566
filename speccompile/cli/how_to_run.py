"""How an image that was built is run."""

from __future__ import annotations

import posixpath
import shlex
from collections.abc import Sequence

from speccompile.cli.workspace import Compiled
from speccompile.images.engine import Engine, Kind
from speccompile.images.results import BuildResult, Built
from speccompile.plan.plan import Service


def how_to_run(compiled: Compiled, engine: Engine, results: Sequence[BuildResult]) -> str:
    """The commands that run what was built, alone and with all that it needs, from where this one was started."""
    plan = compiled.compilation.plan
    images = {result.service: result.image for result in results if isinstance(result, Built)}
    client = "podman" if engine.kind is Kind.BUILDAH else engine.kind.command
    lines = ["To run locally:"]
    lines += [
        f"  {client} run {_options(service)} {images[service.name]}"
        for service in plan.services
        if service.name in images
    ]
    file = shlex.quote(compiled.workspace.seen(posixpath.join(compiled.lock.output, "docker-compose.yml")))
    compose = f"{'podman' if client == 'podman' else 'docker'} compose -f {file}"
    tools = [service.name for service in plan.services if service.role in ("job", "tool")]
    lines += ["", "To run with what it needs:"]
    if len(tools) < len(plan.services):
        lines.append(f"  {compose} up")
    lines += [f"  {compose} run --rm {name}" for name in tools]
    return "\n".join(lines)


def _options(service: Service) -> str:
    port = f" -p 127.0.0.1:{service.port.number}:{service.port.number}" if service.port else ""
    init = " --init" if service.image.needs_init else ""
    return f"--rm{init}{port}"
