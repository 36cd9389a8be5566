"""OpenSearch, its project's image, as one node without the security plugin: that would want certificates, and passwords of several users. It is on an
internal network that nothing outside of the project reaches.

Not run here: from the image's documentation as remembered (github.com/opensearch-project/opensearch-build: user 1000; bash and curl are
there), to be tried before production. The server writes a keystore beside its configuration, and the root file system is read-only: it gets a
copy in memory. Half of the container's memory is the heap; the files of an index are read, not mapped, since vm.max_map_count is the host's.
"""

from __future__ import annotations

from dataclasses import replace

from speccompile.catalog.backing import HALF, Backing, Room, plain, scratch

_USER = "1000:1000"
_HOME = "/usr/share/opensearch"


def command(home: str, program: str, options: str) -> tuple[str, ...]:
    """What starts *program*, below *home*, with a configuration that it can write to: that of the image, copied."""
    script = f"cp -r {home}/config/. /tmp/config/ && exec {home}/bin/{program} -Ediscovery.type=single-node -Enetwork.host=0.0.0.0 {options}"
    return ("bash", "-c", f"mkdir -p /tmp/config && {script}")


def memory(path: str, *, size: str) -> Room:
    """A memory file system from which libraries are loaded: what Java has packed for the processor is unpacked there."""
    return replace(scratch(path, size=size), executable=True)


BACKING = Backing(
    kind="opensearch",
    usual_name="opensearch",
    words=("opensearch", "open search"),
    generic=(),
    clients=(
        "@opensearch-project/opensearch",
        "opensearch-py",
        "opensearch-dsl",
        "github.com/opensearch-project/opensearch-go",
        "opensearch",
        "opensearch-java",
        "opensearch-rest-high-level-client",
        "opensearch.client",
    ),
    schemes=("opensearch",),
    own=("OPENSEARCH",),
    prefixes=("ELASTICSEARCH", "ELASTIC", "ES", "SEARCH"),
    untried=True,
    oldest=2,
    version="2.19.1",
    tag="opensearchproject/opensearch:{version}",
    port=9200,
    user=_USER,
    data=f"{_HOME}/data",
    scratch=(memory("/tmp", size="128m"), scratch(f"{_HOME}/logs", size="64m", owner=_USER)),  # noqa: S108  # in the container
    command=command(_HOME, "opensearch", "-Eplugins.security.disabled=true -Enode.store.allow_mmap=false"),
    environment=(
        ("OPENSEARCH_JAVA_OPTS", f"-Xms{HALF}m -Xmx{HALF}m"),
        ("OPENSEARCH_PATH_CONF", "/tmp/config"),  # noqa: S108  # in the container
        ("OPENSEARCH_TMPDIR", "/tmp"),  # noqa: S108  # in the container
    ),
    login=None,
    protocol="http",
    url_variable="OPENSEARCH_URL",
    forms=(plain("http://{host}:9200"),),
    check=("curl", "-fsS", "-m", "4", "-o", "/dev/null", "http://127.0.0.1:9200/_cluster/health?local=true"),
    start_period=90,
    memory=2048 * 2**20,
    least=1024 * 2**20,
    cpus=1.0,
    pids=2048,
    stop_signal="SIGTERM",
    stop_grace=60,
)
