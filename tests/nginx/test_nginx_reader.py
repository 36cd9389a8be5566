"""The reader of nginx configurations against crossplane and against nginx itself."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any, TypeAlias

import crossplane
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nginx_plans import PLANS, plan, route
from nginx_server import free_port, running, text_of

from speccompile.backends.escape.nginx import nginx_location
from speccompile.verify.readers.nginx import Directive, NginxSyntaxError, read

Tree: TypeAlias = "list[tuple[str, list[str], int, Tree | None]]"

HANDWRITTEN = """# a comment
user  www-data ;events{worker_connections 10;}
http { # another
  log_format main '$remote_addr - "$request"'
     "a 'b' \\"c\\" \\\\ \\t\\r\\n \\q" plain\\;word ${braced}x a#b c'd e"f;
  map $a $b { default 0; ~^(?<n>x)$ 1; "a b" 'c d'; '' ""; }
  server { listen 80; location ~ "^/a{2}$" { return 200 "multi
line # no comment"; } }
  # last
}"""


def _ours(directives: tuple[Directive, ...]) -> Tree:
    return [(d.name, _words(d), d.line, None if d.block is None else _ours(d.block)) for d in directives]


def _words(directive: Directive) -> list[str]:
    """crossplane takes the parentheses of a condition off."""
    if directive.name != "if" or not directive.args:
        return list(directive.args)
    first, *rest = directive.args
    words = [first.removeprefix("("), *rest]
    return [word for word in (*words[:-1], words[-1].removesuffix(")")) if word]


def _unescaped(word: str) -> str:
    """crossplane takes quotes off but leaves other escapes alone."""
    return re.sub(r"\\([\"'\\trn])", lambda m: {"t": "\t", "r": "\r", "n": "\n"}.get(m[1], m[1]), word)


def _theirs(block: list[dict[str, Any]]) -> Tree:
    found: Tree = []
    for d in (d for d in block if d["directive"] != "#"):
        inside = _theirs(d["block"]) if "block" in d else None
        found.append((_unescaped(d["directive"]), [_unescaped(arg) for arg in d["args"]], d["line"], inside))
    return found


def _remarks(block: list[dict[str, Any]]) -> list[tuple[int, str]]:
    found = [(d["line"], d["comment"]) for d in block if d["directive"] == "#"]
    return sorted(found + [remark for d in block for remark in _remarks(d.get("block", []))])


def _same(text: str) -> None:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "nginx.conf")
        path.write_bytes(text.encode())
        parsed = crossplane.parse(str(path), single=True, comments=True, check_ctx=False, check_args=False)
    assert parsed["errors"] == []
    (config,) = parsed["config"]
    ours = read(text)
    assert _ours(ours.directives) == _theirs(config["parsed"])
    assert [(comment.line, comment.text) for comment in ours.comments] == _remarks(config["parsed"])


@pytest.mark.parametrize("name", sorted(PLANS))
def test_generated_configurations_are_read_as_crossplane_reads_them(name: str) -> None:
    _same(text_of(PLANS[name]))


def test_a_handwritten_configuration_is_read_as_crossplane_reads_it() -> None:
    _same(HANDWRITTEN)


NAME = st.from_regex(r"[a-z_]{1,6}", fullmatch=True).filter(lambda name: name not in ("if", "include"))
INSIDE = st.text(st.sampled_from("ab \"'\\{};#$\n\té~"), max_size=8)
# Without ``}`` and ``${`` in the middle of a word: there crossplane does not do what nginx does (see below).
PLAIN = st.from_regex(r"""(?:[a-c~/=é$(]|\\[ ;"{\\n])(?:[a-c~/=é)"'#]|\\[ ;"{\\q])*""", fullmatch=True)


def _quoted(text: str, quote: str) -> str:
    return quote + text.replace("\\", "\\\\").replace(quote, f"\\{quote}") + quote


WORDS = PLAIN | st.builds(_quoted, INSIDE, st.sampled_from("'\""))
GAPS = st.sampled_from((" ", "\n", "\t  "))
SIMPLE = st.builds(lambda name, words, gap: gap.join((name, *words, ";")), NAME, st.lists(WORDS, max_size=3), GAPS)
COMMENTS = st.from_regex(r"#[a-z ;{}\"']{0,6}\n", fullmatch=True)
BLOCKS = st.recursive(
    SIMPLE | COMMENTS,
    lambda inner: st.builds(lambda name, parts: f"{name} {{\n{' '.join(parts)}\n}}", NAME, st.lists(inner, max_size=4)),
    max_leaves=8,
)


@given(st.lists(BLOCKS, max_size=4).map(lambda parts: "\n".join(parts) + "\n"))
def test_any_configuration_is_read_as_crossplane_reads_it(text: str) -> None:
    _same(text)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a", 1, 1),
        ("a b", 1, 3),
        ("a;\n  'b;", 2, 3),
        ('a "b"c;', 1, 3),
        ("a $", 1, 3),
        ("a ${b", 1, 3),
        ("a\\", 1, 1),
        ("a {", 1, 3),
        ("a { b; ", 1, 6),
        ("a; }", 1, 4),
        ("a { b }", 1, 7),
        (";", 1, 1),
        ("a;;", 1, 3),
        ("{}", 1, 1),
    ],
)
def test_what_is_none_is_refused_with_its_place(text: str, line: int, column: int) -> None:
    with pytest.raises(NginxSyntaxError) as problem:
        read(text)
    assert (problem.value.line, problem.value.column) == (line, column)


@given(st.text(st.sampled_from("ab \"'\\{};#$\n"), max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    lines = text.count("\n") + 1
    try:
        places = [directive.line for directive in read(text).directives]
    except NginxSyntaxError as problem:
        places = [problem.line]
    assert all(1 <= line <= lines for line in places)


def test_words_are_read_as_nginx_reads_them() -> None:
    words = [
        *("a}b", 'a"b', "\\;x", "a\\ b", r"'a\'b'", r'"a\tb\n"', "a#b", r"\q", r'"\\\""'),
        *("'{;}'", '"a\nb"', "a'", r"\\\"x"),
    ]
    (block,) = read("x {\n" + "\n".join(f"return 200 {word};" for word in words) + "\n}").directives
    port = free_port()
    locations = [f"location = /-/{n} {{ return 200 {word}; }}" for n, word in enumerate(words)]
    text = text_of(plan(route("/x")), listen=port)
    text = text.replace("        location / {", "\n".join(locations) + "\n        location / {", 1)
    with running(text, port, {}) as site:
        served = [site.ask(f"/-/{n}").body.decode() for n in range(len(words))]
    assert [directive.args[1] for directive in block.block or ()] == served


def test_nginx_has_the_locations_that_were_written() -> None:
    paths = [
        *("/a%20b", "/%22", "/'", "/%5Cn", "/$host", "/%7B%7D", "/;"),
        *("/%23", "/~", "/=", "/%25", "/caf%C3%A9", "/(a%7Cb)", "/*"),
    ]
    locations = [f"location = {nginx_location(path)} {{ return 200 {n}; }}" for n, path in enumerate(paths)]
    port = free_port()
    text = text_of(plan(route("/x")), listen=port)
    text = text.replace("        location / {", "\n".join(locations) + "\n        location / {", 1)
    with running(text, port, {}) as site:
        assert [site.ask(path).body.decode() for path in paths] == [str(n) for n in range(len(paths))]
