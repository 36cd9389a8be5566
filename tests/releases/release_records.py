"""Releases as tests want them."""

from __future__ import annotations

from speccompile.releases.record import HostStatus, MadeFrom, Release, Released, ServiceStatus

A_DIGEST = "sha256:" + "a" * 64
B_DIGEST = "sha256:" + "b" * 64
IMAGE = f"registry.example.com/acme/bank/api:v1@{A_DIGEST}"


def release(number: int, *, by: str = "ann", artifacts: str = A_DIGEST, image: str = IMAGE) -> Release:
    """Release *number* of the bank in staging."""
    return Release(
        number=number,
        app="bank",
        environment="staging",
        platform="compose",
        commit="c" * 40,
        specs=B_DIGEST,
        made_at="2026-01-01T00:00:00Z",
        by=by,
        made_from=MadeFrom(release=None, why="deploy"),
        services={"api": Released(image=image, artifacts=artifacts, from_release=number)},
    )


def status(host: str, wanted: int, state: str = "healthy") -> HostStatus:
    """What *host* says of itself."""
    api = ServiceStatus.model_validate({"state": state, "release": wanted})
    return HostStatus(host=host, at="2026-01-01T00:00:00Z", wanted=wanted, services={"api": api})
