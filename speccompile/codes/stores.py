"""SC721 to SC749: stores of releases, and the agent on a host."""

from __future__ import annotations

from speccompile.codes.code import Code

NO_CONDITIONS = Code(
    "SC721",
    "the store overwrites what it was asked not to",
    """Two writers lose nothing only where a server keeps the conditions If-None-Match and If-Match (RFC 9110, 13.1). Before anything is written it is
tried out with an object that is created twice: this server created it twice.""",
)
TWICE = Code(
    "SC722",
    "two releases of one number",
    """A registry can write no tag on a condition. Each record has a tag of its own, so that none is overwritten, and whoever records raises a flag
first; where a registry's list of tags lags behind that is not enough. Both records are there; none is deployed until one of them is gone.""",
)
NO_RELEASE = Code(
    "SC723",
    "no such release",
    """Releases are numbered from 1 in each environment. There is none of this number, or none yet.""",
)
NOT_INSTALLED = Code(
    "SC724",
    "what a store needs is not installed",
    """Object stores are spoken to by obstore, which comes with the extra `s3`: most people need none.""",
)
UNSAFE_ENDPOINT = Code(
    "SC725",
    "a store is asked without TLS",
    """Whoever is on the way to a store that is asked in plain HTTP could answer with a release of his own. Only this machine is asked so.""",
)
NOT_LOGGED_IN = Code(
    "SC726",
    "nobody is logged in at the store",
    """Credentials come from the environment, from the shared credentials file of the AWS tools, or, with Amazon, from the machine. They are never an
argument, and stand in no record and no log.""",
)

BAD_ADDRESS = Code(
    "SC727",
    "no place for releases",
    """Releases are recorded in a directory, in a registry (`oci://REGISTRY/PATH`), or in an object store (`s3://BUCKET/PREFIX?endpoint=URL`).""",
)
GONE_BACK = Code(
    "SC730",
    "the store of the releases has gone back",
    """Releases only ever get higher numbers; a rollback is one, too. A store whose last release is lower than one that was followed before is another
store, or somebody has put it back. The agent changes nothing until a person has looked.""",
)
OTHER_PLATFORM = Code(
    "SC731",
    "a release for another platform",
    """The agent of a machine starts what is for the platform of that machine. Releases for Swarm and Kubernetes are handed to their managers by
`deploy`.""",
)
NOT_SECRET = Code(
    "SC732",
    "others may read the values",
    """Secrets are on the host, in a file that root alone may read, and nowhere in the store. The agent starts nothing with values that others can read
or change.""",
)
NO_ROOM = Code(
    "SC733",
    "a file of the agent's cannot be written",
    """The agent remembers what was last well in its state directory, and `agent install` writes units for systemd. Both want rights that are root's.""",
)

CODES = (
    NO_CONDITIONS,
    TWICE,
    NO_RELEASE,
    NOT_INSTALLED,
    UNSAFE_ENDPOINT,
    NOT_LOGGED_IN,
    BAD_ADDRESS,
    GONE_BACK,
    OTHER_PLATFORM,
    NOT_SECRET,
    NO_ROOM,
)
