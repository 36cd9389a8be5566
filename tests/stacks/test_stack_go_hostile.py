"""Go modules and sources that anybody may have written: nothing raises but ``Refused``, and what comes out can be
written to a Dockerfile."""

from __future__ import annotations

import time
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


@pytest.mark.parametrize(
    "text",
    [
        "//go:build " + "(" * 50_000 + "\npackage main", "//go:build " + "!" * 50_000 + "linux\npackage main", "package main\nimport (" + '"a"\n' * 50_000,
        "package main\n" + "//go:embed " + "a " * 20_000, "package main\n" + '"./' + "a/" * 50_000, "package main\n/*" * 20_000, 'package main\nx = "' + "a-" * 100_000,
        "package main\n" + "port port port " * 20_000, "package main\nhttp.ListenAndServe(" + '":' * 30_000, "package main\n" + 'env:"PORT ' * 30_000,
    ],
)  # fmt: skip
def test_no_source_takes_long(text: str) -> None:
    """No pattern tries twice."""
    began = time.monotonic()
    found = go.detect(
        MemoryTree({"go.mod": "module a\n" + "require (\n" * 20_000, "main.go": text, "cmd/a/main.go": text})
    )
    assert found
    assert time.monotonic() - began < 5
