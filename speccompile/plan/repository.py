"""What the image of a service is called: one name, in every target and for ``build``, ``push`` and ``inspect``."""

from __future__ import annotations

from speccompile.plan.node import Node
from speccompile.record import record

DOCKER_HUB = "docker.io"
TAG = "TAG"
"""The operator's variable that chooses the tag of every image that is built here."""

LOCAL_TAG = "local"
"""What ``build`` built last on this machine, and what is started while nobody names another; it is never pushed."""


@record(kw_only=True)
class Repository(Node):
    """The repository of a service's image, without a tag: below the ``registry`` of deploy.yaml, where it names one.

    ``parameter`` is the operator's variable for another repository that takes its place, ``pin`` the one for a manifest's digest.
    """

    registry: str | None
    app: str
    service: str
    parameter: str
    pin: str

    @property
    def name(self) -> str:
        """The repository as every target names it."""
        return self.at(self.registry)

    def at(self, registry: str | None) -> str:
        """``{registry}/{app}/{service}``. Docker Hub has names of two parts only: there it is ``{app}-{service}``."""
        flat = registry is not None and registry.split("/")[0] == DOCKER_HUB
        path = f"{self.app}-{self.service}" if flat else f"{self.app}/{self.service}"
        return f"{registry}/{path}" if registry else path
