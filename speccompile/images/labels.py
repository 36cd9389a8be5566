"""The labels that are known only when a commit is built (OCI image specification 1.1, annotations)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from speccompile.codes.engines import BAD_EPOCH
from speccompile.diagnostics import Diagnostic
from speccompile.images.checkout import Checkout, web_address
from speccompile.images.commands import full_name
from speccompile.plan.image import Base, Copy
from speccompile.plan.plan import Service
from speccompile.source import Span

_OCI = "org.opencontainers.image."
REVISION = f"{_OCI}revision"
CREATED = f"{_OCI}created"
SOURCE = f"{_OCI}source"
VERSION = f"{_OCI}version"
BASE_NAME = f"{_OCI}base.name"
BASE_DIGEST = f"{_OCI}base.digest"
TITLE = f"{_OCI}title"
SPEC_DIGEST = "com.spec-driven.spec-digest"
SOURCE_DIGEST = "com.spec-driven.source-digest"
_LATEST = 253402300799  # the end of the year 9999, the last that RFC 3339 can write


def epoch(checkout: Checkout, environment: Mapping[str, str]) -> int | Diagnostic | None:
    """When the sources were made, seconds since 1970: SOURCE_DATE_EPOCH, else the commit's time."""
    given = environment.get("SOURCE_DATE_EPOCH")
    if not given:
        return checkout.time
    if given.isascii() and given.isdigit() and int(given) <= _LATEST:
        return int(given)
    message = "SOURCE_DATE_EPOCH is not a number of seconds since 1970"
    return BAD_EPOCH.at(
        Span("SOURCE_DATE_EPOCH"), message, fix="unset it, or set it to such as $(git log -1 --format=%ct)"
    )


def labels(
    service: Service, checkout: Checkout, made: int | None, base_digest: str | None, source_digest: str | None = None
) -> tuple[tuple[str, str], ...]:
    """Label and value, sorted; what is not known is left out.

    They are given on the command line, so that they change no step of the Dockerfile and every layer stays cached.
    """
    base = service.image.stages[-1].base
    known = {
        REVISION: checkout.commit and checkout.commit + ("-dirty" if checkout.dirty else ""),
        CREATED: None if made is None else datetime.fromtimestamp(made, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        SOURCE: web_address(checkout.remote),
        BASE_NAME: full_name(base.reference),
        BASE_DIGEST: base.digest or base_digest,
        SOURCE_DIGEST: source_digest,
    }
    return tuple(sorted((key, value) for key, value in known.items() if value))


def bases(service: Service) -> tuple[Base, ...]:
    """Every image that the build starts from or copies from, each once; the final stage's last."""
    stages = {stage.name for stage in service.image.stages}
    starts = [stage.base for stage in service.image.stages if stage.base.reference not in stages]
    copied = [
        Base(reference=step.stage, origin=step.origin)
        for stage in service.image.stages
        for step in stage.steps
        if isinstance(step, Copy) and step.stage and step.stage not in stages
    ]
    found = {base.pinned: base for base in (*copied, *starts) if base.reference != "scratch"}
    return tuple(found.values())
