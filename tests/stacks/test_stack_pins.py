"""Which version of Node.js is taken where version managers' files are above the service, in other formats, or odd."""

from __future__ import annotations

import pytest

from speccompile.detect.detection import detect
from speccompile.project.memory import MemoryTree
from speccompile.stacks.versions import NODE, choose

PINS: list[tuple[dict[str, str], str, str]] = [
    ({".nvmrc": "\ufeffv20.11.1\n"}, "20.11.1", ".nvmrc"),
    ({".nvmrc": "# ours\n\n20 # until 2026\n"}, "20", ".nvmrc"),
    ({".nvmrc": "lts/*"}, "22", ".nvmrc"),
    ({".tool-versions": "ruby 3.3.0\nnodejs 20.11.1 # lts\n"}, "20.11.1", ".tool-versions"),
    ({"mise.toml": '[tools]\nnode = "20"\n'}, "20", "mise.toml"),
    ({".mise.toml": '[tools]\nnode = ["24", "22"]\n'}, "24", ".mise.toml"),
    ({".config/mise.toml": '[tools]\nnode = { version = "20.11" }\n'}, "20.11", ".config/mise.toml"),
    ({"mise.toml": "[tools]\nnode = 20\n"}, "20", "mise.toml"),
    ({"mise.toml": '[tools]\npython = "3.12"\n'}, "22", "default"),
    ({"mise.toml": "[tools"}, "22", "default"),
]
ABOVE: list[tuple[dict[str, str], str, str]] = [
    ({".nvmrc": "20"}, "20", "../../.nvmrc"),
    ({".nvmrc": "20", "apps/.node-version": "24"}, "24", "../.node-version"),
    ({".nvmrc": "20", "apps/api/.tool-versions": "nodejs 24"}, "24", ".tool-versions"),
]


@pytest.mark.parametrize(("files", "version", "source"), PINS)
def test_what_a_pin_file_says(files: dict[str, str], version: str, source: str) -> None:
    """In every format that a version manager reads."""
    chosen, found = choose(MemoryTree(files), NODE, (), ())
    assert (chosen.value, chosen.source, found) == (version, source, ())


@pytest.mark.parametrize(("files", "version", "source"), ABOVE)
def test_the_closest_directory_decides(files: dict[str, str], version: str, source: str) -> None:
    """Upwards from the service, as far as the project goes."""
    chosen, _ = choose(MemoryTree({**files, "apps/api/package.json": "{}"}).below("apps/api"), NODE, (), ())
    assert (chosen.value, chosen.source) == (version, source)


_JAVA = {
    "pom.xml": "<project><modelVersion>4.0.0</modelVersion><groupId>a</groupId><artifactId>b</artifactId><version>1</version></project>",
    "src/main/java/Main.java": "public class Main { public static void main(String[] a) { } }",
}
_RUST = {
    "Cargo.toml": '[package]\nname="a"\nversion="1.0.0"\nedition="2021"\n',
    "Cargo.lock": 'version = 3\n[[package]]\nname = "a"\nversion = "1.0.0"\n',
    "src/main.rs": "fn main() {}",
}
_NODE = {"package.json": '{"name":"a","scripts":{"start":"node s.js"}}', "s.js": ""}
_PYTHON = {"requirements.txt": "", "app.py": ""}
# A project, its pin file with what stands there, and the version.
FILES: list[tuple[dict[str, str], str, str, str]] = [
    (_NODE, ".nvmrc", "20\n", "20"),
    (_NODE, ".node-version", "node/20\n", "20"),
    (_NODE, "mise.toml", '[tools]\nnode = "20"\n', "20"),
    (_PYTHON, ".python-version", "cpython-3.11\n", "3.11"),
    (_PYTHON, "runtime.txt", "python-3.11.9\n", "3.11.9"),
    (
        {"go.mod": "module m\n\ngo 1.21\n", "main.go": "package main\n\nfunc main() {}\n"},
        ".go-version",
        "1.24\n",
        "1.24",
    ),
    (_RUST, "rust-toolchain", "1.80.0\n", "1.80.0"),
    (_RUST, "rust-toolchain.toml", '[toolchain]\nchannel = "1.81"\n', "1.81"),
    (_JAVA, ".java-version", "21\n", "21"),
    (_JAVA, ".sdkmanrc", "java=21.0.2-tem\n", "21"),
    (_JAVA, ".tool-versions", "java temurin-21.0.2+13\n", "21"),
    (_JAVA, "mise.toml", '[tools]\njava = "temurin-21"\n', "21"),
]


@pytest.mark.parametrize(("project", "path", "text", "version"), FILES)
def test_a_pin_in_another_encoding_is_read_or_refused(
    project: dict[str, str], path: str, text: str, version: str
) -> None:
    """A mark in front of UTF-8 is passed over; UTF-16, with its mark and without, is an error: never another version in silence."""
    for content in (text.encode(), b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()):
        facts = detect(MemoryTree({**project, path: content})).facts
        assert (facts.runtime.value, "SC237" in {one.code for one in facts.obstacles}) == (version, False)
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        facts = detect(MemoryTree({**project, path: text.encode(encoding)})).facts
        assert [one.span.path for one in facts.obstacles if one.code == "SC237"] == [path]
