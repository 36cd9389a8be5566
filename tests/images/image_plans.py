"""Plans for the tests of images: what the compiler makes of small projects in memory."""

from __future__ import annotations

from projects import BUN_WEB, assertion, compiled, manifest
from speccompile.images.checkout import Checkout
from speccompile.plan.plan import Plan

COMMIT = "0123456789abcdef0123456789abcdef01234567"
CLEAN = Checkout(commit=COMMIT, short="0123456", time=1700000000, remote="git@github.com:Acme/bank.git")
DIRTY = Checkout(commit=COMMIT, short="0123456", time=1700000000, dirty=("src/index.ts",))
NO_GIT = Checkout(problem="the project is not in a git repository")


def single() -> Plan:
    """One web service."""
    return compiled(BUN_WEB, _specs()).plan


def several(registry: str | None = None) -> Plan:
    """The services api and web, the second of which needs the first."""
    where = {"registry": registry} if registry else {}
    sources = {f"{name}/{path}": text for name in ("api", "web") for path, text in BUN_WEB.items()}
    services = {
        name: {"path": name, "assertions": f"{name}/assertions.json", "route": {"path": f"/{name}"}, "needs": needs}
        for name, needs in {"api": [], "web": ["api"]}.items()
    }
    manifests = {f"{name}/assertions.json": _specs() for name in services}
    return compiled(
        {**sources, **manifests}, _specs(), {"version": 1, "app": "shop", "services": services, **where}
    ).plan


def _specs() -> str:
    return manifest("web-service", assertion(1, "The service answers health checks"))
