"""SC589, SC660 to SC679, SC689 to SC691: shared hosts."""

from __future__ import annotations

from speccompile.codes.code import Code
from speccompile.diagnostics import Severity

UNREACHED = Code(
    "SC660",
    "the host does not answer",
    """`route` works on this machine, or with `-H ssh://USER@HOST` on another one, through the system's ssh and without asking for passwords.
Nothing was changed.""",
)
SETTINGS = Code(
    "SC661",
    "host.json is wrong",
    """`host.json` is the operator's: it says where a shared host's nginx listens and whom it believes. docs/shared-host.md has its keys.""",
)
REGISTRY = Code(
    "SC662",
    "the registry of applications cannot be read",
    """All that nginx is told on a shared host is made of app-registry.json. It is read as strictly as a spec; what does not fit is neither
guessed nor dropped, as a route would be lost.""",
)
TAKEN = Code(
    "SC663",
    "another application has this route",
    """On a shared host no two applications have one place, and nobody has a path below one of another owner's, where it would take requests
away. Applications of one owner may lie within each other: the longest path gets a request.""",
)
ADDRESS_TAKEN = Code(
    "SC664",
    "another application is reached at this address",
    """At one address one program listens: with the same one for two applications, requests for one would be answered by the other.""",
)
NO_ADDRESS = Code(
    "SC665",
    "it is not known where a service is reached",
    """Of each service with a route `--address [SERVICE=]HOST:PORT` says where on the shared host it is reached: where its container publishes
its port (127.0.0.1:PORT), or a name and a port.""",
)
NOT_SHARED = Code(
    "SC666",
    "a shared host cannot hold this",
    """A redirect without a host would send away a path of everybody's requests, and at the path where nginx says of itself that it is well no
application can be.""",
)
REFUSED = Code(
    "SC667",
    "nginx refuses the configuration",
    """The whole configuration was tested by the host's own nginx, with the files of everybody else and the operator's own in nginx.d. It was
refused, and nothing was changed: what runs goes on as it was.""",
)
NOT_TAKEN = Code(
    "SC668",
    "nginx did not take the configuration",
    """The configuration passed its test, but the running nginx started no worker with it. The one before is in force again, as if nothing had
been done; the log of nginx says why.""",
)
LACKING = Code(
    "SC669",
    "the host lacks a program",
    """A shared host needs nginx from 1.19.5 on, flock (util-linux), tar, gzip and base64, and a directory that may be written.""",
)
NO_ROUTE = Code(
    "SC670",
    "nothing of the project is reached from outside",
    """An application has a place on a shared host when one of its services has a route.""",
)
NAMES_FIXED = Code(
    "SC671",
    "an older nginx keeps no connections to what has a name",
    """nginx from 1.27.3 on looks up the names of upstreams while it runs. An older one does so only for addresses that stand in a variable, and
opens a connection for each request then.""",
    Severity.NOTE,
)
NOT_RUNNING = Code(
    "SC672",
    "nginx does not run",
    """The configuration is tested and in place; nginx reads it when it is started.""",
    Severity.NOTE,
)
BUSY = Code(
    "SC673",
    "others change the host all the time",
    """Each change is made of the registry as it was read, and only put in place if nobody was faster; else all is done again. That was so too
often. Nothing was changed.""",
)
LEFT_OUT = Code(
    "SC674",
    "the host's own front door decides",
    """TLS, trusted proxies and PROXY protocol are about whoever stands in front of nginx. On a shared host that is the operator's to say, in
host.json; what deploy.yaml says of it holds for the project's own front door alone. Files of a service's volume (`files`) that nginx does not read
    either: the service is asked for them.""",
    Severity.NOTE,
)
UNKNOWN = Code(
    "SC675",
    "there is no such application",
    """Nothing was to be removed: the host has no application of this name.""",
    Severity.NOTE,
)
NO_USERS = Code(
    "SC689",
    "a file of users is not there yet",
    """Who gets in to a route with `basic_auth` stands in a file that the operator of the shared host makes, in the directory users beside the
registry. While it is not there nobody gets in.""",
    Severity.NOTE,
)
NO_CERTIFICATE = Code(
    "SC589",
    "a host has no certificate of its own yet",
    """With `challenges` in host.json nginx answers what an authority asks for while certbot or lego get certificates. For a host for which they
have got none yet clients are shown the certificate of all, which browsers refuse unless it is for that host, too.""",
    Severity.NOTE,
)
CODES: tuple[Code, ...] = (
    UNREACHED, SETTINGS, REGISTRY, TAKEN, ADDRESS_TAKEN, NO_ADDRESS, NOT_SHARED, REFUSED, NOT_TAKEN, LACKING, NO_ROUTE, NAMES_FIXED, NOT_RUNNING,
    BUSY, LEFT_OUT, UNKNOWN, NO_USERS, NO_CERTIFICATE,
)  # fmt: skip
