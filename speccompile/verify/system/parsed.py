"""The artifacts of a project, parsed, as one system."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from speccompile.codes.code import Code
from speccompile.record import record
from speccompile.verify.compose_findings import entries, items, services
from speccompile.verify.readers import dockerfile, nginx, yaml
from speccompile.verify.readers.nginx import Directive
from speccompile.verify.readers.yaml import Document, Path
from speccompile.verify.system.finding import Finding
from speccompile.verify.system.images import NGINX
from speccompile.verify.system.workload import Workload, workloads

COMPOSE = "docker-compose.yml"


@record()
class Server:
    """An nginx: the service that is one, the path of its configuration among the artifacts, and all directives in that."""

    workload: Workload
    path: str
    directives: tuple[Directive, ...]

    @property
    def ports(self) -> dict[int, Directive]:
        """On which ports it listens, with the directive that says so."""
        listens = (directive for directive in self.directives if directive.name == "listen" and directive.args)
        ends = ((directive.args[0].rpartition(":")[2], directive) for directive in listens)
        return {int(end): directive for end, directive in ends if end.isdigit()}


@record()
class System:
    """The compose file, the services in it, the nginx servers, and the text of everything."""

    document: Document
    workloads: Mapping[str, Workload]
    servers: tuple[Server, ...]
    files: Mapping[str, str]

    def finding(self, path: Path, code: Code, message: str) -> Finding:
        """What is wrong at *path* of the compose file."""
        return Finding(COMPOSE, *self.document.place(path), code, message)

    def command(self, workload: Workload, code: Code, message: str) -> Finding:
        """What is wrong with what is started in *workload*: in its compose entry where that says it, else in its Dockerfile."""
        key = next((key for key in ("command", "entrypoint") if workload.body.get(key)), "")
        if key or not workload.built:
            return self.finding(("services", workload.name, key), code, message)
        return Finding(workload.built.path, workload.built.final[-1].line, 1, code, message)


def system(files: Mapping[str, str], output: str) -> System | None:
    """The system that *files* in the directory *output* make; None without a compose file. Raises ``ValueError`` for what cannot be read."""
    if COMPOSE not in files:
        return None
    document = yaml.read(files[COMPOSE])
    found = workloads(services(document), files, output)
    servers = tuple(server for workload in found for server in _servers(document, workload, files))
    return System(document, {workload.name: workload for workload in found}, servers, files)


def _servers(document: Document, workload: Workload, files: Mapping[str, str]) -> Iterator[Server]:
    if workload.image in NGINX:
        for path in configurations(document, workload, files).values():
            yield Server(workload, path, tuple(_flat(nginx.read(files[path]).directives)))


def configurations(document: Document, workload: Workload, files: Mapping[str, str]) -> dict[str, str]:
    """Which of *files* are configurations of nginx in the container of *workload*, by where they are there: given to its image, or mounted."""
    both = (*_copied(workload, files), *mounted(document, workload))
    return {target: path for target, path in both if path in files and path.endswith(".conf")}


def _copied(workload: Workload, files: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The context's paths end as those among the artifacts do: it holds the directory that these are in."""
    for copy in workload.built.final if workload.built else ():
        words = dockerfile.paths(copy) if copy.keyword == "COPY" and not copy.values("from") else ()
        if len(words) == 2:
            yield from ((words[1], path) for path in among(files, words[0]))


def among(files: Mapping[str, str], path: str) -> Iterator[str]:
    """Which of *files* the *path* in a context may be: it ends as they are called. Each end is looked up, as there may be thousands of files."""
    parts = path.split("/")
    yield from sorted(end for start in range(len(parts)) if (end := "/".join(parts[start:])) in files)


def mounted(document: Document, workload: Workload) -> Iterator[tuple[str, str]]:
    """The generated files that are mounted into *workload*: where, and their paths among the artifacts."""
    declared = entries(entries(document.data).get("configs"))
    for config in map(entries, items(workload.body.get("configs"))):
        source = entries(declared.get(str(config.get("source")))).get("file", "")
        yield str(config.get("target", "")), posixpath.normpath(str(source))


def _flat(directives: tuple[Directive, ...]) -> Iterator[Directive]:
    for directive in directives:
        yield directive
        yield from _flat(directive.block or ())
