"""SC7xx: releases, and the places where they are recorded."""

from __future__ import annotations

from speccompile.codes.code import Code
from speccompile.diagnostics import Severity

BAD_RECORD = Code(
    "SC700",
    "the record of a release cannot be read",
    """A release's record is closed JSON that speccompile writes: a name, a digest or a time in it has one form, and what it does not know is refused.
So a record that a stranger puts into the store can name no command, no path outside and no route; it can only be refused. Nothing is deployed from it.""",
)
BAD_PART = Code(
    "SC701",
    "what a release keeps of a service is not what speccompile writes",
    """A release keeps what the platform is told about each service, so that `rollback` needs neither the sources nor the specs of that time.
Only what the compiler itself could have written is taken from there: no directory of the host, no device but graphics processors, no privilege, no
user root. Nothing is deployed from anything else. Nor does it get a value that is in no file of values and no parameter of the project: a variable of the
process that deploys, like a key to the store, is none of its business.""",
)
UNKEPT = Code(
    "SC754",
    "what no release keeps",
    """What a release keeps of a service is read as a stranger's when it is gone back to (SC701). What a patch adds beyond that, like a directory of the host,
an external network or a capability, could be deployed once, and never gone back to; so it is not deployed at all. The files are as good as before:
compose takes them.""",
)
WITHDRAWN = Code(
    "SC783",
    "a release has what deploy.yaml does not give",
    """`mounts` and `networks` in deploy.yaml give a service directories of its machine and networks of others. A release keeps that, but it is no
authority: whoever can write to the store would have the machine. So an earlier release runs again only with what deploy.yaml gives now, and an agent,
which has no deploy.yaml, gives neither.""",
)
NO_ENVIRONMENT = Code(
    "SC702",
    "there is no such environment",
    """`deploy`, `status` and `rollback` work on an environment: an entry below `environments` in specs/deploy.yaml, which says on which platform and
which machines it is.""",
)
NOT_THERE_YET = Code(
    "SC703",
    "this cannot be deployed to from here",
    """`deploy` calls the platform's own tools, and one of them is not installed here; docs/releases.md says what it takes.""",
)
NO_IMAGE = Code(
    "SC704",
    "an image is not where it shall run",
    """A release runs images by their digests, so they must be there before anything is changed: built on that machine, or pushed to the registry that
deploy.yaml names. The tag is what the file of values says in TAG.""",
)
PLATFORM = Code(
    "SC705",
    "the platform refuses",
    """The engine or compose does not answer, or refuses. What it said is shown. What was begun is taken up by the next `deploy`.""",
)
FAILED = Code(
    "SC706",
    "a service was not deployed",
    """The service did not become healthy, or a step of its release failed. Its last lines are shown. What ran before runs on, or was started again;
services that need it were skipped, others went on.""",
)
BUSY = Code(
    "SC707",
    "somebody else is deploying",
    """Two deployments at once would each take the other's containers for old ones. Who deploys holds a lease in the store of releases.""",
)
NO_RELEASE = Code(
    "SC708",
    "there is no release to go back to",
    """`rollback` goes back to what an earlier release ran. There is none of that number, or none that ran something else.""",
)
IRREVERSIBLE = Code(
    "SC709",
    "no older version works any more",
    """A step of a release since then was declared irreversible (`release: [{run: […], reversible: false}]`): what it did to the data the older version does
not understand. `--force` goes back all the same.""",
)
ROUTES_DIFFER = Code(
    "SC710",
    "the front door reaches it elsewhere",
    """The older version of the service listens on another port than the front door of today routes to. A rollback of single services leaves the front door
as it is.""",
)
NO_PUBLIC_URL = Code(
    "SC711",
    "nothing from outside reaches it",
    """No route leads to the service, so there is no PUBLIC_URL among its outputs. That is right for what only other services talk to.""",
    Severity.NOTE,
)
STORE = Code(
    "SC712",
    "the place for releases does not answer",
    """Releases are recorded before and after a deployment. Nothing is changed while their store does not answer.""",
)
VALUES = Code(
    "SC713",
    "values are missing",
    """The platform's files refer to parameters (`.env.example` lists them), and a required one has no value, or the file with the values is not there.""",
)
NO_SWARM = Code(
    "SC714",
    "this is no manager of a swarm",
    """A stack is deployed by a manager of a swarm, also where the swarm is one machine alone.""",
)
LOCAL_IMAGE = Code(
    "SC715",
    "an image is on one machine of several",
    """The nodes of a swarm fetch images from a registry. One that only the machine has where it was built would run there and nowhere else.""",
)
BAD_VALUES = Code(
    "SC716",
    "a line of the file of values is not understood",
    """`docker stack deploy` reads no file of values, so that speccompile does: lines `NAME=value`, with quotes around what is more than letters,
digits and `_ . / : @ % + , = -`. What a shell would compute is not computed.""",
)

CODES = (
    BAD_RECORD,
    BAD_PART,
    UNKEPT,
    WITHDRAWN,
    NO_ENVIRONMENT,
    NOT_THERE_YET,
    NO_IMAGE,
    PLATFORM,
    FAILED,
    BUSY,
    NO_RELEASE,
    IRREVERSIBLE,
    ROUTES_DIFFER,
    NO_PUBLIC_URL,
    STORE,
    VALUES,
    NO_SWARM,
    LOCAL_IMAGE,
    BAD_VALUES,
)
