"""Dependencies from private registries: `build.secrets` reach the steps that fetch them, and the token is nowhere afterwards."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from engine_projects import answer, codes, commit, committed, run, speccompile
from image_search import holds
from private_registries import (
    MODULE,
    NAME,
    TELLING,
    TOKEN,
    USER,
    VERSION,
    WORDS,
    Private,
    crate,
    go_sum,
    integrity,
    private,
    tarball,
)

from registry_server import own_address
from speccompile.images.engines import choose
from speccompile.images.runner import Runner
from tools import missing

pytest_plugins = ("engine_fixtures",)
pytestmark = pytest.mark.engine


@dataclass(frozen=True, slots=True)
class Case:
    """A project whose dependency is private: its files, what the build is told, and the environment that has the secrets."""

    files: dict[str, str]
    secrets: tuple[str, ...]
    environment: dict[str, str]
    args: dict[str, str] = field(default_factory=dict)


def _package(program: str, version: str = VERSION) -> str:
    return json.dumps({"name": "tool", "version": "1.0.0", "bin": {"tool": program}, "dependencies": {NAME: version}})


def _npm(registry: Private, version: str = VERSION) -> Case:
    scripts = {"hasInstallScript": True} if version == TELLING else {}
    entry = {"version": version, "resolved": tarball(registry, version), "integrity": integrity(version), **scripts}
    packages = {
        "": {"name": "tool", "version": "1.0.0", "dependencies": {NAME: version}},
        f"node_modules/{NAME}": entry,
    }
    files = {
        "package.json": _package("cli.js", version),
        "package-lock.json": json.dumps(
            {"name": "tool", "version": "1.0.0", "lockfileVersion": 3, "packages": packages}
        ),
        ".npmrc": f"registry={registry.at('npm/')}\n//{registry.host}/npm/:_authToken=${{NPM_TOKEN}}\n",
        "cli.js": f'#!/usr/bin/env node\nconsole.log(require("{NAME}"));\n',
    }
    return Case(files, ("NPM_TOKEN",), {"NPM_TOKEN": TOKEN})


def _bun(registry: Private) -> Case:
    lock = {
        "lockfileVersion": 1,
        "workspaces": {"": {"name": "tool", "dependencies": {NAME: VERSION}}},
        "packages": {NAME: [f"{NAME}@{VERSION}", tarball(registry), {}, integrity()]},
    }
    files = {
        "package.json": _package("cli.ts"),
        "bun.lock": json.dumps(lock),
        "bunfig.toml": f'[install]\nregistry = {{ url = "{registry.at("npm/")}", token = "$NPM_TOKEN" }}\n',
        "cli.ts": f'#!/usr/bin/env bun\nimport words from "{NAME}";\nconsole.log(words);\n',
    }
    return Case(files, ("NPM_TOKEN",), {"NPM_TOKEN": TOKEN})


def _python(registry: Private, index: str, secrets: dict[str, str]) -> Case:
    files = {
        "requirements.txt": f"{index}--trusted-host {registry.host.partition(':')[0]}\n{NAME}=={VERSION}\n",
        "main.py": f"from {NAME.replace('-', '_')} import WORDS\n\nif __name__ == '__main__':\n    print(WORDS)\n",
    }
    return Case(files, tuple(secrets), secrets)


def _pip(registry: Private) -> Case:
    """The index is in the environment, password and all."""
    url = f"http://{USER}:{TOKEN}@{registry.host}/pypi/simple/"
    return _python(registry, "", {"PIP_INDEX_URL": url})


def _netrc(registry: Private) -> Case:
    """The index is in the requirements, the password in a netrc file."""
    host = registry.host.partition(":")[0]
    netrc = f"machine {host}\nlogin {USER}\npassword {TOKEN}\n"
    return _python(registry, f"--index-url {registry.at('pypi/simple/')}\n", {"NETRC": netrc})


def _cargo(registry: Private) -> Case:
    manifest = f'[package]\nname = "tool"\nversion = "1.0.0"\nedition = "2021"\n\n[dependencies]\n{NAME} = {{ version = "{VERSION}", registry = "acme" }}\n'
    source = f"sparse+{registry.at('cargo/index/')}"
    lock = (
        f'version = 3\n\n[[package]]\nname = "{NAME}"\nversion = "{VERSION}"\nsource = "{source}"\n'
        f'checksum = "{hashlib.sha256(crate()).hexdigest()}"\n\n[[package]]\nname = "tool"\nversion = "1.0.0"\n'
        f'dependencies = [\n "{NAME}",\n]\n'
    )
    files = {
        "Cargo.toml": manifest,
        "Cargo.lock": lock,
        ".cargo/config.toml": f'[registries.acme]\nindex = "{source}"\n\n[registry]\nglobal-credential-providers = ["cargo:token"]\n',
        "src/main.rs": f'fn main() {{\n    println!("{{}}", {NAME.replace("-", "_")}::WORDS);\n}}\n',
    }
    return Case(files, ("CARGO_REGISTRIES_ACME_TOKEN",), {"CARGO_REGISTRIES_ACME_TOKEN": TOKEN})


def _go(registry: Private) -> Case:
    """The proxy's address holds the token: Go sends passwords by TLS alone."""
    files = {
        "go.mod": f"module example.com/tool\n\ngo 1.20\n\nrequire {MODULE} v{VERSION}\n",
        "go.sum": go_sum(),
        "main.go": f'package main\n\nimport (\n\t"fmt"\n\n\t"{MODULE}"\n)\n\nfunc main() {{\n\tfmt.Println(greeting.Words)\n}}\n',
    }
    secret = {"GOPROXY": registry.at(f"go-{TOKEN}")}
    return Case(files, ("GOPROXY",), secret, {"GONOSUMDB": "acme.example/*"})


def _maven(registry: Private) -> Case:
    repository = f"<repository><id>acme</id><url>{registry.at('maven')}</url></repository>"
    manifest = "<manifest><mainClass>tool.Main</mainClass></manifest>"
    pom = (
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>tool</groupId><artifactId>tool</artifactId>'
        "<version>1.0.0</version><properties><maven.compiler.source>17</maven.compiler.source><maven.compiler.target>17</maven.compiler.target>"
        "<project.build.sourceEncoding>UTF-8</project.build.sourceEncoding></properties>"
        f"<repositories>{repository}</repositories>"
        f"<dependencies><dependency><groupId>com.acme</groupId><artifactId>greeting</artifactId><version>{VERSION}</version></dependency></dependencies>"
        "<build><finalName>tool</finalName><plugins><plugin><artifactId>maven-jar-plugin</artifactId>"
        f"<configuration><archive>{manifest}</archive></configuration></plugin></plugins></build></project>"
    )
    source = (
        "package tool;\n\npublic class Main {\n    public static void main(String[] args) throws Exception {\n"
        '        System.out.println(new String(Main.class.getResourceAsStream("/greeting.txt").readAllBytes()));\n    }\n}\n'
    )
    mirror = f"<mirror><id>open</id><mirrorOf>acme</mirrorOf><url>{registry.at('maven')}</url><blocked>false</blocked></mirror>"
    server = f"<server><id>open</id><username>{USER}</username><password>{TOKEN}</password></server>"
    settings = f"<settings><servers>{server}</servers><mirrors>{mirror}</mirrors></settings>"
    files = {"pom.xml": pom, "src/main/java/tool/Main.java": source}
    return Case(files, ("MAVEN_SETTINGS",), {"MAVEN_SETTINGS": settings})


CASES: dict[str, Callable[[Private], Case]] = {
    "npm": _npm, "bun": _bun, "pip": _pip, "netrc": _netrc, "cargo": _cargo, "go": _go, "maven": _maven,
}  # fmt: skip


@pytest.fixture
def registry() -> Iterator[Private]:
    """Private registries that builds can reach."""
    with private(own_address()) as found:
        yield found


def _handed(case: Case) -> list[str]:
    """The options that name the secrets: in CI none is taken because deploy.yaml names it."""
    return [word for name in case.environment for word in ("--secret", f"id={name},env={name}")]


def _project(root: Path, app: str, case: Case) -> None:
    root.mkdir()
    build: dict[str, Any] = {"secrets": list(case.secrets), "args": case.args}
    api = {"path": ".", "assertions": "specs/assertions.json", "build": build}
    specs = {"version": "1.0.0", "archetype": "cli-tool", "assertions": []}
    deploy = {"version": 1, "app": app, "services": {"tool": api}}
    committed(root, {**case.files, "specs/assertions.json": json.dumps(specs), "specs/deploy.yaml": json.dumps(deploy)})


def _need(docker: str, root: Path, program: str | None = None) -> None:
    """The base images, in the Docker engine and in that of *program*, which takes them from there."""
    text = (root / "generated/Dockerfile").read_text(encoding="utf-8")
    for base in re.findall(r"^FROM (\S+:\S+) AS", text, re.MULTILINE):
        if subprocess.run([docker, "image", "inspect", base], capture_output=True, check=False).returncode:
            missing(f"the image {base}", f"docker pull {base}")
        if program and Path(program).name == "buildah":
            run(program, "pull", "--quiet", f"docker-daemon:{base}")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "engine"),
    [*((name, "docker") for name in CASES), ("npm", "buildah")],
    indirect=["engine"],
)
def test_a_private_dependency_is_installed_and_its_token_is_nowhere(
    name: str, engine: str, docker: str, program: str, app: str, registry: Private, tmp_path: Path
) -> None:
    case = CASES[name](registry)
    root = tmp_path / "project"
    _project(root, app, case)
    _need(docker, root, program)
    without = dict.fromkeys(case.secrets, "")
    bare = speccompile(root, "build", *_handed(case), "--engine", engine, "--format", "json", **without)
    assert (bare.returncode, codes(bare)) == (1, {"SC605"})
    assert all(secret in bare.stdout for secret in case.secrets)

    done = speccompile(
        root, "build", *_handed(case), "--engine", engine, "--no-cache", "--format", "json", **case.environment
    )
    log = _log(done)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\n{log}\n{registry.refused}"
    (built,) = answer(done)["builds"]
    assert WORDS in _ran(docker, program, built["image"])
    assert TOKEN not in done.stdout + done.stderr + log
    found = choose(Runner(), engine).engine
    assert found
    assert not holds(found, built["image"], tmp_path / "image.tar", TOKEN)
    assert TOKEN not in run(docker, "history", "--no-trunc", built["image"], ok=False)
    if engine == "docker":
        _stages_hold_nothing(docker, root, case)


def _log(done: subprocess.CompletedProcess[str]) -> str:
    logs = [Path(one["log"]) for one in answer(done)["builds"] if one.get("log")]
    return "\n".join(log.read_text(encoding="utf-8") for log in logs if log.is_file())


def _ran(docker: str, program: str, image: str) -> str:
    """What the tool says; buildah's images go to the Docker engine for that."""
    if Path(program).name == "buildah":
        run(program, "push", image, f"docker-daemon:{image}")
    return run(docker, "run", "--rm", image)


def _stages_hold_nothing(docker: str, root: Path, case: Case) -> None:
    """Nor does the stage that fetched: whoever pushes its cache pushes its layers."""
    text = (root / "generated/Dockerfile").read_text(encoding="utf-8")
    stages = [line.split()[-1] for line in text.splitlines() if line.startswith("FROM")]
    engine = choose(Runner(), "docker").engine
    assert engine
    for stage in stages[:-1]:
        name = f"{root.parent.name.lower()}-stage:{stage}".replace("_", "-")[-100:].lstrip("-.")
        sources = [word for secret in case.secrets for word in ("--secret", f"id={secret},env={secret}")]
        argv = [
            docker,
            "build",
            "--quiet",
            "--target",
            stage,
            *sources,
            "--tag",
            name,
            "--file",
            str(root / "generated/Dockerfile"),
            str(root),
        ]
        environment = {**os.environ, **case.environment, "DOCKER_BUILDKIT": "1"}
        subprocess.run(argv, env=environment, check=True, capture_output=True)
        try:
            assert not holds(engine, name, root.parent / "stage.tar", TOKEN)
        finally:
            run(docker, "rmi", "--force", name, ok=False)


def test_a_package_that_shows_the_token_shows_it_to_nobody(
    docker: str, app: str, registry: Private, tmp_path: Path
) -> None:
    """An installation script has the token in its environment; what it prints is hidden, on the screen and in the log that is kept."""
    case = _npm(registry, TELLING)
    _project(tmp_path / "project", app, case)
    _need(docker, tmp_path / "project")
    done = speccompile(tmp_path / "project", "build", *_handed(case), "--format", "json", **case.environment)
    assert (done.returncode, codes(done)) == (1, {"SC610"})
    log = _log(done)
    assert "it is ***" in log
    assert TOKEN not in done.stdout + done.stderr + log


def test_a_wrong_token_is_told_and_not_shown(docker: str, app: str, registry: Private, tmp_path: Path) -> None:
    case = _bun(registry)
    _project(tmp_path / "project", app, case)
    _need(docker, tmp_path / "project")
    file = tmp_path / "token"
    wrong = "canary-of-a-token-that-is-wrong"
    file.write_text(f"{wrong}\n", encoding="utf-8")
    done = speccompile(tmp_path / "project", "build", "--secret", f"id=NPM_TOKEN,src={file}", "--format", "json")
    assert (done.returncode, codes(done)) == (1, {"SC610"})
    assert registry.refused
    assert wrong not in done.stdout + done.stderr + _log(done)
    file.write_text(f"{TOKEN}\n", encoding="utf-8")
    other = {"OTHER": TOKEN}
    for secret, environment in (
        (f"id=NPM_TOKEN,src={file}", {}),
        ("id=NPM_TOKEN,env=OTHER", other),
        (f"NPM_TOKEN={file}", {}),
    ):
        good = speccompile(tmp_path / "project", "build", "--secret", secret, **environment)
        assert good.returncode == 0, good.stderr


def test_without_the_secret_in_deploy_yaml_the_fix_says_it(
    docker: str, app: str, registry: Private, tmp_path: Path
) -> None:
    case = _bun(registry)
    root = tmp_path / "project"
    _project(root, app, case)
    deploy = json.loads((root / "specs/deploy.yaml").read_text())
    del deploy["services"]["tool"]["build"]
    (root / "specs/deploy.yaml").write_text(json.dumps(deploy), encoding="utf-8")
    done = speccompile(root, "generate")
    assert done.returncode == 0
    assert "SC258" in done.stderr
    assert "build: {secrets: [NPM_TOKEN]}" in done.stderr
    assert "type=secret" not in (root / "generated/Dockerfile").read_text()
    commit(root)
    refused = speccompile(root, "build", "--secret", "id=NPM_TOKEN,env=HOME", "--format", "json")
    assert (refused.returncode, codes(refused)) == (1, {"SC605"})
