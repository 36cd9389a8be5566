"""What people call the route that tells whether a server is well, the same in all languages."""

from __future__ import annotations

_NAMES = r"health(?:z|y|[-_]?checks?)?|livez|readyz|liveness|readiness|alive"
# Rails, Laravel and Kamal ask /up: a route that is called so, not every text that is.
NAME = rf"_{{0,2}}(?:{_NAMES}|up)"
# What is asked for below it, where both are asked.
_BELOW = r"(?:/(?:live|ready|livez|readyz|liveness|readiness))?"
# The end of a path, without the slash before it.
ROUTE = rf"{NAME}{_BELOW}"
# The same in sources in which nothing tells a route from another text.
TEXT = rf"_{{0,2}}(?:{_NAMES}){_BELOW}"
# One part of such a path.
PART = rf"(?:{NAME}|live|ready)"
