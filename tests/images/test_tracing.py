"""A trial of an image reaches nobody, has no right that it does not need, and no value of anybody's."""

from __future__ import annotations

import json

from projects import BUN_WEB, manifest
from speccompile.images.engine import Engine, Kind
from speccompile.images.tracing import start
from speccompile.lower.lower import Surroundings
from speccompile.pipeline import compile_project
from speccompile.project.memory import MemoryTree

ENGINE = Engine(Kind.BUILDKIT, "/usr/bin/docker", "20.10", reproduces=False)
DEPLOY = {
    "app": "shop",
    "services": {
        "shop": {"secrets": ["STRIPE_API_KEY"], "env": {"MOTTO": "a value of mine"}, "writable": ["/app/data"]}
    },
}


def test_it_is_sealed_off() -> None:
    files = {**BUN_WEB, "specs/assertions.json": manifest("web-service"), "specs/deploy.yaml": json.dumps(DEPLOY)}
    made = compile_project(MemoryTree(files), Surroundings(None, ("shop",), allow_unverified=False))
    container = made.plan.services[0].workload
    assert container is not None
    command = start(ENGINE, container, "shop:1", "/tmp/trial/secret")
    pairs = list(zip(command.argv, command.argv[1:], strict=False))
    assert {("--network", "none"), ("--cap-drop", "ALL"), ("--security-opt", "no-new-privileges")} <= set(pairs)
    assert [value for option, value in pairs if option == "--cap-add"] == ["DAC_OVERRIDE", "FOWNER", "CHOWN"]
    assert ("--tmpfs", "/app/data:mode=1777") in pairs, "a volume is memory"
    mounts = [value for option, value in pairs if option == "--volume"]
    assert all(value.startswith("/tmp/trial/secret:/run/secrets/") and value.endswith(":ro") for value in mounts)
    assert mounts, "the secret has a file, which says nothing"
    assert not any("a value of mine" in word for word in command.argv), "values stand in the environment alone"
    assert dict(command.environment)["MOTTO"] == "a value of mine"
    assert not {"--privileged", "--pid", "--device"} & set(command.argv)
