"""An image as stages of typed instructions: all that one template needs for any stack."""

from __future__ import annotations

from dataclasses import field
from typing import TypeAlias

from speccompile.plan.bases import contents
from speccompile.plan.node import WHY, Node
from speccompile.provenance import Origin
from speccompile.record import record
from speccompile.vocabulary import Language


@record(kw_only=True)
class Workdir(Node):
    """WORKDIR: an absolute path in the image."""

    path: str


@record(kw_only=True)
class Env(Node):
    """ENV: names and literal values, in this order. Never a secret. ``reasons`` are those of values that have one of their own, by name."""

    pairs: tuple[tuple[str, str], ...]
    reasons: tuple[tuple[str, Origin], ...] = field(default=(), compare=False, repr=False, metadata={WHY: True})

    def why(self, name: str) -> Origin:
        """Why *name* has its value."""
        return dict(self.reasons).get(name, self.origin)


@record(kw_only=True)
class Copy(Node):
    """COPY from the build context, an earlier stage or another image.

    Paths from the context are relative to the context's root; ``target`` is a path in the image (a directory when
    it ends in ``/``). ``generated`` marks sources that the compiler itself writes. ``owner`` is the numeric
    ``user:group`` of what is not to belong to root.
    """

    sources: tuple[str, ...]
    target: str
    stage: str | None = None
    generated: bool = False
    owner: str | None = None


@record(kw_only=True)
class Mount(Node):
    """A ``RUN --mount``: kind is cache, secret or bind; options are its other keys, in order."""

    kind: str
    options: tuple[tuple[str, str], ...]

    @property
    def id(self) -> str:
        """What it is called; empty for a bind mount."""
        return dict(self.options).get("id", "")


@record(kw_only=True)
class Run(Node):
    """RUN: argument vectors joined by ``&&``. Each word is quoted for ``/bin/sh`` when written, unless it is one of ours.

    ``fetches`` says that it may take dependencies from a registry, which may want a credential.
    """

    commands: tuple[tuple[Word, ...], ...]
    mounts: tuple[Mount, ...] = ()
    fetches: bool = False


@record()
class Glob:
    """A shell word of our own that must stay unquoted so that the shell expands it (``target/*.jar``)."""

    pattern: str


SECRETS = "/run/secrets"
SECRET_FILES = {"NETRC": "/root/.netrc", "NPMRC": "/root/.npmrc", "PIP_CONF": "/etc/pip.conf"}
"""Build secrets that are files by their nature, and where programs look for them."""

MAVEN_SETTINGS = "MAVEN_SETTINGS"
"""One that Maven is told of on its command line; it stays where secrets are."""


@record()
class FromSecret:
    """An assignment of our own: the variable ``name`` gets what the mounted secret of that name holds."""

    name: str


@record(kw_only=True)
class Arg(Node):
    """ARG: a public value that the steps after it see, and the image does not."""

    name: str
    value: str


@record(kw_only=True)
class Untracked(Node):
    """What git does not track: a pattern of an ignore file, as seen from the context; ``tracked`` ones bring paths back."""

    pattern: str
    tracked: bool


Word: TypeAlias = "str | Glob | FromSecret"
Step: TypeAlias = Workdir | Env | Arg | Copy | Run


@record(kw_only=True)
class Base(Node):
    """The image a stage starts from, tagged; the digest where the lock file pins one."""

    reference: str
    digest: str | None = None

    @property
    def pinned(self) -> str:
        """The reference as FROM takes it."""
        return f"{self.reference}@{self.digest}" if self.digest else self.reference


@record(kw_only=True)
class Stage(Node):
    """One build stage; a name is a lower-case word."""

    name: str
    base: Base
    steps: tuple[Step, ...]


@record(kw_only=True)
class ImageRecipe(Node):
    """How a stack makes a service's image; the last stage is the one that runs.

    ``context`` lists the paths that COPY takes from the build context, as seen from there: the allow-list of the ignore file; directories
    end in ``/``. Of these ``untracked`` is not sent, nor ``withheld``: files by their names; ``spared`` are files that are called like
    secrets and sent all the same. ``needs_init`` says that PID 1 would not act on the stop signal.
    ``probe`` is the argument vector that runs the health module in the final stage (``("bun", "/app/health.ts")``), but for
    its last word, ``live`` or ``ready``; empty where the request names no module.
    ``writable`` are paths in the image that the framework insists on writing. ``started`` is why it is started so, where that has a reason of its own.
    """

    stack: str
    stages: tuple[Stage, ...]
    user: str
    entrypoint: tuple[str, ...]
    command: tuple[str, ...]
    context: tuple[str, ...]
    needs_init: bool
    probe: tuple[str, ...] = ()
    language: Language
    writable: tuple[str, ...] = ()
    untracked: tuple[Untracked, ...] = ()
    withheld: tuple[str, ...] = ()
    spared: tuple[str, ...] = ()
    started: Origin | None = field(default=None, compare=False, repr=False, metadata={WHY: True})

    @property
    def start(self) -> Origin:
        """Why it is started so."""
        return self.started or self.origin

    @property
    def secrets(self) -> tuple[Mount, ...]:
        """The secrets that the build mounts, each once."""
        mounts = (m for stage in self.stages for step in stage.steps if isinstance(step, Run) for m in step.mounts)
        found = {mount.id: mount for mount in mounts if mount.kind == "secret"}
        return tuple(found.values())

    @property
    def bare(self) -> bool:
        """Whether the final stage has neither a shell nor coreutils."""
        return not self.has("sh")

    def has(self, program: str) -> bool:
        """Whether the base of the final stage brings *program*."""
        return program in contents(self.stages[-1].base.reference).programs


@record(kw_only=True)
class Label(Node):
    """An image label."""

    key: str
    value: str


@record(kw_only=True)
class Probe(Node):
    """How the health of a server is found out.

    ``path`` is asked for over HTTP, ``ready`` ("": the same) for readiness; with ``strict`` only 2xx is healthy (the specs promise a health endpoint),
    else any answer below 500 is. ``site`` is sent as the host that is asked for ("": the address that is asked), for servers
    that know their names; ``scheme`` as the one that a proxy was asked by ("": none), for servers that redirect to https.
    Times in seconds.
    """

    path: str
    strict: bool
    interval: int
    timeout: int
    start_period: int
    retries: int
    site: str = ""
    scheme: str = ""
    ready: str = ""

    @property
    def readiness(self) -> str:
        """The path that is asked for readiness."""
        return self.ready or self.path
