"""Where a service's sources are in the build context, and which of them an image takes."""

from __future__ import annotations

import posixpath

from speccompile.plan.image import Copy, ImageRecipe, Step
from speccompile.record import record


@record()
class Placement:
    """A service's directory in the project, which is at ``project`` in the context."""

    directory: str
    project: str

    def of_context(self, path: str) -> str:
        """A path of the project as seen from the context."""
        return posixpath.join(self.project, path)


def taken(image: ImageRecipe) -> tuple[str, ...]:
    """The paths that are copied from the context and come from the sources."""
    copies = (step for stage in image.stages for step in stage.steps if is_from_sources(step))
    return tuple(dict.fromkeys(source for copy in copies for source in getattr(copy, "sources", ())))


def is_from_sources(step: Step) -> bool:
    """Whether *step* copies something of the sources."""
    return isinstance(step, Copy) and step.stage is None and not step.generated
