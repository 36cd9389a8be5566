"""Health modules are read back: whatever is altered is noticed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from health_plans import FILES, LANGUAGES, every, module, need, plan, text
from health_review import RECORD, current, part_of

from speccompile.diagnostics import Diagnostic
from speccompile.plan.plan import HealthModule
from speccompile.resources import templates_directory
from speccompile.verify import health as verifier

HOSTILE = "/q\"\\`${x}{{ y }}{% z %}'\u2028é😀 #*/"


def check(health_module: HealthModule, changed: str | None = None) -> tuple[Diagnostic, ...]:
    """Findings about a module's text, its own or *changed*."""
    files = {health_module.path: text(health_module) if changed is None else changed}
    return verifier.verify(plan(health_module), files)


def codes(diagnostics: tuple[Diagnostic, ...]) -> set[str]:
    """Their codes."""
    return {diagnostic.code for diagnostic in diagnostics}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_generated_is_accepted(language: str) -> None:
    """With and without needs, and whatever the plan's strings are."""
    assert check(module(language)) == ()
    assert check(every(language)) == ()
    assert check(module(language, need(HOSTILE, "redis", HOSTILE, critical=False), path=HOSTILE, strict=False)) == ()


@pytest.mark.parametrize("kind", ["alone", "with needs"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_any_altered_line_is_noticed(language: str, kind: str) -> None:
    """Delete, repeat, blank, extend, shorten or comment out any one line: something is found."""
    health_module = module(language) if kind == "alone" else every(language)
    lines = text(health_module).split("\n")
    mark = "#" if language == "python" else "//"
    missed = []
    for number, line in enumerate(lines):
        changes: tuple[list[str], ...] = (
            [],
            [line, line],
            [f"{line} "],
            [f"{line}  {mark} x"],
            [f"{mark} {line}"],
            [line[:-1]],
            [line, ""],
        )
        for change in changes:
            changed = "\n".join([*lines[:number], *change, *lines[number + 1 :]])
            if changed != "\n".join(lines) and not next(verifier.findings(health_module, "x", changed), None):
                missed.append((number + 1, change))
    assert missed == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_missing_module_is_noticed(language: str) -> None:
    """SC980."""
    assert codes(verifier.verify(plan(module(language)), {})) == {"SC980"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_altered_code_is_noticed_where_it_is(language: str) -> None:
    """SC981 at the line."""
    health_module = every(language)
    lines = text(health_module).split("\n")
    number = next(n for n, line in enumerate(lines) if "65536" in line)
    lines[number] = lines[number].replace("65536", "99999999")
    (finding,) = check(health_module, "\n".join(lines))
    assert (finding.code, finding.span.line) == ("SC981", number + 1)
    assert "99999999" in finding.message


def test_the_record_is_of_the_templates_that_people_have_read() -> None:
    """A template that was edited is not what was reviewed. Read the difference, then run ``python tests/health/health_review.py``."""
    assert RECORD.read_text("utf-8") == current()


def test_a_part_is_known_by_every_line() -> None:
    """Longer, shorter, altered: at the first line that is not the reviewed one; what comes behind it is the next part's."""
    lines = (templates_directory() / "health/python/alone_head.py.j2").read_text("utf-8").removesuffix("\n").split("\n")
    part = part_of("head", "\n".join(lines))
    assert part.altered([*lines, "more"]) is None
    assert part.altered(["more", *lines]) == 0
    assert part.altered([*lines[:3], "more", *lines[3:]]) == 3
    assert part.altered([*lines[:3], *lines[4:]]) == 3
    assert part.altered(lines[:-1]) == len(lines) - 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_other_constants_than_the_plan_s_are_noticed(language: str) -> None:
    """SC982, for each constant: a module that fits another plan does not fit this one."""
    wanted = module(language, need("db", "postgres"))
    others = {
        "PORT": module(language, need("db", "postgres"), port=3001),
        "PATH": module(language, need("db", "postgres"), path="/healthz", ready="/health"),
        "READY": module(language, need("db", "postgres"), ready="/readyz"),
        "STRICT": module(language, need("db", "postgres"), strict=False),
        "TIMEOUT": module(language, need("db", "postgres"), timeout=4),
        "NEEDS": replace(wanted, needs=(need("db", "postgres", critical=False),)),
        "SITE": replace(wanted, probe=replace(wanted.probe, site="bank.example.com")),
        "SCHEME": replace(wanted, probe=replace(wanted.probe, scheme="https")),
        "START": replace(wanted, probe=replace(wanted.probe, start_period=6)),
        "RETRIES": replace(wanted, probe=replace(wanted.probe, retries=4)),
    }
    for name, other in others.items():
        (finding,) = check(wanted, text(other))
        assert finding.code == "SC982"
        assert finding.message.startswith(f"{name} is ")
        assert name in text(other).split("\n")[finding.span.line - 1]


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("python", "import requests"),
        ("python", "from requests.adapters import HTTPAdapter"),
        ("python", "from .client import get"),
        ("python", "client = __import__('requests')"),
        ("javascript", 'import axios from "axios";'),
        ("javascript", 'export * from "axios";'),
        ("javascript", 'import "./client.mjs";'),
        ("javascript", 'const client = await import("fs");'),
        ("javascript", 'const client = require("axios");'),
        ("javascript", 'const client = `${await import("axios")}`;'),
        ("typescript", 'import type { Got } from "got";'),
        ("typescript", "const client = eval(`1`);"),
        ("go", 'import "github.com/go-resty/resty/v2"'),
        ("go", 'import (\n\tclient "example.com/client"\n\t"fmt"\n)'),
        ("go", "import `bank/internal/client`"),
        ("go", 'import "C"'),
        ("go", 'import _ "unsafe"'),
        ("go", 'import . "./client"'),
        ("php", "require 'vendor/autoload.php';"),
        ("php", "include_once $file;"),
        ("php", "eval($code);"),
        ("php", "proc_open(['sh'], [], $pipes);"),
        ("ruby", 'require "faraday"'),
        ("ruby", 'require_relative "client"'),
        ("ruby", 'eval("1")'),
        ("ruby", 'Object.send(:system, "id")'),
        ("rust", "use reqwest::blocking;"),
        ("rust", "mod client;"),
        ("rust", "extern crate libc;"),
        ("rust", 'const TEXT: &str = include_str!("/etc/passwd");'),
        ("rust", "fn risky() { unsafe { exit() } }"),
        ("rust", 'fn risky() { unsafe { std::arch::asm!("ud2") } }'),
        ("rust", 'fn risky() { unsafe { std::arch::asm!("syscall"); exit() } }'),
        ("java", "import okhttp3.OkHttpClient;"),
        ("java", "import static com.google.common.base.Strings.isNullOrEmpty;"),
        ("java", "import sun.misc.*;"),
        ("java", 'class Other { Object made = new ProcessBuilder("/bin/curl"); }'),
        ("java", "class Other { Object made = new ProcessBuilder(Health.PATH); }"),
        ("java", "class Other { Object client = org.example.Client.of(); }"),
        ("java", 'class Other { Class<?> client = Class.forName("okhttp3.Client"); }'),
        ("java", 'class Other { String client = "\\u0022 + org.example.Client.of() + \\u0022"; }'),
    ],
)
def test_imports_from_elsewhere_are_noticed(language: str, line: str) -> None:
    """SC983, besides that the line is none of the reviewed ones."""
    assert codes(check(module(language), f"{text(module(language))}{line}\n")) == {"SC981", "SC983"}


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("python", "def ("),
        ("javascript", "const x = `${"),
        ("typescript", '"'),
        ("go", "const x = `"),
        ("rust", "fn main() {"),
        ("java", '"""'),
        ("java", "/* x"),
    ],
)
def test_what_is_not_of_the_language_is_noticed(language: str, line: str) -> None:
    """SC984."""
    assert "SC984" in codes(check(module(language), f"{text(module(language))}{line}\n"))


def test_the_reviewed_parts_are_literal() -> None:
    """Only the module templates have anything to place: what the verifier compares with is what stands in the files."""
    templates = sorted((templates_directory() / "health").glob("*/*.j2"))
    placing = {path.relative_to(templates_directory() / "health").as_posix() for path in templates
               if any(mark in path.read_text(encoding="utf-8") for mark in ("{{", "{%", "{#"))}  # fmt: skip
    assert placing == {
        "python/module.py.j2",
        "javascript/module.mjs.j2",
        "typescript/module.ts.j2",
        "go/module.go.j2",
        "rust/module.rs.j2",
        "java/module.java.j2",
        "shell/module.sh.j2",
        "php/module.php.j2",
        "ruby/module.rb.j2",
    }
    assert all({*FILES, "shell"} >= {path.parent.name} for path in templates)
