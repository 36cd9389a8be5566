"""Go modules and sources that anybody may have written: nothing raises but ``Refused``, and what comes out can be
written to a Dockerfile."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from stack_cases import request
from test_stack_hostile import ARCHETYPES, writable

from speccompile.detect.detection import detect
from speccompile.errors import Refused
from speccompile.project.memory import MemoryTree
from speccompile.stacks.go import stack as go

MODULE = st.lists(
    st.sampled_from([
        "module example.com/shop", "module", "module $(id)", 'module "a b', "module ../..", "module /", "module .", "go 1.22", "go 1.22rc1", "go", "go 99999999999.1",
        "toolchain go1.99.1", "toolchain default", "require (", ")", "require a v1", "a v1 // indirect", "a", "replace a => ../x", "replace a => .", "replace => b",
        "replace a v1 => b v2", "replace a => /etc", "use (", "use ./b", "use ../b", "use .", "./b", "<<<<<<< HEAD", "=======", "\x00", "\u2028", "require \ud800 v1",
    ]),
    max_size=8,
).map("\n".join)  # fmt: skip
SOURCE = st.lists(
    st.sampled_from([
        "package main", "package x", "package", "//go:build ignore", "//go:build linux && (((", "//go:build !!linux || )", "// +build a,!b c", 'import "C"', "import (",
        '"example.com/shop/x"', '"example.com/shop/../../x"', '"example.com/shop"', ")", "func main() {", '\thttp.ListenAndServe(":0", nil)', '\tr.GET("/health", h)',
        "//go:embed *", "//go:embed ..", "//go:embed /etc/passwd", "//go:embed 'x", "//go:embed [", "//go:embed a b/*", 'flag.String("--port=$(id)", "80", "")', 'os.MkdirAll("../x", 0)',
        'os.Mkdir("a b", 0)', 'f("./data/$(id)")', 'f("./a/b/*.html")', 'const port = 99999', '\tUse: "serve"', '"github.com/spf13/cobra"', "/*", "`", '"',
    ]),
    max_size=12,
).map("\n".join)  # fmt: skip
FILES = st.dictionaries(
    st.sampled_from([
        "go.mod", "go.work", "go.sum", "go.work.sum", "vendor/modules.txt", ".go-version", "b/go.mod", "x/go.mod",
    ]),
    MODULE, max_size=5,
)  # fmt: skip
SOURCES = st.dictionaries(
    st.sampled_from([
        "main.go", "cmd/a/main.go", "cmd/--from=x/main.go", "cmd/a b/main.go", "cmd/we\\ird/main.go", "cmd/x\n/main.go", "b/main.go", "x/x.go", "x/static/a.js", "a", "data/a.html",
        "$HOME/main.go", "cmd/*/main.go", "x_windows.go", "_x.go", "main_test.go", "c.h",
    ]),
    SOURCE, max_size=6,
)  # fmt: skip


@given(FILES, SOURCES, ARCHETYPES)
@example({"go.mod": "module a"}, {"main.go": "package main", "cmd/--from=x/main.go": "package main"}, "cli-tool")
@example({"go.mod": "module a"}, {"cmd/x\n/main.go": "package main"}, "web-service")
def test_whatever_is_written(modules: dict[str, str], sources: dict[str, str], archetype: str) -> None:
    """Facts, and an image or a refusal."""
    tree = MemoryTree({**modules, **sources})
    if go.detect(tree) is None:
        return
    found = detect(tree, "go")
    with suppress(Refused):
        writable(found.stack.recipe(found.facts, request(archetype, found)))


LONG: dict[str, Callable[[int], str]] = {
    "constraint in brackets": lambda n: "//go:build " + "(" * n + "\npackage main",
    "constraint denied": lambda n: "//go:build " + "!" * n + "linux\npackage main",
    "imports": lambda n: "package main\nimport (" + '"a"\n' * n,
    "embedded": lambda n: "package main\n" + "//go:embed " + "a " * n,
    "path": lambda n: "package main\n" + '"./' + "a/" * n,
    "comments": lambda n: "package main\n/*" * n,
    "literal": lambda n: 'package main\nx = "' + "a-" * n,
    "words": lambda n: "package main\n" + "port port port " * n,
    "address": lambda n: "package main\nhttp.ListenAndServe(" + '":' * n,
    "tags": lambda n: "package main\n" + 'env:"PORT ' * n,
}


def _cost(text: str, count: int) -> float:
    """Seconds of this process's own time that detection takes."""
    began = time.process_time()
    assert go.detect(
        MemoryTree({"go.mod": "module a\n" + "require (\n" * count, "main.go": text, "cmd/a/main.go": text})
    )
    return time.process_time() - began


@pytest.mark.parametrize("kind", LONG)
def test_no_source_takes_long(kind: str) -> None:
    """No pattern tries twice: four times as much takes about four times as long, and sixteen times would be the square."""
    least = min(_cost(LONG[kind](10_000), 10_000) for _ in range(2))
    assert min(_cost(LONG[kind](40_000), 40_000) for _ in range(2)) < 10 * least + 0.1
