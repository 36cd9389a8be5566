"""The networks of a project: an internal one that all share, and one with a way out."""

BACKEND, EDGE = "backend", "edge"
