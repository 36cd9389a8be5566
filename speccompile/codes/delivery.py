"""SC420 to 428, SC476, SC490, SC491: what the targets that build, push and host cannot hold. SC860 to SC879: one of their files failed: our defect."""

from __future__ import annotations

from speccompile.codes.code import Code
from speccompile.diagnostics import Severity

NO_REGISTRY = Code(
    "SC420",
    "a workflow that pushes where deploy.yaml does not say",
    """deploy.yaml names no registry, so the workflow pushes to ghcr.io, below the owner of the repository. The compose file does not know
    that name, and never fetches an image without a registry.""",
    Severity.WARNING,
)
RESERVED_SECRET = Code(
    "SC421",
    "a build secret that GitHub cannot keep",
    """GitHub refuses secrets whose names begin with GITHUB_, and GITHUB_TOKEN is the job's own: what a build step is handed should be
    no more than it needs.""",
)
NOT_INSTALLED = Code(
    "SC422",
    "a workflow that does not install what tests need",
    """Before `speccompile verify` runs the tests of a service, its workflow installs what the lock file of its stack lists. For this stack that is
    not known: the runner has its toolchain, or the tests install what they need.""",
    Severity.WARNING,
)
NOT_PULLED = Code(
    "SC423",
    "a machine that cannot fetch the images",
    """The machine builds nothing: it fetches the images of this project from a registry, and deploy.yaml names none.""",
)
ONE_DISK = Code(
    "SC424",
    "data on the one disk of one machine",
    """Volumes lie on the machine's own disk. It is encrypted and outlives a restart, but not the machine: whoever replaces that has lost them.""",
    Severity.WARNING,
)
TOO_BIG = Code(
    "SC425",
    "more than one machine holds",
    """All containers run on one machine: the sum of their memory, and the CPUs of the biggest, have to fit into it, with half a GiB for the system.""",
)
NEEDS_TARGET = Code(
    "SC426",
    "a target without the files that it needs",
    """The files of some targets point to those of others: a workflow builds from Dockerfiles, a machine starts the compose file.""",
)
PLAIN_HTTP = Code(
    "SC427",
    "a front door without TLS",
    """The proxy that is generated speaks HTTP. On the machine it listens on port 80; port 443 is open, and nothing listens there yet.""",
    Severity.WARNING,
)
GIVES_NOTHING = Code(
    "SC428",
    "a target that gives nothing",
    """deploy.yaml, or the command line, chooses a target that has no file for what is in this project: no image is built here, or nothing runs on a
    machine by itself.""",
    Severity.WARNING,
)

PORT_ASSUMED = Code(
    "SC476",
    "a port that nobody named",
    """The machine reaches some ports and no others. The URL of what somebody else runs is the operator's to supply, so where deploy.yaml has none its port
    is taken to be the usual one: 443, 587 of a mail server, that of the kind of a store.""",
    Severity.WARNING,
)

FOLLOWS_NOTHING = Code(
    "SC490",
    "a machine that follows no releases",
    """With an agent the machine brings itself to what the last release of an environment says. Releases have to be recorded where it reads them with the
    rights of its own role: in a bucket of S3, or in a repository of ECR.""",
    Severity.NOTE,
)
UNREADABLE_STORE = Code(
    "SC491",
    "releases that the machine cannot read",
    """The machine has no keys and no password but that of the registry of its images. Its role can be let read a bucket of S3 and a repository of
    ECR; a directory is on another machine, and other object stores and registries do not know the role.""",
    Severity.WARNING,
)

BAKE_UNREADABLE = Code(
    "SC860",
    "docker-bake.hcl cannot be read",
    """The text is not of the part of HCL that is written there, or the file is missing.""",
)
BAKE_NOT_THE_PLAN = Code(
    "SC861",
    "docker-bake.hcl is not what the plan says",
    """There is one target for each image that is built here, a group of them all, and a variable for each name that an operator may choose;
    every attribute follows from the plan, and nothing else is there.""",
)
BAKE_NAME = Code(
    "SC862",
    "docker-bake.hcl calls an image otherwise",
    """The tag of each target is the name under which `build` tags, `push` pushes and compose starts the image, while the operator chooses nothing;
    no two targets have one tag.""",
)
WORKFLOW_NOT_THE_PLAN = Code(
    "SC865",
    "deploy.yml is not what the plan says",
    """The workflow can be read as YAML by everybody alike, and holds the jobs, steps and values that the plan asks for, line by line; the scripts of
    its steps are the reviewed ones.""",
)
WORKFLOW_RIGHTS = Code(
    "SC866",
    "a job of deploy.yml may do more than it needs",
    """The token of a job can read the sources; the jobs that push may write packages or prove their identity, the one that attests may write
    attestations; nothing may do anything by default.""",
)
WORKFLOW_FOREIGN = Code(
    "SC867",
    "deploy.yml lets somebody else in",
    """Actions are the few that are known, each pinned by a commit; no expression stands in a script; a secret reaches the one step that needs it,
    and only pushes of branches, or people, start the workflow.""",
)
WORKFLOW_UNGUARDED = Code(
    "SC868",
    "deploy.yml delivers what was not checked",
    """Images are built after the checks and the tests alone, from the default branch alone; what is delivered runs in a protected environment after
    all that was pushed is attested; every job has a timeout, and no two runs of a branch overlap.""",
)
TERRAFORM_UNREADABLE = Code(
    "SC873",
    "a file for terraform cannot be read",
    """The text is not of the part of HCL that is written there, or the file is missing.""",
)
TERRAFORM_NOT_THE_PLAN = Code(
    "SC874",
    "a file for terraform is not what was reviewed, or not what the plan says",
    """Every line is the reviewed one; those that hold values hold the plan's: what the application is called, which architecture its images have, how big
    the machine is, what it takes along, what it reads from Parameter Store.""",
)
TERRAFORM_REACH = Code(
    "SC875",
    "the machine can be reached, or reaches, otherwise than is meant",
    """From outside only ports 80 and 443 are open, where there is a front door, and none where there is none. There is no SSH key.""",
)
TERRAFORM_MACHINE = Code(
    "SC876",
    "the machine is not hardened",
    """There is one machine; its metadata wants a session token and answers only the machine itself; its disk is encrypted.""",
)
TERRAFORM_RIGHTS = Code(
    "SC877",
    "the machine may do more than it needs",
    """The machine's role may read this application's parameters and images, and be reached by Session Manager; it may do nothing else, and
    no secret's value stands in a file.""",
)

CODES: tuple[Code, ...] = (
    NO_REGISTRY,
    RESERVED_SECRET,
    NOT_INSTALLED,
    NOT_PULLED,
    ONE_DISK,
    TOO_BIG,
    NEEDS_TARGET,
    PLAIN_HTTP,
    PORT_ASSUMED,
    FOLLOWS_NOTHING,
    UNREADABLE_STORE,
    GIVES_NOTHING,
    BAKE_UNREADABLE,
    BAKE_NOT_THE_PLAN,
    BAKE_NAME,
    WORKFLOW_NOT_THE_PLAN,
    WORKFLOW_RIGHTS,
    WORKFLOW_FOREIGN,
    WORKFLOW_UNGUARDED,
    TERRAFORM_UNREADABLE,
    TERRAFORM_NOT_THE_PLAN,
    TERRAFORM_REACH,
    TERRAFORM_MACHINE,
    TERRAFORM_RIGHTS,
)
