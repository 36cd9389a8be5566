"""The small grammars: names, paths, durations, sizes, schedules, URLs, archetypes."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from speccompile.codes import meaning
from speccompile.spec import archetypes, cron, names, paths, quantities

GOOD: tuple[tuple[Any, Any, Any], ...] = (
    (quantities.Seconds, "30s", 30),
    (quantities.Seconds, "1m30s", 90),
    (quantities.Seconds, "1h", 3600),
    (quantities.Seconds, "24h", 86_400),
    (quantities.Seconds, "500ms", 1),
    (quantities.Seconds, "1s1ms", 2),
    (quantities.Seconds, 5, 5),
    (quantities.Seconds, "5", 5),
    (quantities.Memory, "512M", 512 * 1024**2),
    (quantities.Memory, "512m", 512 * 1024**2),
    (quantities.Memory, "256Mi", 256 * 1024**2),
    (quantities.Memory, "256MiB", 256 * 1024**2),
    (quantities.Memory, "1 GB", 1024**3),
    (quantities.Memory, "6291456b", 6_291_456),
    (quantities.Memory, 6_291_456, 6_291_456),
    (quantities.Port, 1024, 1024),
    (quantities.Port, 65535, 65535),
    (quantities.Cpus, 0.5, 0.5),
    (quantities.Cpus, 2, 2.0),
    (cron.Cron, "0 3 * * *", "0 3 * * *"),
    (cron.Cron, " 0   3 * * * ", "0 3 * * *"),
    (cron.Cron, "@daily", "0 0 * * *"),
    (cron.Cron, "@Weekly", "0 0 * * 0"),
    (cron.Cron, "*/15 8-18/2 1,15 * mon-fri", "*/15 8-18/2 1,15 * 1-5"),
    (cron.Cron, "0 0 29 feb *", "0 0 29 2 *"),
    (cron.Cron, "0 0 31 2 mon", "0 0 31 2 1"),
    (cron.Cron, "0 0 * * 7", "0 0 * * 0"),
    (cron.Cron, "0 0 * * 5-7", "0 0 * * 0,5,6"),
    (cron.Cron, "5/20 * * * *", "5-59/20 * * * *"),
    (paths.ProjectPath, ".", ""),
    (paths.ProjectPath, "./a//b/", "a/b"),
    (paths.ProjectPath, "dienst für alle", "dienst für alle"),
    (paths.OutputPath, ".", "."),
    (paths.OutputPath, "build/out/", "build/out"),
    (paths.FilePath, "./specs/assertions.json", "specs/assertions.json"),
    (paths.ContainerPath, "/app/data/", "/app/data"),
    (paths.UrlPath, "/", "/"),
    (paths.UrlPath, "/v1/~user;a=b/%C3%A9/", "/v1/~user;a=b/%C3%A9/"),
    (
        paths.ExternalUrl,
        "https://payments.example.com:8443/status?full=1",
        "https://payments.example.com:8443/status?full=1",
    ),
    (paths.ExternalUrl, "http://[::1]:8080/", "http://[::1]:8080/"),
    (names.Host, "Bank.Example.com", "bank.example.com"),
    (names.ServiceName, "a" * 41, "a" * 41),
    (names.Registry, "ghcr.io/acme", "ghcr.io/acme"),
    (names.Registry, "localhost:5000", "localhost:5000"),
    (names.Registry, "registry:5000/a/b_c", "registry:5000/a/b_c"),
    (names.PackageName, "libpq5=15.*", "libpq5=15.*"),
    (names.PackageName, "g++", "g++"),
    (names.SemVer, "1.2.3-rc.1+build.5", "1.2.3-rc.1+build.5"),
    (names.Timestamp, "2024-01-15T10:00:00.123+01:00", "2024-01-15T10:00:00.123+01:00"),
    (names.LineRange, "15-16, 20", "15-16, 20"),
    (names.AssertionId, "A-WEB-001", "A-WEB-001"),
    (archetypes.Archetype, "Web Service", "web-service"),
    (archetypes.Archetype, "CLI_TOOL", "cli-tool"),
    (archetypes.Archetype, "cli", "cli-tool"),
    (archetypes.Archetype, "Pipeline", "data-pipeline"),
    (archetypes.Archetype, " data  pipeline ", "data-pipeline"),
    (archetypes.Archetype, "web", "web-service"),
    (archetypes.Archetype, "lib", "library"),
)

BAD: tuple[tuple[Any, tuple[Any, ...], Any], ...] = (
    (
        quantities.Seconds,
        ("", "s", "1d", "-1s", "1.5s", "30 s", "0s", 0, -3, True, None, 1.5, "86401s", "9" * 30, "٣s"),
        meaning.DURATION,
    ),
    (
        quantities.Memory,
        ("", "M", "512Q", "-1M", "1.5G", 0, True, None, "5M", "9" * 15 + "T", "512MM", "5i"),
        meaning.SIZE,
    ),
    (quantities.Port, (0, -1, 80, 1023, 65536), meaning.PORT),
    (quantities.Cpus, (0.0, -1, 1e9), meaning.RANGE),
    (
        cron.Cron,
        (
            "",
            "* * * *",
            "* * * * * *",
            "60 * * * *",
            "* 24 * * *",
            "* * 0 * *",
            "* * * 13 *",
            "* * * * 8",
            "5-1 * * * *",
            "*/0 * * * *",
            "*-5 * * * *",
            "a * * * *",
            "mon * * * *",
            "0 0 30 2 *",
            "0 0 31 4,6,9,11 *",
            "@reboot",
            "0 0 * * *\nroot",
            "$(id) * * * *",
            "1," * 200 + "1 * * * *",
        ),
        meaning.CRON,
    ),
    (
        paths.ProjectPath,
        (
            "",
            "/",
            "/etc",
            "../x",
            "a/../../b",
            "a\\b",
            "C:/x",
            "c:x",
            "~/x",
            "~root",
            "a*",
            "a?",
            "[a]",
            " a",
            "a ",
            "/".join("a" * 65),
            ".git",
            "a/.GIT/hooks",
            "git~1/hooks",
            ".git./x",
            "a/.g\u200cit",
            "x" * 2000,
        ),
        meaning.PATH,
    ),
    (paths.FilePath, (".", "specs/"), meaning.PATH),
    (
        paths.ContainerPath,
        (
            "",
            "/",
            "data",
            "/a/../b",
            "/a b",
            "/a:ro",
            "/$HOME",
            "/etc",
            "/usr/local",
            "/proc/1",
            "/run/secrets/x",
            "//x",
        ),
        meaning.PATH,
    ),
    (
        paths.UrlPath,
        (
            "",
            "health",
            "/a b",
            "/a?b",
            "/a#b",
            "/a{b}",
            '/a"b',
            "/a\\b",
            "/../a",
            "/a/./b",
            "/%2e%2E/a",
            "/a//b",
            "/%zz",
            "/%2f",
            "/%5C",
            "/%00",
            "/é",
            "/$" + "\n",
        ),
        meaning.URL_PATH,
    ),
    (
        paths.ExternalUrl,
        (
            "",
            "example.com",
            "ftp://a.b",
            "https://",
            "https:///x",
            "https://u@a.b",
            "https://u:p@a.b",
            "https://a b",
            "https://a.b/%",
            "https://[x",
            "javascript:alert(1)",
            "https://a.b:port/",
            "https://a.b\n",
        ),
        meaning.URL,
    ),
    (
        names.Host,
        ("", "a_b", "-a", "a-", "a..b", ".a", "a.", "*.a.b", "a b", "a;b", "a/b", "a:80", "x" * 64, "é.b", "a.b\n"),
        meaning.HOST,
    ),
    (names.ServiceName, ("", "A", "1a", "a_b", "a-", "a.b", "a b", "a" * 42, "é", "a\n"), meaning.NAME),
    (names.VariableName, ("", "1A", "A-B", "A B", "A=B", "Ä", "A\n"), meaning.NAME),
    (names.PackageName, ("", "-y", "--help", "a b", "a;b", "A", "a=", "a=$(id)", "a\n"), meaning.NAME),
    (
        names.Registry,
        (
            "",
            "acme",
            "https://ghcr.io",
            "ghcr.io/",
            "ghcr.io/Acme",
            "ghcr.io/a//b",
            "ghcr.io:port",
            "ghcr.io/a:tag",
            "-a.io",
            "ghcr.io/a\n",
        ),
        meaning.NAME,
    ),
    (names.ImageTag, ("", "latest", "a b", ".a", "-a", "a/b", "a:b", "x" * 129), meaning.VERSION),
    (names.SemVer, ("", "1", "1.0", "v1.0.0", "1.0.0.0", "01.0.0", "1.0.0-", "1.0.0-01", "1.0.0+"), meaning.VERSION),
    (
        names.Timestamp,
        (
            "",
            "2024-01-15",
            "2024-01-15 10:00:00Z",
            "2024-01-15T10:00:00",
            "2024-13-15T10:00:00Z",
            "2024-01-15T24:00:00Z",
        ),
        meaning.TIME,
    ),
    (names.LineRange, ("", "0", "a", "1-", "-1", "1--2", "1,,2"), meaning.LINES),
    (names.AssertionId, ("", "A", "A-", "A-x", "a-1", "B-1", "A-1-B", "A-001 ", "A--1"), meaning.ASSERTION_ID),
    (names.Digest, ("", "sha256:", "sha256:" + "A" * 64, "md5:" + "a" * 32), meaning.DIGEST),
    (names.Filled, ("", " ", "\t"), meaning.EMPTY),
    (archetypes.Archetype, ("", "web-app", "desktop-app", "compiler", "banana", "x" * 10_000), meaning.ARCHETYPE),
)


@pytest.mark.parametrize(("kind", "written", "meant"), GOOD, ids=lambda value: repr(value)[:40])
def test_accepted_and_normalised(kind: Any, written: object, meant: object) -> None:
    result = TypeAdapter(kind).validate_python(written, strict=True)
    assert result == meant
    assert TypeAdapter(kind).validate_python(result or ".", strict=True) == meant


@pytest.mark.parametrize(
    ("kind", "written", "code"), [(k, w, c) for k, ws, c in BAD for w in ws], ids=lambda value: repr(value)[:40]
)
def test_refused(kind: Any, written: object, code: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_python(written, strict=True)
    (error,) = caught.value.errors()
    assert error["ctx"]["code"] is code
    assert error["ctx"]["fix"]


@given(st.text(max_size=60))
def test_no_text_breaks_a_grammar(text: str) -> None:
    for kind in {id(kind): kind for kind, _, _ in BAD}.values():
        with contextlib.suppress(ValidationError):
            result = TypeAdapter(kind).validate_python(text)
            assert TypeAdapter(kind).validate_python(result or ".") == result


@given(st.integers(1, 86_400))
def test_durations_are_exact(number: int) -> None:
    hours, minutes, rest = number // 3600, number // 60 % 60, number % 60
    assert (
        quantities.seconds(f"{hours}h{minutes}m{rest}s")
        == quantities.seconds(f"{number}s")
        == quantities.seconds(number)
        == number
    )
