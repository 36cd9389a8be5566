"""Names that follow from other names."""

from __future__ import annotations

import re


def slug(text: str, fallback: str = "app") -> str:
    """*text* as a name for compose projects, services and images: ``[a-z][a-z0-9-]*``, at most 40 characters."""
    plain = re.sub(r"[^a-z0-9]+", "-", text.lower().rpartition("/")[2]).strip("-")
    plain = re.sub(r"^[^a-z]+", "", plain)[:40].rstrip("-")
    return plain or fallback


def variable(*parts: str) -> str:
    """An environment name of *parts*: ``("payments", "url")`` is PAYMENTS_URL."""
    joined = re.sub(r"[^A-Z0-9]+", "_", "_".join(parts).upper()).strip("_")
    return joined if not joined[:1].isdigit() else f"_{joined}"


def volume(service: str, path: str) -> str:
    """The name of the volume that *service* has at *path*."""
    return "-".join((service, *re.findall(r"[a-z0-9]+", path.lower())))
