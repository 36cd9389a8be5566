"""What the process is told by its environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """``token`` is what callers of the API must show."""

    port: int
    redis_url: str
    redis_password: str | None
    token: str


def _secret(environment: Mapping[str, str], name: str) -> str | None:
    """The secret in the file that ``NAME_FILE`` names; secrets are never in the environment itself."""
    path = environment.get(f"{name}_FILE")
    return Path(path).read_text(encoding="utf-8").rstrip("\n") if path else None


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read the settings; a ValueError names the variable when one is missing or makes no sense."""
    redis_url = environment.get("REDIS_URL")
    if not redis_url:
        raise ValueError("REDIS_URL is not set")
    token = _secret(environment, "API_TOKEN")
    if not token:
        raise ValueError("API_TOKEN_FILE names no file with a token")
    port = environment.get("PORT", "8000")
    if not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise ValueError(f"PORT is not a port: {port}")
    return Settings(int(port), redis_url, _secret(environment, "REDIS_PASSWORD"), token)
