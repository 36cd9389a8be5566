"""A single command in the place of a service's own: the same image, environment, networks, volumes and bounds, in a container that is taken away
when the command has ended.

What compose is told of it is the service as it stands in the file, without what is about the program that usually runs there: its health check
would end a command that serves nothing, and what compose says of a build would stand among what the command says. A run has a name of its own, and
no port of the host.
"""

from __future__ import annotations

import json
import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from speccompile.codes.releases import NO_IMAGE
from speccompile.errors import Refused
from speccompile.record import record
from speccompile.releases.composition import put, resolve
from speccompile.releases.engines.compose import Compose, Docker
from speccompile.releases.runner import Hands
from speccompile.releases.wanted import PlatformFailed
from speccompile.source import Span

_CHECKED, _BUILT, _PULLED = "healthcheck", "build", "pull_policy"
_SECONDS = 60.0


@record(kw_only=True)
class Errand:
    """What is to be run: ``argv`` in the place of the command of *service* (() for that command itself), by its entrypoint, or ``bare``, as it is.

    ``needs`` is whether what the service needs is started first, ``terminal`` whether the command gets a terminal.
    """

    service: str
    argv: tuple[str, ...]
    bare: bool
    needs: bool
    terminal: bool


def carried_out(hands: Hands, compose: Compose, docker: Docker, told: Mapping[str, Any], errand: Errand) -> int:
    """Run *errand* on our own terminal with the services as *told*, a compose file's content; its exit code.

    The engine says that, and takes the container away: of compose, attached to a run, it is known that it may end with 0 where the run did not (see
    ``Compose.once``). Raises ``PlatformFailed`` when nothing was started, ``Refused`` when its image was never built here.
    """
    name = f"{compose.project}-{errand.service}-run-{secrets.token_hex(4)}"
    with tempfile.TemporaryDirectory(prefix="speccompile-run-") as directory:
        file = Path(directory, "docker-compose.json")
        put(file, json.dumps(document(told, errand)))
        image = resolve(hands, compose, file)[errand.service]["image"]  # what has no value is said by this
        if told["services"][errand.service].get(_PULLED) == "never" and not hands.try_(docker.image(image)).ok:
            fix = "run `speccompile build`, or correct TAG in the file of values"
            raise Refused([NO_IMAGE.at(Span(image), f"{errand.service} runs {image}, which is not here", fix=fix)])
        try:
            hands.runner.attached(compose.attended(str(file), errand.service, _words(errand, name), _argv(errand)))
            ended = hands.try_(docker.exit_code(name), timeout=_SECONDS)
        finally:
            hands.try_(docker.remove((name,)), timeout=_SECONDS)
    if not ended.ok or not ended.output.strip().isdigit():
        raise PlatformFailed(f"compose has not made a container for {errand.service}; what it said stands above")
    return int(ended.output.strip())


def document(told: Mapping[str, Any], errand: Errand) -> dict[str, Any]:
    """The compose file for *errand*."""
    service = {key: value for key, value in told["services"][errand.service].items() if key != _BUILT}
    if errand.argv:
        service[_CHECKED] = {"disable": True}
    if errand.bare:
        # An entrypoint leaves the image's command out (docs.docker.com/reference/dockerfile, "CMD and ENTRYPOINT").
        service.pop("command", None)
        service["entrypoint"] = [word.replace("$", "$$") for word in errand.argv]
    return {**told, "services": {**told["services"], errand.service: service}}


def _argv(errand: Errand) -> tuple[str, ...]:
    return () if errand.bare else errand.argv


def _words(errand: Errand, name: str) -> tuple[str, ...]:
    """The options of `docker compose run` (docs.docker.com/reference/cli/docker/compose/run)."""
    return (
        *("--name", name),
        *(() if errand.needs else ("--no-deps",)),
        *(() if errand.terminal else ("--no-TTY",)),
    )
