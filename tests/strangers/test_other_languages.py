"""Kinds that other languages have, too: sources in other encodings, what a program opens as it runs, pins and requirements that cannot be followed,
what managers of processes are told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from speccompile.detect.detection import detect
from speccompile.detect.unused import managers
from speccompile.frontends.secretlike import shows_secret
from speccompile.plan.image import Copy
from speccompile.project.disk import DiskTree
from speccompile.project.memory import MemoryTree
from speccompile.provenance import Wanted, because
from speccompile.stacks.dotnet import image as dotnet
from speccompile.stacks.dotnet.facts import DotnetFacts
from speccompile.stacks.java import image as java
from speccompile.stacks.java.facts import JavaFacts
from speccompile.stacks.opened import opened
from speccompile.stacks.request import Request

POM = (
    "<project><modelVersion>4.0.0</modelVersion><parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId>"
    "<version>3.3.4</version></parent><groupId>a</groupId><artifactId>svc</artifactId><version>1.0</version><dependencies><dependency>"
    "<groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-web</artifactId></dependency></dependencies></project>"
)
APP = """package a;
import org.springframework.boot.*;
import org.springframework.boot.autoconfigure.*;
import org.springframework.web.bind.annotation.*;
// Größe
@SpringBootApplication
@RestController
public class App {
    String rules = java.nio.file.Files.readString(java.nio.file.Path.of("rules/rules.txt"));
    public static void main(String[] words) { SpringApplication.run(App.class, words); }
    @GetMapping("/health") String health() { return "ok"; }
}
"""
SPRING: dict[str, str | bytes] = {
    "pom.xml": POM,
    "src/main/java/a/App.java": APP.encode("latin-1"),
    "rules/rules.txt": "a",
    "papers/a.txt": "a",
}
WEB: dict[str, str | bytes] = {
    "Svc.csproj": '<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup></Project>',
    "Program.cs": 'var text = File.ReadAllText("Texts/mail.html");\nvar app = WebApplication.CreateBuilder(args).Build();\napp.Run();\n',
    "packages.lock.json": '{"version":1,"dependencies":{"net8.0":{}}}',
    "Texts/mail.html": "a",
    "Papers/a.txt": "a",
}


def test_sources_in_latin_1_are_read() -> None:
    """What is looked for in them is ASCII."""
    facts = detect(MemoryTree(SPRING)).facts
    assert facts.health_path == "/health"


def _request() -> Request:
    origin = because("SC300")
    return Request(archetype="web-service", prefix="", port=Wanted(8080, origin), command=None, origin=origin)


def test_what_a_program_of_java_opens_is_beside_it() -> None:
    """It is copied into the image that runs; what nothing names is not."""
    facts = detect(MemoryTree(SPRING)).facts
    assert isinstance(facts, JavaFacts)
    final = java.recipe(facts, _request()).stages[-1]
    mine = [source for step in final.steps if isinstance(step, Copy) and step.stage is None for source in step.sources]
    assert mine == ["rules/"]


def test_what_a_program_of_dotnet_opens_is_beside_it() -> None:
    """Publishing takes along what is JSON, and leaves out the rest."""
    facts = detect(MemoryTree(WEB)).facts
    assert isinstance(facts, DotnetFacts)
    final = dotnet.recipe(facts, _request()).stages[-1]
    mine = [source for step in final.steps if isinstance(step, Copy) and step.stage is None for source in step.sources]
    assert mine == ["Texts/"]


def test_sources_are_not_opened() -> None:
    """A directory with code in it is compiled, and what a build makes is made anew."""
    files = {"Program.cs": 'Open("Data/a.txt"); Open("bin/a.txt");', "Data/A.cs": "", "Data/a.txt": "", "bin/a.txt": ""}
    assert opened(MemoryTree(files), (".cs",)).directories == ()


@pytest.mark.parametrize("line", ["./wheels/acme-1.0-py3-none-any.whl", "file:./vendored/acme"])
def test_a_requirement_that_is_not_there(line: str) -> None:
    """It is an error where it stands, not in the middle of a build."""
    files = {
        "requirements.txt": f"flask==3.0.3\n{line}\n",
        "app.py": "from flask import Flask\napp = Flask(__name__)\n",
    }
    [obstacle] = detect(MemoryTree(files)).facts.obstacles
    assert obstacle.span.line == 2
    assert "not there" in obstacle.message


def test_a_pin_of_dotnet_in_utf_16_is_refused() -> None:
    """No other SDK is taken in silence."""
    pin = json.dumps({"sdk": {"version": "9.0.100"}}).encode("utf-16")
    obstacles = detect(MemoryTree({**WEB, "global.json": pin})).facts.obstacles
    assert [one.span.path for one in obstacles] == ["global.json"]


@pytest.mark.parametrize(("name", "seen"), [("policy.py", True), ("lcov.info", False), ("index.html", False)])
def test_coverage_is_what_it_holds(tmp_path: Path, name: str, seen: bool) -> None:
    """A report of tests is nobody's source; an insurance's coverage is."""
    (tmp_path / "coverage").mkdir()
    (tmp_path / "coverage" / name).write_text("")
    assert (DiskTree(tmp_path).entries("") == ("coverage/",)) is seen


def test_what_managers_of_processes_are_told() -> None:
    """Each file once, with what it says and where that goes; what an image has in a way of its own is not said."""
    files = {
        "Aptfile": "ffmpeg\n# not this\n",
        "supervisord.conf": "[supervisord]\n[program:mailer]\ncommand=python mailer.py\n",
        "uwsgi.ini": "[uwsgi]\nmaster=true\nprocesses = 4\ncheaper = 2\n",
        "crontab": "# m h\n0 3 * * * python daily.py --token=abc\n",
    }
    assert list(managers.told(MemoryTree(files))) == [
        ("Aptfile", ("ffmpeg",), "packages"),
        ("supervisord.conf", ("mailer",), "command"),
        ("uwsgi.ini", ("processes", "cheaper"), "command"),
        ("crontab", ("line 2",), "schedule"),
    ]


def test_a_password_in_xml_is_not_shown() -> None:
    """Maven's settings have them so."""
    assert shows_secret("<server><id>a</id><password>s3cret</password></server>")
    assert not shows_secret("<dependency><artifactId>token-parser</artifactId></dependency>")
