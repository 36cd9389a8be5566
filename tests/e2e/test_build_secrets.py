"""What must not be in an image is in none, on real engines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from engine_projects import answer, codes, commit, git, run, speccompile
from image_search import holds

from speccompile.images import commands
from speccompile.images.commands import Build, Secret
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
        secrets=(Secret("token", f"src={secret}"),),
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
        assert not holds(found, made, tmp_path / "image.tar", CANARY)
        assert holds(found, made, tmp_path / "image.tar", "was 42 here"), "the search finds what is in a layer"
    finally:
        run(found.program, "rmi", "--force", made, ok=False)


def test_a_secret_that_nothing_mounts(project: Path) -> None:
    done = speccompile(project, "build", "--secret", "npm=missing", "--format", "json")
    assert (done.returncode, codes(done)) == (1, {"SC605"})
    assert "build: {secrets: [npm]}" in answer(done)["diagnostics"][0]["fix"]


@pytest.mark.parametrize(
    "given", ["npm", "=file", "a b=file", "npm=", "id=npm", "id=npm,env=", "id=npm,env=a b", "id=npm,type=x", "npm=a,b"]
)
def test_a_secret_is_named_with_its_place(project: Path, given: str) -> None:
    done = speccompile(project, "build", "--secret", given)
    assert (done.returncode, "id=NAME,env=VARIABLE" in done.stderr) == (2, True)


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
    assert not holds(engine, built, project.parent / "image.tar", CANARY)
    tracked = git(project, "ls-files").splitlines()
    assert not any(CANARY in (project / path).read_text(errors="replace") for path in tracked)
