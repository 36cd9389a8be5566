"""Small real applications, each with the usual client of its language for a store, unchanged from what their users write."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).resolve().parent / "apps"

STORES = {
    "node-pg": ("postgres", "redis"),
    "python-sqlalchemy": ("postgres",),
    "go-gorm": ("postgres",),
    "java-jdbc": ("postgres",),
    "rust-sqlx": ("postgres",),
}
"""Each case with the kinds of the stores that it needs."""
