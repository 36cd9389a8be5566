"""Migrations that programs apply themselves, and those of which nothing was found that applies them."""

from __future__ import annotations

import pytest

from speccompile.detect.detection import detect
from speccompile.project.memory import MemoryTree
from speccompile.survey.found import Found
from speccompile.survey.releases import applied

_GO = {"go.mod": "module m\n\ngo 1.22\n", "migrations/1_init.up.sql": "create table a();"}
_POM = (
    "<project><modelVersion>4.0.0</modelVersion><groupId>a</groupId><artifactId>b</artifactId><version>1</version><dependencies><dependency>"
    "<groupId>org.flywaydb</groupId><artifactId>flyway-core</artifactId><version>10</version></dependency></dependencies></project>"
)
MAIN = "package main\n\nfunc main() {{ {} }}\n"
CASES: list[tuple[dict[str, str], str, str]] = [
    ({**_GO, "main.go": MAIN.format('goose.Up(db, "migrations")')}, "main.go applies migrations", ""),
    (
        {**_GO, "main.go": MAIN.format("// goose.Up")},
        "",
        "migrations has migrations, and nothing was found that applies them",
    ),
    ({"go.mod": _GO["go.mod"], "main.go": MAIN.format("")}, "", ""),
    # of a database that is a file no release is proposed
    (
        {"package.json": "{}", "index.js": "1", "prisma/migrations/1/migration.sql": ""},
        "",
        "prisma/migrations has migrations",
    ),
    (
        {
            "pom.xml": _POM,
            "src/main/java/Main.java": "public class Main { public static void main(String[] a) { } }",
            "src/main/resources/db/migration/V1__a.sql": "",
        },
        "Flyway applies src/main/resources/db/migration as the program starts",
        "",
    ),
]


@pytest.mark.parametrize(("files", "does", "left"), CASES)
def test_what_applies_migrations(files: dict[str, str], does: str, left: str) -> None:
    """The program, a library as it starts, or nobody: then people are told."""
    tree = MemoryTree(files)
    service = Found(name="a", directory="", detection=detect(tree), archetype="web-service", reason="", why="")
    said, open_ = applied(tree, service)
    assert (bool(said), bool(open_)) == (bool(does), bool(left))
    assert does in (said or "")
    assert left in (open_ or "")
