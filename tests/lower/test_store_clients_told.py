"""What clients of stores with several kinds of clients are told: the form, the port, the variables that they read by themselves."""

from __future__ import annotations

import pytest

from projects import PYTHON_WEB, compiled, manifest
from speccompile.plan.workload import Literal

SEE = ":?see .env.example}"


def _told(source: str, package: str, kind: str) -> dict[str, str]:
    """What a program with *source* and the *package* has in its environment, beside a store of *kind*."""
    lines = "".join(f"{name}==1.0.0\n" for name in ("flask", "gunicorn", package))
    files = {**PYTHON_WEB, "requirements.txt": lines, "config.py": f"import os\n{source}\n"}
    deploy = {"version": 1, "app": "bank", "services": {"api": {"needs": [kind]}, kind: {"uses": kind}}}
    result = compiled(files, manifest("web-service"), deploy)
    assert result.defects == ()
    (service,) = result.plan.services
    assert service.workload
    return {
        one.name: one.value if isinstance(one, Literal) else f"{one.before}${{{one.parameter}{SEE}{one.after}"
        for one in service.workload.environment
    }


def test_clients_of_s3_are_told_what_they_read_by_themselves() -> None:
    """Amazon's SDK; MinIO's own client wants an endpoint without a scheme."""
    told = _told('s3 = boto3.client("s3")', "boto3", "minio")
    assert told["AWS_ENDPOINT_URL"] == "http://minio:9000"
    assert told["AWS_ACCESS_KEY_ID"] == "storage"
    assert told["AWS_SECRET_ACCESS_KEY"] == "${MINIO_PASSWORD" + SEE
    read = 'c = Minio(os.environ["MINIO_ENDPOINT"], os.environ["MINIO_ACCESS_KEY"], os.environ["MINIO_SECRET_KEY"])'
    told = _told(read, "minio", "minio")
    assert told["MINIO_ENDPOINT"] == "minio:9000"
    assert told["MINIO_SECRET_KEY"] == "${MINIO_PASSWORD" + SEE


@pytest.mark.parametrize(("client", "port"), [("clickhouse-driver", "9000"), ("clickhouse-connect", "8123")])
def test_the_port_is_that_of_the_client_s_protocol(client: str, port: str) -> None:
    """ClickHouse has one for its own protocol, and one for HTTP."""
    read = (
        'c = connect(os.environ["CLICKHOUSE_HOST"], os.environ["CLICKHOUSE_PORT"], os.environ["CLICKHOUSE_PASSWORD"])'
    )
    told = _told(read, client, "clickhouse")
    assert (told["CLICKHOUSE_HOST"], told["CLICKHOUSE_PORT"]) == ("clickhouse", port)
