"""Manifests, read back: they must be what the plan says, and what any good manifests are."""
