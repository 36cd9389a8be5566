"""MinIO, its project's image: objects by the protocol of S3. Buckets are the program's to make.

Checked from documentation (github.com/minio/minio, Dockerfile.release: the entrypoint reads MINIO_ROOT_PASSWORD_FILE, ``mc`` is there and
knows the server as ``local``). The image has no user of its own and /data is root's; a new volume takes over the mode of the directory that it
covers, and /tmp is everybody's: that is where the volume is. The user has a fixed name, since MinIO wants three letters at least.
"""

from __future__ import annotations

from speccompile.catalog.backing import Backing, Login, plain, scratch

_USER = "1000:1000"

BACKING = Backing(
    kind="minio",
    usual_name="s3",
    words=("minio",),
    generic=(),
    clients=("minio", "github.com/minio/minio-go"),
    schemes=("minio",),
    own=("MINIO",),
    prefixes=("S3", "AWS_S3", "AWS", "STORAGE"),
    oldest=2023,
    numbered=r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ",
    version="2025-04-22T22-12-26Z",
    tag="minio/minio:RELEASE.{version}",
    port=9000,
    user=_USER,
    data="/tmp",  # noqa: S108  # in the container
    tmpfs=(scratch("/run/mc", size="1m", owner=_USER),),
    command=("minio", "server", "/tmp/data", "--address", ":9000"),  # noqa: S108  # in the container
    environment=(("MC_CONFIG_DIR", "/run/mc"), ("MINIO_BROWSER", "off"), ("MINIO_ROOT_USER", "storage")),
    login=Login(variable="MINIO_ROOT_PASSWORD", user="storage"),
    protocol="tcp",
    url_variable="S3_ENDPOINT",
    forms=(plain("http://{host}:9000"),),
    check=("mc", "ready", "local"),
    start_period=30,
    memory=1024 * 2**20,
    least=256 * 2**20,
    cpus=1.0,
    pids=512,
    stop_signal="SIGTERM",
    stop_grace=30,
)
