"""Whatever a compose file, a manifest or a directory's name says: nothing raises, and what is proposed can be read back."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from survey_cases import proposed
from test_services import SERVER, package

from speccompile.catalog import CATALOG
from speccompile.frontends import deploy as deploy_format
from speccompile.survey import deployfile

NAMES = st.sampled_from(
    ["api", "web", "db", "redis", "proxy", "app", "é", "a b", "-x", "A", "$HOME", "x'y", "true", "'", "9"]
)
WORDS = st.sampled_from(
    [
        "",
        ".",
        "./api",
        "../x",
        "api",
        "web",
        "postgres:16",
        "redis",
        "mysql:8.0",
        "80:8080",
        "node x.js",
        "sh -c x",
        "a: b # c",
        "\u2028",
        "7",
    ]
) | st.text(max_size=8)
VALUES = st.recursive(
    WORDS | st.integers() | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=5,
)
ENTRIES = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("build", "image", "ports", "command", "environment", "depends_on", "profiles"), VALUES) | {"env": VALUES}
)  # fmt: skip
COMPOSE = st.dictionaries(NAMES, ENTRIES | VALUES, max_size=4)
SOURCE = st.sampled_from(
    [
        "process.env.API_URL",
        "process.env.DB_HOST",
        "'http://web:3000'",
        "'redis://db:6379'",
        "process.env.POSTGRES_URL",
        "app.use('/api/x', r)",
    ]
)


def _readable(files: dict[str, str]) -> None:
    found = proposed(files)
    if not found.services:
        return
    paths = {one.found.name: f"specs/{one.found.name}/assertions.json" for one in found.services}
    text = deployfile.text(found, deployfile.Manifests(paths=paths), None)
    assert deploy_format.read(text, "specs/deploy.yaml", tuple(CATALOG)).diagnostics == ()


@given(compose=COMPOSE, directories=st.lists(NAMES, max_size=3, unique=True), sources=st.lists(SOURCE, max_size=4))
@settings(max_examples=150, deadline=None)
def test_a_proposal_can_always_be_read_back(
    compose: dict[str, Any], directories: list[str], sources: list[str]
) -> None:
    """Names, values and reasons never break out of deploy.yaml."""
    files = {"docker-compose.yml": json.dumps({"services": compose}, ensure_ascii=False)}
    for directory in directories:
        files[f"{directory}/package.json"] = package("x", scripts={"start": "node server.js"}, dependencies={"pg": "8"})
        files[f"{directory}/server.js"] = f"{SERVER}{'; '.join(sources)}\n"
    _readable(files)


@given(text=st.text(max_size=80), member=st.text(max_size=12))
@settings(max_examples=100, deadline=None)
def test_any_text_is_survived(text: str, member: str) -> None:
    """In every file that is read."""
    names = (
        "compose.yaml",
        "Procfile",
        "go.work",
        "pom.xml",
        "settings.gradle",
        "pnpm-workspace.yaml",
        "api/.env.example",
        "api/vite.config.ts",
        "nginx.conf",
    )
    files = dict.fromkeys(names, text)
    _readable(
        {
            **files,
            "package.json": package("x", workspaces=[member, text]),
            "api/package.json": package("a", main="server.js"),
            "api/server.js": SERVER + text,
        }
    )
