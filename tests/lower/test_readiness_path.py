"""Liveness and readiness have paths of their own where deploy.yaml or the specs say so, and each engine asks what it can."""

from __future__ import annotations

from typing import Any

import pytest

from projects import BUN_WEB, assertion, compiled, manifest
from speccompile.errors import Refused
from speccompile.pipeline import Compilation
from speccompile.plan.assertions import Standing
from speccompile.plan.image import Probe

LIVE, READY = "GET /livez answers 200 when the service is alive", "The readiness endpoint is /readyz"


def _compiled(*texts: str, health: dict[str, Any] | None = None, targets: list[str] | None = None) -> Compilation:
    service = {"path": ".", **({"health": health} if health else {})}
    deploy = {"version": 1, "services": {"app": service}, **({"targets": targets} if targets else {})}
    said = [assertion(number, text) for number, text in enumerate(texts or ("Orders are shown",), 1)]
    return compiled(BUN_WEB, manifest("web-service", *said), deploy)


def _probe(compilation: Compilation) -> Probe:
    (service,) = compilation.plan.services
    assert service.health
    return service.health.probe


@pytest.mark.parametrize(
    ("texts", "health", "live", "ready"),
    [
        ((), {"live": "/livez", "ready": "/readyz"}, "/livez", "/readyz"),
        ((), {"live": "/livez"}, "/livez", "/livez"),
        ((), {"path": "/up"}, "/up", "/up"),
        ((), {"path": "/up", "ready": "/up/all"}, "/up", "/up/all"),
        ((LIVE, READY), None, "/livez", "/readyz"),
        ((READY,), None, "/readyz", "/readyz"),
        ((LIVE, READY), {"ready": "/ready"}, "/livez", "/ready"),
    ],
)
def test_the_paths(texts: tuple[str, ...], health: dict[str, Any] | None, live: str, ready: str) -> None:
    probe = _probe(_compiled(*texts, health=health))
    assert (probe.path, probe.readiness) == (live, ready)


def test_one_path_has_one_name() -> None:
    with pytest.raises(Refused) as refused:
        _compiled(health={"live": "/livez", "path": "/up"})
    assert [one.code for one in refused.value.diagnostics] == ["SC231"]


def test_an_engine_with_one_check_asks_whether_it_is_ready() -> None:
    alive, ready = _compiled(LIVE, READY).standings
    assert (alive.standing, ready.standing) == (Standing.APPROXIMATED, Standing.ENFORCED)
    assert "the engine's only health check asks /readyz" in alive.why


def test_kubernetes_asks_both() -> None:
    compilation = _compiled(LIVE, READY, targets=["kubernetes"])
    (kubernetes,) = [one for one in compilation.platforms if one.platform == "kubernetes"]
    assert [one.standing for one in kubernetes.accounts] == [Standing.ENFORCED] * 2
