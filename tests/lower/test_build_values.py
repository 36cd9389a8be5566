"""Build arguments and secrets: in exactly the steps that need them, and refused where they would be seen or read by nobody."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from projects import BUN_WEB, HTML_WEB, PYTHON_WEB, RUST_WEB, assertion, compiled, manifest
from speccompile.errors import Refused
from speccompile.pipeline import Compilation
from speccompile.plan.image import Run
from speccompile.proving import verify_files
from speccompile.targets import DEFAULT
from speccompile.verify.readers.dockerfile import Instruction, pairs, read

_WEB = manifest("web-service", assertion(1, "The service answers health checks"))


def _project(sources: dict[str, str], build: dict[str, Any], **more: Any) -> Compilation:
    api = {"path": ".", "assertions": "specs/assertions.json", "build": build, **more}
    return compiled(sources, _WEB, {"version": 1, "app": "bank", "services": {"api": api}})


def _runs(done: Compilation) -> list[Instruction]:
    return [one for one in read(done.files["Dockerfile"]).instructions if one.keyword == "RUN"]


def _secrets(run: Instruction) -> list[str]:
    return [mount for mount in run.values("mount") if mount.startswith("type=secret")]


@pytest.mark.parametrize(
    ("sources", "installs"),
    [(BUN_WEB, r"bun install"), (PYTHON_WEB, r"pip|uv sync|poetry"), (RUST_WEB, r"cargo build")],
)
def test_a_secret_is_mounted_where_dependencies_are_fetched_and_nowhere_else(
    sources: dict[str, str], installs: str
) -> None:
    done = _project(sources, {"secrets": ["REGISTRY_TOKEN"]})
    assert done.defects == ()
    runs = _runs(done)
    assert any(_secrets(run) for run in runs)
    for run in runs:
        fetches = re.search(installs, run.rest) and not re.search(r"-m venv|-c", run.rest.split("&&")[0])
        assert bool(_secrets(run)) <= bool(fetches), run.rest
    for run in filter(_secrets, runs):
        assert _secrets(run) == ["type=secret,id=REGISTRY_TOKEN,required=true"]
        first, second, *_ = run.rest.replace("\n", " ").split("&&")
        assert first.strip() == 'REGISTRY_TOKEN="$(cat /run/secrets/REGISTRY_TOKEN)"'
        assert second.strip() == "export REGISTRY_TOKEN"


def test_files_are_mounted_where_programs_look_for_them() -> None:
    done = _project(PYTHON_WEB, {"secrets": ["NETRC", "MAVEN_SETTINGS"]})
    assert done.defects == ()
    run = next(filter(_secrets, _runs(done)))
    assert "type=secret,id=NETRC,target=/root/.netrc,required=true" in _secrets(run)
    assert "type=secret,id=MAVEN_SETTINGS,required=true" in _secrets(run)
    assert "export" not in run.rest


def test_arguments_are_in_every_stage_that_builds_and_not_in_the_image() -> None:
    value = '/api $x "y" it\'s'
    done = _project(BUN_WEB, {"args": {"VITE_API": value}})
    assert done.defects == ()
    *building, final = read(done.files["Dockerfile"]).stages()
    assert not [one for one in final if one.keyword == "ARG"]
    for stage in building:
        assert [pairs(one) for one in stage if one.keyword == "ARG"] == [(("VITE_API", value),)]


def test_every_line_of_a_build_value_cites_deploy_yaml() -> None:
    done = _project(BUN_WEB, {"args": {"VITE_API": "/api"}, "secrets": ["NPM_TOKEN"]})
    for artifact in done.artifacts:
        for number, line in enumerate(artifact.text.split("\n"), start=1):
            if re.search(r"VITE_API|NPM_TOKEN", line):
                assert any(
                    cause.span.path.endswith("deploy.yaml") for one in artifact.origins[number] for cause in one.causes
                ), line


def test_compose_hands_on_the_secret_of_whoever_builds() -> None:
    text = _project(BUN_WEB, {"secrets": ["NPM_TOKEN"]}).files["docker-compose.yml"]
    assert "      secrets:\n        - NPM_TOKEN\n" in text
    assert "  NPM_TOKEN:\n    environment: NPM_TOKEN\n" in text


@pytest.mark.parametrize(
    ("sources", "build", "code"),
    [
        (HTML_WEB, {"secrets": ["NPM_TOKEN"]}, "SC374"),
        (HTML_WEB, {"args": {"VITE_API": "/api"}}, "SC374"),
        (BUN_WEB, {"args": {"DO_NOT_TRACK": "0"}}, "SC374"),
        (BUN_WEB, {"args": {"NPM_TOKEN": "x"}}, "SC224"),
        (BUN_WEB, {"args": {"API_KEY_ID": "x"}}, "SC224"),
        (BUN_WEB, {"args": {"REGISTRY": "https://me:hunter22@registry.example.com/"}}, "SC224"),
        (BUN_WEB, {"args": {"NPM": "x"}, "secrets": ["NPM"]}, "SC225"),
        (BUN_WEB, {"secrets": ["NPM_TOKEN", "NPM_TOKEN"]}, "SC229"),
        (BUN_WEB, {"secrets": ["$(id)"]}, "SC215"),
        (BUN_WEB, {"secret": ["NPM_TOKEN"]}, "SC202"),
    ],
)
def test_what_is_refused(sources: dict[str, str], build: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        _project(sources, build)
    (one,) = refused.value.diagnostics
    assert one.code == code
    assert "hunter22" not in one.message + one.fix


def test_a_public_key_is_public() -> None:
    done = _project(BUN_WEB, {"args": {"NEXT_PUBLIC_MAPS_KEY": "abc"}})
    assert done.defects == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    --mount=type=secret,id=NPM_TOKEN,required=true \\\n", ""),
        (",required=true", ""),
        ("id=NPM_TOKEN", "id=OTHER"),
        ('NPM_TOKEN="$(cat /run/secrets/NPM_TOKEN)" && \\\n', "NPM_TOKEN=abc && \\\n"),
        ("export NPM_TOKEN && \\\n", "export NPM_TOKEN && echo $NPM_TOKEN && \\\n"),
        ("RUN bun run build", "RUN --mount=type=secret,id=NPM_TOKEN,required=true \\\n    bun run build"),
        ("NODE_ENV=production", "NPM_TOKEN=abc NODE_ENV=production"),
        ("WORKDIR /app", "ARG NPM_TOKEN=abc\n\nWORKDIR /app"),
    ],
)
def test_sabotage_of_a_secret_is_noticed(old: str, new: str) -> None:
    done = _project(BUN_WEB, {"secrets": ["NPM_TOKEN"]})
    text = done.files["Dockerfile"]
    assert old in text
    found = verify_files(done.plan, {**done.files, "Dockerfile": text.replace(old, new, 1)}, DEFAULT)
    assert found


def test_without_build_values_nothing_is_told() -> None:
    (service,) = compiled(BUN_WEB, _WEB).plan.services
    assert service.image.secrets == ()
    assert any(isinstance(step, Run) and step.fetches for stage in service.image.stages for step in stage.steps)


_YARN1 = (
    '# yarn lockfile v1\n\n\ntypescript@5.6.3:\n  version "5.6.3"\n  resolved "https://r/x.tgz"\n  integrity sha512-x\n'
)
_BERRY = (
    '__metadata:\n  version: 8\n  cacheKey: 10c0\n\n"shop@workspace:.":\n  version: 0.0.0-use.local\n  resolution: "shop@workspace:."\n'
    '  dependencies:\n    typescript: "npm:5.6.3"\n  languageName: unknown\n  linkType: soft\n\n"typescript@npm:5.6.3":\n  version: 5.6.3\n'
    '  resolution: "typescript@npm:5.6.3"\n  checksum: 10c0/x\n  languageName: node\n  linkType: hard\n'
)


@pytest.mark.parametrize(
    ("manager", "lock", "path", "text"),
    [
        ("yarn@1.22.22", _YARN1, ".npmrc", "//registry.example.com/:_authToken=${NPM_TOKEN}\n"),
        ("yarn@4.5.0", _BERRY, ".yarnrc.yml", 'nodeLinker: node-modules\nnpmAuthToken: "${NPM_TOKEN}"\n'),
    ],
)
def test_both_yarns_run_scripts_without_the_secret(manager: str, lock: str, path: str, text: str) -> None:
    """They read the configuration for every command, and end where a variable in it is not set."""
    package = {
        "name": "shop",
        "version": "1.0.0",
        "packageManager": manager,
        "scripts": {"build": "tsc", "start": "node dist/index.js"},
        "devDependencies": {"typescript": "5.6.3"},
    }
    sources = {
        "package.json": json.dumps(package),
        "tsconfig.json": '{"compilerOptions": {"outDir": "dist", "rootDir": "src"}}',
        "src/index.ts": "console.log(process.env.PORT);\n",
        "yarn.lock": lock,
    }
    done = _project({**sources, path: text}, {"secrets": ["NPM_TOKEN"]})
    assert done.defects == ()
    (script,) = [run for run in _runs(done) if re.search(r"\byarn run build", run.rest)]
    assert (_secrets(script), script.rest) == ([], "env NPM_TOKEN= yarn run build")
