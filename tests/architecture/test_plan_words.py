"""The plan knows no engine: who reads ``plan/*.py``, names, texts and comments, finds no word of one, but those that stand here with why."""

from __future__ import annotations

import re
from pathlib import Path

import speccompile.plan

_WORDS = re.compile(
    r"(?<![a-z])(?:docker\w*|compose|moby|swarm|podman|quadlet|buildah|buildkit|buildx|bake|containerd|containers?|kube\w*|kustom\w*|k8s|helm|nomad"
    r"|pods?|cronjobs?|crontabs?|deployments?|statefulsets?|daemonsets?|configmaps?|namespaces?|profiles?|slots?|bridge|overlays?|tmpfs|flock|cgroups?"
    r"|systemd|systemctl|nginx|caddy\w*|traefik|haproxy|envoy|terraform|opentofu|tofu|aws|ec2|ecr|github|actions?|ulimits?)(?![a-z])",
    re.IGNORECASE,
)
"""Of engines, of what stands in front of them, of what builds for them and hosts them; ``_`` parts words, and so do capitals."""

_ALLOWED = {
    "actions.py": (r"actions?|github", "publishing is a workflow of GitHub's in every plan that has one: it is no platform that anything runs on"),
    "workflow.py": (r"actions?|github", "the same: steps and actions are the language of the one file that publishes a library"),
    "repository.py": (r"docker|docker_hub", "a registry, whose names have two parts whatever engine pulls from it"),
    "plan.py": (r"dockerfile", "the format of the file that makes an image, which every engine that builds reads"),
    "bases.py": (r"flock|docker|container|github|nginx|caddy", "names of images and of programs in them, and where they are written down"),
}  # fmt: skip
"""By module: words, and why they are none of an engine's there."""


def _found(text: str) -> set[str]:
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", text).lower()
    return set(_WORDS.findall(parted.replace("_", " ")))


def _modules() -> dict[str, set[str]]:
    (directory,) = map(Path, speccompile.plan.__path__)
    return {path.name: _found(path.read_text(encoding="utf-8")) for path in sorted(directory.glob("*.py"))}


def test_no_word_of_an_engine_is_in_the_plan() -> None:
    modules = _modules()
    assert len(modules) > 15
    strange = {
        name: {word for word in found if not re.fullmatch(_ALLOWED.get(name, ("", ""))[0], word)}
        for name, found in modules.items()
    }
    assert {name: words for name, words in strange.items() if words} == {}


def test_each_exception_is_still_one() -> None:
    modules = _modules()
    for name, (words, why) in _ALLOWED.items():
        assert why
        assert {word for word in modules[name] if re.fullmatch(words, word)}, name


def test_words_are_found_in_names_and_texts() -> None:
    assert _found("class PodTemplate: cap_drop_names = 'a Dockerfile'") == {"pod", "dockerfile"}
    assert _found("composer, decomposed, podium and a reaction") == set()
