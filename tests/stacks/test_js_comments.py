"""What is set in a comment is not set."""

from __future__ import annotations

import json

import pytest

from speccompile.project.memory import MemoryTree
from speccompile.stacks.detect import detect
from speccompile.stacks.jscomments import without_comments

LOCK = json.dumps({"lockfileVersion": 3, "packages": {"": {"dependencies": {"next": "15.0.0"}}}})
NEXT = json.dumps({"scripts": {"build": "next build", "start": "next start"}, "dependencies": {"next": "15.0.0"}})


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("a // b\nc", "a \nc"),
        ("a /* b\n c */ d", "a  d"),
        ('url: "https://example.com" // no', 'url: "https://example.com" '),
        ("'/*' + `//` + \"\\\"//\"", "'/*' + `//` + \"\\\"//\""),
        ("a /* never ends", "a "),
    ],
)
def test_comments_go_and_strings_stay(text: str, rest: str) -> None:
    assert without_comments(text) == rest


@pytest.mark.parametrize(("line", "stack"), [('output: "export",', "static"), ('// output: "export",', "node")])
def test_an_export_that_is_switched_off(line: str, stack: str) -> None:
    """Next makes pages only where its configuration says so, and not in a comment."""
    config = f"const nextConfig = {{\n  {line}\n}};\nexport default nextConfig;\n"
    files = {"package.json": NEXT, "package-lock.json": LOCK, "next.config.mjs": config, "app/page.js": ""}
    assert detect(MemoryTree(files)).stack.name == stack
