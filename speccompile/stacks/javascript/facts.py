"""The facts of a package.json, whatever installs it."""

from __future__ import annotations

import posixpath

from speccompile.record import record
from speccompile.stacks.facts import Chosen, Facts
from speccompile.stacks.javascript.frameworks import Server
from speccompile.stacks.javascript.launch import Launch
from speccompile.stacks.javascript.lockfiles import Locking
from speccompile.stacks.javascript.native import Native
from speccompile.stacks.javascript.output import makes
from speccompile.stacks.javascript.packagejson import PackageJson
from speccompile.stacks.javascript.parts import Part
from speccompile.stacks.javascript.workspaces import Workspace
from speccompile.stacks.sources import Sources
from speccompile.stacks.written import HOME
from speccompile.vocabulary import Language


@record(kw_only=True)
class JsFacts(Facts):
    """Facts of a package.json.

    ``workspace`` is what it is installed with; ``parts`` are its packages that the service is built from, itself the last.
    ``manager`` installs them: ``setup`` is what it is called in the registry, "" where it is there already.
    ``start`` is what runs, where that could be told; ``server`` what a framework's build makes; ``program`` and ``program_file`` the
    name and the file of its command line tool, ``program_source`` the source that this file is or is compiled from; ``made`` the
    directories that the build makes; ``locks`` the lock files that are there. With ``everything`` the image needs the
    devDependencies too. ``runs_on`` is the runtime of what is started, where that is another than the one that builds.
    """

    package: PackageJson
    workspace: Workspace
    parts: tuple[Part, ...]
    manager: Locking
    setup: str
    locks: tuple[str, ...]
    configuration: tuple[str, ...]
    sources: Sources
    start: Launch | None
    server: Server | None
    program: str
    program_file: str | None
    program_source: str | None
    made: tuple[str, ...]
    everything: bool
    native: tuple[Native, ...]
    runs_on: Chosen | None = None

    @property
    def language(self) -> Language | None:
        """That of the runtime, where it is not the stack's."""
        return "javascript" if self.runs_on else None

    @property
    def home(self) -> str:
        """Where the service's own package is in the image."""
        return posixpath.join(HOME, self.workspace.place).rstrip("/")

    @property
    def program_runs(self) -> bool:
        """Whether the command line tool's file is there, or made by the build."""
        return self.program_file is not None and (
            self.sources.has(self.program_file) or makes(self.made, self.program_file)
        )

    @property
    def whole(self) -> bool:
        """Whether the build's server brings all that it needs to run."""
        return self.server is not None and self.server.whole

    @property
    def started_is_made(self) -> bool:
        """Whether what runs comes from the build, so that the sources are not needed to run it."""
        return self.entry is not None and makes(self.made, self.entry)
