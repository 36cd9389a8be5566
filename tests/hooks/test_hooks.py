"""The pre-commit hooks as a user has them: installed by the real pre-commit from this repository, run by git commit.

What is installed is this checkout's HEAD with whatever is not committed on top.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tools import ROOT, need

pytestmark = pytest.mark.slow

MANIFEST = """\
{"version": "1.0.0", "archetype": "web-service", "domains": [], "actors": [], "capabilities": {}, "boundaries": [],
 "constraints": [], "metadata": {"created": null, "lastModified": null, "lastVerified": null}, "assertions": [
  {"id": "A-001", "natural": "GET /health returns 200", "type": "liveness", "category": "behavior",
   "status": "confirmed", "source": "test"}]}
"""
SERVER = """\
from http.server import HTTPServer, SimpleHTTPRequestHandler

HTTPServer(("", 8000), SimpleHTTPRequestHandler).serve_forever()
"""
DEPLOY = """\
version: 1
app: sample
services:
  api: {port: 8000, command: [python, server.py]}
"""
CONFIG = """\
repos:
  - repo: {repo}
    rev: {rev}
    hooks:
      - id: {hook}
"""


@dataclass(frozen=True, slots=True)
class Repository:
    """A git repository, and the environment in which git and the hooks run."""

    path: Path
    environment: dict[str, str]

    def run(self, *argv: str) -> subprocess.CompletedProcess[str]:
        """Run *argv* in it."""
        return subprocess.run(
            argv, cwd=self.path, env=self.environment, capture_output=True, text=True, timeout=600, check=False
        )

    def must(self, *argv: str) -> str:
        """Run *argv* in it, which has to succeed; what it wrote to standard output."""
        done = self.run(*argv)
        assert done.returncode == 0, f"{argv}: {done.stdout}{done.stderr}"
        return done.stdout

    def commit(self) -> subprocess.CompletedProcess[str]:
        """Commit everything."""
        self.must("git", "add", "--all")
        return self.run("git", "commit", "--message", "a change")


def git_environment(home: Path) -> dict[str, str]:
    """This process's environment without what git and pre-commit would take from the user or from an outer commit."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_AUTHOR", "GIT_COMMITTER"))}
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "PRE_COMMIT", "SKIP"):
        kept.pop(name, None)
    roles = ("AUTHOR_NAME", "AUTHOR_EMAIL", "COMMITTER_NAME", "COMMITTER_EMAIL")
    kept.update({f"GIT_{role}": "test@example.com" for role in roles})
    return kept | {"GIT_CONFIG_GLOBAL": os.devnull, "PRE_COMMIT_HOME": str(home)}


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """One pre-commit home for the module: the hook's virtual environment is installed once."""
    return git_environment(tmp_path_factory.mktemp("pre-commit"))


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> Repository:
    """A repository with what this checkout holds, as pre-commit would clone it from a server."""
    path = tmp_path_factory.mktemp("source")
    listed = Repository(ROOT, environment).must("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, path / name)
    repository = Repository(path, environment)
    repository.must("git", "init", "--quiet")
    assert repository.commit().returncode == 0
    return repository


@pytest.fixture
def project(tmp_path: Path, environment: dict[str, str]) -> Repository:
    """A small project with specs, in a repository of its own."""
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs/assertions.json").write_text(MANIFEST, encoding="utf-8")
    (tmp_path / "specs/deploy.yaml").write_text(DEPLOY, encoding="utf-8")
    (tmp_path / "server.py").write_text(SERVER, encoding="utf-8")
    (tmp_path / "requirements.txt").write_text("", encoding="utf-8")
    repository = Repository(tmp_path, environment)
    repository.must("git", "init", "--quiet")
    return repository


def install(project: Repository, source: Repository, hook: str) -> None:
    """Have git run *hook* at every commit in *project*."""
    pre_commit = need("pre-commit", "python3 tests/setup.py")
    rev = source.must("git", "rev-parse", "HEAD").strip()
    config = CONFIG.format(repo=source.path, rev=rev, hook=hook)
    (project.path / ".pre-commit-config.yaml").write_text(config, encoding="utf-8")
    project.must(pre_commit, "install")


def test_generate_then_check(project: Repository, source: Repository) -> None:
    """Generate writes the artifacts and stops the commit once; with them in it, both hooks let it pass."""
    install(project, source, "speccompile-generate")
    stopped = project.commit()
    assert stopped.returncode == 1
    assert "Failed" in stopped.stderr
    assert "create  generated/Dockerfile" in stopped.stderr
    assert (project.path / "generated/Dockerfile").is_file()
    assert (project.path / "speccompile.lock").is_file()
    passed = project.commit()
    assert passed.returncode == 0, passed.stderr
    install(project, source, "speccompile-check")
    passed = project.commit()
    assert passed.returncode == 0, passed.stderr
    assert "speccompile check" in passed.stderr


def test_check_refuses_drift(project: Repository, source: Repository) -> None:
    """An edited artifact, and artifacts that are older than the specs, are refused and left as they are."""
    install(project, source, "speccompile-generate")
    project.commit()
    assert project.commit().returncode == 0
    install(project, source, "speccompile-check")
    assert project.commit().returncode == 0

    dockerfile = project.path / "generated/Dockerfile"
    clean = dockerfile.read_text(encoding="utf-8")
    edited = clean.replace("USER ", "USER 0:0\nUSER ", 1)
    assert edited != clean
    dockerfile.write_text(edited, encoding="utf-8")
    refused = project.commit()
    assert refused.returncode == 1
    assert "generated/Dockerfile" in refused.stderr
    assert dockerfile.read_text(encoding="utf-8") == edited

    dockerfile.write_text(clean, encoding="utf-8")
    deploy = project.path / "specs/deploy.yaml"
    deploy.write_text(deploy.read_text(encoding="utf-8").replace("8000", "8001"), encoding="utf-8")
    refused = project.commit()
    assert refused.returncode == 1
    assert "specs/deploy.yaml" in refused.stderr or "stale" in refused.stderr


def test_generate_mends_drift(project: Repository, source: Repository) -> None:
    """A change of the specs stops the commit once, with the artifacts brought up to date."""
    install(project, source, "speccompile-generate")
    project.commit()
    assert project.commit().returncode == 0
    deploy = project.path / "specs/deploy.yaml"
    deploy.write_text(deploy.read_text(encoding="utf-8").replace("8000", "8001"), encoding="utf-8")
    assert project.commit().returncode == 1
    assert "EXPOSE 8001" in (project.path / "generated/Dockerfile").read_text(encoding="utf-8")
    assert project.commit().returncode == 0
