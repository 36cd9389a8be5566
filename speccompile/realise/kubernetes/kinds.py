"""What a cluster is told (Kubernetes 1.37's API): controllers and their pods, what may talk to whom, what the operator supplies.

Sizes are bytes, times seconds, processor time thousandths of a CPU.
"""

from __future__ import annotations

from dataclasses import field
from enum import Enum
from typing import TypeAlias

from speccompile.plan.given import Given
from speccompile.plan.node import UNSAID, WHY, Node
from speccompile.plan.workload import Hardening, Replicas
from speccompile.provenance import Origin
from speccompile.realise.kubernetes.network_kinds import Allowed, Budget, Host, Listener
from speccompile.record import record


class Component(Enum):
    """What a workload is for; its pods say so in a label."""

    SERVER = "server"
    WORKER = "worker"
    STORE = "store"
    RELEASE = "release"
    JOB = "job"
    TOOL = "tool"
    BACKUP = "backup"


@record(kw_only=True)
class Image(Node):
    """An image: its repository, its tag, and its digest where the plan pins it (``sha256:…``); ``preloaded`` is whether a node has to have it
    already, as its name without a registry would be anybody's."""

    repository: str
    tag: str | None
    digest: str | None
    preloaded: bool


@record(kw_only=True)
class Plain(Node):
    """A variable whose value stands in the manifest."""

    name: str
    value: str


@record(kw_only=True)
class FromParameter(Node):
    """A variable whose value is the parameter ``key``."""

    name: str
    key: str


@record(kw_only=True)
class FromSecret(Node):
    """A variable whose value is the secret ``key``, of those that are handed over in variables."""

    name: str
    key: str


@record(kw_only=True)
class Composed(Node):
    """A variable that holds the variable ``of`` between two texts."""

    name: str
    before: str
    of: str
    after: str


Variable: TypeAlias = Plain | FromParameter | FromSecret | Composed


@record(kw_only=True)
class Memory(Node):
    """A directory in memory: at most ``size`` bytes, empty in each new pod."""

    name: str
    target: str
    size: int


@record(kw_only=True)
class Kept(Node):
    """A directory whose content is a claim's; ``template`` is whether the claim is the stateful set's own."""

    name: str
    target: str
    claim: str
    template: bool


@record(kw_only=True)
class SecretFile(Node):
    """A secret in a file: the key of the secret and the file's name are the same."""

    name: str


@record(kw_only=True)
class Ask(Node):
    """A question to a container: an argument vector; it has failed after ``failures`` answers in a row that are none."""

    argv: tuple[str, ...]
    period: int
    timeout: int
    failures: int


@record(kw_only=True)
class Asked(Node):
    """How a container is asked: ``startup`` until it once says yes, from then on ``liveness``, or it is started again; ``readiness``, or nothing
    is sent to it. None where there is no such question."""

    startup: Ask | None
    readiness: Ask | None
    liveness: Ask | None


@record(kw_only=True)
class Resources(Node):
    """What a container may have at most, and what it is promised (``requested_…``): of memory all."""

    memory: int
    cpu: int
    requested_cpu: int
    disk: int
    requested_disk: int
    cpu_origin: Origin = field(compare=False, repr=False, metadata={WHY: True})
    disk_origin: Origin = field(compare=False, repr=False, metadata={WHY: True})


@record(kw_only=True)
class Ending(Node):
    """How a pod ends: after ``drain`` seconds it gets its image's signal, and ``grace`` seconds after the first of them it is killed."""

    drain: int
    grace: int


@record(kw_only=True)
class Step(Node):
    """What a container is started with; without a command or arguments it has its image's own."""

    name: str
    command: tuple[str, ...]
    args: tuple[str, ...]


@record(kw_only=True)
class Pod(Node):
    """One container, called ``name`` as its workload, and what it is given. ``restarts`` is whether a container that ended is started again.

    ``before`` are other things that run to their end first, one after another, in the same way. ``owned`` is whether what is mounted belongs
    to the user's group; ``reaped`` is why something else has to be process 1, ``spread`` why pods of a kind should not share a node. ``beside`` are
    sidecars, of which only what is a container's own counts: they are started before, in this order, and ended after it.
    """

    name: str
    component: Component
    user: int
    group: int
    owned: bool
    reaped: Origin | None = field(compare=False, repr=False)
    image: Image
    before: tuple[Step, ...]
    step: Step
    environment: tuple[Variable, ...]
    memory: tuple[Memory, ...]
    kept: tuple[Kept, ...]
    secrets: tuple[SecretFile, ...]
    secrets_volume: str
    asked: Asked | None
    resources: Resources
    ending: Ending
    hardening: Hardening
    restarts: bool
    spread: Origin | None = field(compare=False, repr=False)
    given: Given | None = field(default=None, metadata={UNSAID: True})
    beside: tuple[Pod, ...] | None = field(default=None, metadata={UNSAID: True})

    @property
    def mounted(self) -> tuple[Kept | Memory, ...]:
        """The directories that are not its image's."""
        return (*self.kept, *self.memory)


@record(kw_only=True)
class Claim(Node):
    """A volume that is asked for; ``shared`` is whether pods on several nodes may have it at once."""

    name: str
    size: int
    shared: bool


@record(kw_only=True)
class Deployment(Node):
    """Pods that are alike and may be replaced one by one while others serve."""

    name: str
    replicas: Replicas
    pod: Pod


@record(kw_only=True)
class StatefulSet(Node):
    """Pods with a name each: a second one of a name is never there before the first is gone, whatever happens to its node."""

    name: str
    replicas: Replicas
    claims: tuple[Claim, ...]
    pod: Pod


@record(kw_only=True)
class Run(Node):
    """A run that ends: tried again ``retries`` times, ended after ``deadline`` seconds where there is one."""

    retries: int
    deadline: int | None
    deadline_origin: Origin = field(compare=False, repr=False, metadata={WHY: True})
    pod: Pod


@record(kw_only=True)
class Job(Node):
    """One run, when it is applied."""

    name: str
    run: Run


@record(kw_only=True)
class CronJob(Node):
    """Runs by a schedule in ``zone``, or by hand alone where it is ``suspended``; ``overlap`` is whether one may begin while another goes on."""

    name: str
    cron: str
    zone: str
    zone_origin: Origin = field(compare=False, repr=False, metadata={WHY: True})
    suspended: bool
    overlap: bool
    overlap_origin: Origin = field(compare=False, repr=False, metadata={WHY: True})
    run: Run


Controller: TypeAlias = Deployment | StatefulSet | Job | CronJob


@record(kw_only=True)
class Setting(Node):
    """A parameter that variables are made of, and what it is where the operator says nothing."""

    key: str
    value: str


@record(kw_only=True)
class Scaler(Node):
    """Of the deployment ``name`` there are from ``least`` to ``most`` pods, so many that each uses ``cpu`` thousandths of a CPU on average."""

    name: str
    least: int
    most: int
    cpu: int


@record(kw_only=True)
class KubernetesPlan(Node):
    """Everything that a cluster is told, sorted by name.

    ``settings`` are in a ConfigMap called ``parameters``; ``files`` are the keys of the secret ``files_secret``, mounted as files, and
    ``values`` those of ``values_secret``, handed over in variables: neither secret is among the artifacts.
    """

    app: str
    controllers: tuple[Controller, ...]
    claims: tuple[Claim, ...]
    listeners: tuple[Listener, ...]
    allowed: tuple[Allowed, ...]
    budgets: tuple[Budget, ...]
    scalers: tuple[Scaler, ...]
    hosts: tuple[Host, ...]
    settings: tuple[Setting, ...]
    files: tuple[str, ...]
    values: tuple[str, ...]

    @property
    def parameters(self) -> str:
        """The name of the ConfigMap; kustomize adds a digest of its content."""
        return f"{self.app}-parameters"

    @property
    def files_secret(self) -> str:
        """The secret whose keys are files."""
        return f"{self.app}-secrets"

    @property
    def values_secret(self) -> str:
        """The secret whose keys are variables' values."""
        return f"{self.app}-secret-values"
