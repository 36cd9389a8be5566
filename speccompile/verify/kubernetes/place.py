"""Where manifests are."""

from __future__ import annotations

DIRECTORY = "kubernetes/base/"
"""As seen from the output directory."""
