"""MinIO, its project's image: objects by the protocol of S3. Buckets are the program's to make.

From the sources of the image (github.com/minio/minio, Dockerfile.release: no user of its own, /data is root's, ``mc`` is there and knows the server
as ``local``; the server reads MINIO_ROOT_PASSWORD_FILE itself). A new volume takes over the mode of the directory that it covers, and /tmp is
everybody's: that is where the volume is. The user has a fixed name, since MinIO wants three letters at least; it wants eight of the password.

Clients of S3 are Amazon's as well, so that they imply nothing: a variable with an endpoint of S3 does. The SDKs read Amazon's own variables by
themselves, and are told these.
"""

from __future__ import annotations

from speccompile.catalog.backing import Backing, Login, plain, scratch

_USER = "1000:1000"
_SDKS = (
    "boto3",
    "aioboto3",
    "aiobotocore",
    "django-storages",
    "s3fs",
    "@aws-sdk/client-s3",
    "aws-sdk-s3",
    "github.com/aws/aws-sdk-go-v2/service/s3",
)

BACKING = Backing(
    kind="minio",
    usual_name="s3",
    words=("minio",),
    generic=(),
    clients=("minio", "github.com/minio/minio-go"),
    schemes=("minio",),
    own=("MINIO",),
    prefixes=("S3", "AWS_S3", "AWS", "STORAGE"),
    read=(
        "S3_ENDPOINT",
        "S3_ENDPOINT_URL",
        "AWS_ENDPOINT_URL",
        "AWS_ENDPOINT_URL_S3",
        "AWS_S3_ENDPOINT",
        "AWS_S3_ENDPOINT_URL",
    ),
    implied=((_SDKS, ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")),),
    untried=True,
    oldest=2023,
    numbered=r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ",
    version="2025-09-07T16-13-09Z",
    tag="minio/minio:RELEASE.{version}",
    port=9000,
    user=_USER,
    data="/tmp",  # noqa: S108  # in the container
    scratch=(scratch("/run/mc", size="1m", owner=_USER),),
    command=("minio", "server", "/tmp/data", "--address", ":9000"),  # noqa: S108  # in the container
    environment=(("MC_CONFIG_DIR", "/run/mc"), ("MINIO_BROWSER", "off"), ("MINIO_ROOT_USER", "storage")),
    login=Login(variable="MINIO_ROOT_PASSWORD", user="storage"),
    protocol="tcp",
    url_variable="S3_ENDPOINT",
    # Its own clients want no scheme.
    forms=(plain("{host}:9000", ("minio", "github.com/minio/minio-go")), plain("http://{host}:9000")),
    check=("mc", "ready", "local"),
    start_period=30,
    memory=1024 * 2**20,
    least=256 * 2**20,
    cpus=1.0,
    pids=512,
    stop_signal="SIGTERM",
    stop_grace=30,
)
