"""What must not be in an image is in none, on real engines."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import Any

import pytest
from engine_projects import answer, codes, commit, git, image, run, speccompile

from speccompile.images import commands
from speccompile.images.commands import Build, Secret
from speccompile.images.engine import Engine
from speccompile.images.engines import choose
from speccompile.images.runner import Runner

pytest_plugins = ("engine_fixtures",)
pytestmark = pytest.mark.engine

CANARY = "canary-4f1c-value-that-must-not-leak"
SECRETIVE = """\
FROM oven/bun:1
RUN --mount=type=secret,id=token \\
    cat /run/secrets/token && test -s /run/secrets/token && echo "was $((6 * 7)) here" > /used
"""


def test_a_build_secret_stays_out_of_everything(engine: str, tmp_path: Path, app: str) -> None:
    found = choose(Runner(), engine).engine
    assert found
    context = tmp_path / "context"
    context.mkdir()
    (context / "Dockerfile").write_text(SECRETIVE, encoding="utf-8")
    (context / "ignore").write_text("", encoding="utf-8")
    secret = tmp_path / "token"
    secret.write_text(CANARY, encoding="utf-8")
    wanted = Build(
        context=str(context),
        dockerfile=str(context / "Dockerfile"),
        ignorefile=str(context / "ignore"),
        iidfile=str(tmp_path / "iid"),
        temporary=f"{app}:temporary",
        labels=(("a", "b"),),
        secrets=(Secret("token", str(secret)),),
        no_cache=True,
    )
    command = commands.build(found, wanted)
    assert CANARY not in " ".join(command.argv) + repr(command.environment)
    log = tmp_path / "log"
    outcome = Runner([CANARY]).stream(command, log, lambda _: None)
    assert outcome.ok, outcome.output
    assert CANARY not in outcome.output
    assert "***" in log.read_text(encoding="utf-8"), "the build shows its secret, so this must be hidden"
    made = wanted.temporary if not (tmp_path / "iid").is_file() else (tmp_path / "iid").read_text().strip()
    try:
        assert not _holds(found, made, tmp_path / "image.tar", CANARY)
        assert _holds(found, made, tmp_path / "image.tar", "was 42 here"), "the search finds what is in a layer"
    finally:
        run(found.program, "rmi", "--force", made, ok=False)


def _holds(engine: Engine, image: str, file: Path, word: str) -> bool:
    """Whether *word* is anywhere in an image: its configuration, its history, any file of any layer."""
    if engine.kind.is_docker:
        run(engine.program, "save", "--output", str(file), image)
    else:
        file.unlink(missing_ok=True)
        run(engine.program, "push", image, f"docker-archive:{file}:{image.removeprefix('sha256:')[:12]}:x")
    wanted = word.encode()
    with tarfile.open(file) as archive:
        for member in archive.getmembers():
            content = archive.extractfile(member)
            if content is not None and _in_file(content, wanted):
                return True
    return False


def _in_file(content: Any, wanted: bytes) -> bool:
    """Layers are searched as tar streams, which docker keeps uncompressed: a file's bytes stand in them as they are."""
    before = b""
    while block := content.read(1 << 20):
        if wanted in before + block:
            return True
        before = block[-len(wanted) :]
    return False


def test_the_command_line_hands_on_no_secret(engine: str, program: str, project: Path, app: str, tmp_path: Path) -> None:
    """The value is nowhere: not in what is said, not in a kept log, not in the image; nor is its file's place a label."""
    token = tmp_path / "npm-token"
    token.write_text(CANARY + "\n", encoding="utf-8")
    secret = ("--secret", f"npm={token}")
    for code in (0, 1):
        if code:
            package = project / "api/package.json"
            telling = package.read_text(encoding="utf-8").replace("bun build src/index.ts", f"echo {CANARY} && exit 3 #")
            package.write_text(telling, encoding="utf-8")
            assert speccompile(project, "generate").returncode == 0
            commit(project)
        done = speccompile(project, "build", "--engine", engine, *secret, "--no-cache", "--format", "json")
        assert done.returncode == code, done.stderr
        assert CANARY not in done.stdout + done.stderr
        (built,) = answer(done)["builds"]
        if code:
            log = Path(built["log"]).read_text(encoding="utf-8")
            assert CANARY not in log
            assert "***" in log, "the build says its secret, so this must be hidden"
        else:
            found = choose(Runner(), engine).engine
            assert found
            assert not _holds(found, built["image"], tmp_path / "image.tar", CANARY)
            assert str(token) not in json.dumps(image(program, built["image"])["Config"])


@pytest.mark.parametrize("given", ["npm=missing", "npm=."])
def test_a_secret_that_cannot_be_read(project: Path, given: str) -> None:
    done = speccompile(project, "build", "--secret", given, "--format", "json")
    assert (done.returncode, codes(done)) == (1, {"SC605"})


@pytest.mark.parametrize("given", ["npm", "=file", "a b=file", "npm="])
def test_a_secret_is_named_with_its_file(project: Path, given: str) -> None:
    done = speccompile(project, "build", "--secret", given)
    assert (done.returncode, "ID=FILE" in done.stderr) == (2, True)


def test_what_the_environment_and_the_project_hold_stays_out_of_the_image(docker: str, project: Path, app: str) -> None:
    specs = json.loads((project / "specs/deploy.yaml").read_text())
    specs["services"]["api"]["secrets"] = ["API_TOKEN"]
    (project / "specs/deploy.yaml").write_text(json.dumps(specs), encoding="utf-8")
    assert speccompile(project, "generate").returncode == 0
    commit(project)
    for path in ("generated/.env", "generated/secrets/api-token", "api/.env", ".env"):
        (project / path).parent.mkdir(exist_ok=True)
        (project / path).write_text(f"API_TOKEN={CANARY}\n", encoding="utf-8")
    done = speccompile(project, "build", "--format", "json", API_TOKEN=CANARY)
    assert done.returncode == 0, done.stderr
    assert CANARY not in done.stdout + done.stderr
    built = answer(done)["builds"][0]["image"]
    engine = choose(Runner(), "docker").engine
    assert engine
    assert not _holds(engine, built, project.parent / "image.tar", CANARY)
    tracked = git(project, "ls-files").splitlines()
    assert not any(CANARY in (project / path).read_text(errors="replace") for path in tracked)
