"""What the image of a service is called: one name, in every target and for ``build``, ``push`` and ``inspect``."""

from __future__ import annotations

from speccompile.plan.node import Node
from speccompile.record import record

DOCKER_HUB = "docker.io"
TAG_SLOT = "TAG"
"""The operator's variable that chooses the tag of every image that is built here."""

LOCAL_TAG = "local"
"""What ``build`` built last on this machine, and what compose starts while nobody names another; it is never pushed."""


@record(kw_only=True)
class Repository(Node):
    """The repository of a service's image, without a tag: below the ``registry`` of deploy.yaml, where it names one.

    ``slot`` is the operator's variable for another repository that takes its place, ``pin_slot`` the one for a manifest's digest.
    """

    registry: str | None
    app: str
    service: str
    slot: str
    pin_slot: str

    @property
    def name(self) -> str:
        """The repository as every target names it."""
        return self.at(self.registry)

    @property
    def pull_policy(self) -> str:
        """When compose fetches it: in a registry of ours what is missing, else never.

        Compose asks for what it could build, too; a name without a registry is one at Docker Hub, and there it is anybody's.
        """
        return "missing" if self.registry else "never"

    def at(self, registry: str | None) -> str:
        """``{registry}/{app}/{service}``. Docker Hub has names of two parts only: there it is ``{app}-{service}``."""
        flat = registry is not None and registry.split("/")[0] == DOCKER_HUB
        path = f"{self.app}-{self.service}" if flat else f"{self.app}/{self.service}"
        return f"{registry}/{path}" if registry else path
