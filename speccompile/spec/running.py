"""What a container has besides its program, and how a worker is seen to be well."""

from pydantic import Field

from speccompile.spec.model import SpecModel
from speccompile.spec.names import Filled, PackageName
from speccompile.spec.paths import ContainerPath, FilePath
from speccompile.spec.quantities import Seconds


class Packages(SpecModel):
    """System packages that have to be there when the image is built, and when it runs."""

    build: tuple[PackageName, ...] = Field(
        (), description="Debian packages for the build stages.", examples=[["libpq-dev"]]
    )
    runtime: tuple[PackageName, ...] = Field(
        (), description="Debian packages for the final stage.", examples=[["libpq5"]]
    )


class BuiltProgram(SpecModel):
    """A program that is built already, and what it is started with."""

    path: FilePath = Field(
        description="The file, from the project's root; nothing here builds it. With `program`, the directory that it is in, or a link into Nix's store as "
        "`nix build` leaves one (`result`).",
        examples=["bin/api"],
    )
    program: FilePath | None = Field(
        None, description="The file to start, in the directory that `path` names.", examples=["bin/api"]
    )
    arguments: tuple[Filled, ...] = Field(
        (), description="Its arguments, word by word; no shell.", examples=[["--serve"]]
    )


class Heartbeat(SpecModel):
    """How a worker is seen to be well: by a file that it touches."""

    file: ContainerPath = Field(
        "/tmp/heartbeat",  # noqa: S108  # in the container
        description="The file that it touches while it is well.",
        examples=["/tmp/alive"],  # noqa: S108
    )
    within: Seconds = Field(60, description="How old that may be.", examples=["2m"])
