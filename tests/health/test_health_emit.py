"""What health modules are made of, and why each line is there."""

from __future__ import annotations

import ast
import json
import re
import subprocess
from pathlib import Path

import pytest
from health_plans import FILES, LANGUAGES, PROTOCOLS, every, module, need, origin, plan, text
from hypothesis import given, settings
from hypothesis import strategies as st

from speccompile.backends import health
from speccompile.backends.escape.golang import go_literal
from speccompile.backends.escape.java import java_comment, java_literal
from speccompile.backends.escape.program import python_literal, script_literal
from speccompile.backends.escape.rust import rust_literal
from speccompile.verify.readers import go_source, java_source, rust_source
from tools import need as find_tool


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_has_an_origin(language: str) -> None:
    """No line that is not blank is without a reason."""
    for health_module in (module(language), every(language)):
        (artifact,) = health.emit(plan(health_module))
        unexplained = [
            line
            for number, line in enumerate(artifact.text.split("\n"), 1)
            if line.strip() and number not in artifact.origins
        ]
        assert unexplained == []
        assert (artifact.path, artifact.target) == (health_module.path, "health")


@pytest.mark.parametrize("language", LANGUAGES)
def test_lines_are_there_because_of_what_wants_them(language: str) -> None:
    """The port, the path, each need and each protocol's code cite their own assertion first."""
    (artifact,) = health.emit(plan(every(language)))
    lines = artifact.text.split("\n")

    def first_assertions(fragment: str) -> set[tuple[str, ...]]:
        return {artifact.origins[n][0].assertions for n, line in enumerate(lines, 1) if fragment in line}

    types = ("u16", "&str") if language == "rust" else ("", "")
    port, path = (
        f"{name}: {kind} = " if kind else f"{name} = " for name, kind in zip(("PORT", "PATH"), types, strict=True)
    )
    assert first_assertions(port) == {("A-003",)}
    assert first_assertions(path) == {("A-002",)}
    for number, protocol in enumerate(PROTOCOLS):
        assert first_assertions(f'"{protocol.upper()}_URL"') == {(f"A-{10 + number:03}",)}
    redis, mysql = f"A-{10 + PROTOCOLS.index('redis'):03}", {PROTOCOLS.index("mysql"), PROTOCOLS.index("mariadb")}
    assert first_assertions("the answer is not Redis") == {(redis,)}
    assert first_assertions("the answer is not MySQL") == {tuple(sorted(f"A-{10 + n:03}" for n in mysql))}


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_the_needed_probes_are_there(language: str) -> None:
    """A service without needs gets a short module; one with redis knows nothing of PostgreSQL."""
    alone, redis, both = (
        text(module(language, *needs))
        for needs in ((), (need("cache", "redis"),), (need("cache", "redis"), need("db", "postgres")))
    )
    assert "PING" not in alone
    assert "NEEDS" not in alone
    assert "PING" in redis
    assert "PostgreSQL" not in redis
    assert "PostgreSQL" in both
    assert alone.count("\n") < 0.8 * redis.count("\n")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_module_in_a_directory_says_its_name(language: str) -> None:
    """The head names the file, not the directory."""
    lines = text(module(language, file=f"api/{FILES[language]}")).split("\n")
    head = lines[2 if lines[0] == "<?php" else 1]
    assert head.endswith(f"Why a line is here: speccompile explain {FILES[language]}:<line>.")


def test_services_without_a_module_get_none_and_unknown_needs_are_refused() -> None:
    """Nothing is generated for what has no health; no need is forgotten in silence."""
    assert health.emit(plan()) == ()
    with pytest.raises(ValueError, match="gopher"):
        health.emit(plan(module("python", need("hole", "gopher"))))


def test_the_origin_of_a_repeated_protocol_cites_every_need() -> None:
    """Two databases, one probe: its lines cite both."""
    needs = (need("one", "postgres", number=21), need("two", "postgres", number=22))
    (artifact,) = health.emit(plan(module("python", *needs)))
    number = next(n for n, line in enumerate(artifact.text.split("\n"), 1) if "def ask_postgres" in line)
    assert artifact.origins[number][0].assertions == ("A-021", "A-022")
    assert artifact.origins[number][-1] == origin(1)


@given(st.text() | st.integers(0, 2**31) | st.booleans())
@settings(max_examples=300)
def test_literals_are_read_back_unchanged(value: str | int | bool) -> None:
    """Any value survives Python's parser, (as JSON is JavaScript) a JSON parser, and our reader of Go; literals are one
    ASCII line."""
    written = python_literal(value)
    assert ast.literal_eval(written) == value
    assert json.loads(script_literal(value)) == value
    assert go_source.read(f"package main\n\nconst X = {go_literal(value)}\n").constants == {"X": (3, value)}
    literals = (written, script_literal(value), go_literal(value))
    assert all(literal.isascii() and "\n" not in literal for literal in (*literals, java_literal(value)))
    assert in_java(java_literal(value)) == value


def test_go_has_no_halves_of_surrogate_pairs() -> None:
    """Its strings are UTF-8; the front ends refuse such text long before."""
    with pytest.raises(ValueError, match="surrogate"):
        go_literal("\ud800")


_RUST_ESCAPE = re.compile(r'\\u\{([0-9a-f]{1,6})\}|\\(["\\])')


@given(st.text())
@settings(max_examples=300)
def test_rust_literals_are_read_back_unchanged(value: str) -> None:
    """One ASCII line whose escapes are Rust's, and our reader's; what Rust has no letter for is refused."""
    literal = rust_literal(value)
    assert literal.isascii()
    assert literal.isprintable()
    assert _RUST_ESCAPE.sub(lambda found: found[2] or chr(int(found[1], 16)), literal[1:-1]) == value
    assert rust_source.read(f"const X: &str = {literal};").constants == {"X": (1, value)}
    with pytest.raises(ValueError, match="surrogate"):
        rust_literal(f"{value}\ud800")


def in_java(literal: str) -> object:
    """What the reader of Java takes *literal* for."""
    return java_source.read(f"// x\nclass C {{\n    static final X IT = {literal};\n}}\n").constants["IT"][1]


HOSTILE = (
    *(
        "\\u0022 + System.exit(1) + \\u0022",
        "\\\\u0022",
        "\\u000a",
        "\\uuu005c",
        "\\",
        "a\\",
        "\\users",
        '"',
        "'",
        "\0001",
        "\x7f\x1a",
    ),
    *("é\u2028\u0085😀", "\ud800", "*/ // */", "%s${x}", "\r\n\t"),
)


def test_java_s_compiler_reads_literals_and_comments_as_they_are_meant(tmp_path: Path) -> None:
    """Its translation of Unicode escapes comes before everything else: nothing gets out of a string or a comment."""
    lines = [f"        System.out.println(hex({java_literal(value)})); // {java_comment(value)}" for value in HOSTILE]
    head = (
        "final class C {\n    static String hex(String text) {\n        StringBuilder all = new StringBuilder();\n"
        '        text.chars().forEach(unit -> all.append(String.format("%04x", unit)));\n        return all.toString();\n    }\n'
        "    public static void main(String[] arguments) {\n"
    )
    (tmp_path / "C.java").write_text(head + "\n".join(lines) + "\n    }\n}\n", "ascii")
    java = find_tool("java", "install a JDK, 11 or newer")
    ran = subprocess.run([java, str(tmp_path / "C.java")], capture_output=True, text=True, check=False)
    assert ran.stdout.splitlines() == [value.encode("utf-16-be", "surrogatepass").hex() for value in HOSTILE], (
        ran.stderr
    )


def test_what_java_would_take_for_an_escape_is_seen_through() -> None:
    """The reader translates Unicode escapes as the compiler does: a string that ends early is not taken for one."""
    assert in_java('"a\\u0022 + "b"') is None
    assert in_java('"\\\\u0022"') == "\\u0022"
    assert in_java("new X[] { new X(1, true), }") == ((1, True),)
    assert in_java("1 + 1") is None
