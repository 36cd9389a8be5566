"""No password and no token gets into an image by a file that an installation copies; none is said in a message."""

from __future__ import annotations

import json

import pytest

from projects import GO_WEB, JAVA_WEB, PYTHON_WEB, compiled, manifest
from speccompile.diagnostics import masked, quoted
from speccompile.errors import Refused

NODE = {
    "package.json": json.dumps(
        {"name": "bank", "version": "1.0.0", "scripts": {"start": "node server.js"}, "dependencies": {"a": "1.0.0"}}
    ),
    "server.js": 'require("http").createServer().listen(3000);\n',
}


def _lock(resolved: str) -> str:
    packages = {"": {"dependencies": {"a": "1.0.0"}}, "node_modules/a": {"version": "1.0.0", "resolved": resolved}}
    return json.dumps({"lockfileVersion": 3, "packages": packages}, indent=1)


def _requirements(line: str) -> dict[str, str]:
    return {**PYTHON_WEB, "requirements.txt": f"flask==3.0.3\n{line}\n"}


def _pom(line: str) -> dict[str, str]:
    return {**JAVA_WEB, "pom.xml": JAVA_WEB["pom.xml"].replace("</project>", f"{line}\n</project>")}


def _refusals(sources: dict[str, str]) -> list[str]:
    try:
        compiled(sources, manifest("web-service"))
    except Refused as refused:
        return [f"{one}; {one.fix}" for one in refused.diagnostics if one.code == "SC282"]
    return []


@pytest.mark.parametrize(
    ("sources", "place"),
    [
        (_requirements("--extra-index-url https://user:hunter2@pypi.example.com/simple"), "requirements.txt:2:1"),
        (
            _requirements("a @ git+https://ghp_hunter2hunter2hunter2hunter2@github.com/a/a.git@v1"),
            "requirements.txt:2:1",
        ),
        ({**NODE, "package-lock.json": _lock("https://ci:hunter2@npm.example.com/a.tgz")}, "package-lock.json:11:1"),
        (_pom("<url>https://ci:hunter2@maven.example.com/</url>"), "pom.xml:"),
        (
            {**GO_WEB, "go.mod": GO_WEB["go.mod"] + "\nreplace a => https://ci:hunter2@go.example.com/a v1.0.0\n"},
            "go.mod:",
        ),
    ],
)
def test_credentials_are_refused_where_they_stand(sources: dict[str, str], place: str) -> None:
    (said,) = _refusals(sources)
    assert said.startswith(place)
    assert "hunter2" not in said


@pytest.mark.parametrize(
    "sources",
    [
        _requirements("a @ git+https://${GH_TOKEN}@github.com/example/mylib.git@v1"),
        _requirements("--extra-index-url https://user:${TOKEN}@pypi.example.com/simple"),
        _requirements("a @ git+ssh://git@github.com/example/mylib.git@v1"),
        _requirements("# --extra-index-url https://user:hunter2@pypi.example.com/simple"),
        {**NODE, "package-lock.json": _lock("https://npm.example.com/@a/b.tgz")},
    ],
)
def test_a_reference_to_a_variable_is_none(sources: dict[str, str]) -> None:
    assert _refusals(sources) == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgres://me:hunter2@db/x", "postgres://***@db/x"),
        ("a https://t@h and https://u:p@w@h", "a https://***@h and https://***@h"),
        ("https://${TOKEN}@h", "https://${TOKEN}@h"),
        ("git+ssh://git@h/x", "git+ssh://git@h/x"),
        ("https://h/@a", "https://h/@a"),
        ("/health?a=b&access_token=hunter2&c=d", "/health?a=b&access_token=***&c=d"),
        ("https://h/x?sig=hunter2#y", "https://h/x?sig=***#y"),
        ("/h?token=${TOKEN}&monkey=1", "/h?token=${TOKEN}&monkey=1"),
    ],
)
def test_messages_have_no_user_information(text: str, shown: str) -> None:
    assert masked(text) == shown
    assert quoted(text) == json.dumps(shown)
    assert quoted([text]) == json.dumps([shown])


def test_a_secret_is_not_shown_because_it_was_cut() -> None:
    assert "hunter2" not in quoted("postgres://me:" + "hunter2" * 30 + "@db/x")
