"""Servers that only their own container reaches, in the languages whose other tests do not say: Java, Deno, and Python's standard library."""

from __future__ import annotations

import pytest

from speccompile.detect.detection import detect
from speccompile.project.memory import MemoryTree

_POM = (
    "<project><modelVersion>4.0.0</modelVersion><groupId>a</groupId><artifactId>b</artifactId><version>1</version><dependencies><dependency>"
    "<groupId>g</groupId><artifactId>spring-boot-starter-web</artifactId><version>1</version></dependency></dependencies></project>"
)
_MAIN = "public class Main {{ public static void main(String[] a) throws Exception {{ {} }} }}"


def _java(statement: str, settings: str = "") -> dict[str, str]:
    pom = _POM if settings else _POM.replace("spring-boot-starter-web", "gson")
    return {
        "pom.xml": pom,
        "src/main/java/Main.java": _MAIN.format(statement),
        "src/main/resources/application.properties": settings,
    }


SOURCES: list[tuple[dict[str, str], bool]] = [
    (_java('HttpServer.create(new InetSocketAddress("127.0.0.1", 8080), 0).start();'), True),
    (_java("HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 8080), 0).start();"), True),
    (_java("HttpServer.create(new InetSocketAddress(8080), 0).start();"), False),
    (_java('new Socket().connect(new InetSocketAddress("localhost", 6379));'), False),
    (_java('Javalin.create().start("localhost", 7070);'), True),
    (_java("SpringApplication.run(Main.class, a);", "server.address=127.0.0.1\n"), True),
    (_java("SpringApplication.run(Main.class, a);", "server.address=${ADDRESS:0.0.0.0}\n"), False),
    ({"deno.json": "{}", "main.ts": "Deno.serve({port: 8000, hostname: '127.0.0.1'}, f)"}, True),
    ({"deno.json": "{}", "main.ts": "Deno.serve({port: 8000}, f)"}, False),
    ({"requirements.txt": "", "main.py": "HTTPServer(('127.0.0.1', 8000), H).serve_forever()\n"}, True),
    ({"requirements.txt": "", "main.py": "socketserver.TCPServer(('localhost', 8000), H).serve_forever()\n"}, True),
    ({"requirements.txt": "", "main.py": "HTTPServer(('', 8000), H).serve_forever()\n"}, False),
    ({"requirements.txt": "", "main.py": "# HTTPServer(('localhost', 8000), H)\nHTTPServer(('', 1), H)\n"}, False),
]


@pytest.mark.parametrize(("files", "warned"), SOURCES)
def test_who_listens_on_loopback(files: dict[str, str], warned: bool) -> None:
    """At its place; a client, a comment and what the environment says are none."""
    found = [one for one in detect(MemoryTree(files)).facts.diagnostics if one.code in ("SC263", "SC271")]
    assert len(found) == warned
    assert all(one.span.line for one in found)
