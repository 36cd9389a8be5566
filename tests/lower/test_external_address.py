"""What somebody else runs: the address that the operator is asked for, how it is probed, and the port that a machine must be let out to."""

from __future__ import annotations

import re
from typing import Any

import pytest

from projects import BUN_WEB, assertion, compiled, manifest
from speccompile.errors import Refused
from speccompile.pipeline import Compilation


def _compiled(text: str, services: dict[str, Any]) -> Compilation:
    deploy = {"version": 1, "registry": "ghcr.io/acme", "services": {"app": {"path": ".", "needs": list(services)}, **services}}  # fmt: skip
    targets = ("compose", "dotenv", "nginx", "dockerfile", "health", "terraform")
    return compiled(BUN_WEB, manifest("web-service", assertion(1, text)), deploy, targets=targets)


@pytest.mark.parametrize(
    ("text", "services", "ports"),
    [
        ("Emails are sent through an external SMTP server", {}, "[80, 443, 587]"),
        ("Payments go through an external payment API", {}, "[80, 443]"),
        ("Rates are shown", {"rates": {"uses": "external", "url": "https://rates.example.com:8443/v1"}}, "[80, 443, 8443]"),
        ("Orders are shown", {"orders": {"uses": "postgres", "external": True}}, "[80, 443, 5432]"),
    ],
)  # fmt: skip
def test_a_machine_reaches_what_is_called(text: str, services: dict[str, Any], ports: str) -> None:
    variables = _compiled(text, services).files["terraform/variables.tf"]
    (found,) = re.findall(r'"ports_out" \{.*?default     = (\[.*?\])', variables, re.DOTALL)
    assert found == ports


@pytest.mark.parametrize("port", [0, 65536, 99999])
def test_a_port_that_is_none_is_refused(port: int) -> None:
    with pytest.raises(Refused) as refusal:
        _compiled("Rates are shown", {"rates": {"uses": "external", "url": f"https://rates.example.com:{port}/"}})
    (found,) = refusal.value.diagnostics
    assert "a URL whose port is none" in found.message


def test_a_mail_server_is_asked_for_as_one() -> None:
    """Not by HTTP, which it does not speak: it is reached, and no more is known."""
    done = _compiled("Emails are sent through an external SMTP server", {})
    assert "SMTP_URL=smtp://smtp.example.com:587\n" in done.files[".env.example"]
    (service,) = done.plan.services
    assert service.health
    assert [(need.name, need.protocol, need.critical) for need in service.health.needs] == [("smtp", "tcp", False)]
