"""What is known about a PHP project."""

from __future__ import annotations

from speccompile.record import record
from speccompile.stacks.assets import Assets
from speccompile.stacks.facts import Chosen, Facts, Front
from speccompile.stacks.php.composer import Composer
from speccompile.stacks.php.extensions import Extension
from speccompile.stacks.php.frameworks import Framework
from speccompile.stacks.sources import Sources
from speccompile.stacks.written import HOME


@record(kw_only=True)
class PhpFacts(Facts):
    """What the recipe needs to know.

    ``root`` is the directory that pages are served from ("" is the top, None: there is none), ``routed`` whether its index.php answers for
    paths that are no file. ``script`` is what a tool or a job starts. ``extensions`` have to be made, for the ``server`` opcache too.
    """

    composer: Composer | None
    framework: Framework | None
    root: str | None
    routed: bool
    script: str | None
    extensions: tuple[Extension, ...]
    tool: Chosen | None
    sources: Sources
    assets: Assets | None

    @property
    def front(self) -> Front | None:
        """How its pages are served."""
        if self.root is None:
            return None
        return Front(root=f"{HOME}/{self.root}".rstrip("/"), routed=self.routed, closed=self.root == "")
