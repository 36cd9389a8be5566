"""Which variables are surely read, have no default, and are nobody's business but the operator's."""

from __future__ import annotations

import pytest

from speccompile.detect.optional import optional
from speccompile.lexing import lex


@pytest.mark.parametrize(("path", "text", "names"), [
    ("a.js", "const a = process.env.BANNER;", ["BANNER"]),
    ("a.js", "const a = process.env['BANNER'];", ["BANNER"]),
    ("a.js", "const a = process.env.BANNER || 'x';", []),
    ("a.js", "if (process.env.MODE === 'fast') run();", []),
    ("a.js", "process.env.BANNER = 'x';", []),
    ("a.js", "// process.env.BANNER", []),
    ("vite.config.ts", "const a = process.env.BANNER;", []),
    ("scripts/a.ts", "const a = process.env.BANNER;", []),
    ("a.ts", "const a = process.env.PLAYWRIGHT_TEST_BASE_URL;", []),
    ("a.ts", "Deno.env.get('BANNER')", ["BANNER"]),
    ("a.py", "x = os.getenv('HOOK')", ["HOOK"]),
    ("a.py", "x = os.getenv('HOOK', 'a')", []),
    ("a.py", "x = os.environ.get('HOOK') or 'a'", []),
    ("a.py", "x = cache.get('HOOK')", []),
    ("a.go", 'x := os.Getenv("HOOK")', ["HOOK"]),
    ("a.go", 'if os.Getenv("HOOK") == "on" {}', []),
    ("a.rb", "x = ENV['HOOK']", ["HOOK"]),
    ("a.rb", "x = ENV['HOOK'] || 'a'", []),
    ("a.php", "<?php $x = getenv('HOOK');", ["HOOK"]),
    ("a.php", "<?php $x = getenv('HOOK') ?: 'a';", []),
    ("A.java", 'var x = System.getenv("HOOK");', ["HOOK"]),
    ("a.cs", 'var x = Environment.GetEnvironmentVariable("HOOK");', ["HOOK"]),
    ("a.exs", 'x = System.get_env("HOOK")', ["HOOK"]),
    ("config/test.exs", 'x = System.get_env("HOOK")', []),
    ("a.rs", 'let x = std::env::var("HOOK").ok();', []),
])  # fmt: skip
def test_what_is_read_without_a_default(path: str, text: str, names: list[str]) -> None:
    """What is compared is a switch, and off; tools and tests are told by people."""
    assert list(optional([(path, lex(path, text))])) == names


def test_a_default_anywhere_is_one() -> None:
    """Two places that read one variable mean the same."""
    sources = [("a.js", "const a = process.env.BANNER;"), ("b.js", "const b = process.env.BANNER ?? 'x';")]
    assert not optional([(path, lex(path, text)) for path, text in sources])
