"""The report of a build or a push, as plain data and as text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from speccompile.images.engine import Engine
from speccompile.images.results import (
    BuildFailed,
    BuildResult,
    BuildSkipped,
    Built,
    Pushed,
    PushFailed,
    PushResult,
    PushSkipped,
    Uploaded,
)


def duration(seconds: float) -> str:
    """A time as people write it: ``45s``, ``2m30s``."""
    whole = round(seconds)
    return f"{whole}s" if whole < 60 else f"{whole // 60}m{whole % 60}s"


def size(count: int) -> str:
    """A size in bytes as the engines write it: powers of a thousand, at most one decimal."""
    value = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000 or unit == "GB":
            return f"{value:.0f}{unit}" if value >= 10 or unit == "B" else f"{value:.1f}{unit}"
        value /= 1000
    raise AssertionError(count)


def build_data(result: BuildResult, commit: str | None) -> dict[str, Any]:
    """One build as plain data."""
    match result:
        case Built():
            return {
                "service": result.service,
                "docker_repo": result.image.rpartition(":")[0],
                "image": result.image,
                "images": list(result.names),
                "compose_image": result.local_name,
                "commit_sha": commit,
                "build_time": duration(result.seconds),
                "seconds": round(result.seconds, 3),
                "status": "success",
                "image_id": result.id,
                "size": result.size,
                "layers": result.layers,
                "cached": result.cached,
            }
        case BuildFailed():
            return {
                "service": result.service,
                "image": result.image,
                "commit_sha": commit,
                "build_time": duration(result.seconds),
                "seconds": round(result.seconds, 3),
                "status": "failed",
                "reason": result.reason,
                "log": result.log,
                "tail": list(result.tail),
            }
        case BuildSkipped():
            return {
                "service": result.service,
                "image": result.image,
                "commit_sha": commit,
                "build_time": None,
                "status": "skipped",
                "reason": result.reason,
            }


def push_data(result: PushResult) -> dict[str, Any]:
    """One push as plain data."""
    match result:
        case Pushed():
            return {
                "service": result.service,
                "image": result.names[0],
                "images": list(result.names),
                "digest": result.digest,
                "reference": result.reference,
                "tags_moved": list(result.names),
                "upload": result.upload,
                "compose": dict(result.compose),
                "push_time": duration(result.seconds),
                "status": "success",
            }
        case Uploaded():
            return {
                "service": result.service,
                "image": result.image,
                **_there(result),
                "push_time": duration(result.seconds),
                "status": "uploaded",
                "reason": result.reason,
            }
        case PushFailed():
            return {
                "service": result.service,
                "image": result.image,
                "push_time": duration(result.seconds),
                "status": "failed",
                "reason": result.reason,
                "fix": result.fix,
                "attempts": result.attempts,
                "transient": result.trouble.name == "TRANSIENT",
                **(_there(result.uploaded) if result.uploaded else {"tags_moved": []}),
            }
        case PushSkipped():
            return {
                "service": result.service,
                "image": result.image,
                "push_time": None,
                "status": "skipped",
                "reason": result.reason,
            }


def _there(result: Uploaded) -> dict[str, Any]:
    """What is in the registry of an image that does not have all its names there."""
    return {
        "digest": result.digest,
        "reference": result.reference,
        "tags_moved": list(result.moved),
        "tags_left": list(result.left),
        "upload": result.upload,
    }


def totals(statuses: Sequence[str]) -> dict[str, int]:
    """How many there are of each."""
    return {
        "services": len(statuses),
        "success": statuses.count("success"),
        "failed": statuses.count("failed"),
        "skipped": statuses.count("skipped"),
    }


def build_text(engine: Engine, results: Sequence[BuildResult], seconds: float) -> str:
    """The builds for a person."""
    good = all(isinstance(result, Built) for result in results)
    title = f"{engine.kind.command.capitalize()} Build {'Complete' if good else 'Failed'}"
    several = len(results) > 1
    blocks = ["\n".join(_block(result, several=several)) for result in results]
    counts = totals([build_data(result, None)["status"] for result in results])
    summary = ", ".join(f"{count} {name}" for name, count in list(counts.items())[1:] if count)
    ending = [f"{counts['services']} services: {summary}; {duration(seconds)} in all"] if several else []
    return "\n\n".join(["\n".join((title, "=" * len(title))), *blocks, *ending]).replace("=\n\n", "=\n", 1)


def _block(result: BuildResult, *, several: bool) -> Iterable[str]:
    if several:
        yield f"Service: {result.service}"
    match result:
        case Built():
            yield f"Image: {result.image}"
            for name in result.names[1:]:
                yield f"  also: {name}"
            yield f"  for compose: {result.local_name}"
            yield f"Size: {size(result.size)}"
            yield f"Layers: {result.layers}"
            yield f"Image ID: {result.id}"
            yield f"Time: {duration(result.seconds)}" + (" (all from the cache)" if result.cached else "")
        case BuildFailed():
            yield "Failed"
            yield f"Time: {duration(result.seconds)}"
            yield "  | " + "\n  | ".join(result.tail)
        case BuildSkipped():
            yield f"Skipped: {result.reason}"


def push_text(results: Sequence[PushResult]) -> str:
    """The pushes for a person; the references by digest, and how compose takes them, come last."""
    lines = [line for result in results for line in _pushed(result)]
    good = [result for result in results if isinstance(result, Pushed)]
    if good:
        lines += ["", "Deploy by digest:", *(f"  {result.reference}" for result in good)]
        own = () if not any(result.fetched for result in good) else ("docker compose pull",)
        fetch = "; ".join((*own, *(f"docker pull {result.reference}" for result in good if not result.fetched)))
        lines += ["", f"With compose, in .env beside docker-compose.yml (then: {fetch}; docker compose up --no-build):"]
        lines += [f"  {name}={value}" for result in good for name, value in result.compose]
    return "\n".join(lines)


def _pushed(result: PushResult) -> Iterable[str]:
    match result:
        case Pushed():
            yield f"{result.service}: pushed in {duration(result.seconds)}"
            yield from (f"  {name}" for name in result.names)
            if result.upload:
                yield f"  {result.upload} was for the upload alone"
        case Uploaded():
            yield f"{result.service}: uploaded, but not all tags were moved: {result.reason}"
            yield from _half(result)
        case PushFailed():
            yield f"{result.service}: not pushed after {result.attempts} attempts: {result.trouble.value}"
            if result.uploaded:
                yield from _half(result.uploaded)
        case PushSkipped():
            yield f"{result.service}: not pushed: {result.reason}"


def _half(result: Uploaded) -> Iterable[str]:
    yield f"  in the registry: {result.reference}" + (f" ({result.upload})" if result.upload else "")
    yield from (f"  moved: {name}" for name in result.moved)
    yield from (f"  not moved: {name}" for name in result.left)
