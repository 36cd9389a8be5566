"""Routes: which requests a web service gets from outside, and what is done with them on the way."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, Field

from speccompile.codes.meaning import NAME
from speccompile.spec.bindings.quantities import Size
from speccompile.spec.later import later
from speccompile.spec.model import SpecModel, keys_like, refused
from speccompile.spec.names import HostOrPattern, Network, VariableName, matcher
from speccompile.spec.paths import PageFile, UrlPath
from speccompile.spec.quantities import Seconds

if TYPE_CHECKING:
    from speccompile.spec.route_keys import (
        CacheControl,
        Canary,
        Connections,
        Cors,
        Files,
        Rate,
        Redirect,
        Stream,
        Timeouts,
    )
else:
    _KEYS = "speccompile.spec.route_keys"
    CacheControl = later(_KEYS, "CacheControl")
    Canary = later(_KEYS, "Canary")
    Connections = later(_KEYS, "Connections")
    Cors = later(_KEYS, "Cors")
    Files = later(_KEYS, "Files")
    Rate = later(_KEYS, "Rate")
    Redirect = later(_KEYS, "Redirect")
    Stream = later(_KEYS, "Stream")
    Timeouts = later(_KEYS, "Timeouts")

HEADER_NAME = r"[A-Za-z][A-Za-z0-9-]{0,62}"
# The front door sets or needs these itself, or they say how a message ends (RFC 9110, 7.6.1).
_TAKEN = frozenset(
    (
        *(
            "cache-control",
            "connection",
            "content-encoding",
            "content-length",
            "content-type",
            "date",
            "keep-alive",
            "location",
        ),
        *(
            "proxy-authenticate",
            "referrer-policy",
            "server",
            "set-cookie",
            "strict-transport-security",
            "te",
            "trailer",
        ),
        *(
            "transfer-encoding",
            "upgrade",
            "vary",
            "www-authenticate",
            "x-content-type-options",
            "x-powered-by",
            "x-request-id",
        ),
    )
)
_FIX = "write a name such as X-Frame-Options; for whose pages may call there is `cors`, for how long answers are kept `cache_control`"


def _header_name(name: str) -> str:
    matcher(HEADER_NAME, NAME, "not the name of a header: letters, digits and hyphens, a letter first", _FIX)(name)
    if name.lower() in _TAKEN or name.lower().startswith("access-control-"):
        raise refused(NAME, f"the front door itself sees to the header {name}", _FIX)
    return name


HeaderName = Annotated[str, AfterValidator(_header_name)]
HeaderValue = Annotated[
    str,
    AfterValidator(
        matcher(
            r"[ !#%-~]*[!#%-\[\]-~]",
            NAME,
            "not the value of a header: printable ASCII without $ and double quotes, not empty, no backslash at its end",
            "write a value such as DENY",
        )
    ),
]
Method = Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


PAGES = r"(?:401|403|405|413|429|500|502|503|504|4xx|5xx)"
"""For which answers of its own to requests for a route the front door can have a page."""
PAGES_OF_ALL = r"(?:401|403|404|405|413|421|429|500|502|503|504|4xx|5xx)"
"""The same, of all its answers: 404 and 421 are those to requests that are for no route."""
_PAGES_FIX = 'write a status in quotes, such as "502", or 4xx or 5xx for all of them'

RouteAnswer = Annotated[
    str,
    AfterValidator(
        matcher(
            PAGES,
            NAME,
            "no error that the front door answers itself where there is a route (401 403 405 413 429 500 502 503 504)",
            _PAGES_FIX,
        )
    ),
]
Answer = Annotated[
    str,
    AfterValidator(
        matcher(
            PAGES_OF_ALL,
            NAME,
            "no error that the front door answers itself (401 403 404 405 413 421 429 500 502 503 504)",
            _PAGES_FIX,
        )
    ),
]


class Maintenance(SpecModel):
    """That a route can be closed without a change of its configuration."""

    retry_after: Seconds = Field(
        300,
        description="After how long who is turned away is told to come again (Retry-After).",
        examples=["30m"],
    )


class Route(SpecModel):
    """The requests that a web service gets: for a host (None: any), below a path, which ``strip`` takes away on the way."""

    host: HostOrPattern | None = Field(
        None,
        description="Only requests for this host; without it, for any. `*.example.com` are all names that are one label longer, but for those that have "
        "routes of their own.",
        examples=["bank.example.com"],
    )
    path: UrlPath = Field(
        "/", description="Only requests at this path and below; /shop and /shop/ are the same.", examples=["/shop"]
    )
    strip: bool = Field(
        False, description="Whether the path is taken away before the service gets the request.", examples=[True]
    )
    methods: tuple[Method, ...] = Field(
        (),
        description="The methods that are passed on; others get 405. Without it, all are.",
        examples=[["GET", "HEAD"]],
    )
    grpc: bool = Field(
        False,
        description="That calls of gRPC come by this route. It is so without the key where the sources show that the service speaks gRPC.",
        examples=[True],
    )
    timeouts: Timeouts | None = Field(
        None, description="How long the service is waited for.", examples=[{"read": "2m"}]
    )
    websockets: Stream | None = Field(
        None,
        description="That WebSockets are at this route, and how long they may be silent. It is the time-out of all requests there.",
        examples=[{"idle": "2h"}],
    )
    events: Stream | None = Field(
        None,
        description="That event streams are at this route (their parts are passed on as they come), and how long they may be silent. It is the "
        "time-out of all requests there.",
        examples=[{"idle": "2h"}],
    )
    body: Size | None = Field(None, description="The largest body of a request.", examples=["8MiB"])
    rate: Rate | None = Field(None, description="How many requests are let in.", examples=[{"count": 30, "per": "m"}])
    connections: Connections | None = Field(
        None, description="How many requests may be going on at once.", examples=[{"count": 20}]
    )
    allow: tuple[Network, ...] = Field(
        (), description="The networks from which it is reached; without it, from everywhere.", examples=[["10.0.0.0/8"]]
    )
    deny: tuple[Network, ...] = Field(
        (),
        description="Networks from which it is not reached, also where `allow` has them.",
        examples=[["10.6.0.0/16"]],
    )
    basic_auth: VariableName | None = Field(
        None,
        description="The name of a secret: a file of users and hashed passwords as htpasswd writes it. Without one of these nobody gets in; the "
        "service is not told the password.",
        examples=["STAFF_USERS"],
    )
    cors: Cors | None = Field(
        None,
        description="Whose pages may call it from browsers.",
        examples=[{"origins": ["https://shop.example.com"]}],
    )
    compression: bool = Field(
        False,
        description="Whether texts are compressed. Not for answers in which a secret stands beside what somebody else chose (BREACH).",
        examples=[True],
    )
    cache_control: CacheControl | None = Field(
        None, description="How long browsers may keep answers.", examples=[{"static": "1d"}]
    )
    headers: Annotated[
        dict[HeaderName, HeaderValue], Field(default_factory=dict, json_schema_extra=keys_like(HEADER_NAME))
    ] = Field(
        description="Headers of answers, by name, whatever the service says in them.",
        examples=[{"X-Frame-Options": "DENY"}],
    )
    errors: Annotated[dict[RouteAnswer, PageFile], Field(default_factory=dict, json_schema_extra=keys_like(PAGES))] = (
        Field(
            description="Pages of the project for errors that the front door answers itself, by status (4xx and 5xx are all others). Browsers get "
            "them, who asks for JSON gets JSON; errors of the service stay as they are.",
            examples=[{"5xx": "pages/down.html"}],
        )
    )
    redirect: Redirect | None = Field(
        None,
        description="Where requests are sent instead of to the service.",
        examples=[{"to": "https://www.example.com"}],
    )
    files: Files | None = Field(
        None,
        description="Files that the front door gives out itself, without the service being asked: to GET and HEAD, no hidden ones, no links, no "
        "lists of directories.",
        examples=[{"directory": "/app/media"}],
    )
    canary: Canary | None = Field(
        None,
        description="Another service that gets a share of the requests.",
        examples=[{"service": "next", "weight": 10}],
    )
    maintenance: Maintenance | bool = Field(
        False,
        description="Whether requests get 503 while the proxy's container has the file /var/tmp/maintenance-SERVICE, which a new container finds again; how "
        "long it may take is told them.",
        examples=[{"retry_after": "30m"}],
    )
