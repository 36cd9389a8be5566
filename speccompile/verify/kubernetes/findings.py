"""What findings about manifests are, and how their parts are looked at without trusting their types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

from speccompile.codes.code import Code
from speccompile.verify.readers.yaml import Path

CONTROLLERS = ("Deployment", "StatefulSet", "Job", "CronJob")


class Manifest(NamedTuple):
    """An object of the API and the name of its file."""

    file: str
    data: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """Its kind."""
        return str(self.data.get("kind"))

    @property
    def name(self) -> str:
        """Its name."""
        return str(entries(self.data.get("metadata")).get("name"))

    @property
    def spec(self) -> Mapping[str, Any]:
        """What it says."""
        return entries(self.data.get("spec"))


class Finding(NamedTuple):
    """What is wrong at a path of a file."""

    file: str
    path: Path
    code: Code
    message: str


class PodOf(NamedTuple):
    """The pods that a controller makes: where their template is in its file, their labels and their specification."""

    manifest: Manifest
    path: Path
    labels: Mapping[str, Any]
    spec: Mapping[str, Any]

    @property
    def ends(self) -> bool:
        """Whether they run to an end."""
        return self.manifest.kind in ("Job", "CronJob")

    def containers(self) -> Iterator[tuple[Path, Mapping[str, Any]]]:
        """All of them, those that come first included."""
        for key in ("initContainers", "containers"):
            for number, one in enumerate(items(self.spec.get(key))):
                yield (*self.path, "spec", key, number), entries(one)


Manifests: TypeAlias = tuple[Manifest, ...]


def pods(found: Manifests) -> Iterator[PodOf]:
    """What each controller makes."""
    for one in found:
        if one.kind not in CONTROLLERS:
            continue
        above: Path = ("spec", "jobTemplate", "spec") if one.kind == "CronJob" else ("spec",)
        body: Mapping[str, Any] = one.data
        for step in (*above, "template"):
            body = entries(body.get(str(step)))
        labels = entries(entries(body.get("metadata")).get("labels"))
        yield PodOf(one, (*above, "template"), labels, entries(body.get("spec")))


def entries(value: Any) -> Mapping[str, Any]:
    """*value* where it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """*value* where it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def selects(selector: Any, labels: Mapping[str, Any]) -> bool:
    """Whether a selector of labels takes *labels*; an empty one takes all."""
    wanted = entries(entries(selector).get("matchLabels"))
    return set(entries(selector)) <= {"matchLabels"} and all(labels.get(key) == value for key, value in wanted.items())
