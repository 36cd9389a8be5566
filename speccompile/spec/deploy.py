"""specs/deploy.yaml: the facts of a deployment that a manifest cannot hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Discriminator, Field, Tag
from pydantic.config import JsonDict

from speccompile.spec.archetypes import Archetype
from speccompile.spec.cron import Cron
from speccompile.spec.model import SpecModel
from speccompile.spec.names import (
    SERVICE_NAME,
    VARIABLE_NAME,
    Filled,
    Host,
    ImageTag,
    PackageName,
    Registry,
    ServiceName,
    StoreWord,
    VariableName,
)
from speccompile.spec.paths import ContainerPath, ExternalUrl, FilePath, OutputPath, ProjectPath, UrlPath
from speccompile.spec.quantities import Cpus, FormatVersion, Memory, Port, Replicas, Retries, Seconds

EXTERNAL = "external"

TargetName: TypeAlias = Literal[
    "dockerfile", "ignore", "compose", "dotenv", "gitignore", "nginx", "site", "health", "crontab", "package"
]
"""What can be generated; ``targets.TARGETS`` says how."""


Role: TypeAlias = Literal["server", "worker", "job", "tool"]
"""How a service runs."""


def _keys(pattern: str) -> JsonDict:
    """What a JSON Schema says about the keys of a mapping; pydantic has no words for it."""
    return {"propertyNames": {"pattern": f"^{pattern}$"}}


class Health(SpecModel):
    """How a server is asked whether it is well; times in seconds, None where the compiler chooses."""

    path: UrlPath = "/health"
    interval: Seconds | None = None
    timeout: Seconds | None = None
    start_period: Seconds | None = None
    retries: Retries | None = None


class Resources(SpecModel):
    """Upper bounds: CPUs, and memory in bytes."""

    cpus: Cpus | None = None
    memory: Memory | None = None


class Route(SpecModel):
    """The requests that a web service gets: for a host (None: any), below a path, which ``strip`` takes away on the way."""

    host: Host | None = None
    path: UrlPath = "/"
    strip: bool = False


class Packages(SpecModel):
    """System packages that have to be there when the image is built, and when it runs."""

    build: tuple[PackageName, ...] = ()
    runtime: tuple[PackageName, ...] = ()


class SecretEntry(SpecModel):
    """A secret by its name, and how the program gets it: in the environment, or in a file whose path is in NAME_FILE."""

    name: VariableName
    as_: Literal["env", "file"] = Field(alias="as")


def _secret_shape(value: Any) -> str:
    """Which of the two ways of naming a secret this is."""
    return "entry" if isinstance(value, Mapping | SecretEntry) else "name"


Secret: TypeAlias = Annotated[
    Annotated[VariableName, Tag("name")] | Annotated[SecretEntry, Tag("entry")], Discriminator(_secret_shape)
]


class Build(SpecModel):
    """What the build of an image is told: public values by name, and the names of secrets with which dependencies are fetched."""

    args: Annotated[dict[VariableName, str], Field(default_factory=dict, json_schema_extra=_keys(VARIABLE_NAME))]
    secrets: tuple[VariableName, ...] = ()


class BuiltService(SpecModel):
    """A service that is built from sources of this project. ``path`` "" is the project itself."""

    path: ProjectPath = ""
    assertions: FilePath | None = None
    archetype: Archetype | None = None
    role: Annotated[
        Role | None,
        Field(
            description="How it runs: a server listens; a worker runs for ever and does not; a job ends; a tool is run by hand. "
            "By default what its archetype says.",
            examples=["worker"],
        ),
    ] = None
    stack: ServiceName | None = None
    port: Port | None = None
    command: tuple[Filled, ...] | None = None
    release: Annotated[
        tuple[Annotated[tuple[Filled, ...], Field(min_length=1)], ...],
        Field(
            description="Commands that run once, one after the other, before a new version serves; it does not serve when one fails.",
            examples=[[["python", "manage.py", "migrate", "--noinput"]]],
        ),
    ] = ()
    include: Annotated[
        tuple[ProjectPath, ...],
        Field(
            description="Files and directories below the service's own that its image needs and nothing in the sources names.",
            examples=[["prompts/", "docs/swagger.json"]],
        ),
    ] = ()
    health: Health | None = None
    env: Annotated[dict[VariableName, str], Field(default_factory=dict, json_schema_extra=_keys(VARIABLE_NAME))]
    secrets: tuple[Secret, ...] = ()
    needs: tuple[ServiceName, ...] = ()
    resources: Resources | None = None
    writable: tuple[ContainerPath, ...] = ()
    replicas: Replicas | None = None
    route: Route | None = None
    packages: Packages | None = None
    build: Build | None = None
    schedule: Cron | None = None


class StoreService(SpecModel):
    """A backing service that is pulled: its kind in the catalogue, the tag of its image, and what the application has in it."""

    uses: ServiceName
    version: ImageTag | None = None
    database: Annotated[
        StoreWord | None, Field(description="The database (or virtual host). By default the application's name.")
    ] = None
    user: Annotated[
        StoreWord | None,
        Field(description="The account that the services log in with. By default the application's name."),
    ] = None


class ExternalService(SpecModel):
    """A service that somebody else runs; without ``url`` the operator supplies it."""

    uses: Literal["external"]
    url: ExternalUrl | None = None


def _shape(value: Any) -> str:
    """Which of the three kinds of services a mapping is, told by its key ``uses``."""
    uses = value.get("uses") if isinstance(value, Mapping) else getattr(value, "uses", None)
    if uses is None and not (isinstance(value, Mapping) and "uses" in value):
        return "built"
    return "external" if uses == EXTERNAL else "store"


AnyService: TypeAlias = Annotated[
    Annotated[BuiltService, Tag("built")]
    | Annotated[StoreService, Tag("store")]
    | Annotated[ExternalService, Tag("external")],
    Discriminator(_shape),
]


class Deploy(SpecModel):
    """The whole of deploy.yaml."""

    version: FormatVersion = 1
    app: ServiceName | None = None
    registry: Registry | None = None
    output: Annotated[OutputPath, Field(examples=["generated"])] = "generated"
    targets: Annotated[tuple[TargetName, ...], Field(examples=[["dockerfile", "ignore"]])] = ()
    services: Annotated[
        dict[ServiceName, AnyService], Field(default_factory=dict, json_schema_extra=_keys(SERVICE_NAME))
    ]
