"""Where a system is deployed to, by name: `environments` of specs/deploy.yaml."""

from typing import Annotated, Literal, TypeAlias, get_args

from pydantic import Field

from speccompile.codes.meaning import HOST, NAME, URL
from speccompile.spec.beside import Resources
from speccompile.spec.model import SpecModel, keys_like
from speccompile.spec.names import SERVICE_NAME, ServiceName, named
from speccompile.spec.paths import FilePath
from speccompile.spec.quantities import Replicas, Seconds
from speccompile.spec.routes import Route

Platform: TypeAlias = Literal["compose", "swarm", "kubernetes", "quadlet"]
PLATFORMS: tuple[str, ...] = get_args(Platform)
Deployer: TypeAlias = Literal["github-actions"]
"""What deploys by itself; the name is that of the target which makes it."""

_HOST_NAME = r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:]{2,45}\])"
_USER = r"[A-Za-z_][A-Za-z0-9_.-]{0,31}"
MACHINE = rf"ssh://(?:{_USER}@)?{_HOST_NAME}(?::[0-9]{{1,5}})?"
"""A machine, as docker's ``-H`` reads it; no word of it can be taken for an option of ssh."""
_DIRECTORY = r"(?:\./|\.\./|/)?[A-Za-z0-9._+@][A-Za-z0-9._+@/-]{0,1000}"
_OCI = r"oci://[A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)+"
_S3 = r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*(?:\?endpoint=https?://[A-Za-z0-9.:\[\]-]{1,253}(?:&region=[a-z0-9-]{1,40})?)?"
STORE = rf"(?:{_OCI}|{_S3}|{_DIRECTORY})"

Machine = Annotated[
    str,
    *named(
        MACHINE,
        HOST,
        "not a machine that ssh reaches",
        "write ssh://USER@HOST, such as ssh://deploy@staging.example.com, with :PORT where it is not 22; leave the key out for this machine",
    ),
]
StoreAddress = Annotated[
    str,
    *named(
        STORE,
        URL,
        "not a place for releases: neither a directory, nor oci://REGISTRY/PATH, nor s3://BUCKET/PREFIX?endpoint=URL",
        "write such as /var/lib/bank/releases, oci://ghcr.io/acme/bank-releases or s3://acme-releases/bank?endpoint=https://s3.example.com",
    ),
]
Stage = Annotated[
    str,
    *named(
        r"(?:[1-9][0-9]{0,2}|(?:[1-9][0-9]?|100)%|all)",
        NAME,
        "not a share of the hosts: a number of hosts, a percentage, or all",
        'write a stage in quotes, such as "1", "25%" or "all"',
    ),
]
ContextName = Annotated[
    str,
    *named(
        r"[A-Za-z0-9_][A-Za-z0-9._:/@-]{0,252}",
        NAME,
        "not the name of a context of kubectl",
        "write the name as `kubectl config get-contexts` prints it, such as prod",
    ),
]


class Environment(SpecModel):
    """One place that the system runs in: on which platform, where, and what is other there than the rest of the file says."""

    on: Platform = Field(
        "compose",
        description="The platform that it runs on there; `targets` must generate its files.",
        examples=["kubernetes"],
    )
    host: Machine | None = Field(
        None,
        description="The machine, reached by ssh, for compose and swarm (one of its managers); without it, this one.",
        examples=["ssh://deploy@staging.example.com"],
    )
    hosts: tuple[Machine, ...] = Field(
        (),
        description="The machines, where there are several that each run the whole system; `stages` says in which order they are deployed to.",
        examples=[["ssh://deploy@one.example.com", "ssh://deploy@two.example.com"]],
    )
    stages: tuple[Stage, ...] = Field(
        (),
        description="How many of `hosts` have a release after each stage; the next begins when all of a stage are well. Without it, one host after the "
        "other.",
        examples=[["1", "25%", "all"]],
    )
    by: Deployer | None = Field(
        None,
        description="What deploys there besides people: github-actions, the workflow of that target, which then ends in `speccompile deploy NAME` for each "
        "such environment, in GitHub's environment of the same name. It wants `host` or `hosts`, `registry`, and `releases` in that registry or at `s3://`.",
        examples=["github-actions"],
    )
    values: FilePath | None = Field(
        None,
        description="The file with the values of parameters, as `.env.example` lists them. It is read where `deploy` is called, and belongs outside of "
        "version control when there are secrets in it. Without it, the `.env` beside the artifacts, where there is one.",
        examples=["environments/staging.env"],
    )
    context: ContextName | None = Field(
        None,
        description="The context of kubectl, for kubernetes only: `deploy` wants one, and never takes the current one for it.",
        examples=["prod"],
    )
    namespace: ServiceName | None = Field(
        None, description="The namespace, for kubernetes only; without it, the one of the manifests.", examples=["bank"]
    )
    replicas: Annotated[
        dict[ServiceName, Replicas], Field(default_factory=dict, json_schema_extra=keys_like(SERVICE_NAME))
    ] = Field(description="How many of a service run side by side there, by service.", examples=[{"api": 3}])
    resources: Annotated[
        dict[ServiceName, Resources], Field(default_factory=dict, json_schema_extra=keys_like(SERVICE_NAME))
    ] = Field(description="The most that a service may use there, by service.", examples=[{"api": {"memory": "1G"}}])
    routes: Annotated[
        dict[ServiceName, tuple[Route, ...]], Field(default_factory=dict, json_schema_extra=keys_like(SERVICE_NAME))
    ] = Field(
        description="Which requests from outside a service gets there, by service, instead of its own `routes`.",
        examples=[{"api": [{"host": "staging.example.com"}]}],
    )
    releases: StoreAddress | None = Field(
        None,
        description="Where the releases are recorded: a directory (from the project's root), `oci://` a registry and a path, or `s3://` a bucket and a prefix. "
        "Without it, on this machine, outside of what is committed.",
        examples=["oci://ghcr.io/acme/bank-releases"],
    )
    watch: Seconds | None = Field(
        None,
        description="How long a version must stay well after it has taken over until it is trusted; one that fails meanwhile goes back.",
        examples=["60s"],
    )

    @property
    def machines(self) -> tuple[str, ...]:
        """The machines in the order of the file; () is this one."""
        return self.hosts or ((self.host,) if self.host else ())
