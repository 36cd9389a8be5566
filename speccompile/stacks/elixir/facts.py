"""What is known about an Elixir project."""

from __future__ import annotations

from speccompile.record import record
from speccompile.stacks.elixir.lock import Locked
from speccompile.stacks.elixir.mixfile import Mixfile
from speccompile.stacks.elixir.natives import Needed
from speccompile.stacks.elixir.scripts import Scripts
from speccompile.stacks.facts import Chosen, Facts
from speccompile.stacks.sources import Sources


@record(kw_only=True)
class ElixirFacts(Facts):
    """What the recipe needs to know.

    ``otp`` is the release of Erlang, ``release`` the one of Mix's that is made ("": none can be). ``serves`` is whether it listens, ``phoenix``
    whether by Phoenix. ``manifests`` are the files of Mix's, ``settings`` those that are read while packages are compiled. ``migrator`` is the
    module that migrates, ``at_start`` the source that does so whenever the program starts, ``migrations`` the directory of migrations.
    """

    mixfile: Mixfile
    otp: Chosen
    release: str
    serves: bool
    phoenix: bool
    locked: Locked
    manifests: tuple[str, ...]
    settings: tuple[str, ...]
    natives: Needed
    sources: Sources
    scripts: Scripts | None
    migrator: str | None
    at_start: str | None
    migrations: str | None

    @property
    def lasting(self) -> bool:
        """Whether it runs until it is stopped, and does not listen."""
        return bool(self.release) and not self.serves and self.mixfile.escript is None

    @property
    def program(self) -> str:
        """The script that starts the release, and runs what it is told to."""
        return f"bin/{self.release}"
