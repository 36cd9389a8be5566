"""Workspaces of Cargo and of uv, whose lock is at the root: members are built there, and each program is a service."""

from __future__ import annotations

from survey_cases import proposed

SERVER = 'use std::net::TcpListener;\nfn main() { TcpListener::bind("0.0.0.0:%d").unwrap(); }\n'


def crate(name: str, depends: str = "") -> str:
    """A manifest of Cargo's."""
    return f'[package]\nname = "{name}"\nversion = "0.1.0"\nedition = "2021"\n[dependencies]\n{depends}'


def cargo(*servers: str) -> dict[str, str]:
    """A workspace of *servers* and a library."""
    members = ", ".join(f'"{name}"' for name in (*servers, "kernel"))
    names = sorted((*servers, "kernel"))
    return {
        "Cargo.toml": f"[workspace]\nmembers = [{members}]\n",
        "Cargo.lock": "version = 3\n"
        + "".join(f'\n[[package]]\nname = "{name}"\nversion = "0.1.0"\n' for name in names),
        "kernel/Cargo.toml": crate("kernel"),
        "kernel/src/lib.rs": "",
        **{f"{name}/Cargo.toml": crate(name, 'kernel = {path = "../kernel"}\n') for name in servers},
        **{f"{name}/src/main.rs": SERVER % (8080 + at) for at, name in enumerate(servers)},
    }


def test_one_server_of_a_workspace_of_cargo() -> None:
    """It is the root, as there is the lock."""
    [server] = proposed(cargo("server")).services
    assert (server.found.directory, server.found.command) == ("", None)


def test_each_server_of_a_workspace_of_cargo() -> None:
    """By its name, on its own port."""
    found = {one.found.name: one.found for one in proposed(cargo("shop", "admin")).services}
    assert {name: (one.directory, one.command, one.port) for name, one in found.items()} == {
        "shop": ("", ("shop",), 8080),
        "admin": ("", ("admin",), 8081),
    }


def test_a_workspace_of_uv_beside_pages() -> None:
    """What is not of the workspace stays a service of its own."""
    member = '[project]\nname = "{}"\nversion = "0"\nrequires-python = ">=3.11"\ndependencies = [{}]\n'
    packages = ("api", "fastapi", "text", "uvicorn")
    found = proposed({
        "pyproject.toml": '[tool.uv.workspace]\nmembers = ["packages/*"]\n',
        "uv.lock": "version = 1\n" + "".join(f'\n[[package]]\nname = "{name}"\nversion = "0"\n' for name in packages),
        "packages/api/pyproject.toml": member.format("api", '"fastapi", "uvicorn", "text"'),
        "packages/api/main.py": "from fastapi import FastAPI\napp = FastAPI()\n",
        "packages/text/pyproject.toml": member.format("text", ""),
        "web/index.html": "<p>",
        "web/package.json": '{"name": "web", "scripts": {"build": "vite build"}, "devDependencies": {"vite": "5.2.0"}}',
    })  # fmt: skip
    assert sorted(one.found.directory for one in found.services) == ["", "web"]
    assert {one.directory for one in found.passed_over} == {"packages/api", "packages/text"}


def test_what_each_program_of_a_workspace_needs_is_its_own() -> None:
    """Neither the crates, nor the URLs, nor the health route of another program of the same workspace."""
    files = cargo("shop", "admin")
    files["shop/Cargo.toml"] = crate("shop", 'redis = "0.25"\nkernel = {path = "../kernel"}\n')
    files["kernel/Cargo.toml"] = crate("kernel", 'tokio-postgres = "0.7"\n')
    files["kernel/src/lib.rs"] = 'pub fn url() -> String { std::env::var("SHARED_TOKEN").unwrap() }\n'
    files["admin/Cargo.toml"] = crate("admin", 'axum = "0.7"\n')
    files["admin/src/main.rs"] = (
        'fn main() { std::env::var("ADMIN_TOKEN").unwrap(); let app = Router::new().route("/healthz", get(h)); axum::serve(l, app); }\n'
        'const QUEUE: &str = "amqp://queue:5672";\n'
    )
    found = {one.found.name: one for one in proposed(files).services}
    needs = {name: tuple(store for store, _ in one.needs) for name, one in found.items()}
    assert needs == {"shop": ("db", "redis"), "admin": ("queue",)}
    assert {name: one.found.detection.facts.health_path for name, one in found.items()} == {
        "shop": None,
        "admin": "/healthz",
    }


def test_a_member_of_a_workspace_of_uv_beside_one_of_bun_is_told_of_its_lock() -> None:
    """The top is Bun's, so that the member is a service of its own, without the lock that is at the top: the fix brings its pins in."""
    files = {
        "package.json": '{"name": "shop", "private": true, "workspaces": ["web"]}',
        "bun.lock": '{"lockfileVersion": 1}',
        "web/package.json": '{"name": "web", "scripts": {"build": "vite build"}, "devDependencies": {"vite": "5.2.0"}}',
        "web/index.html": "<p>",
        "pyproject.toml": '[tool.uv.workspace]\nmembers = ["api"]\n',
        "uv.lock": 'version = 1\n\n[[package]]\nname = "api"\nversion = "0"\n\n[[package]]\nname = "fastapi"\nversion = "0.115.0"\n',
        "api/pyproject.toml": '[project]\nname = "api"\nversion = "0"\nrequires-python = ">=3.11"\ndependencies = ["fastapi>=0.100", "uvicorn>=0.30"]\n',
        "api/main.py": "from fastapi import FastAPI\napp = FastAPI()\n",
    }  # fmt: skip
    api = next(one.found for one in proposed(files).services if one.found.directory == "api")
    [told] = [one for one in api.detection.facts.diagnostics if one.code == "SC249"]
    assert "does not pin fastapi, uvicorn; uv.lock" in told.message
    assert told.fix.endswith("uv export --package api --no-dev --no-emit-workspace -o api/requirements.txt")
    alone = {path: text for path, text in files.items() if path != "uv.lock"}
    api = next(one.found for one in proposed(alone).services if one.found.directory == "api")
    [told] = [one for one in api.detection.facts.diagnostics if one.code == "SC249"]
    assert "uv lock" in told.fix


def test_more_programs_than_anybody_deploys_together_are_named() -> None:
    """A collection of examples: none is left out in silence."""
    found = proposed(cargo(*(f"shop{number:02}" for number in range(42))))
    assert len(found.services) == 40
    beyond = [one.why for one in found.passed_over if "no more than 40 services" in one.why]
    assert [why.partition(",")[0] for why in beyond] == ["it is shop40", "it is shop41"]
