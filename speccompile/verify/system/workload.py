"""What runs by the compose file: each service with the image that it is built into, or the image that is pulled."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from typing import Any

from speccompile.record import record
from speccompile.regex import regex
from speccompile.verify.compose_findings import Services, entries, items
from speccompile.verify.readers import dockerfile, interpolation
from speccompile.verify.readers.dockerfile import Instruction
from speccompile.verify.readers.interpolation import Parts
from speccompile.verify.system.images import BACKING, Pulled

_TAG = regex(r"(?::[^:/@]*)?(?:@.*)?\Z", re.DOTALL)
OPERATORS = "\0"
"""What stands where the operator's value will."""


@record()
class Built:
    """The Dockerfile of a service: its path among the artifacts, its stages, and the last of them."""

    path: str
    stages: tuple[tuple[Instruction, ...], ...]

    @property
    def final(self) -> tuple[Instruction, ...]:
        """The stage that the image is."""
        return self.stages[-1]


@record()
class Workload:
    """A service of the compose file: its name, its body, its Dockerfile where it has one, the image it is, its variables in the end."""

    name: str
    body: Mapping[str, Any]
    built: Built | None
    image: str
    variables: Mapping[str, str]

    @property
    def pulled(self) -> Pulled | None:
        """What is known of it where it is a backing service."""
        return None if self.built else BACKING.get(self.image)

    @property
    def networks(self) -> set[str]:
        """The networks that it is on."""
        return set(map(str, items(self.body.get("networks"))))

    @property
    def words(self) -> tuple[str, ...]:
        """What is started in it, word by word: by the compose file, whose entrypoint also takes the image's command away; else by its image."""
        first, rest = (self.body.get(key) for key in ("entrypoint", "command"))
        ours = tuple(plain(word) for word in (*items(first), *items(rest)))
        return (
            *(() if first else self._of_image("ENTRYPOINT")),
            *ours,
            *(() if first or rest else self._of_image("CMD")),
        )

    def _of_image(self, keyword: str) -> tuple[str, ...]:
        return next(
            (i.json or () for i in reversed(self.built.final if self.built else ()) if i.keyword == keyword), ()
        )

    @property
    def mounted(self) -> tuple[str, ...]:
        """Where something is mounted that can be written."""
        held = (entries(volume) for volume in items(self.body.get("volumes")))
        volumes = (str(one.get("target", "")) for one in held if one.get("read_only") is not True)
        return (*volumes, *(str(tmpfs).partition(":")[0] for tmpfs in items(self.body.get("tmpfs"))))

    @property
    def copied(self) -> tuple[str, ...]:
        """The paths that its image gets by COPY: each file, or the directory that is filled."""
        found: list[str] = []
        directory = "/"
        for instruction in self.built.final if self.built else ():
            if instruction.keyword == "WORKDIR":
                directory = posixpath.join(directory, instruction.rest)
            elif instruction.keyword == "COPY":
                *sources, target = dockerfile.paths(instruction)
                found += _placed(sources, posixpath.join(directory, target))
        return tuple(map(posixpath.normpath, found))


def _placed(sources: list[str], target: str) -> list[str]:
    """Where *sources* end up: below a *target* that ends in a slash by their own names, unless one is a directory, whose content goes there."""
    below = target.endswith(("/", "/.")) and not any(source.endswith("/") for source in sources)
    return [posixpath.join(target, posixpath.basename(source)) for source in sources] if below else [target]


def workloads(found: Services, files: Mapping[str, str], output: str) -> tuple[Workload, ...]:
    """The services *found* in a compose file in the directory *output*, with those of *files* that they are built by."""
    return tuple(_workload(name, body, files, output) for name, body in found.items())


def _workload(name: str, body: Mapping[str, Any], files: Mapping[str, str], output: str) -> Workload:
    built = _built(entries(body.get("build")), files, output)
    image = (built.final[0].rest.split() or [""])[0] if built else plain(body.get("image", ""))
    variables: dict[str, str] = {}
    for instruction in built.final if built else ():
        if instruction.keyword == "ENV":
            variables |= dict(dockerfile.pairs(instruction))
    variables |= {key: plain(value) for key, value in entries(body.get("environment")).items()}
    return Workload(name, body, built, posixpath.basename(_TAG.sub("", image)), variables)


def _built(build: Mapping[str, Any], files: Mapping[str, str], output: str) -> Built | None:
    """The Dockerfile that *build* names, relative to its context, which is relative to the compose file."""
    if not build:
        return None
    place = posixpath.normpath(posixpath.join(output, str(build.get("context")), str(build.get("dockerfile"))))
    path = posixpath.relpath(place, output)
    if path not in files:
        return None
    stages = dockerfile.read(files[path]).stages()
    return Built(path, stages)


def plain(value: object) -> str:
    """*value* as compose gives it to a container, with ``OPERATORS`` in the place of each value that is the operator's."""
    try:
        return _plain(interpolation.read(str(value)))
    except ValueError:
        return str(value)


def _plain(parts: Parts) -> str:
    return "".join(part if isinstance(part, str) else OPERATORS for part in parts)


def covers(directories: tuple[str, ...], path: str) -> bool:
    """Whether *path* is one of *directories* or below one."""
    return any(
        path == directory or path.startswith(directory.rstrip("/") + "/") for directory in directories if directory
    )
