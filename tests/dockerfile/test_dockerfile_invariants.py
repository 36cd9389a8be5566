"""Each invariant of Dockerfiles and ignore files: it holds for what is generated, and one change breaks exactly it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from projects import BUN_WEB, GO_WEB, NODE_CLI, PYTHON_JOB, PYTHON_WEB, RUST_WEB, assertion, compiled, manifest
from speccompile.codes import artifact as codes
from speccompile.pipeline import Compilation
from speccompile.verify import dockerfile, dockerfile_invariants, ignore

WEB = manifest("web-service", assertion(1, "GET /healthz returns 200"))
PROJECTS = {
    "bun": (BUN_WEB, WEB),
    "python": (PYTHON_WEB, WEB),
    "go": (GO_WEB, WEB),
    "rust": (RUST_WEB, WEB),
    "cli": (NODE_CLI, manifest("cli-tool")),
    "job": (PYTHON_JOB, manifest("data-pipeline", assertion(1, "Runs nightly, one run at a time"))),
}
Edit = Callable[[str], str]


@pytest.fixture(scope="module")
def made() -> dict[str, Compilation]:
    """The projects, compiled."""
    return {name: compiled(*project) for name, project in PROJECTS.items()}


def swap(old: str, new: str) -> Edit:
    """Replace the last *old*, which has to be there, by *new*."""

    def edit(text: str) -> str:
        assert old in text, old
        return new.join(text.rsplit(old, 1))

    return edit


def drop(start: str) -> Edit:
    """Leave out the instruction that begins with *start*, with its continuation lines."""

    def edit(text: str) -> str:
        kept, inside = [], False
        for line in text.split("\n"):
            inside = line.startswith(start) or inside
            if not inside:
                kept.append(line)
            inside = inside and line.endswith("\\")
        assert len(kept) < len(text.split("\n")), start
        return "\n".join(kept)

    return edit


def one_stage(text: str) -> str:
    """The first stage builds and runs."""
    left = (
        drop("COPY --from")(text)
        .replace("FROM oven/bun:1 AS build\n", "")
        .replace("FROM oven/bun:1-slim AS final\n", "")
    )
    assert left.count("FROM") == 1
    return left


FINAL = "USER 10001:10001\n"
CASES: tuple[tuple[str, str, Edit], ...] = (
    ("SC910", "bun", swap('CMD ["bun", "dist/index.js"]', 'CMD ["bun", \\')),
    ("SC910", "bun", lambda text: text.replace("FROM oven/bun:1 AS deps", "RUN true", 1)),
    ("SC910", "python", swap('title="', "title='")),
    ("SC912", "bun", one_stage),
    ("SC913", "bun", drop("USER")),
    ("SC913", "bun", swap(FINAL, "USER root\n")),
    ("SC913", "bun", swap(FINAL, "USER 0:0\n")),
    ("SC913", "bun", swap(FINAL, "USER bun\n")),
    ("SC913", "bun", swap(FINAL, "USER 10001\n")),
    ("SC913", "bun", swap(FINAL, "USER 10001:0\n")),
    ("SC913", "bun", swap(FINAL, FINAL + "USER 0:0\n")),
    ("SC914", "bun", swap(FINAL, "RUN apt-get update && apt-get install -y --no-install-recommends tini=1\n" + FINAL)),
    ("SC914", "bun", swap(FINAL, "RUN bun run build\n" + FINAL)),
    ("SC914", "python", swap(FINAL, "RUN gcc x.c\n" + FINAL)),
    ("SC914", "go", swap("USER 65532:65532\n", "RUN go version\nUSER 65532:65532\n")),
    ("SC915", "go", swap("COPY go.mod go.sum ./", "COPY internal/ internal/\nCOPY go.mod go.sum ./")),
    ("SC915", "go", swap("go mod download", "true")),
    ("SC916", "go", swap("go mod download", "go mod tidy")),
    ("SC916", "go", swap("go mod download", "go get ./...")),
    ("SC916", "go", swap("go build -trimpath", "go build -mod=mod -trimpath")),
    ("SC916", "go", swap("go mod download", "go install example.com/tool@latest")),
    ("SC915", "bun", swap("COPY package.json bun.lock ./", "COPY src/ src/\nCOPY package.json bun.lock ./")),
    ("SC916", "bun", swap(" --frozen-lockfile", "")),
    ("SC916", "python", swap("install -r requirements.txt", "install flask")),
    ("SC916", "python", swap("pip --python /app/.venv install -r requirements.txt", "uv pip install --no-deps . flask")),
    ("SC916", "python", swap("pip --python /app/.venv install -r requirements.txt", "uv pip install --no-deps flask")),
    ("SC916", "python", swap("pip --python /app/.venv install -r requirements.txt", "uv pip install ./packages/one")),
    ("SC917", "bun", swap('CMD ["bun", "dist/index.js"]', "CMD bun dist/index.js")),
    ("SC917", "cli", swap('ENTRYPOINT ["/nodejs/bin/node", "/app/src/cli.js"]', "ENTRYPOINT /nodejs/bin/node /app/src/cli.js")),
    ("SC917", "bun", drop("CMD")),
    ("SC918", "bun", swap("FROM oven/bun:1-slim", "FROM oven/bun:latest")),
    ("SC918", "bun", swap("FROM oven/bun:1-slim", "FROM oven/bun")),
    ("SC918", "bun", swap("FROM oven/bun:1-slim", "FROM registry.example.com:5000/oven/bun")),
    ("SC918", "bun", swap("COPY --from=deps", "COPY --from=busybox")),
    ("SC919", "bun", swap(FINAL, 'ENV STRIPE_API_KEY="x"\n' + FINAL)),
    ("SC919", "bun", swap(FINAL, "ARG NPM_TOKEN\n" + FINAL)),
    ("SC919", "bun", swap("NODE_ENV=production", "DB_PASSWORD=production")),
    ("SC919", "bun", swap(FINAL, 'LABEL com.example.secret="x"\n' + FINAL)),
    ("SC920", "bun", drop("HEALTHCHECK")),
    ("SC920", "bun", swap("HEALTHCHECK --interval", "HEALTHCHECK NONE\nHEALTHCHECK --interval")),
    ("SC920", "bun", lambda text: swap(FINAL, FINAL + "HEALTHCHECK NONE\n")(drop("HEALTHCHECK")(text))),
    ("SC920", "cli", swap("HEALTHCHECK NONE", 'HEALTHCHECK CMD ["node", "x.js"]')),
    ("SC920", "bun", swap('CMD ["bun", "/app/generated/health.ts", "live"]', "CMD bun /app/generated/health.ts live")),
    ("SC920", "bun", swap('CMD ["bun", "/app/generated/health.ts", "live"]', 'CMD ["curl", "-f", "http://127.0.0.1:3000/"]')),
    ("SC921", "bun", drop("EXPOSE")),
    ("SC921", "bun", swap("EXPOSE 3000", "EXPOSE 3001")),
    ("SC921", "bun", swap("EXPOSE 3000", "EXPOSE 3000\nEXPOSE 9229")),
    ("SC921", "bun", swap("PORT=3000", "PORT=3001")),
    ("SC921", "job", swap("USER ", "EXPOSE 80\nUSER ")),
    ("SC922", "bun", drop("LABEL")),
    ("SC922", "bun", swap('com.spec-driven.verified="false"', 'com.spec-driven.verified="true"')),
    ("SC922", "bun", swap("com.spec-driven.spec-digest", "com.spec-driven.digest")),
    ("SC923", "bun", swap(FINAL, "COPY README.md ./\n" + FINAL)),
    ("SC923", "bun", swap(FINAL, "COPY . ./\n" + FINAL)),
    ("SC924", "bun", drop("# syntax")),
    ("SC925", "bun", swap("RUN bun run build", "RUN --mount=type=secret,id=X,required=true bun run build")),
    ("SC925", "bun", swap(FINAL, "RUN --mount=type=secret,id=X,required=true true\n" + FINAL)),
    ("SC925", "bun", swap("RUN --mount=type=cache", "RUN --mount=type=secret,id=X --mount=type=cache")),
    ("SC925", "bun", swap("RUN bun run build", "RUN cat /run/secrets/X && bun run build")),
    ("SC925", "bun", lambda text: swap(FINAL, "ENV X=1\n" + FINAL)(swap("RUN --mount=type=cache", "RUN --mount=type=secret,id=X,required=true --mount=type=cache")(text))),
)  # fmt: skip


def found(compilation: Compilation, path: str, text: str) -> set[str]:
    """The codes of what is found about *path* with *text*, but for "not the plan", which any change is."""
    files = {**compilation.files, path: text}
    defects = (*dockerfile.verify(compilation.plan, files), *ignore.verify(compilation.plan, files))
    assert all(d.fix and d.span.path.endswith(path) for d in defects)
    codes_of_all = {d.code for d in defects}
    assert codes_of_all, "nothing is found"
    return codes_of_all - {"SC911", "SC930"}


@pytest.mark.parametrize(("code", "project", "edit"), CASES, ids=[f"{code}-{n}" for n, (code, *_) in enumerate(CASES)])
def test_one_change_breaks_one_invariant(made: dict[str, Compilation], code: str, project: str, edit: Edit) -> None:
    """Exactly the one."""
    compilation = made[project]
    assert found(compilation, "Dockerfile", edit(compilation.files["Dockerfile"])) == {code}


@pytest.mark.parametrize("project", PROJECTS)
def test_all_hold_for_what_is_generated(made: dict[str, Compilation], project: str) -> None:
    """None objects."""
    assert made[project].defects == ()


def test_every_invariant_has_a_case() -> None:
    """A new one needs a case here; each says its code in its docstring."""
    said = {(invariant.__doc__ or "")[:5] for invariant in dockerfile_invariants.ALL}
    assert said | {"SC910", "SC924"} == {code for code, *_ in CASES}
    of_ignore_files = {code for code, _ in IGNORED} | {"SC930"}
    of_gitignore = {"SC938", "SC939"}  # tests/compile/test_invariants.py has their cases
    assert {code.id for code in codes.CODES} == said | {"SC910", "SC911", "SC924"} | of_ignore_files | of_gitignore


IGNORED: tuple[tuple[str, Edit], ...] = (
    ("SC931", drop("**/.[eE][nN][vV].*")),
    ("SC931", drop("**/*.[eE][nN][vV]")),
    ("SC931", swap("**/.git\n", "")),
    ("SC931", swap("**/.[sS][sS][hH]", ".ssh")),
    ("SC931", swap("**/*.[pP][eE][mM]", "*.pem")),
    ("SC931", lambda text: text + "!src/**/*.pem\n"),
    ("SC932", drop("!src")),
    ("SC932", drop("!package.json")),
    ("SC932", swap("!src", "!lib")),
    ("SC932", lambda text: text + "src\n"),
    ("SC933", swap("!src", "!src\n!specs")),
    ("SC933", swap("!src", "!src\n!specs/*.json")),
    ("SC933", swap("!src", "!src\n!speccompile.lock")),
)


@pytest.mark.parametrize(("code", "edit"), IGNORED)
def test_one_change_of_the_ignore_file(made: dict[str, Compilation], code: str, edit: Edit) -> None:
    """Exactly the one."""
    compilation = made["bun"]
    path = "Dockerfile.dockerignore"
    assert found(compilation, path, edit(compilation.files[path])) == {code}


@pytest.mark.parametrize("old", ["**\n", "# Nothing enters", "**/*.log\n"])
def test_only_the_plan_is_what_is_not_met(made: dict[str, Compilation], old: str) -> None:
    """A pattern or comment fewer or more that lets nothing in that must stay out is SC930 all the same."""
    compilation, path = made["bun"], "Dockerfile.dockerignore"
    text = compilation.files[path]
    for altered in (text.replace(old, "", 1), text.replace(old, f"{old}{old}", 1)):
        assert "SC930" in {d.code for d in ignore.verify(compilation.plan, {path: altered})}


def test_a_missing_file_is_noticed(made: dict[str, Compilation]) -> None:
    """Without the Dockerfile, or its ignore file."""
    assert [d.code for d in dockerfile.verify(made["bun"].plan, {})] == ["SC911"]
    assert [d.code for d in ignore.verify(made["bun"].plan, {})] == ["SC930"]
