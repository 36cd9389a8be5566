"""Names of objects, each within the length that its kind allows."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection

LABEL = 63
"""A label of DNS (RFC 1123), and a label's value."""

CONTROLLED = 52
"""What is left of it for a CronJob, whose jobs' names end in eleven more characters, and for a StatefulSet, whose revisions do so."""

_DIGITS = 8


def namespace(app: str) -> str:
    """The namespace of *app*. Those of a cluster's own (``kube-…``, ``default``) are nobody else's: whoever applied manifests with such a name would
    have the cluster's own pods denied their network (Kubernetes, "Namespaces": avoid the prefix kube-)."""
    return f"app-{app}" if app == "default" or app.startswith("kube-") else app


def fitted(name: str, longest: int) -> str:
    """*name*, or as much of it as there is room for and a digest of the whole."""
    return name if len(name) <= longest else _digested(name, name, longest)


def fresh(name: str, of: str, taken: Collection[str]) -> str:
    """*name*, fitted to a label; where it is *taken*, with a digest of what it is the name *of*."""
    whole = fitted(name, LABEL)
    return _digested(name, of, LABEL) if whole in taken else whole


def named(path: str) -> str:
    """A path as a name."""
    return "-".join(re.findall(r"[a-z0-9]+", path.lower())) or "root"


def digest(text: str) -> str:
    """What tells *text* from others, in a few digits."""
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def _digested(name: str, of: str, longest: int) -> str:
    return f"{name[: longest - _DIGITS - 1].rstrip('-')}-{digest(of)}"
