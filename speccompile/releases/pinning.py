"""Images by their digests: what an engine has, or fetches, under a name."""

from __future__ import annotations

import json
from typing import Any

from speccompile.codes.releases import NO_IMAGE
from speccompile.diagnostics import Diagnostic
from speccompile.record import record
from speccompile.releases.engines.compose import Docker
from speccompile.releases.machine import Machine
from speccompile.releases.runner import Hands
from speccompile.source import Span

_PULLING = 900.0


@record()
class Image:
    """An image that a machine has: by digest, where a registry has that, else by its id; and whether its labels say that it was verified."""

    pinned: str
    verified: bool


def pinned(hands: Hands, docker: Docker, reference: str, *, fetch: bool) -> Image | None:
    """The image *reference* of an engine, fetched where it is not there and *fetch* says so; None where it is not to be had."""
    said = hands.try_(docker.image(reference))
    if not said.ok and fetch:
        if not hands.try_(docker.pull(reference), timeout=_PULLING).ok:
            return None
        said = hands.try_(docker.image(reference))
    try:
        found: dict[str, Any] = json.loads(said.output)[0]
    except (ValueError, LookupError):
        return None
    labels = (found.get("Config") or {}).get("Labels") or {}
    name = reference.partition("@")[0]
    repository = name.rpartition(":")[0] if ":" in name.rpartition("/")[2] else name
    digest = next(
        (one.rpartition("@")[2] for one in found.get("RepoDigests") or () if one.rpartition("@")[0] == repository),
        None,
    )
    return Image(
        f"{repository}@{digest}" if digest else str(found["Id"]), labels.get("com.spec-driven.verified") == "true"
    )


def missing(machine: Machine, group: str, reference: str, built: frozenset[str], registry: str | None) -> Diagnostic:
    """The finding that *machine* does not have what the service *group* runs. *built* are the services whose images a registry has only when deploy.yaml
    names one."""
    if group in built and registry is None:
        fix = (
            "run `speccompile build`"
            if machine.address is None
            else (
                "name a `registry` in deploy.yaml, then `speccompile build --push`; or carry it there: docker save | ssh … docker load"
            )
        )
    else:
        fix = (
            f"push it (`speccompile build --push`) and let {machine} log in to the registry (`docker login`), "
            "or correct TAG in the file of values"
        )
    return NO_IMAGE.at(Span(reference), f"{group} runs {reference}, which {machine} neither has nor can fetch", fix=fix)
