"""Servers of gRPC in each language: their port, and whether they can be asked for their health."""

from __future__ import annotations

import pytest

from speccompile.detect.detection import detect
from speccompile.project.memory import MemoryTree

_NODE = '{"dependencies": {"@grpc/grpc-js": "1"}, "scripts": {"start": "node server.js"}}'
_GO = "module shop\n\ngo 1.23\n\nrequire google.golang.org/grpc v1.69.0\n"
_SUM = "google.golang.org/grpc v1.69.0 h1:x=\ngoogle.golang.org/grpc v1.69.0/go.mod h1:x=\n"
_POM = (
    "<project><modelVersion>4.0.0</modelVersion><groupId>a</groupId><artifactId>b</artifactId><version>1</version><dependencies><dependency>"
    "<groupId>g</groupId><artifactId>{}</artifactId><version>1</version></dependency></dependencies></project>"
)
_MAIN = "public class Main {{ public static void main(String[] a) throws Exception {{ {} }} }}"


def _go(body: str, *imports: str) -> dict[str, str]:
    several = "".join(f'\t"{path}"\n' for path in ("google.golang.org/grpc", "net", *imports))
    return {
        "go.mod": _GO,
        "go.sum": _SUM,
        "main.go": f"package main\n\nimport (\n{several})\n\nfunc main() {{\n{body}\n}}\n",
    }


# The scheme in which it is asked ("" for HTTP), the port, and whether it says how it is.
SERVERS: dict[str, tuple[dict[str, str], str, int, bool]] = {
    "node": (
        {"package.json": _NODE, "server.js": "const s = new grpc.Server(); s.bindAsync('0.0.0.0:50053', c, f)"},
        "grpc", 50053, False,
    ),
    "node, told its port": (
        {"package.json": _NODE, "server.js": "new grpc.Server().bindAsync('[::]:' + process.env.PORT, c, f)"},
        "grpc", 50051, False,
    ),
    "node, in another file": (
        {
            "package.json": _NODE,
            "server.js": "require('./rpc').start()",
            "rpc.js": "const {HealthImplementation} = require('grpc-health-check'); exports.start = () => s.bindAsync(`0.0.0.0:${process.env.RPC_PORT ?? 7001}`, c, f)",
        },
        "grpc", 7001, True,
    ),
    "node, behind TLS": (
        {"package.json": _NODE, "server.js": "s.bindAsync('0.0.0.0:50051', grpc.ServerCredentials.createSsl(a, b), f)"},
        "tcp", 50051, False,
    ),
    "node, a client": (
        {"package.json": _NODE, "server.js": "const c = new Pay('pay:1', k); require('http').createServer(f).listen(8081)"},
        "", 8081, False,
    ),
    "node, both": (
        {"package.json": _NODE, "server.js": "s.bindAsync('0.0.0.0:50051', c, f); express().listen(8081)"},
        "", 8081, False,
    ),
    "node, written about": ({"package.json": _NODE, "server.js": "// s.bindAsync('0.0.0.0:50051', c, f)"}, "", 3000, False),
    "python": (
        {"requirements.txt": "grpcio==1.68.1\n", "main.py": "server = grpc.aio.server()\nserver.add_insecure_port('[::]:50055')\n"},
        "grpc", 50055, False,
    ),
    "go, with metrics": (
        _go('\tl, _ := net.Listen("tcp", ":9091")\n\tgo http.ListenAndServe(":2112", promhttp.Handler())\n\ts := grpc.NewServer()\n\thealthgrpc.RegisterHealthServer(s, h)\n\ts.Serve(l)',
            "google.golang.org/grpc/health/grpc_health_v1"),
        "grpc", 9091, True,
    ),
    "rust": (
        {
            "Cargo.toml": '[package]\nname = "a"\nversion = "1.0.0"\nedition = "2021"\n[dependencies]\ntonic = "0.12"\n',
            "Cargo.lock": 'version = 3\n[[package]]\nname = "a"\nversion = "1.0.0"\n',
            "src/main.rs": 'fn main() { let a = "0.0.0.0:50057".parse().unwrap(); tonic::transport::Server::builder().add_service(h).serve(a); }',
        },
        "grpc", 50057, False,
    ),
    "java": (
        {"pom.xml": _POM.format("grpc-netty-shaded"), "src/main/java/Main.java": _MAIN.format("Grpc.newServerBuilderForPort(50058, c).addService(new HealthStatusManager().getHealthService()).build().start();")},
        "grpc", 50058, True,
    ),
    "spring": (
        {
            "pom.xml": _POM.format("grpc-server-spring-boot-starter"),
            "src/main/java/Main.java": "@SpringBootApplication " + _MAIN.format("SpringApplication.run(Main.class, a);"),
            "src/main/resources/application.properties": "grpc.server.port=9095\n",
        },
        "grpc", 9095, True,
    ),
    "nest": (
        {
            "package.json": '{"dependencies": {"@nestjs/core": "10", "@nestjs/microservices": "10"}, "scripts": {"start": "node main.js"}}',
            "main.js": "NestFactory.createMicroservice(A, { transport: Transport.GRPC, options: { url: '0.0.0.0:5000' } })",
        },
        "grpc", 5000, False,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SERVERS)
def test_what_is_known_of_a_server(case: str) -> None:
    """A client, a comment and a server that answers HTTP too are none; what only serves metrics besides is one."""
    files, scheme, port, healthy = SERVERS[case]
    facts = detect(MemoryTree(files)).facts
    said = facts.asked_over.value if facts.asked_over else ""
    health = facts.health_path == "/grpc.health.v1.Health/Check"
    assert (said, facts.port, health) == (scheme, port, healthy)
    assert not scheme or (facts.suggests and facts.suggests[0]) == "web-service"
