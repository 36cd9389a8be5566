"""What the project's own programs get, how long they may take, what they may write, and that nothing of them stays."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from verified_projects import assertion, laid_out, manifest, only, speccompile, verified

from speccompile.evidence.environment import confined
from speccompile.images.commands import Command, Confines
from speccompile.images.runner import Runner

SPECS = manifest(assertion(1))
FILES = {
    "package.json": json.dumps({"name": "bank", "version": "1.0.0", "bin": {"bank": "cli.js"}}),
    "cli.js": "#!/usr/bin/env node\n",
    "specs/assertions.json": SPECS,
    "specs/deploy.yaml": "app: bank\nservices: {app: {verify: [[sh, tests.sh]]}}\n",
}


def project(tmp_path: Path, script: str) -> Path:
    """A project whose tests are a shell script."""
    return laid_out(tmp_path / "project", {**FILES, "tests.sh": script})


SECRETS = {
    "AWS_SECRET_ACCESS_KEY": "hunter2-aws", "GITHUB_TOKEN": "hunter2-github", "NPM_TOKEN": "hunter2-npm", "DATABASE_URL": "postgres://hunter2",
    "HTTPS_PROXY": "http://somebody:hunter2@proxy:3128", "GOPROXY": "https://somebody:hunter2@goproxy.example.com", "SSH_AUTH_SOCK": "/hunter2",
}  # fmt: skip


def test_no_secret_of_the_environment_is_handed_on() -> None:
    given = dict(confined({**SECRETS, "HOME": "/root", "PATH": "/usr/bin:.:node_modules/.bin", "LC_ALL": "C"}))
    assert "hunter2" not in repr(given)
    assert given == {"HOME": "/root", "PATH": "/usr/bin", "LC_ALL": "C", "CI": "true", "NO_COLOR": "1", "TERM": "dumb"}


def test_tests_see_what_is_given_and_what_is_named(tmp_path: Path) -> None:
    """And what is named is not in the record, nor in what is shown."""
    root = project(tmp_path, 'env > ../seen\necho "1..1"\necho "ok 1 - $DATABASE_URL"\nexit 1\n')
    done = speccompile(root, "verify", "--env", "DATABASE_URL", **SECRETS)
    seen = (tmp_path / "seen").read_text()
    assert "hunter2-" not in seen
    assert "postgres://hunter2" in seen
    assert "hunter2" not in done.stdout + done.stderr + (root / "specs/verification.json").read_text()


def test_tests_start_in_the_service_s_directory(tmp_path: Path) -> None:
    root = project(tmp_path, 'test -f cli.js && echo "1..1" && echo "ok 1 - here"\n')
    assert only(verified(root))["passed"]


def test_what_takes_too_long_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    """A process in the background would otherwise go on writing."""
    script = '(sleep 2; echo late > ../late) &\necho "1..1"\necho "ok 1 - it starts"\nsleep 600\n'
    run = only(verified(project(tmp_path, script), "--timeout", "1"))
    assert not run["passed"]
    assert run["problems"] == ["it took longer than 1 s, and was ended"]
    time.sleep(2.5)
    assert not (tmp_path / "late").exists()


def test_what_is_left_in_the_background_is_ended_and_not_waited_for(tmp_path: Path) -> None:
    script = '(sleep 600; echo late) &\necho $! > ../number\necho "1..1"\necho "ok 1 - it starts"\n'
    assert only(verified(project(tmp_path, script)))["passed"]
    stat = Path("/proc", (tmp_path / "number").read_text().strip(), "stat")
    assert not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z"


def test_output_is_bounded() -> None:
    """What is beyond is thrown away, and said: a report that is cut is none."""
    command = Command((sys.executable, "-c", "import sys\nfor _ in range(200): sys.stdout.write('x' * 100000)"))
    trial = Runner().trial(command, Confines("/", (("PATH", os.defpath),), 60.0, 1_000_000))
    assert (trial.cut, trial.outcome.code, len(trial.outcome.output)) == (True, 0, 1_000_000)


def test_status_is_not_enough_and_words_are_not_enough(tmp_path: Path) -> None:
    """«All tests pass» is no count; and a tool that counts and ends with 1 has not passed."""
    for script, why in (
        ('echo "all 12 tests passed"\n', "nothing that counts tests was recognised in what it wrote"),
        ('echo "1..1"\necho "ok 1 - it"\nexit 1\n', None),
        ("", "nothing that counts tests was recognised in what it wrote"),
    ):
        root = project(tmp_path / str(len(script)), script)
        body = verified(root)
        assert not only(body)["passed"]
        assert only(body)["problems"] == ([why] if why else [])
        assert speccompile(root, "generate").returncode == 0
        assert 'verified="false"' in (root / "generated/Dockerfile").read_text()


def test_a_report_of_an_earlier_run_is_none(tmp_path: Path) -> None:
    """The path of the report is new each time."""
    script = 'test -e "$1" && exit 1\necho "<testsuite tests=\\"1\\"><testcase name=\\"A-001\\"/></testsuite>" > "$1"\n'
    root = project(tmp_path, script)
    (root / "specs/deploy.yaml").write_text('app: bank\nservices: {app: {verify: [[sh, tests.sh, "{report}"]]}}\n')
    for _ in range(2):
        run = only(verified(root))
        assert run["passed"]
        assert run["command"] == ["sh", "tests.sh", "{report}"]
        assert run["assertions"] == {"A-001": ["A-001"]}


def test_tests_of_an_unchanged_project_give_the_same_record_but_for_the_time(tmp_path: Path) -> None:
    root = project(tmp_path, 'echo "1..1"\necho "ok 1 - it"\n')
    found = []
    for _ in range(2):
        verified(root)
        record = json.loads((root / "specs/verification.json").read_text())
        found.append([{**run, "time": ""} for run in record["runs"]])
    assert found[0] == found[1]
    assert str(tmp_path) not in json.dumps(found)


def test_one_service_s_evidence_leaves_that_of_others(tmp_path: Path) -> None:
    deploy = (
        "app: bank\nservices:\n  a: {path: a, verify: [[sh, tests.sh]]}\n  b: {path: b, verify: [[sh, tests.sh]]}\n"
    )
    passing = 'echo "1..1"\necho "ok 1 - it"\n'
    files = {f"{name}/{path}": FILES[path] for name in "ab" for path in ("package.json", "cli.js")}
    scripts = {f"{name}/tests.sh": passing for name in "ab"}
    root = laid_out(
        tmp_path / "project", {**files, **scripts, "specs/assertions.json": SPECS, "specs/deploy.yaml": deploy}
    )
    assert len(verified(root)["runs"]) == 2
    (root / "b/cli.js").write_text("#!/usr/bin/env node\n// changed\n")
    assert speccompile(root, "generate").returncode == 0
    labels = {name: (root / f"generated/{name}/Dockerfile").read_text() for name in "ab"}
    assert 'verified="true"' in labels["a"]
    assert 'verified="false"' in labels["b"]
    assert len(verified(root, "b")["runs"]) == 1
    assert speccompile(root, "generate").returncode == 0
    assert all('verified="true"' in (root / f"generated/{name}/Dockerfile").read_text() for name in "ab")


def test_a_service_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    done = speccompile(project(tmp_path, ""), "verify", "nowhere")
    assert done.returncode == 2
    assert "nowhere" in done.stderr
