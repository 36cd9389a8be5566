"""The facts of a Java project: what builds it, what comes out of that, how it is started."""

from __future__ import annotations

from enum import Enum

from speccompile.plan.image import Glob
from speccompile.record import record
from speccompile.stacks.facts import Facts
from speccompile.stacks.sources import Sources


class Form(Enum):
    """What a build makes: Spring Boot's archive, unpacked in layers by its newer tools or its older ones; an archive
    with everything in it; an archive and a directory of dependencies; Quarkus's directory; a distribution of Gradle's."""

    TOOLS = "tools"
    LAYERTOOLS = "layertools"
    FAT = "fat"
    CLASSPATH = "classpath"
    QUARKUS = "quarkus"
    DISTRIBUTION = "distribution"


@record(kw_only=True)
class Product:
    """What is started: its form, where the build puts it (below the service), the class, and whether the loader's
    package has its newer name."""

    form: Form
    path: str | Glob
    main: str | None = None
    loader: str = "org.springframework.boot.loader.launch.JarLauncher"


@record(kw_only=True)
class Builder:
    """What builds: its image, its environment there, its cache, how dependencies are fetched and the product is made.

    ``manifests`` are the files that fetching reads, ``directories`` and ``files`` the sources that making reads besides. ``settings`` is the
    option that names a file of settings, where there is one.
    """

    image: str
    env: tuple[tuple[str, str], ...]
    cache: tuple[str, str]
    fetch: tuple[str, ...]
    make: tuple[str, ...]
    manifests: tuple[str, ...]
    directories: tuple[str, ...]
    files: tuple[str, ...]
    settings: str | None = None


@record(kw_only=True)
class JavaFacts(Facts):
    """Facts of a Java project. ``builder`` and ``product`` are None where nothing can be started; ``settings`` is the
    environment that tells the framework its port and how to stop; ``opened`` is what the program opens
    beside itself; ``modules`` are the directories that the build takes besides the root's."""

    builder: Builder | None
    product: Product | None
    opened: Sources
    port_names: tuple[str, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()
    modules: tuple[str, ...] = ()
