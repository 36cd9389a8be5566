"""Every string of a spec, read back by the parsers of those who will use the artifacts."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import crossplane
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from projects import BUN_WEB, assertion, compiled, manifest
from speccompile.errors import Refused
from speccompile.pipeline import Compilation
from strategies import paths, prose
from tools import need

steady = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
rare = settings(steady, max_examples=12)
variables = st.dictionaries(st.from_regex(r"[A-Z][A-Z0-9]{0,8}_V", fullmatch=True), prose, min_size=1, max_size=4)
urls = st.from_regex(r"https://[a-z]{1,9}\.example\.com(/[A-Za-z0-9._~!$&'()*+,;=:@%-]{1,9}){0,3}", fullmatch=True)


def project(env: dict[str, str], url: str | None = None, **service: Any) -> Compilation:
    """A server with these variables; what the front ends refuse is no example."""
    services: dict[str, Any] = {"api": {"env": env, **service}}
    if url:
        services["api"]["needs"] = ["payments"]
        services["payments"] = {"uses": "external", "url": url}
    specs = manifest("web-service", assertion(1, "GET /healthz returns 200"))
    try:
        done = compiled(BUN_WEB, specs, {"version": 1, "app": "bank", "services": services})
    except Refused:
        assume(False)
        raise
    assert done.defects == ()
    return done


def interpolated(value: str) -> str:
    """What compose makes of a value without variables: a doubled dollar is one."""
    assert not re.search(r"(?<!\$)(?:\$\$)*\$(?!\$)", value), value
    return value.replace("$$", "$")


@steady
@given(variables)
def test_yaml_of_both_versions(env: dict[str, str]) -> None:
    """The compose file's values under YAML 1.1 (PyYAML) and 1.2 (ruamel.yaml), both of them strings."""
    text = project(env).files["docker-compose.yml"]
    newer = YAML(typ="safe", pure=True)
    newer.version = (1, 2)
    for document in (yaml.safe_load(text), newer.load(text)):
        found = document["services"]["api"]["environment"]
        assert {name: interpolated(found[name]) for name in env} == env


@rare
@given(variables, urls)
def test_compose_itself(env: dict[str, str], url: str) -> None:
    """What compose would start, with the env file as it comes."""
    compose = need("docker-compose", "python3 tests/setup.py")
    files = project(env, url=url).files
    with tempfile.TemporaryDirectory() as made:
        for name, text in files.items():
            (Path(made) / name).write_text(text, encoding="utf-8")
        (Path(made) / ".env").write_text(files[".env.example"], encoding="utf-8")
        done = subprocess.run(
            [compose, "config", "--format", "json"], cwd=made, capture_output=True, text=True, timeout=60, check=False
        )
    assert done.stdout, done.stderr
    found = json.loads(done.stdout)["services"]["api"]["environment"]
    # `config` doubles dollars again, so that its output can be read in turn.
    assert {name: interpolated(found[name]) for name in env} == env
    assert interpolated(found["PAYMENTS_URL"]) == url


@rare
@given(urls)
def test_env_file_in_a_shell(url: str) -> None:
    """A shell that reads the env file gets the value that compose gets."""
    text = project({}, url=url).files[".env.example"]
    with tempfile.TemporaryDirectory() as made:
        (Path(made) / "env").write_text(text, encoding="utf-8")
        script = 'set -eu; . ./env; printf %s "$PAYMENTS_URL"'
        done = subprocess.run(["sh", "-c", script], cwd=made, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, url, "")


@rare
@given(paths)
def test_paths_in_nginx(path: str) -> None:
    """A route's path is the argument of one location; the health path is an argument of the Dockerfile's check."""
    text = project({}, route={"host": "bank.example.com", "path": path}).files["nginx.conf"]
    with tempfile.TemporaryDirectory() as made:
        (Path(made) / "nginx.conf").write_text(text, encoding="utf-8")
        parsed = crossplane.parse(str(Path(made) / "nginx.conf"), single=True)
    assert parsed["errors"] == []
    (http,) = [block for block in parsed["config"][0]["parsed"] if block["directive"] == "http"]
    servers = [block["block"] for block in http["block"] if block["directive"] == "server"]
    (site,) = [
        server
        for server in servers
        if {"bank.example.com"} == {a for d in server if d["directive"] == "server_name" for a in d["args"]}
    ]
    locations = [d["args"] for d in site if d["directive"] == "location"]
    assert any(unquote(path).rstrip("/") in {arg.rstrip("/") for arg in args} for args in locations), (path, locations)
