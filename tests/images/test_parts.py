"""The scheduler, failures, progress, reports, credentials: everything that needs no engine."""

from __future__ import annotations

import json
import os
import signal
import threading
from pathlib import Path

import pytest

from speccompile.images import failures
from speccompile.images.engine import Engine, Kind
from speccompile.images.failures import Trouble, trouble
from speccompile.images.inspection import read
from speccompile.images.normal import rewrite
from speccompile.images.progress import all_cached, step
from speccompile.images.report import build_data, build_text, duration, push_data, push_text, size, totals
from speccompile.images.results import BuildFailed, BuildSkipped, Built, Pushed, PushFailed, Uploaded
from speccompile.images.retries import retried
from speccompile.images.runner import Outcome
from speccompile.images.schedule import Work, run_all

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


def test_steps_are_recognised() -> None:
    assert step("#6 [build 2/2] RUN make") == "[build 2/2] RUN make"
    assert step("[1/2] STEP 2/2: RUN make") == "[1/2] STEP 2/2: RUN make"
    assert step("#4 [internal] load build context") is None
    assert step("#6 0.1 [not a step] 1/2") is None


BUILT = Built(
    service="api",
    names=("a:1", "a:2"),
    local_name="a:local",
    id="sha256:ab",
    size=45_000_000,
    layers=12,
    seconds=150.4,
    cached=True,
)
FAILED = BuildFailed(service="b", image="b:1", reason="it broke", seconds=1, log="/l", tail=("x", "y"))
SKIPPED = BuildSkipped(service="c", image="c:1", reason="it needs b, which could not be built")
ENGINE = Engine(Kind.BUILDKIT, "/usr/bin/docker", "20", reproduces=False)


def test_the_text_is_like_the_reference() -> None:
    assert build_text(ENGINE, [BUILT], 151).splitlines() == [
        "Docker Build Complete",
        "=====================",
        "Image: a:1",
        "  also: a:2",
        "  for compose: a:local",
        "Size: 45MB",
        "Layers: 12",
        "Image ID: sha256:ab",
        "Time: 2m30s (all from the cache)",
    ]


def test_the_text_lists_all() -> None:
    text = build_text(ENGINE, [BUILT, FAILED, SKIPPED], 151)
    assert text.startswith("Docker Build Failed\n===================\n")
    for part in (
        "\nFailed\n",
        "  | x\n  | y",
        "Skipped: it needs b",
        "1 success, 1 failed, 1 skipped",
    ):
        assert part in text


def test_the_data_has_the_fields_of_the_reference() -> None:
    data = build_data(BUILT, "abc1234")
    assert {name: data[name] for name in ("service", "image", "commit_sha", "build_time", "status")} == {
        "service": "api",
        "image": "a:1",
        "commit_sha": "abc1234",
        "build_time": "2m30s",
        "status": "success",
    }
    assert [build_data(result, None)["status"] for result in (BUILT, FAILED, SKIPPED)] == [
        "success",
        "failed",
        "skipped",
    ]
    assert totals(["success", "failed", "skipped"]) == {"services": 3, "success": 1, "failed": 1, "skipped": 1}


def test_a_push_ends_with_the_reference_by_digest_and_what_compose_wants() -> None:
    pushed = Pushed(
        service="api",
        names=("r/a:1",),
        digest="sha256:cd",
        reference="r/a@sha256:cd",
        compose=(("API_IMAGE", "r/a"), ("API_DIGEST", "cd")),
        fetched=False,
        seconds=1,
    )
    *_, reference, _, how, place, digest = push_text([pushed]).splitlines()
    assert (reference, place, digest) == ("  r/a@sha256:cd", "  API_IMAGE=r/a", "  API_DIGEST=cd")
    assert "docker pull r/a@sha256:cd" in how
    assert push_data(pushed)["compose"] == {"API_IMAGE": "r/a", "API_DIGEST": "cd"}


def test_what_got_there_is_told_of_what_did_not_get_all_the_way() -> None:
    there = Uploaded(
        service="api",
        image="r/a:1",
        digest="sha256:cd",
        reference="r/a@sha256:cd",
        moved=("r/a:1",),
        left=("r/a:2",),
        reason="the registry is down",
        seconds=1,
        upload="r/a:upload-0",
    )
    failed = PushFailed(
        service="b",
        image="r/b:1",
        trouble=Trouble.TRANSIENT,
        reason="x",
        fix="y",
        attempts=5,
        seconds=1,
        uploaded=there,
    )
    for result in (there, failed):
        data, text = push_data(result), push_text([result])
        assert (data["digest"], data["tags_moved"], data["tags_left"]) == ("sha256:cd", ["r/a:1"], ["r/a:2"])
        for part in ("in the registry: r/a@sha256:cd", "  moved: r/a:1", "  not moved: r/a:2"):
            assert part in text
        assert "Deploy by digest" not in text


@pytest.mark.parametrize(("seconds", "text"), [(0.2, "0s"), (45.4, "45s"), (59.6, "1m0s"), (150, "2m30s")])
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0B"), (999, "999B"), (1500, "1.5kB"), (45_000_000, "45MB"), (10**13, "10000GB")]
)
def test_sizes(count: int, text: str) -> None:
    assert size(count) == text


def test_traces_of_the_build_are_taken_out(tmp_path: Path) -> None:
    def image(where: Path, container: str) -> bytes:
        where.mkdir()
        config = {
            "container": container,
            "parent": container,
            "config": {"Hostname": container, "User": "1"},
            "container_config": {"Hostname": container},
            "history": [{"comment": f"FROM {container}"}, {"comment": "kept"}],
        }
        (where / ("c" * 64)).write_text(json.dumps(config), encoding="utf-8")
        (where / "manifest.json").write_text(json.dumps({"config": {"digest": "sha256:" + "c" * 64}, "layers": []}))
        rewrite(where)
        return (where / "manifest.json").read_bytes()

    one, two = image(tmp_path / "a", "1"), image(tmp_path / "b", "2")
    assert one == two
    digest = json.loads(one)["config"]["digest"].removeprefix("sha256:")
    config = json.loads((tmp_path / "a" / digest).read_bytes())
    assert config == {"config": {"User": "1"}, "container_config": {}, "history": [{}, {"comment": "kept"}]}
