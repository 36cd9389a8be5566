"""ClickHouse, its project's image. The database is ``default``: the image would make another one by a program with the password as an argument.

From the sources of the image (github.com/ClickHouse/ClickHouse, docker/server: user 101, bash, wget, a volume at /var/lib/clickhouse that anybody may
write; the entrypoint writes the user's file to users.d, which is a file system in memory here). The password gets there in the environment of that
script alone; it is run once more where it comes from a file, which it does not read itself. It puts the password into XML as it stands: letters, digits
and - . _ ~ are safe.
"""

from __future__ import annotations

from speccompile.catalog.backing import Backing, Login, jdbc, scratch, told, url

_USER = "101:101"
_NATIVE = "{host}:9000/default"
_HTTP = "{host}:8123/default"

BACKING = Backing(
    kind="clickhouse",
    usual_name="clickhouse",
    words=("clickhouse", "click house", "clickhouse server"),
    generic=("analytical databases?", "analytics databases?", "columnar databases?"),
    clients=(
        "@clickhouse/client",
        "clickhouse-connect",
        "clickhouse-driver",
        "clickhouse-sqlalchemy",
        "asynch",
        "github.com/clickhouse/clickhouse-go",
        "github.com/ClickHouse/clickhouse-go",
        "clickhouse",
        "clickhouse-jdbc",
        "clickhouse.client",
        "clickhouse.driver",
    ),
    schemes=("clickhouse", "clickhouses"),
    own=("CLICKHOUSE", "CH"),
    untried=True,
    oldest=24,
    version="25.3",
    tag="clickhouse/clickhouse-server:{version}",
    port=9000,
    user=_USER,
    data="/var/lib/clickhouse",
    scratch=(
        scratch("/tmp", size="64m"),  # noqa: S108  # in the container
        scratch("/etc/clickhouse-server/users.d", size="1m", owner=_USER),
        scratch("/var/log/clickhouse-server", size="64m", owner=_USER),
    ),
    command=(),
    environment=(("CLICKHOUSE_USER", "{user}"),),
    login=Login(
        variable="CLICKHOUSE_PASSWORD",
        user="{user}",
        command=("bash", "-c", f'{told("CLICKHOUSE_PASSWORD")}; export CLICKHOUSE_PASSWORD="$p"; exec /entrypoint.sh'),
    ),
    protocol="tcp",
    url_variable="CLICKHOUSE_URL",
    forms=(
        url("http", _HTTP, ("@clickhouse/client", "clickhouse")),
        url("clickhouse", _HTTP, ("clickhouse-connect",)),
        jdbc("clickhouse", _HTTP, ("clickhouse-jdbc",)),
        url("clickhouse", _NATIVE),
    ),
    check=("wget", "-q", "-T", "3", "-O", "/dev/null", "http://127.0.0.1:8123/ping"),
    start_period=60,
    memory=2048 * 2**20,
    least=1024 * 2**20,
    cpus=1.0,
    pids=4096,
    stop_signal="SIGTERM",
    stop_grace=60,
)
