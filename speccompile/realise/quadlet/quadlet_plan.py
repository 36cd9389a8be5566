"""What quadlet is told (podman-systemd.unit(5) of Podman 5.4): a unit for each container, network and volume, a timer for each schedule."""

from __future__ import annotations

from dataclasses import field
from types import MappingProxyType

from speccompile.plan.given import Given
from speccompile.plan.node import UNSAID, WHY, Node
from speccompile.plan.workload import Hardening, Limits, Literal, Logs, Parameter, Scratch, Stop, Supplied
from speccompile.provenance import Origin
from speccompile.realise.front_door import FrontDoor
from speccompile.record import record
from speccompile.vocabulary import PortProtocol

MISSING, NEVER = "missing", "never"


@record(kw_only=True)
class Image(Node):
    """The full name of an image, with a tag or a digest; ``pull`` is when it is fetched: where it is ``MISSING``, or ``NEVER``, as it is built
    here."""

    name: str
    pull: str


@record(kw_only=True)
class MountedSecret(Node):
    """A secret of Podman's in a file that its user alone may read: ``name`` is Podman's, ``target`` the file below /run/secrets; ``variables`` hold
    its path."""

    name: str
    target: str
    variables: tuple[str, ...]


@record(kw_only=True)
class SecretVariable(Node):
    """A variable whose whole value is the secret ``name`` of Podman's, made of the parameter's value between ``before`` and ``after``."""

    name: str
    variable: str
    parameter: str
    before: str
    after: str


@record(kw_only=True)
class Mount(Node):
    """A volume, by the name of its unit, at an absolute path; ``lent`` where it is another's, and only read."""

    volume: str
    target: str
    lent: bool = False


@record(kw_only=True)
class ConfigFile(Node):
    """A generated file that lies beside the units, mounted read-only."""

    source: str
    target: str


@record(kw_only=True)
class Attach(Node):
    """Membership of a network, by the name of its unit; others find the container there as ``alias``."""

    network: str
    alias: str
    external: bool = False


@record(kw_only=True)
class Lent(Node):
    """The network of another container, by the name of its unit."""

    unit: str


@record(kw_only=True)
class Publish(Node):
    """A published port: the container's, and the parameters of the host's port and of the address that it is bound to."""

    target: int
    port: str
    address: str
    protocol: PortProtocol = "tcp"


@record(kw_only=True)
class Check(Node):
    """What is asked, in exec form, times in seconds.

    ``starting`` is asked every ``often`` until it has succeeded once, ``running`` from then on; ``kills`` is whether the container is killed where
    the latter fails, so that systemd starts it again.
    """

    starting: tuple[str, ...]
    often: int
    running: tuple[str, ...]
    interval: int
    timeout: int
    start_period: int
    retries: int
    kills: bool


@record(kw_only=True)
class Life(Node):
    """When a service is started again and how long it may take, seconds each.

    ``once`` is what ends by itself. ``restart`` is systemd's word. Of ``starts`` within ``window`` seconds systemd allows so many; None: any number.
    ``starting`` bounds the start (of what runs ``once`` the run); None: nothing does. ``kept`` is why what ran to its end counts as up: what needs it
    starts again without another run.
    """

    once: bool
    kept: Origin | None = field(compare=False, repr=False)
    restart: str
    pause: int
    window: int
    starts: int | None
    starting: int | None
    stopping: int
    bounded: Origin | None = field(default=None, compare=False, repr=False, metadata={WHY: True})


@record(kw_only=True)
class After(Node):
    """The named service has to be up, or through, first. Without what is ``needed`` nothing starts, and when that is started again, so is this."""

    service: str
    needed: bool


APART = MappingProxyType({"": "ARGUMENT_EMPTY", ";": "ARGUMENT_SEMICOLON"})
"""Arguments that cannot be written as such, and variables of the service's that hold them: quadlet takes nothing of what follows an empty one, and
systemd starts a second command after a semicolon that stands alone (both tried with Podman 5.4)."""


@record(kw_only=True)
class Command(Node):
    """What is started: an entrypoint in place of the image's own, arguments; empty for what the image says."""

    entrypoint: tuple[str, ...]
    arguments: tuple[str, ...]

    @property
    def apart(self) -> tuple[str, ...]:
        """Those of the arguments that stand in variables, each once."""
        return tuple(sorted(set(self.arguments) & set(APART)))


@record(kw_only=True)
class Container(Node):
    """A container unit; ``name`` is that of its file, its service and its container, ``called`` why that is so. ``wanted`` is whether it starts with
    the machine, ``unchecked`` takes the check of the image away."""

    name: str
    title: str
    image: Image
    user: str
    group: str
    environment: tuple[Literal | Supplied, ...]
    parameters: tuple[Parameter, ...]
    secrets: tuple[MountedSecret, ...]
    secret_variables: tuple[SecretVariable, ...]
    mounts: tuple[Mount, ...]
    configs: tuple[ConfigFile, ...]
    scratch: tuple[Scratch, ...]
    networks: tuple[Attach, ...]
    publish: tuple[Publish, ...]
    check: Check | None
    unchecked: bool
    limits: Limits
    stop: Stop
    life: Life
    after: tuple[After, ...]
    wanted: bool
    init: bool
    command: Command
    hardening: Hardening
    logs: Logs
    given: Given | None = field(default=None, metadata={UNSAID: True})
    lent: Lent | None = field(default=None, metadata={UNSAID: True})
    called: Origin = field(compare=False, repr=False, metadata={WHY: True})


@record(kw_only=True)
class Asked(Node):
    """A variable of a program whose value the operator writes down: what stands before and after it, whether it is a secret, whether it has to be there."""

    name: str
    before: str
    after: str
    default: str | None


@record(kw_only=True)
class Credential(Node):
    """A secret that systemd hands to a program as a file (systemd.exec(5), LoadCredential=); ``variables`` hold its path."""

    name: str
    variables: tuple[str, ...]


@record(kw_only=True)
class Answer(Node):
    """What a program that listens has to answer before it has started: ``url`` is asked, with the ``headers``, again and again, each time for no more than
    ``timeout`` seconds. Where it is ``strict`` an error of HTTP's is no answer."""

    url: str
    headers: tuple[str, ...]
    strict: bool
    timeout: int


@record(kw_only=True)
class Program(Node):
    """A service of systemd's that runs no container. ``file`` is what is started, an absolute path to which ``source``, a path of the project, is
    installed, or the directory ``source`` in which it is ``within``; ``states`` are directories below /var/lib that outlive it; ``goes_out`` is whether it
    may reach other machines."""

    name: str
    title: str
    service: str
    file: str
    source: str
    within: str | None
    arguments: tuple[str, ...]
    environment: tuple[Literal, ...]
    asked: tuple[Asked, ...]
    credentials: tuple[Credential, ...]
    states: tuple[str, ...]
    scratch: tuple[Scratch, ...]
    limits: Limits
    stop: Stop
    life: Life
    answer: Answer | None
    wanted: bool
    goes_out: bool
    called: Origin = field(compare=False, repr=False, metadata={WHY: True})


@record(kw_only=True)
class Network(Node):
    """A network unit; an internal one has no way out."""

    name: str
    internal: bool


@record(kw_only=True)
class Volume(Node):
    """A volume unit."""

    name: str


@record(kw_only=True)
class Timer(Node):
    """When the service of its name is started: calendar events of systemd. ``called`` is why it has that name."""

    name: str
    title: str
    events: tuple[str, ...]
    called: Origin = field(compare=False, repr=False, metadata={WHY: True})


@record(kw_only=True)
class SecretForm(Node):
    """One secret of Podman's: its name, and what stands before and after the operator's value in it."""

    name: str
    before: str
    after: str


@record(kw_only=True)
class SecretMade(Node):
    """What the operator creates of one value: secrets in these forms. A value that is ``made_up`` nobody has to know."""

    parameter: Parameter
    made_up: bool
    forms: tuple[SecretForm, ...]


@record(kw_only=True)
class QuadletPlan(Node):
    """All units, by name. ``parameters`` are those that the operator's file holds, ``settings`` its place as systemd names it; ``front`` is
    the front door whose configuration is among its files."""

    app: str
    settings: str
    containers: tuple[Container, ...]
    programs: tuple[Program, ...]
    networks: tuple[Network, ...]
    volumes: tuple[Volume, ...]
    timers: tuple[Timer, ...]
    secrets: tuple[SecretMade, ...]
    parameters: tuple[Parameter, ...]
    front: FrontDoor | None

    @property
    def files(self) -> tuple[str, ...]:
        """The generated files beside the units that these mount."""
        return tuple(sorted({config.source for one in self.containers for config in one.configs}))

    @property
    def releases(self) -> tuple[str, ...]:
        """Of the steps of releases those that wait for no other one, by name."""
        kept = {one.name for one in self.containers if one.life.kept}
        return tuple(
            one.name
            for one in self.containers
            if one.life.kept and not any(after.service in kept for after in one.after)
        )
