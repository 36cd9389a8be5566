"""Projects in JavaScript as strangers have them: what is generated for them, what is said, and what runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from stranger_cases import HERE, generated
from test_contents import built, run, started

from speccompile.detect.detection import detect
from speccompile.project.disk import DiskTree
from tools import need_engine

# By case: what the files below generated/ have, and the codes of what is said.
GENERATED: dict[str, tuple[dict[str, tuple[str, ...]], tuple[str, ...]]] = {
    "prefix-express": ({"health.mjs": ('const PATH = "/api/v1/health";', "const STRICT = true;")}, ()),
    "listen-localhost-fastify": ({}, ("SC271",)),
    "postinstall-patch-package": ({"Dockerfile": ("RUN npx --no-install patch-package",)}, ()),
    "patch-package-build": (
        {"Dockerfile": ("env PATH=/built/node_modules/.bin:/usr/local/bin:/usr/bin:/bin patch-package",)},
        (),
    ),
    "prestart": (
        {
            "Dockerfile": ('CMD ["node", "server.js"]',),
            "docker-compose.yml": (
                "  app-release:",
                "condition: service_completed_successfully",
                "- scripts/migrate.js",
            ),
        },
        (),
    ),
    "grpc-min": ({"docker-compose.yml": ("  pay:", 'PORT: "50051"', "restart: unless-stopped")}, ()),
    "grpc-node": ({"health.mjs": ('const SCHEME = "grpc";', "const STRICT = false;", "const PORT = 6565;")}, ()),
    "node-mise-toml": ({"Dockerfile": ("FROM node:20-slim AS final",)}, ()),
    "mono-nvmrc-root": ({"Dockerfile": ("FROM node:20-slim AS final",)}, ()),
    "lock-mac-only": ({}, ("SC284",)),
    "vite-base": (
        {
            "Dockerfile": ("COPY --from=build /app/build/ /app/site/app/",),
            "site.conf": ("$uri/index.html /app/index.html;",),
            "nginx.conf": ("location /app/ {",),
        },
        (),
    ),
    "vite-out": ({"web/Dockerfile": ("COPY --from=build /server/static/ /app/site/",)}, ()),
    "rr7": (
        {"Dockerfile": ('CMD ["/app/node_modules/.bin/react-router-serve", "build/server/index.js"]', "EXPOSE 3000")},
        (),
    ),
    "ws-root-app": ({"Dockerfile": ('CMD ["node", "index.js"]',)}, ()),
    "port-script": ({"Dockerfile": ("PORT=3000", "EXPOSE 3000")}, ()),
    "next-prisma": (
        {
            ".env.example": ("NEXTAUTH_SECRET=", "NEXTAUTH_URL=", "DB_PASSWORD="),
            "docker-compose.yml": ("  app-release:", "node_modules/.bin/prisma", "- deploy"),
            "Dockerfile": ("FROM install AS deps\n\nWORKDIR /app\n\nCOPY prisma/ prisma/",),
        },
        (),
    ),
}
_OURS = ("SC271", "SC283", "SC284")

# What they answer, and what they say when they start.
RUNS: dict[str, tuple[str, str]] = {
    "postinstall-patch-package": ("", "is-odd is patched"),
    "patch-package-build": ("", "is-odd is patched"),
    "vite-base": ("/app/", ""),
    "ws-root-app": ("", ""),
    "rr7": ("", "react-router-serve"),
}


@pytest.mark.parametrize("case", GENERATED)
def test_what_is_generated(case: str, tmp_path: Path) -> None:
    """The lines that users of other tools missed are there, and of the warnings that speak of them those that fit."""
    files, codes = GENERATED[case]
    project, said = generated(case, tmp_path)
    for path, lines in files.items():
        text = (project / "generated" / path).read_text("utf-8")
        assert [line for line in lines if line not in text] == [], text
    assert {code for code in _OURS if f"[{code}]" in said} == set(codes)


def test_a_version_that_cannot_be_read_is_not_replaced() -> None:
    """PowerShell writes UTF-16: nothing is generated for another version than the one that is pinned."""
    found = detect(DiskTree(HERE / "nvmrc-utf16"))
    assert [(one.code, one.span.path) for one in found.facts.obstacles] == [("SC237", ".nvmrc")]


def test_a_root_that_is_the_program(tmp_path: Path) -> None:
    """The member that it depends on, and that starts nothing, is no service."""
    project, _ = generated("ws-root-app", tmp_path)
    assert not (project / "generated" / "lib").exists()
    assert (project / "generated" / "health.mjs").is_file()


@pytest.mark.engine
@pytest.mark.slow
@pytest.mark.parametrize("case", RUNS)
def test_it_runs(case: str, tmp_path: Path) -> None:
    """It is built, runs on a read-only root without a network, and its own probe finds it well."""
    path, said = RUNS[case]
    docker = need_engine()
    project, _ = generated(case, tmp_path)
    with built(docker, project, "Dockerfile") as tag, started(docker, tag) as container:
        assert said in run(docker, "logs", container)
        if path:
            page = run(docker, "exec", container, "wget", "-q", "-O", "-", f"http://127.0.0.1:8080{path}")
            script = page.partition('src="')[2].partition('"')[0]
            assert script.startswith(path)
            assert "console.log(1)" in run(
                docker, "exec", container, "wget", "-q", "-O", "-", f"http://127.0.0.1:8080{script}"
            )
