"""What an environment wants that a workflow deploys to by itself (`by`): a runner is a machine that is gone afterwards, so nothing may be on it alone."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.codes.delivering import NO_WORKFLOW, NOT_BY_ITSELF
from speccompile.diagnostics import Diagnostic
from speccompile.frontends.wording import shown
from speccompile.spec.located import Located, LocatedList, key_span

_OCI, _BUCKET = "oci://", "s3://"


def delivery(raw: Located, name: str, environment: Located) -> Iterator[Diagnostic]:
    """What is missing in the environment *name* of *raw*, where it says `by`."""
    by = environment.get("by")
    if not isinstance(by, str):
        return
    span = key_span(raw, ("environments", name, "by"))
    for message, fix in _lacking(raw, environment):
        yield NOT_BY_ITSELF.at(span, f"{by} cannot deploy to {shown(name)}: {message}", fix=f"{fix}, or take `by` out")
    targets = raw.get("targets")
    if not isinstance(targets, LocatedList) or by not in targets:
        yield NO_WORKFLOW.at(
            span,
            f"{shown(name)} is deployed to by {by}, and `targets` does not make that workflow",
            fix=f"add {by} to `targets`: {_with(targets, by)}; or take `by` out",
        )


def _lacking(raw: Located, environment: Located) -> Iterator[tuple[str, str]]:
    """What stands in the way, and what to do."""
    on, releases, registry = environment.get("on", "compose"), environment.get("releases"), raw.get("registry")
    if on != "compose":
        yield f"it is on {shown(str(on))}, and `deploy` deploys to compose", "deploy there with the platform's own tool"
    elif "host" not in environment and "hosts" not in environment:
        yield "it names no machine, so the runner would deploy to itself", 'write `host: "ssh://USER@HOST"`'
    if raw.get("proxy") == "caddy":
        yield "the front door is Caddy, and `deploy` knows nginx", "write `proxy: nginx`"
    if not isinstance(registry, str):
        yield (
            "deploy.yaml names no registry from which its machines could fetch images",
            "write `registry: ghcr.io/OWNER`",
        )
    if not isinstance(releases, str) or not releases.startswith((_OCI, _BUCKET)):
        yield (
            "its releases would be recorded on the runner, and be gone",
            "write `releases` that begin with oci:// or s3://",
        )
    elif isinstance(registry, str) and releases.startswith(_OCI) and _host(releases) != registry.partition("/")[0]:
        where = registry.partition("/")[0]
        yield (
            f"its job logs in at {where} alone, and the releases are at {_host(releases)}",
            f"write `releases: oci://{registry}/releases`",
        )


def _host(address: str) -> str:
    return address.removeprefix(_OCI).partition("/")[0]


def _with(targets: object, one: str) -> str:
    names = [str(name) for name in targets] if isinstance(targets, LocatedList) else ["compose"]
    return f"[{', '.join((*names, one))}]"
