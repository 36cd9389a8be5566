"""Which sources start a gRPC server, and none for HTTP."""

from __future__ import annotations

import pytest

from speccompile.detect.detection import detect
from speccompile.project.memory import MemoryTree
from speccompile.survey.grpc import reads_port, served_by

SERVERS: list[tuple[dict[str, str], bool, bool]] = [
    (
        {
            "package.json": "{}",
            "server.js": "const s = new grpc.Server(); s.bindAsync('0.0.0.0:' + process.env.PORT, c, f)",
        },
        True,
        True,
    ),
    (
        {"package.json": "{}", "server.js": "const s = new grpc.Server(); s.bindAsync('0.0.0.0:50051', c, f)"},
        True,
        False,
    ),
    (
        {
            "package.json": "{}",
            "server.js": "const c = new Pay('pay:1', grpc.credentials.createInsecure()); app.listen(1)",
        },
        False,
        False,
    ),
    (
        {"package.json": "{}", "server.js": "s.bindAsync(a, c, f); http.createServer(f).listen(process.env.PORT)"},
        False,
        True,
    ),
    ({"package.json": "{}", "server.js": "// s.bindAsync(a, c, f)"}, False, False),
]


@pytest.mark.parametrize(("files", "serves", "port"), SERVERS)
def test_a_grpc_server(files: dict[str, str], serves: bool, port: bool) -> None:
    """A client, a comment, and a server that answers HTTP too are none."""
    tree = MemoryTree(files)
    assert (served_by(tree, detect(tree).facts) is not None, reads_port(tree, "server.js")) == (serves, port)
