"""What is shown while images are built, and told when they are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from speccompile.images.engine import Engine, Kind
from speccompile.images.normal import rewrite
from speccompile.images.progress import step
from speccompile.images.report import build_data, build_text, duration, push_text, size, totals
from speccompile.images.results import BuildFailed, BuildSkipped, Built, Pushed


def test_steps_are_recognised() -> None:
    assert step("#6 [build 2/2] RUN make") == "[build 2/2] RUN make"
    assert step("[1/2] STEP 2/2: RUN make") == "[1/2] STEP 2/2: RUN make"
    assert step("#4 [internal] load build context") is None
    assert step("#6 0.1 [not a step] 1/2") is None


BUILT = Built(
    service="api", names=("a:1", "a:2"), id="sha256:ab", size=45_000_000, layers=12, seconds=150.4, cached=True
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
        "Size: 45MB",
        "Layers: 12",
        "Digest: sha256:ab",
        "Time: 2m30s (all from the cache)",
    ]


def test_the_text_lists_all() -> None:
    text = build_text(ENGINE, [BUILT, FAILED, SKIPPED], 151)
    assert text.startswith("Docker Build Failed\n===================\n")
    for part in (
        "Failed: it broke",
        "  | x\n  | y",
        "Log: /l",
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


def test_a_push_ends_with_the_reference_by_digest() -> None:
    pushed = Pushed(service="api", names=("r/a:1",), digest="sha256:cd", reference="r/a@sha256:cd", seconds=1)
    assert push_text([pushed]).splitlines()[-1] == "  r/a@sha256:cd"


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
