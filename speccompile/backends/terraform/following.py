"""Which releases the one machine can follow: those that it reads with rights that its role can be given, or as whom it fetches images."""

from __future__ import annotations

from speccompile.plan.followed import Followed
from speccompile.plan.plan import Plan
from speccompile.regex import regex

ECR = regex(r"\d{12}\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\Z")
_PLATFORM = "compose"
_ENDPOINT = "?"
"""What an address of Amazon's own has none of: elsewhere keys are wanted, which the machine has not."""


def registry(plan: Plan) -> str:
    """The host of the registry that has the images; "" where there is none."""
    named = [service.repository for service in plan.services]
    return ((named[0].registry if named else None) or "").split("/")[0]


def candidates(plan: Plan) -> tuple[Followed, ...]:
    """The environments that a machine of this kind could run, and whose releases are recorded somewhere."""
    return tuple(one for one in plan.followed if one.on == _PLATFORM)


def readable(plan: Plan) -> tuple[Followed, ...]:
    """Those of them whose releases the machine can read."""
    return tuple(one for one in candidates(plan) if _is_readable(one.store, registry(plan)))


def _is_readable(store: str, images: str) -> bool:
    kind, _, place = store.partition("://")
    if kind == "s3":
        return _ENDPOINT not in place
    host = place.split("/")[0]
    return kind == "oci" and (bool(ECR.match(host)) or host == images)
