"""What holds for any input of the real command line: on disk, bad bytes included."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projects import BUN_WEB, assertion, manifest
from speccompile.cli import main
from strategies import projects

Project = tuple[dict[str, str], dict[str, Any], dict[str, Any] | None]
slow = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
COMMANDS = (("generate",), ("check",), ("plan",), ("explain", "A-001"), ("generate", "--dry-run", "--format", "json"))


@contextmanager
def on_disk(files: dict[str, bytes]) -> Iterator[Path]:
    """A project in a directory of its own, beside which there is another file."""
    with tempfile.TemporaryDirectory() as made:
        project = Path(made) / "project"
        for name, content in files.items():
            (project / name).parent.mkdir(parents=True, exist_ok=True)
            (project / name).write_bytes(content)
        (Path(made) / "bystander").write_bytes(b"not yours")
        yield project


def run(project: Path, *arguments: str) -> Result:
    """The command line in this process; a traceback of its own is an exception here."""
    done = CliRunner().invoke(main, ["-C", str(project), *arguments], catch_exceptions=False)
    assert "Traceback" not in done.output
    return done


def tree(directory: Path) -> dict[str, bytes]:
    """Every file below *directory* by its relative path."""
    return {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def encoded(project: Project) -> dict[str, bytes]:
    """The project's files as they are on disk."""
    sources, specs, deploy = project
    files = {**sources, "specs/assertions.json": json.dumps(specs, ensure_ascii=False)}
    if deploy is not None:
        files["specs/deploy.yaml"] = json.dumps(deploy, ensure_ascii=False)
    return {name: text.encode() for name, text in files.items()}


@slow
@given(projects())
def test_check_is_clean_after_generate(project: Project) -> None:
    """What was written is found so, deeply verified as well; generating again changes nothing; only generated/ and the lock are new."""
    with on_disk(encoded(project)) as where:
        before = tree(where.parent)
        done = run(where, "generate")
        after = tree(where.parent)
        if done.exit_code == 1:
            assert after == before
            return
        assert done.exit_code == 0, done.output
        assert {name: after[name] for name in before} == before
        new = after.keys() - before.keys()
        assert all(name.startswith("project/generated/") or name == "project/speccompile.lock" for name in new)
        assert run(where, "check").exit_code == 0
        assert run(where, "generate", "--exit-code").exit_code == 0
        assert tree(where.parent) == after


@slow
@given(projects(), st.data())
def test_every_line_is_explained(project: Project, data: st.DataObject) -> None:
    """Of any line that is not blank, ``explain`` names a rule and a place in an input, and each place is there."""
    with on_disk(encoded(project)) as where:
        if run(where, "generate").exit_code:
            return
        artifacts = tree(where / "generated")
        path = data.draw(st.sampled_from(sorted(artifacts)))
        lines = artifacts[path].decode().rstrip("\n").split("\n")
        number = data.draw(st.sampled_from([n for n, line in enumerate(lines, start=1) if line.strip()]))
        said = run(where, "explain", f"generated/{path}:{number}", "--format", "json")
        assert said.exit_code == 0
        answer = json.loads(said.stdout)
        head, *sentences = answer["sentences"]
        assert head.endswith(f"generated/{path}:{number}: {lines[number - 1].strip()}")
        assert len(sentences) == len(answer["because"])
        assert all(one["rules"] and all(rule.startswith("SC3") for rule in one["rules"]) for one in answer["because"])
        places = [cause["path"] for one in answer["because"] for cause in one["causes"]]
        assert places
        assert all((where / place).is_file() for place in places)


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
KEYS = (
    "version",
    "app",
    "output",
    "registry",
    "services",
    "archetype",
    "assertions",
    "boundaries",
    "constraints",
    "metadata",
)
NESTED = (
    "path",
    "stack",
    "port",
    "command",
    "health",
    "env",
    "secrets",
    "needs",
    "resources",
    "writable",
    "route",
    "uses",
    "url",
    "schedule",
    "id",
    "natural",
)
spec_like = st.dictionaries(
    st.sampled_from(KEYS),
    st.one_of(json_values, st.dictionaries(st.sampled_from(("api", "db")), st.dictionaries(st.sampled_from(NESTED), json_values, max_size=4), max_size=2),
              st.lists(st.dictionaries(st.sampled_from(NESTED), json_values, max_size=4), max_size=3)),
    max_size=6,
)  # fmt: skip
ESCAPES = ("../../outside", "/etc", "..", "generated/../../x", "~/x", "C:\\x", "a/../../b", "", "\u2024\u2024/x")
GOOD = manifest("web-service", assertion(1, "GET /healthz returns 200")).encode()
content = st.one_of(
    st.binary(max_size=200),
    json_values.map(lambda value: json.dumps(value).encode()),
    spec_like.map(lambda value: json.dumps(value).encode()),
    st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.builds(
        lambda at, junk: GOOD[:at] + junk + GOOD[at:], st.integers(0, len(GOOD)), st.binary(min_size=1, max_size=6)
    ),
    st.builds(lambda at, size: GOOD[:at] + GOOD[at + size :], st.integers(0, len(GOOD)), st.integers(1, 9)),
)


@settings(slow, max_examples=100)
@given(assertions=content | st.just(GOOD), deploy=st.none() | content, command=st.sampled_from(COMMANDS))
def test_any_bytes_give_messages(assertions: bytes, deploy: bytes | None, command: tuple[str, ...]) -> None:
    """Whatever the specs are, there is neither a traceback nor a file outside the output directory; refusals have a place."""
    files = {name: text.encode() for name, text in BUN_WEB.items()} | {"specs/assertions.json": assertions}
    check(files | ({"specs/deploy.yaml": deploy} if deploy is not None else {}), command)


@settings(slow, max_examples=60)
@given(
    name=st.sampled_from(("package.json", "bun.lock", "tsconfig.json", "speccompile.lock", "specs/verification.json", ".gitignore", "pyproject.toml", "requirements.txt")),
    text=content,
    command=st.sampled_from(COMMANDS),
)  # fmt: skip
def test_any_bytes_in_sources_give_messages(name: str, text: bytes, command: tuple[str, ...]) -> None:
    """The same for the project's own files, the lock and the evidence."""
    check(
        {file: source.encode() for file, source in BUN_WEB.items()} | {"specs/assertions.json": GOOD, name: text},
        command,
    )


@pytest.mark.parametrize("place", ESCAPES)
@pytest.mark.parametrize("key", ["output", "path", "assertions"])
def test_no_path_leads_out(key: str, place: str) -> None:
    """No path in deploy.yaml makes a file outside the project."""
    service = {"path": ".", "assertions": "specs/assertions.json"} | ({key: place} if key != "output" else {})
    deploy = {"version": 1, "services": {"api": service}} | ({"output": place} if key == "output" else {})
    files = {name: text.encode() for name, text in BUN_WEB.items()} | {"specs/assertions.json": GOOD}
    check(files | {"specs/deploy.yaml": json.dumps(deploy).encode()}, ("generate",), inside="")


def check(files: dict[str, bytes], command: tuple[str, ...], inside: str = "generated/") -> None:
    """Run *command*: an answer, and nothing written but below *inside* and the lock."""
    with on_disk(files) as where:
        before = tree(where.parent)
        done = run(where, *command)
        assert done.exit_code in (0, 1), done.output
        assert done.output.strip()
        after = tree(where.parent)
        kept = before.keys() - {"project/speccompile.lock"}
        assert {name: after.get(name) for name in kept} == {name: before[name] for name in kept}
        new = after.keys() - before.keys() - {"project/speccompile.lock"}
        assert all(name.startswith(f"project/{inside}") for name in new), new
