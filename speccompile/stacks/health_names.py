"""What people call the route that tells whether a server is well, the same in all languages."""

from __future__ import annotations

NAME = r"_{0,2}(?:health(?:z|y|[-_]?checks?)?|livez|readyz|liveness|readiness|alive)"
# What is asked for below it, where both are asked.
_BELOW = r"(?:/(?:live|ready|livez|readyz|liveness|readiness))?"
# The end of a path, without the slash before it.
ROUTE = rf"{NAME}{_BELOW}"
# One part of such a path.
PART = rf"(?:{NAME}|live|ready)"
