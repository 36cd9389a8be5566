"""The tests of every language that verify knows are run by the real tool, and what it says is read: what passes, what fails, what is not there."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from verified_projects import assertion, laid_out, manifest, only, verified

from tools import need

SPECS = {"specs/assertions.json": manifest(assertion(1), assertion(2, "Words are counted"))}
NODE = {
    "package.json": json.dumps({
        "name": "words", "version": "1.0.0", "type": "module", "bin": {"words": "cli.js"}, "scripts": {"test": "node --test"},
    }),
    "cli.js": "#!/usr/bin/env node\nexport const count = (text) => text.split(/\\s+/).filter(Boolean).length;\n",
    "cli.test.js": 'import test from "node:test";\nimport assert from "node:assert";\nimport { count } from "./cli.js";\n'
    'test("A-002: words are counted", async (t) => {\n  await t.test("none", () => assert.equal(count(""), 0));\n'
    '  await t.test("two", () => assert.equal(count("a b"), 2));\n});\n'
    'test("something later", { skip: true }, () => {});\n',
}  # fmt: skip
GO = {
    "go.mod": "module example.com/words\n\ngo 1.21\n",
    "main.go": 'package main\n\nimport "strings"\n\nfunc count(text string) int { return len(strings.Fields(text)) }\n\nfunc main() {}\n',
    "main_test.go": 'package main\n\nimport "testing"\n\n// A-002: words are counted.\nfunc TestCount(t *testing.T) {\n'
    '\tif count("a b") != 2 {\n\t\tt.Fatal("not two")\n\t}\n}\n\nfunc TestLater(t *testing.T) { t.Skip("later") }\n',
}
RUST = {
    "Cargo.toml": '[package]\nname = "words"\nversion = "1.0.0"\nedition = "2021"\n',
    "Cargo.lock": 'version = 3\n\n[[package]]\nname = "words"\nversion = "1.0.0"\n',
    ".gitignore": "target/\n",
    "src/main.rs": 'fn count(text: &str) -> usize {\n    text.split_whitespace().count()\n}\n\nfn main() {\n    println!("{}", count(""));\n}\n\n'
    '#[cfg(test)]\nmod tests {\n    /// A-002: words are counted.\n    #[test]\n    fn two() {\n        assert_eq!(super::count("a b"), 2);\n    }\n\n'
    "    #[test]\n    #[ignore]\n    fn later() {}\n}\n",
}
PYTHON = {
    "requirements.txt": "",
    "main.py": "def count(text):\n    return len(text.split())\n\n\nif __name__ == '__main__':\n    print(count(''))\n",
    "test_main.py": "import unittest\n\nfrom main import count\n\n\nclass Counting(unittest.TestCase):\n    def test_two(self):\n"
    '        """A-002: words are counted."""\n        self.assertEqual(count("a b"), 2)\n\n'
    '    @unittest.skip("later")\n    def test_later(self):\n        pass\n',
}
PYTEST = {
    "requirements.txt": "",
    "requirements-dev.txt": "pytest\n",
    "main.py": PYTHON["main.py"],
    "tests/conftest.py": "import sys\nfrom pathlib import Path\n\nsys.path.insert(0, str(Path(__file__).parent.parent))\n\n\n"
    "def pytest_configure(config):\n    config.addinivalue_line('markers', 'assertion(id): what it shows')\n",
    "tests/test_main.py": "import pytest\n\nfrom main import count\n\n\n@pytest.mark.assertion('A-002')\n@pytest.mark.parametrize('text', ['a b', 'a  b'])\n"
    "def test_two(text):\n    assert count(text) == 2\n\n\n@pytest.mark.skip\ndef test_later():\n    pass\n",
}
JAVA = {
    "pom.xml": '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>com.example</groupId><artifactId>words</artifactId>'
    "<version>1.0.0</version><properties><maven.compiler.source>17</maven.compiler.source><maven.compiler.target>17</maven.compiler.target>"
    "<project.build.sourceEncoding>UTF-8</project.build.sourceEncoding></properties><dependencies><dependency><groupId>org.junit.jupiter</groupId>"
    "<artifactId>junit-jupiter</artifactId><version>5.10.2</version><scope>test</scope></dependency></dependencies><build><plugins><plugin>"
    "<artifactId>maven-surefire-plugin</artifactId><version>3.2.5</version></plugin></plugins></build></project>\n",
    ".gitignore": "target/\n",
    "src/main/java/App.java": 'class App {\n    static int count(String text) { return text.isBlank() ? 0 : text.strip().split("\\\\s+").length; }\n\n'
    '    public static void main(String[] arguments) { System.out.println(count("")); }\n}\n',
    "src/test/java/AppTest.java": "import static org.junit.jupiter.api.Assertions.assertEquals;\n\nimport org.junit.jupiter.api.Disabled;\n"
    'import org.junit.jupiter.api.Test;\n\nclass AppTest {\n    /** A-002: words are counted. */\n    @Test\n    void two() { assertEquals(2, App.count("a b")); }\n\n'
    "    @Test @Disabled\n    void later() {}\n}\n",
}


@pytest.fixture
def python(tmp_path: Path) -> str:
    """A directory for PATH in which python3 is the interpreter that runs these tests, with its packages."""

    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "python3").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    (folder / "python3").chmod(0o755)
    return str(folder)


def needs(name: str) -> None:
    """Skip, or in CI fail, without the tools of a language."""
    for program, install in {
        "node": [("node", "apt-get install nodejs")],
        "go": [("go", "apt-get install golang")],
        "rust": [("cargo", "apt-get install cargo")],
        "java": [("mvn", "apt-get install maven"), ("java", "apt-get install default-jdk-headless")],
    }.get(name, []):
        need(program, install)


LANGUAGES: dict[str, tuple[dict[str, str], str, dict[str, int], tuple[str, str, str]]] = {
    "node": (NODE, "node --test", {"passed": 2, "skipped": 1}, ("cli.test.js", "2));", "3));")),
    "go": (GO, "go test", {"passed": 1, "skipped": 1}, ("main_test.go", "!= 2", "!= 3")),
    "rust": (RUST, "cargo test", {"passed": 1, "skipped": 1}, ("src/main.rs", '"a b"), 2', '"a b"), 3')),
    "python": (PYTHON, "unittest", {"passed": 1, "skipped": 1}, ("test_main.py", "2)", "3)")),
    "pytest": (PYTEST, "pytest", {"passed": 2, "skipped": 1}, ("tests/test_main.py", "== 2", "== 3")),
    "java": (
        JAVA,
        "Maven",
        {"passed": 1, "skipped": 1},
        ("src/test/java/AppTest.java", "assertEquals(2", "assertEquals(3"),
    ),
}


def counted(run: dict[str, Any]) -> dict[str, int]:
    """What a run counted, without zeros."""
    return {name: number for name, number in run["counts"].items() if number}


@pytest.mark.parametrize("name", LANGUAGES)
def test_each_language(name: str, tmp_path: Path, python: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests that pass are counted, and name their assertion; after one edit that breaks them they do not pass, and name none."""
    needs(name)
    files, runner, counts, (file, old, new) = LANGUAGES[name]
    monkeypatch.setenv("PATH", python, prepend=":")
    root = laid_out(tmp_path / "project", {**SPECS, **files})
    run = only(verified(root))
    assert (run["runner"], counted(run), run["problems"]) == (runner, counts, []), run
    assert list(run["assertions"]) == ["A-002"], run
    assert run["version"] != "unknown"
    text = (root / file).read_text()
    assert text.count(old) == 1
    (root / file).write_text(text.replace(old, new))
    body = verified(root)
    run = only(body)
    assert not run["passed"]
    assert run["counts"]["failed"] > 0
    assert run["assertions"] == {}
    assert [one["code"] for one in body["diagnostics"]] == ["SC542"]


BROKEN = {
    "go": ("main_test.go", "package main\n\nfunc TestX("),
    "rust": ("src/main.rs", "fn main() {"),
    "node": ("cli.test.js", "import nothing from './nowhere.js';"),
    "python": ("test_main.py", "import nowhere\n"),
    "pytest": ("tests/test_main.py", "import nowhere\n"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_tests_that_cannot_be_run_do_not_pass(
    name: str, tmp_path: Path, python: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs(name)
    file, text = BROKEN[name]
    monkeypatch.setenv("PATH", python, prepend=":")
    root = laid_out(tmp_path / "project", {**SPECS, **LANGUAGES[name][0], file: text})
    assert not only(verified(root))["passed"]


@pytest.mark.parametrize("name", ["go", "rust", "python", "pytest", "node"])
def test_no_tests_are_no_pass(name: str, tmp_path: Path, python: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the tool is content: Go and Cargo end with 0."""
    needs(name)
    empty = {
        "go": {"main_test.go": "package main\n"},
        "rust": {"src/main.rs": "fn main() {}\n"},
        "python": {"test_main.py": ""},
        "pytest": {"tests/test_main.py": ""},
        "node": {"cli.test.js": ""},
    }[name]
    monkeypatch.setenv("PATH", python, prepend=":")
    root = laid_out(tmp_path / "project", {**SPECS, **LANGUAGES[name][0], **empty})
    run = only(verified(root))
    assert not run["passed"]
    assert run["counts"]["passed"] == 0
