"""specs/deploy.yaml: the facts of a deployment that a manifest cannot hold."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import Discriminator, Field, Tag

from speccompile.spec.archetypes import Archetype
from speccompile.spec.beside import AccessoryService, ExternalService, ProgramResources, StoreService
from speccompile.spec.bindings.short import Short
from speccompile.spec.given import Hosts, Labels
from speccompile.spec.health import Health
from speccompile.spec.later import later
from speccompile.spec.model import SpecModel, keys_like
from speccompile.spec.names import (
    ASSERTION,
    SERVICE_NAME,
    VARIABLE_NAME,
    AssertionId,
    Filled,
    Network,
    Registry,
    ServiceName,
    VariableName,
)
from speccompile.spec.neighbours import Mounts, Networks
from speccompile.spec.paths import ContainerPath, FilePath, OutputPath, PageFile, ProjectPath
from speccompile.spec.quantities import FormatVersion, Port, Replicas
from speccompile.spec.release import ReleaseStep, Step
from speccompile.spec.routes import PAGES_OF_ALL, Answer, Route
from speccompile.vocabulary import Proxy, Role

if TYPE_CHECKING:
    from speccompile.spec.bindings.binding import Binding
    from speccompile.spec.environments import Environment
    from speccompile.spec.running import BuiltProgram, Heartbeat, Packages
    from speccompile.spec.schedule import Schedule
    from speccompile.spec.tls import Tls
else:
    Binding = later("speccompile.spec.bindings.binding", "Binding")
    Environment = later("speccompile.spec.environments", "Environment")
    BuiltProgram = later("speccompile.spec.running", "BuiltProgram")
    Heartbeat = later("speccompile.spec.running", "Heartbeat")
    Packages = later("speccompile.spec.running", "Packages")
    Schedule = later("speccompile.spec.schedule", "Schedule")
    Tls = later("speccompile.spec.tls", "Tls")

EXTERNAL = "external"
TargetName: TypeAlias = Literal[
    "dockerfile",
    "ignore",
    "compose",
    "dotenv",
    "gitignore",
    "nginx",
    "caddy",
    "site",
    "serve",
    "health",
    "crontab",
    "package",
    "swarm",
    "kubernetes",
    "quadlet",
    "bake",
    "github-actions",
    "terraform",
]
"""What can be generated; ``targets`` says how."""


class SecretEntry(SpecModel):
    """A secret by its name, and how the program gets it: in the environment, or in a file whose path is in NAME_FILE."""

    name: VariableName = Field(description="The name of the secret.", examples=["STRIPE_API_KEY"])
    as_: Literal["env", "file"] = Field(
        alias="as", description="How the program gets it: its value in the environment, or a file.", examples=["env"]
    )


def _secret_shape(value: Any) -> str:
    """Which of the two ways of naming a secret this is."""
    return "entry" if isinstance(value, Mapping | SecretEntry) else "name"


Secret: TypeAlias = Annotated[
    Annotated[VariableName, Tag("name")] | Annotated[SecretEntry, Tag("entry")], Discriminator(_secret_shape)
]


class Build(SpecModel):
    """What the build of an image is told: public values by name, and the names of secrets with which dependencies are fetched."""

    args: Annotated[
        dict[VariableName, str], Field(default_factory=dict, json_schema_extra=keys_like(VARIABLE_NAME))
    ] = Field(description="Public values for the stages that build, by name.", examples=[{"VITE_API": "/api"}])
    secrets: tuple[VariableName, ...] = Field(
        (), description="The names of secrets with which dependencies are fetched.", examples=[["NPM_TOKEN"]]
    )


class BuiltService(SpecModel):
    """A service that is built from sources of this project. ``path`` "" is the project itself."""

    path: ProjectPath = Field(
        "",
        description="The directory with its sources, from the project's root; . is the project itself.",
        examples=["services/api"],
    )
    assertions: FilePath | None = Field(
        None,
        description="Its manifest, where that is neither beside its sources nor the project's.",
        examples=["specs/api/assertions.json"],
    )
    archetype: Archetype | None = Field(
        None,
        description="What it is, where its manifest does not say or says something else.",
        examples=["data-pipeline"],
    )
    role: Role | None = Field(
        None,
        description="How it runs: a server listens; a worker runs for ever and does not; a job ends; a tool is run by hand. "
        "Without it, what its archetype says.",
        examples=["worker"],
    )
    stack: ServiceName | None = Field(
        None, description="The stack that its sources are of, where several would fit.", examples=["python"]
    )
    port: Port | None = Field(
        None,
        description="The TCP port on which it listens; without it, the one that its sources name.",
        examples=[4000],
    )
    command: tuple[Filled, ...] | None = Field(
        None,
        description="What is run instead of what the sources say, word by word; no shell.",
        examples=[["bun", "run", "dist/index.js"]],
    )
    release: tuple[Step, ...] = Field(
        (),
        description="Commands that run once, one after the other, before a new version serves; it does not serve when one fails. "
        "`{run: [...], reversible: false}` is one after which no older version works.",
        examples=[[["python", "manage.py", "migrate", "--noinput"]]],
    )
    verify: tuple[Annotated[tuple[Filled, ...], Field(min_length=1)], ...] = Field(
        (),
        description="The commands that run its tests, instead of the stack's own; only `speccompile verify` runs them. `{report}` in a word is "
        "the path of a file that is read as JUnit XML; without it, TAP, `go test -json` or libtest's lines are read off the output.",
        examples=[[["npx", "vitest", "run", "--reporter=junit", "--outputFile={report}"]]],
    )
    include: tuple[ProjectPath, ...] = Field(
        (),
        description="Files and directories below the service's own that its image needs and nothing in the sources names.",
        examples=[["prompts/", "docs/swagger.json"]],
    )
    health: Health | None = Field(
        None, description="How it is asked whether it is well.", examples=[{"ready": "/readyz"}]
    )
    heartbeat: Heartbeat | None = Field(
        None,
        description="How a worker is seen to be well: by the age of a file that it touches. Without it, a Celery worker is asked for a ping, "
        "and others nothing.",
        examples=[{"file": "/tmp/heartbeat", "within": "60s"}],  # noqa: S108  # in the container
    )
    artifact: BuiltProgram | None = Field(
        None,
        description="The program as a file that is built already: on quadlet systemd starts it itself, without a container, where it calls none and none "
        "calls it. Elsewhere it runs from its image as ever.",
        examples=[{"path": "bin/api"}],
    )
    env: Annotated[dict[VariableName, str], Field(default_factory=dict, json_schema_extra=keys_like(VARIABLE_NAME))] = (
        Field(
            description="Plain settings, by variable. Values of secrets never stand here.",
            examples=[{"LOG_LEVEL": "info"}],
        )
    )
    secrets: tuple[Secret, ...] = Field(
        (),
        description="The names of secrets; the operator supplies the values. `{name: X, as: env}` or `as: file` says how the program gets one.",
        examples=[["STRIPE_API_KEY"]],
    )
    needs: tuple[ServiceName, ...] = Field(
        (),
        description="The services of this file that it talks to: they start first, and it learns their addresses.",
        examples=[["db"]],
    )
    resources: ProgramResources | None = Field(
        None, description="The most that it may use.", examples=[{"cpus": 2, "memory": "256M"}]
    )
    writable: tuple[ContainerPath, ...] = Field(
        (),
        description="Directories of the container that stay writable and outlive it; all else is read-only.",
        examples=[["/app/data"]],
    )
    replicas: Replicas | None = Field(None, description="How many of it run side by side.", examples=[2])
    route: Route | None = Field(
        None,
        description="Which requests from outside it gets. Without it, all that no other service gets.",
        examples=[{"host": "bank.example.com", "path": "/api"}],
    )
    routes: tuple[Route, ...] | None = Field(
        None,
        description="The same for a service with several routes, or with none (an empty list); each has the keys of `route`.",
        examples=[[{"host": "bank.example.com"}, {"path": "/api"}]],
    )
    packages: Packages | None = Field(
        None,
        description="System packages that it needs and its lockfile cannot name.",
        examples=[{"runtime": ["libpq5"]}],
    )
    labels: Labels
    extra_hosts: Hosts
    networks: Networks
    mounts: Mounts
    build: Build | None = Field(
        None, description="What the build of its image is told.", examples=[{"args": {"VITE_API": "/api"}}]
    )
    schedule: Annotated[Schedule, Short("cron")] | None = Field(
        None,
        description="When a data-pipeline runs: five cron fields, or a mapping with these as `cron`.",
        examples=[{"cron": "0 3 * * *", "retries": 3}],
    )

    @property
    def steps(self) -> tuple[tuple[str, ...], ...]:
        """The commands of its release, whichever way they are written."""
        return tuple(step.run if isinstance(step, ReleaseStep) else step for step in self.release)


def _shape(value: Any) -> str:
    """Which of the four kinds of services a mapping is, told by its keys ``uses`` and ``image``."""
    uses = value.get("uses") if isinstance(value, Mapping) else getattr(value, "uses", None)
    if uses is None and not (isinstance(value, Mapping) and "uses" in value):
        pulled = "image" in value if isinstance(value, Mapping) else hasattr(value, "image")
        return "accessory" if pulled else "built"
    return "external" if uses == EXTERNAL else "store"


AnyService: TypeAlias = Annotated[
    Annotated[BuiltService, Tag("built")]
    | Annotated[StoreService, Tag("store")]
    | Annotated[AccessoryService, Tag("accessory")]
    | Annotated[ExternalService, Tag("external")],
    Discriminator(_shape),
]


class Deploy(SpecModel):
    """The whole of deploy.yaml."""

    version: FormatVersion = Field(1, description="The version of this format.", examples=[1])
    app: ServiceName | None = Field(
        None,
        description="What the project is called: images, networks and the compose project are named after it. "
        "Without it, the only service's package says.",
        examples=["bank"],
    )
    registry: Registry | None = Field(
        None,
        description="Where images are pushed to: a host, and a path below it. Compose then fetches an image that the machine lacks "
        "(`pull_policy: missing`). Without it compose fetches none of those that are built here (`pull_policy: never`) and builds what is "
        "lacking, since a name without a registry is anybody's at Docker Hub; a machine that is to run pushed images needs this key, or `docker pull`.",
        examples=["ghcr.io/acme"],
    )
    proxy: Proxy = Field(
        "nginx",
        description="What takes requests in from outside and passes them on, on platforms that bring nothing for it (Kubernetes has an Ingress): nginx; "
        "caddy, which knows no rates; or none, where each public service has a port of its own at the host and is asked by clients themselves.",
        examples=["caddy"],
    )
    trusted_proxies: tuple[Network, ...] = Field(
        (),
        description="The addresses of what stands in front of the proxy (a load balancer, a CDN): from them alone the client's address, the scheme and "
        "the host that X-Forwarded-For, -Proto and -Host name are believed. Without it nobody is.",
        examples=[["10.0.0.0/8"]],
    )
    proxy_protocol: bool = Field(
        False,
        description="Whether what stands in front of the proxy (`trusted_proxies`) names each client by PROXY protocol instead of X-Forwarded-For. "
        "Without such a line in front nothing is taken then.",
        examples=[True],
    )
    access_log: Literal["direct", "buffered"] = Field(
        "direct",
        description="When the proxy writes the lines of its access log: each as the request ends; or many together, at the latest after a second, which "
        "is less work under load, and the last ones are lost when the machine stops at once.",
        examples=["buffered"],
    )
    tls: Tls | None = Field(
        None,
        description="The certificate with which the proxy speaks HTTPS itself, or who gives it one. Without `tls`, it speaks plain HTTP, and TLS "
        "ends at what stands in front.",
        examples=[{"certificate": "TLS_CERTIFICATE", "key": "TLS_KEY"}],
    )
    ipv6: bool = Field(
        True,
        description="Whether the proxy listens on IPv6, too; false for hosts whose kernel has none.",
        examples=[False],
    )
    errors: Annotated[
        dict[Answer, PageFile], Field(default_factory=dict, json_schema_extra=keys_like(PAGES_OF_ALL))
    ] = Field(
        description="Pages of the project for errors that the proxy answers itself, by status, also where there is no route (404, 421); what a "
        "route says in `errors` comes first there.",
        examples=[{"404": "pages/404.html"}],
    )
    output: OutputPath = Field(
        "generated",
        description="Where the artifacts go, from the project's root; . writes them in place.",
        examples=["deploy"],
    )
    targets: tuple[TargetName, ...] = Field(
        (),
        description="What the system runs on: compose (the default), swarm, kubernetes, quadlet; and besides what builds, pushes and hosts it: bake, "
        "github-actions, terraform. "
        "Each of these has all that it needs, images too. In a list with kinds of "
        "artifacts (dockerfile, nginx …) each name means the files of that kind alone.",
        examples=[["compose", "kubernetes"]],
    )
    assertions: Annotated[
        dict[AssertionId, Binding], Field(default_factory=dict, json_schema_extra=keys_like(ASSERTION))
    ] = Field(
        description="What is decided about single assertions, by id: what they demand, where that is not read rightly from their words, what is waived, "
        "what was read and is not meant, what is evidence.",
        examples=[{"A-001": {"body": "8MiB"}}],
    )
    environments: Annotated[
        dict[ServiceName, Environment], Field(default_factory=dict, json_schema_extra=keys_like(SERVICE_NAME))
    ] = Field(
        description="The places that `speccompile deploy NAME` deploys to, by name: on which platform and machines, and what is other there.",
        examples=[{"staging": {"host": "ssh://deploy@staging.example.com", "values": "environments/staging.env"}}],
    )
    services: Annotated[
        dict[ServiceName, AnyService], Field(default_factory=dict, json_schema_extra=keys_like(SERVICE_NAME))
    ] = Field(
        description="Everything that runs, by name. A service is built here, or is an `image`, or `uses` something; `uses: external` is somebody else's. "
        "Without it, the project itself is one service called app.",
        examples=[{"api": {"port": 4000}, "db": {"uses": "postgres"}}],
    )
