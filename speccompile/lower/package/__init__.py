"""A library's manifest and sources → what is missing to publish it, and the workflow that does."""

from __future__ import annotations

from speccompile.lower.package.manifest import Choices, Place
from speccompile.lower.package.npm import npm_package
from speccompile.lower.package.python import python_package

__all__ = ["Choices", "Place", "npm_package", "python_package"]
