"""What is attested of images: their assertions with what became of each, and the evidence, by digest; attached to what was pushed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from speccompile.cli.workspace import Compiled
from speccompile.codes.evidence import NOT_ATTESTED
from speccompile.diagnostics import Diagnostic
from speccompile.digests import digest
from speccompile.images import attestation
from speccompile.images.credentials import credential
from speccompile.images.labels import SPEC_DIGEST
from speccompile.images.referrers import attach
from speccompile.images.registry_client import Client, Reference, RegistryError
from speccompile.images.results import Pushed, PushResult
from speccompile.images.runner import Runner
from speccompile.record import record
from speccompile.source import Span
from speccompile.spec.runs import passed
from speccompile.spec.verification import Run


@record()
class Attested:
    """What was attested of each service's image, by service, and where that could not be attached."""

    statements: Mapping[str, dict[str, Any]]
    findings: tuple[Diagnostic, ...]


def predicate(compiled: Compiled, service: str, carried: Mapping[str, str]) -> dict[str, Any]:
    """What is held of the image of *service*, which has the labels *carried*."""
    plan = compiled.compilation.plan
    labels = next((one.labels for one in plan.services if one.name == service), ())
    return {
        "specs": next((label.value for label in labels if label.key == SPEC_DIGEST), None),
        "labels": {key: value for key, value in sorted(carried.items()) if key.startswith("com.spec-driven.")},
        "assertions": [
            {
                "id": one.assertion.assertion,
                "text": one.assertion.text,
                "status": one.assertion.status,
                "standing": one.standing.value,
                "why": one.why,
            }
            for one in compiled.compilation.standings
            if service in one.assertion.services
        ],
        "evidence": list(_evidence(compiled, service)),
    }


def attest(
    runner: Runner, compiled: Compiled, results: Sequence[PushResult], carried: Mapping[str, Mapping[str, str]]
) -> Attested:
    """Attach a statement to every image that was pushed; *carried* are the images' labels, by service."""
    statements: dict[str, dict[str, Any]] = {}
    findings: list[Diagnostic] = []
    for result in results:
        if not isinstance(result, Pushed):
            continue
        repository = result.reference.partition("@")[0]
        held = predicate(compiled, result.service, carried.get(result.service, {}))
        said = attestation.statement(repository, result.digest, held)
        statements[result.service] = {"statement": said, "reference": None, "stored": None}
        try:
            place = Reference.parse(result.reference)
            if place is None:
                continue
            client = Client(place.host, credential(runner, f"{place.host}/{place.path}", os.environ))
            found = attach(client, place.path, result.digest, attestation.MEDIA_TYPE, attestation.written(said))
        except RegistryError as problem:
            message = f"nothing could be attached to {result.reference}: {problem}"
            fix = "the image is there, and its labels say what was verified; push again to try again"
            findings.append(NOT_ATTESTED.at(Span(result.service), message, fix=fix))
        else:
            where = {"reference": f"{repository}@{found.digest}", "stored": found.stored.value}
            statements[result.service] = {"statement": said, **where}
    return Attested(statements, tuple(findings))


def _evidence(compiled: Compiled, service: str) -> Iterator[dict[str, Any]]:
    """The runs that are about *service*, each with the digest of its record."""
    for spec in compiled.compilation.spec.services:
        for run in spec.evidence.runs if spec.name == service and spec.evidence else ():
            if run.service in (None, service):
                yield {
                    "tool": run.tool,
                    "runner": run.runner,
                    "version": run.tool_version,
                    "time": run.time,
                    "passed": passed(run),
                    "digest": _digest(run),
                }


def _digest(run: Run) -> str:
    said = run.model_dump(mode="json", by_alias=True)
    return digest(json.dumps(said, sort_keys=True, separators=(",", ":")).encode())
