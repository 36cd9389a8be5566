"""SC2xx: an input was read and does not mean anything that can be deployed."""

from __future__ import annotations

from speccompile.codes.code import Code

WRONG_TYPE = Code(
    "SC201",
    "another kind of value is expected",
    """\
A key holds, say, a list where text is expected. Nothing is converted: `3000` is a number and `"3000"` is text.""",
)

UNKNOWN_KEY = Code(
    "SC202",
    "unknown key",
    """\
A mapping with fixed keys holds another one. Keys that start with `x-` are yours and are not looked at.""",
)

MISSING_KEY = Code(
    "SC203",
    "a key is missing",
    """\
A mapping lacks a key that has no default.""",
)

UNKNOWN_WORD = Code(
    "SC204",
    "not one of the words that may stand here",
    """\
Types, categories, statuses, tools and kinds of backing services are closed lists.""",
)

TEMPLATE = Code(
    "SC205",
    "the manifest has no version",
    """\
A manifest carries a semantic version. One without is nearly always a template that has not been worked through: its
assertions were proposed by an archetype and nobody has confirmed or denied them.""",
)

VERSION = Code(
    "SC206",
    "not a version",
    """\
A manifest's version is MAJOR.MINOR.PATCH (Semantic Versioning 2.0.0). A backing service's version is an image tag that
names a version: never `latest`, which names whatever came last.""",
)

ARCHETYPE = Code(
    "SC207",
    "an archetype that cannot be deployed",
    """\
Deployed are web-service, cli-tool, library and data-pipeline (written in any case, with spaces, hyphens or underscores;
also web, api, cli, lib, pipeline). Others exist in specs; they have no deployment of their own here.""",
)

NO_ARCHETYPE = Code(
    "SC208",
    "no archetype",
    """\
Neither the manifest nor deploy.yaml says what kind of program a service is, and everything else depends on it.""",
)

ASSERTION_ID = Code(
    "SC209",
    "not an assertion id",
    """\
Ids look like A-001 or A-WEB-001: an A, perhaps upper-case words, a number; joined by hyphens.""",
)

DUPLICATE_ID = Code(
    "SC210",
    "two assertions share an id",
    """\
Everything that is generated cites the ids of the assertions that caused it; an id must name one assertion.""",
)

UNKNOWN_ASSERTION = Code(
    "SC211",
    "an assertion that does not exist",
    """\
`dependencies` and `refinedFrom` name other assertions of the same manifest.""",
)

TIME = Code(
    "SC212",
    "not a point in time",
    """\
Times are RFC 3339: date, T, time, and Z or an offset.""",
)

LINES = Code(
    "SC213",
    "not a range of lines",
    """\
`formalSpec.lines` is a line (15) or a range (15-16), or several of them with commas between; lines count from 1.""",
)

EMPTY = Code(
    "SC214",
    "empty where something is needed",
    """\
A text or list that stands here must not be empty.""",
)

NAME = Code(
    "SC215",
    "not a name that works everywhere",
    """\
Service names become host names, file names and volume names: lower-case letters, digits and hyphens, a letter first, at
most 41 characters. Names of environment variables and secrets are letters, digits and underscores. Packages
are named as Debian names them, with an optional =VERSION. A registry is a host, perhaps a port, and a path in lower
case.""",
)

PATH = Code(
    "SC216",
    "not a path that can be used",
    """\
Paths in specs have forward slashes, are relative to the project and stay inside it. `writable` holds absolute paths
inside the container, below the system's own directories.""",
)

PORT = Code(
    "SC217",
    "not a port that can be used",
    """\
A service listens on a TCP port from 1024 to 65535. Ports below 1024 belong to root on many hosts, and nothing that is
generated runs as root; a proxy or a published port maps 80 and 443 to the service.""",
)

DURATION = Code(
    "SC218",
    "not a duration",
    """\
Durations are whole seconds, or text such as 30s, 1m30s, 1h, 500ms; from one second to a day. Fractions of a second
are rounded up.""",
)

SIZE = Code(
    "SC219",
    "not a size",
    """\
Sizes are bytes, or text such as 512M, 1G, 256Mi. As in the Compose Specification all units count in powers of 1024:
M, MB, Mi and MiB are the same, here and in the sentences of assertions.""",
)

CRON = Code(
    "SC220",
    "not a schedule",
    """\
A schedule has the five fields of cron (minute, hour, day of month, month, day of week) with *, lists, ranges and steps,
or is one of @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually. A schedule that never comes is
refused.""",
)

URL_PATH = Code(
    "SC221",
    "not a path of a URL",
    """\
Starts with /, holds only characters of RFC 3986 paths, has no . or .. segments and no query.""",
)

HOST = Code(
    "SC222",
    "not a host name",
    """\
Labels of letters, digits and hyphens, joined by dots (RFC 1123), at most 253 characters; no port, no scheme.""",
)

NETWORK = Code(
    "SC297",
    "not the addresses of a network",
    """\
An IPv4 or IPv6 address, or a network as ADDRESS/PREFIX whose address has no bit set behind the prefix (RFC 4632, RFC 4291). All of them (0.0.0.0/0,
::/0) would be everybody, who could then say that he is somebody else.""",
)

URL = Code(
    "SC223",
    "not a URL of an external service",
    """\
External services are reached by http or https at a host, without a user, a password or a fragment in the URL: a spec is
committed, a password is not.""",
)

SECRET_VALUE = Code(
    "SC224",
    "a secret in a spec",
    """\
A value in `env` belongs to a name that speaks of a secret, or looks like a token, a private key or a URL with a
password. Values of secrets never enter a spec or an artifact: list the name under `secrets`.""",
)

SECRET_AND_ENV = Code(
    "SC225",
    "both a secret and a plain variable",
    """\
The same name stands in `secrets` and in `env`, so the value would be both hidden and printed.""",
)

UNKNOWN_SERVICE = Code(
    "SC226",
    "a service that does not exist",
    """\
`needs` names services of the same deploy.yaml.""",
)

CYCLE = Code(
    "SC227",
    "services that wait for each other",
    """\
`needs` is a start order: a service starts when what it needs is healthy. Services that need each other never start.""",
)

RANGE = Code(
    "SC228",
    "a number out of range",
    """\
The number is too small or too large to be meant.""",
)

TWICE = Code(
    "SC229",
    "listed twice",
    """\
The same entry stands twice in a list where the second one can only be a mistake.""",
)

SAME_ROUTE = Code(
    "SC230",
    "two services at one route",
    """\
Two services claim the same host and path; a request can go to one of them only.""",
)

MISFIT = Code(
    "SC231",
    "a setting that has no use here",
    """\
Ports, health checks and routes belong to web services, schedules to data pipelines, and a library has no container at
all; a store that is `external` has no version and no limits here. A setting that would be ignored is refused, so that nobody
believes in it.""",
)

NO_SERVICE = Code(
    "SC232",
    "nothing to build",
    """\
deploy.yaml lists only services that others make, and one of them has the name `app`, which the service that is built
here would get by default.""",
)

DIGEST = Code(
    "SC233",
    "not a digest",
    """\
Evidence names its inputs by SHA-256: `sha256:` and 64 hexadecimal digits in lower case.""",
)

CODES: tuple[Code, ...] = (
    WRONG_TYPE,
    UNKNOWN_KEY,
    MISSING_KEY,
    UNKNOWN_WORD,
    TEMPLATE,
    VERSION,
    ARCHETYPE,
    NO_ARCHETYPE,
    ASSERTION_ID,
    DUPLICATE_ID,
    UNKNOWN_ASSERTION,
    TIME,
    LINES,
    EMPTY,
    NAME,
    PATH,
    PORT,
    DURATION,
    SIZE,
    CRON,
    URL_PATH,
    HOST,
    NETWORK,
    URL,
    SECRET_VALUE,
    SECRET_AND_ENV,
    UNKNOWN_SERVICE,
    CYCLE,
    RANGE,
    TWICE,
    SAME_ROUTE,
    MISFIT,
    NO_SERVICE,
    DIGEST,
)
