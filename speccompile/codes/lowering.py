"""SC3xx: the specs are well-formed, but no plan follows from them. (SC31x–SC35x are the rules' own codes.)"""

from __future__ import annotations

from speccompile.codes.code import Code
from speccompile.diagnostics import Severity

UNSETTLED = Code(
    "SC360",
    "assertion not settled",
    """An assertion is pending, proposed or inferred: nobody has decided whether the software must do it. What is deployed would
    rest on a guess. Settle it (confirmed, denied, refined or deferred), or generate with --allow-unverified; then no label says verified.""",
)
REPLICAS_OF_EXCLUSIVE = Code(
    "SC361",
    "replicas of an exclusive job",
    """deploy.yaml asks for several replicas of a service whose runs must be exclusive by a confirmed assertion. Both cannot hold.""",
)
ROUTE_CLASH = Code(
    "SC362",
    "two services want one route",
    """Two web services are to be reached at the same host and path. Give each a `route` in deploy.yaml, or make one of them not-public.""",
)
ROUTE_REFUSED = Code(
    "SC363",
    "a route that the proxy cannot serve",
    """A route's path is the one at which the proxy tells of its own health, or is, once percent-decoded as nginx does, not printable text.""",
)
NAME_TAKEN = Code(
    "SC364",
    "two things with one name",
    """A backing service that follows from an assertion would get the name of a service that is built here. Declare the backing service in
    deploy.yaml under a name of its own.""",
)
STORE_IMPLIED = Code(
    "SC365",
    "a store that nobody names",
    """Confirmed assertions speak of state that must outlive the process, but name no store. One was chosen. Name it in deploy.yaml, or
    say what the system is not with the constraint "stateless" or "not-persistent".""",
    Severity.NOTE,
)
SEVERAL_STACKS = Code(
    "SC366",
    "more than one stack",
    """The sources look like more than one stack. One was taken; `stack` in deploy.yaml chooses another.""",
    Severity.NOTE,
)
STREAMS_CUT = Code(
    "SC386",
    "a deadline that closes silent connections",
    """The program keeps connections open (WebSockets, event streams), and a deadline for requests is the proxy's time-out, which ends a connection over
    which nothing goes for as long. The proxy cannot tell one from the other before the service has answered.""",
    Severity.NOTE,
)
VARIABLE_TWICE = Code(
    "SC367",
    "two values for one variable",
    """A service would get an environment variable twice: deploy.yaml's `env` sets one that is set for the port, a backing service, an
    external API or a secret already, or two of these have names that give the same variable.""",
)

NOT_VERIFIED = Code(
    "SC368",
    "the evidence does not suffice",
    """specs/verification.json records runs, but the image's label says `verified=false`: a run is missing, did not pass, or did not read what is
    there now. The label says `true` only when runs that passed read the manifest and every file that gets into the image, byte for byte as
    they are.""",
    Severity.NOTE,
)
UNPROVEN = Code(
    "SC378",
    "readiness that cannot log in",
    """A service's health module logs in to what the service needs by means of its language's standard library. Rust's has no SHA-1, which
    MariaDB's usual method takes: the probe reaches the server, and says that it did not authenticate. A wrong password is then not noticed.
    Of Kafka, Memcached, ClickHouse, MinIO and mail servers no language has the protocol: the probe connects, and says the same.""",
    Severity.NOTE,
)
STORE_VERSION = Code(
    "SC369",
    "version of a backing service",
    """A backing service's version is a number such as 16 or 16.4. The variant of the image (bookworm, alpine) is the catalogue's business, since
    its user, its paths and its probe depend on it.""",
)

SECRET_UNREAD = Code(
    "SC376",
    "a secret that no source reads",
    """Nothing in the sources reads the secret's name, nor the name with _FILE behind it, so nobody can tell whether the program wants the value in
    its environment or in a file. A file was taken: it is not seen by who looks at the container's settings. `secrets: [{name: X, as: env}]` in
    deploy.yaml puts the value into the environment, `as: file` settles it as it is.""",
    Severity.NOTE,
)
PASSWORD_TWICE = Code(
    "SC377",
    "one password, supplied in two ways",
    """One service reads the password of a backing service from a file, another one has it in its environment. Compose cannot mount a variable's
    value as a file in a container whose root is read-only, so the operator supplies the same password twice. Let both programs read
    it in one way, and there is one place for it.""",
    Severity.WARNING,
)
BUILD_VALUE_UNUSED = Code(
    "SC374",
    "a build value that nobody reads",
    """\
`build.secrets` are handed to the steps that fetch dependencies, `build.args` to the stages that build. Here is no such step, or the image
sets a variable of that name itself.""",
)

ACCESSORY_ASSUMED = Code(
    "SC379",
    "what was assumed of an image",
    """An image that deploy.yaml names itself is run as everything here is: as a numeric user that is not root, without capabilities, with a root file
    system that is read-only but for /tmp and what is `writable`, on an internal network. Not every image can; nothing here knows. Where it does
    not start, `user` and `writable` say what it needs, and its log says what that is.""",
    Severity.NOTE,
)
STORE_UNRUN = Code(
    "SC375",
    "a backing service that was never run here",
    """The container of this kind (user, paths, memory file systems, command, probe) follows what its image's documentation is remembered to say. No
    test of this project has started it. Start it and let it become healthy before production depends on it. If it does not start, its log says
    what it lacks; a service with an `image` of its own can be told all of that in deploy.yaml.""",
    Severity.NOTE,
)

GRPC_INSIDE = Code(
    "SC298",
    "a server of gRPC that only the others reach",
    """\
Servers of gRPC are mostly asked by other services: one has no route unless deploy.yaml names it. Whoever needs it (`needs` in deploy.yaml) calls it
by its name and port. With a `route` the front door takes calls in and passes them on as gRPC; over TLS where `tls` is set.""",
    Severity.NOTE,
)

GRPC_ROUTE = Code(
    "SC299",
    "a route to gRPC behind TLS of its own",
    """\
deploy.yaml gives a server of gRPC a `route`, and its sources make it speak TLS itself. The front door ends the TLS of clients, and passes calls on
without: nobody could say by which certificate it should know the service.""",
)

NO_HEARTBEAT = Code(
    "SC388",
    "a heartbeat that nothing can look at",
    """`heartbeat` in deploy.yaml names a file whose age a shell compares; the service's image has none.""",
    Severity.WARNING,
)
CODES: tuple[Code, ...] = (
    NO_HEARTBEAT,
    GRPC_INSIDE,
    GRPC_ROUTE,
    SECRET_UNREAD,
    PASSWORD_TWICE,
    UNPROVEN,
    ACCESSORY_ASSUMED,
    STORE_UNRUN,
    STORE_VERSION,
    UNSETTLED,
    REPLICAS_OF_EXCLUSIVE,
    ROUTE_CLASH,
    ROUTE_REFUSED,
    NAME_TAKEN,
    STORE_IMPLIED,
    SEVERAL_STACKS,
    BUILD_VALUE_UNUSED,
    STREAMS_CUT,
    VARIABLE_TWICE,
    NOT_VERIFIED,
)
