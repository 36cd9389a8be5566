"""SC430–SC447: what a Kubernetes cluster does otherwise than the plan says. SC880–SC891: emitted manifests failed verification."""

from __future__ import annotations

from speccompile.codes.code import Code
from speccompile.diagnostics import Severity

RATE = Code(
    "SC430",
    "Kubernetes: requests are not counted",
    """The API's Ingress has no word for a rate. Controllers have annotations of their own for it, which mean different things in each.""",
    Severity.WARNING,
)
CONNECTIONS = Code(
    "SC431",
    "Kubernetes: requests at once are not bounded",
    """The API's Ingress has no word for how many requests may be under way at once.""",
    Severity.WARNING,
)
BODY = Code(
    "SC432",
    "Kubernetes: bodies are not bounded",
    """The API's Ingress has no word for the size of a request: the controller's own bound holds, which may be larger or smaller.""",
    Severity.WARNING,
)
TIMEOUTS = Code(
    "SC433",
    "Kubernetes: times of a route are the controller's",
    """The API's Ingress has no word for how long a service may take, nor for how long a client's connection is kept.""",
    Severity.WARNING,
)
ORIGINS = Code(
    "SC434",
    "Kubernetes: browsers are not told whose pages may call",
    """The API's Ingress sets no headers: what the front door of compose tells browsers about origins the program has to say itself.""",
    Severity.WARNING,
)
CACHING = Code(
    "SC435",
    "Kubernetes: browsers are not told what they may keep",
    """The API's Ingress sets no headers: how long answers may be kept the program has to say itself.""",
    Severity.WARNING,
)
STRIP = Code(
    "SC436",
    "Kubernetes: a path is not taken away",
    """The API's Ingress passes a request on with the path that it came with.""",
    Severity.WARNING,
)
TRUSTED = Code(
    "SC437",
    "Kubernetes: the controller decides whose headers are believed",
    """Which X-Forwarded-* headers are believed is a setting of the ingress controller, for all that it serves.""",
    Severity.WARNING,
)
PROCESSES = Code(
    "SC438",
    "Kubernetes: processes are bounded by the node",
    """A pod has no bound on its processes: the kubelet's `podPidsLimit` is one for every pod of a node.""",
    Severity.NOTE,
)
LOGS = Code(
    "SC439",
    "Kubernetes: logs are rotated by the node",
    """How much of a log is kept the kubelet decides (`containerLogMaxSize`, `containerLogMaxFiles`); the manifests bound what a pod takes of
    the node's disk altogether.""",
    Severity.NOTE,
)
ORDER = Code(
    "SC440",
    "Kubernetes: everything starts at once",
    """A cluster starts pods in no order. What needs another one gets no requests until it is ready, and is started again until the other one is
    there.""",
    Severity.NOTE,
)
RELEASE = Code(
    "SC441",
    "Kubernetes: who applies keeps the release's order",
    """The steps of a release are a Job, whose steps run one after another and once. That new pods wait for it no cluster sees to: the manifests are
    applied in two parts, with a wait between them. A Job cannot be altered, so its name has a digest of what it does; the image's tag is the
    operator's, and belongs into the name as well.""",
    Severity.NOTE,
)
VOLUMES = Code(
    "SC442",
    "Kubernetes: volumes have a size",
    """A cluster wants to know how large a volume is, and whether pods of several nodes use it at once. The plan knows no sizes.""",
    Severity.NOTE,
)
PRELOADED = Code(
    "SC443",
    "Kubernetes: an image without a registry",
    """A node fetches images from a registry. A name without one is anybody's at Docker Hub, so it is never fetched: the node has to have it.""",
    Severity.WARNING,
)
SIGNAL = Code(
    "SC444",
    "Kubernetes: a container stops by its image's signal",
    """A container gets the signal that its image names (STOPSIGNAL), else SIGTERM. Images that are built here name it; those that are pulled
    are somebody else's.""",
    Severity.NOTE,
)
SCRATCH = Code(
    "SC445",
    "Kubernetes: directories in memory belong to the user's group",
    """A directory in memory has no owner and no mode of its own: everybody in the container may write to it, and programs in it may be run.""",
    Severity.NOTE,
)
BY_HAND = Code(
    "SC446",
    "Kubernetes: runs that are started by hand",
    """A CronJob keeps its own runs apart (`concurrencyPolicy: Forbid`), and what somebody starts from it by hand it does not know. What is started
    by hand alone is a CronJob that is suspended, to start runs from.""",
    Severity.NOTE,
)
HANDED = Code(
    "SC447",
    "Kubernetes: a secret that cannot be handed over",
    """The secrets that manifests refer to are made of the operator's values: files that .env names, and variables in it, which kubectl reads as they
    are, quotes included. Each has to be there.""",
)
UNREADABLE = Code(
    "SC880",
    "manifest cannot be read",
    """Each manifest is read back with an independent reader, which takes only what every reader of YAML 1.1 and 1.2 reads alike.""",
)
NOT_THE_PLAN = Code(
    "SC881",
    "manifests are not what the plan says",
    """Every manifest, and every key and value in one, follows from the plan, and everything in the plan stands in a manifest.""",
)
PRIVILEGES = Code(
    "SC882",
    "pod may do too much",
    """Every pod is of the level `restricted`: a numeric user that is not root, a read-only root, no capability, no new privileges, the runtime's
    seccomp profile, nothing of the host and no token of the cluster's API. The namespace wants that level of every pod.""",
)
LIMITS = Code(
    "SC883",
    "pod without limits",
    """Memory, processor time and disk of every container have an upper bound, and all of its memory is promised; every directory in memory has
    a size.""",
)
SECRET = Code(
    "SC884",
    "secret in a manifest",
    """Secrets are referred to. No manifest is one, and no variable or parameter with a secret's name has a value in it.""",
)
NETWORK = Code(
    "SC885",
    "more may be reached than the plan says",
    """Nothing reaches a pod and a pod reaches nothing, unless a policy allows it; each policy is about pods that there are, and what one end
    allows the other one does.""",
)
PROBES = Code(
    "SC886",
    "pod is not asked",
    """What requests are sent to is asked whether it is ready; what runs on is started again when it does not answer, unless it keeps data; the
    bounds of a question are whole seconds. What ends is not asked.""",
)
WIRING = Code(
    "SC887",
    "a reference leads nowhere",
    """What a Service selects, a route leads to, a pod mounts, and a variable is made of is there, with the name and the port that it is
    referred to by.""",
)
OVERLAP = Code(
    "SC888",
    "a second one is possible",
    """What must not run twice is a stateful set of one pod, or a CronJob that forbids a second run.""",
)
NAMING = Code(
    "SC889",
    "names and labels",
    """Names are labels of DNS, short enough for what the cluster makes of them, and no two objects of a kind have the same; a controller selects
    the pods that it makes.""",
)
LISTED = Code(
    "SC890",
    "kustomization and files differ",
    """The kustomization lists each manifest beside it once and nothing else, and no value that kustomize would read in another way.""",
)
IMAGE = Code(
    "SC891",
    "image in a manifest",
    """Each image has a tag other than latest or a digest, one name in all manifests, and is fetched only where its name says from where.""",
)

CODES: tuple[Code, ...] = (
    RATE,
    CONNECTIONS,
    BODY,
    TIMEOUTS,
    ORIGINS,
    CACHING,
    STRIP,
    TRUSTED,
    PROCESSES,
    LOGS,
    ORDER,
    RELEASE,
    VOLUMES,
    PRELOADED,
    SIGNAL,
    SCRATCH,
    BY_HAND,
    HANDED,
    UNREADABLE,
    NOT_THE_PLAN,
    PRIVILEGES,
    LIMITS,
    SECRET,
    NETWORK,
    PROBES,
    WIRING,
    OVERLAP,
    NAMING,
    LISTED,
    IMAGE,
)
