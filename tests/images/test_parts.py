"""The scheduler, failures, progress, reports, credentials: everything that needs no engine."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from speccompile.images import failures
from speccompile.images.commands import Command
from speccompile.images.engine import Engine, Kind
from speccompile.images.failures import Trouble, trouble
from speccompile.images.inspection import read
from speccompile.images.progress import all_cached
from speccompile.images.retries import retried
from speccompile.images.runner import NOT_FOUND, TIMED_OUT, Outcome, Runner, Stopped
from speccompile.images.schedule import Work, run_all

ENGINE = Engine(Kind.BUILDKIT, "/usr/bin/docker", "20", reproduces=False)

SAID = {
    Trouble.ENGINE: [
        "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
        "error during connect: Post http://docker/build: EOF",
        "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock",
    ],
    Trouble.FULL: ["write /var/lib/registry/x: no space left on device", "denied: disk quota exceeded"],
    Trouble.DENIED: [
        "unauthorized: authentication required",
        "no basic auth credentials",
        "denied: requested access to the resource is denied",
        "unexpected status from PUT request: 403 Forbidden",
        "Error: writing blob: StatusCode: 401, unauthorized",
    ],
    Trouble.NAME: [
        "name unknown: The repository with name 'x' does not exist in the registry with id '1'",
        "invalid reference format: repository name must be lowercase",
        "manifest unknown: manifest unknown",
    ],
    Trouble.HOST: ["dial tcp: lookup nowhere.invalid on 10.0.0.1:53: no such host"],
    Trouble.TLS: ["http: server gave HTTP response to HTTPS client", "x509: certificate signed by unknown authority"],
    Trouble.TRANSIENT: [
        'Get "http://127.0.0.1:5079/v2/": dial tcp 127.0.0.1:5079: connect: connection refused',
        "received unexpected HTTP status: 500 Internal Server Error",
        "received unexpected HTTP status: 503 Service Unavailable",
        "read tcp 10.0.0.2:1->10.0.0.3:443: read: connection reset by peer",
        "net/http: TLS handshake timeout",
        "dial tcp 10.0.0.3:443: i/o timeout",
        "toomanyrequests: You have reached your pull rate limit",
        "unexpected EOF",
    ],
    Trouble.OTHER: ["something new"],
}


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in SAID.items() for text in texts])
def test_what_engines_say_is_understood(kind: Trouble, text: str) -> None:
    assert trouble(text) is kind


def test_the_last_words_are_about_the_error() -> None:
    assert failures.last_words("one\nError: it broke\n------\n\n") == "Error: it broke"
    assert failures.last_words("") == "it said nothing"


def test_only_transient_failures_are_tried_again() -> None:
    said = iter(["i/o timeout", "502 Bad Gateway", ""])
    told: list[str] = []

    def action() -> Outcome:
        text = next(said)
        return Outcome(1 if text else 0, "", text, 0)

    done = retried(action, (0, 0, 0), told.append)
    assert (done.trouble, done.attempts, len(told)) == (None, 3, 2)

    refusals: list[int] = []

    def refused() -> Outcome:
        refusals.append(1)
        return Outcome(1, "", "unauthorized: authentication required", 0)

    assert retried(refused, (0, 0, 0)).trouble is Trouble.DENIED
    assert len(refusals) == 1
    assert retried(lambda: Outcome(1, "", "EOF", 0), (0, 0)).attempts == 3


def _results(graph: dict[str, list[str]], bad: set[str]) -> dict[str, str]:
    order: list[str] = []

    def do(name: str) -> str:
        order.append(name)
        return "bad" if name in bad else "good"

    work = Work(do=do, skip=lambda _, reason: f"skip: {reason}", good=lambda r: r == "good", stop=lambda: None)
    results, interrupted = run_all(graph, work, 2)
    assert not interrupted
    assert sorted(order) == sorted(name for name, result in results.items() if not result.startswith("skip"))
    return results


def test_dependents_are_skipped_and_all_else_goes_on() -> None:
    graph = {"a": [], "b": ["a"], "c": ["b"], "d": [], "e": ["c", "d"]}
    assert _results(graph, {"b"}) == {
        "a": "good",
        "b": "bad",
        "c": "skip: it needs b, which could not be built",
        "d": "good",
        "e": "skip: it needs c, which could not be built",
    }


def test_services_that_need_each_other_are_built_all_the_same() -> None:
    assert set(_results({"a": ["b"], "b": ["a"]}, set()).values()) == {"good"}


def test_what_is_needed_comes_first() -> None:
    done: list[str] = []

    def do(name: str) -> str:
        done.append(name)
        return "good"

    work = Work(do=do, skip=lambda _, reason: reason, good=lambda _: True, stop=lambda: None)
    run_all({"a": ["c"], "b": ["a"], "c": []}, work, 3)
    assert done == ["c", "a", "b"]


def test_needs_that_were_not_chosen_do_not_matter() -> None:
    assert _results({"a": ["elsewhere"]}, set()) == {"a": "good"}


def test_independent_work_is_done_side_by_side() -> None:
    both = threading.Barrier(2, timeout=20)

    def do(_: str) -> str:
        both.wait()
        return "good"

    work = Work(do=do, skip=lambda _, reason: reason, good=lambda _: True, stop=lambda: None)
    assert run_all({"a": [], "b": []}, work, 2) == ({"a": "good", "b": "good"}, False)


def test_an_interruption_stops_what_runs_and_skips_the_rest() -> None:
    stopped = threading.Event()

    def do(_: str) -> str:
        os.kill(os.getpid(), signal.SIGINT)
        assert stopped.wait(20)
        return "stopped"

    work = Work(do=do, skip=lambda _, reason: reason, good=lambda _: True, stop=stopped.set)
    results, interrupted = run_all({"a": [], "b": ["a"]}, work, 1)
    assert interrupted
    assert results == {"a": "stopped", "b": "interrupted"}


def test_a_runner_keeps_secrets_out_of_what_it_gives(tmp_path: Path) -> None:
    runner = Runner(["hunter2-hunter2", "ab"])
    command = Command((sys.executable, "-c", "print('x hunter2-hunter2 ab')"))
    assert runner.answer(command).output == "x *** ab\n"
    lines: list[str] = []
    outcome = runner.stream(command, tmp_path / "log", lines.append)
    assert (lines, outcome.output, (tmp_path / "log").read_text()) == (["x *** ab"], "x *** ab", "x *** ab\n")


def test_a_runner_says_what_is_not_there_and_what_takes_too_long(tmp_path: Path) -> None:
    missing = Command(("/nonexistent/engine",))
    assert Runner().answer(missing).code == NOT_FOUND
    assert Runner().stream(missing, tmp_path / "log", lambda _: None).code == NOT_FOUND
    assert Runner().answer(Command(("sleep", "60")), timeout=0.2).code == TIMED_OUT


def test_a_stopped_runner_ends_what_runs_and_starts_nothing(tmp_path: Path) -> None:
    runner = Runner()
    running = threading.Event()
    codes: list[int] = []
    command = Command((sys.executable, "-u", "-c", "print('on', flush=True); import time; time.sleep(60)"))

    def work() -> None:
        codes.append(runner.stream(command, tmp_path / "log", lambda _: running.set()).code)

    thread = threading.Thread(target=work)
    thread.start()
    assert running.wait(20)
    began = time.monotonic()
    runner.stop()
    thread.join(20)
    assert codes
    assert codes[0] != 0
    assert time.monotonic() - began < 10
    with pytest.raises(Stopped):
        runner.answer(Command(("true",)))


BUILDKIT = [
    "#4 [internal] load build context",
    "#5 [build 1/2] FROM docker.io/x",
    "#6 [build 2/2] RUN make",
    "#6 CACHED",
]
BUILDAH = ["[1/2] STEP 1/2: FROM x AS a", "[1/2] STEP 2/2: RUN make", "--> Using cache 0a"]


def test_cached_means_every_step() -> None:
    assert all_cached(BUILDKIT)
    assert all_cached(BUILDAH)
    assert not all_cached([*BUILDKIT, "#7 [final 1/2] COPY a b", "#7 DONE 0.1s"])
    assert not all_cached([*BUILDAH, "[2/2] STEP 2/2: RUN other"])
    assert not all_cached([])
    label = '[2/2] STEP 2/2: LABEL "org.opencontainers.image.revision"="0a"'
    assert all_cached([*BUILDAH, label]), "labels of the command line are no step of the Dockerfile"
    assert not all_cached([*BUILDAH, '[2/2] STEP 2/2: LABEL com.example="0a"'])


def test_a_digest_is_that_of_the_same_repository() -> None:
    """An image that was pushed elsewhere as well has a digest there, which says nothing about where it came from."""
    said = {"Id": "sha256:" + "0" * 64, "RepoDigests": ["other.example.com/oven/bun@sha256:aa", "oven/bun@sha256:bb"]}
    facts = read(ENGINE, [said])
    assert facts.digest_at("oven/bun:1") == "sha256:bb"
    assert facts.digest_at("docker.io/oven/bun:1-slim") == "sha256:bb"
    assert facts.digest_at("other.example.com/oven/bun:1") == "sha256:aa"
    assert facts.digest_at("bun:1") is None


def test_what_a_killed_engine_leaves_open_is_not_waited_for(tmp_path: Path) -> None:
    """Something in a session of its own keeps the output open; the engine's end is the end."""
    other = "import subprocess, os, signal; subprocess.Popen(['sleep', '61.5'], start_new_session=True); print('on', flush=True); "
    began = time.monotonic()
    outcome = Runner().stream(
        Command((sys.executable, "-c", other + "os.kill(os.getpid(), signal.SIGKILL)")), tmp_path / "log", lambda _: None
    )
    assert outcome.code == -signal.SIGKILL
    assert outcome.output.splitlines() == ["on", f"{sys.executable} was killed by signal 9"]
    assert time.monotonic() - began < 30
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if line.read_bytes() == b"sleep\x0061.5\x00":
                os.kill(int(line.parent.name), signal.SIGKILL)


def test_stopping_ends_what_is_in_a_session_of_its_own(tmp_path: Path) -> None:
    """First: then the engine has the time to clear away."""
    script = (
        "import subprocess; step = subprocess.Popen(['sleep', '62.5'], start_new_session=True); print('on', flush=True); "
        "print('step', step.wait(), flush=True)"
    )
    runner = Runner()
    running = threading.Event()
    outcomes: list[Outcome] = []

    def work() -> None:
        outcomes.append(
            runner.stream(Command((sys.executable, "-c", script)), tmp_path / "log", lambda _: running.set())
        )

    thread = threading.Thread(target=work)
    thread.start()
    assert running.wait(20)
    runner.stop()
    thread.join(30)
    assert outcomes[0].output.splitlines() == ["on", "step -9"]
