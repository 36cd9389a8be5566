"""What is known about a Ruby project."""

from __future__ import annotations

from speccompile.record import record
from speccompile.stacks.assets import Assets
from speccompile.stacks.facts import Facts
from speccompile.stacks.ruby.debian import Packages
from speccompile.stacks.ruby.gemfile import Bundle
from speccompile.stacks.ruby.server import Server
from speccompile.stacks.sources import Sources


@record(kw_only=True)
class RubyFacts(Facts):
    """What the recipe needs to know.

    ``server`` is what serves, ``script`` what a tool or a job starts. ``pinned`` is whether .ruby-version is there, which a Gemfile may read.
    ``compiles`` is whether Rails makes its assets ahead, ``assets`` what Node.js makes for it before.
    """

    bundle: Bundle | None
    server: Server | None
    script: str | None
    pinned: bool
    packages: Packages
    sources: Sources
    compiles: bool
    assets: Assets | None

    @property
    def installs(self) -> bool:
        """Whether there are gems to install."""
        return self.bundle is not None and bool(self.bundle.locked)
