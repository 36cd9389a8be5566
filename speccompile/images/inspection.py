"""What an engine or a registry says about an image, in one shape."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping, Sequence
from typing import Any

from speccompile.codes.engines import UNTOLD
from speccompile.diagnostics import quoted
from speccompile.errors import Refused
from speccompile.images import commands
from speccompile.images.engine import Engine, Kind
from speccompile.images.failures import last_words
from speccompile.images.runner import Outcome, Runner
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span

# Docker; podman and buildah; and what can be no image's name.
_ABSENT = regex(r"(?i)no such (?:image|object)|image not known|invalid reference format|must be lowercase")
_DIGEST = r"sha256:[0-9a-f]{64}"


@record(kw_only=True)
class ImageFacts:
    """An image: the digest of its configuration (its id), its size in bytes, the number of its layers, its labels.

    "Digest" is a manifest's, never the id. ``digests`` are references by it, known for what was pulled or pushed. ``manifest`` is it
    where a registry told all this: engines pack layers anew when they push, so what they keep is another. ``named`` is when the image last got a
    name, or was made, where an engine keeps no such time. A registry's size is what is transferred, an engine's what is stored.
    """

    id: str
    size: int
    layers: int
    labels: Mapping[str, str]
    created: str
    digests: tuple[str, ...] = ()
    manifest: str | None = None
    named: str = ""

    def digest_at(self, reference: str) -> str | None:
        """The manifest's digest in the repository of *reference*; where the image is known under other names only, it is unknown."""
        repository = _repository(reference)
        return next((d.rpartition("@")[2] for d in self.digests if _repository(d) == repository), None)


def local(runner: Runner, engine: Engine, image: str, rests: Sequence[float] = (0.2, 1.0, 3.0)) -> ImageFacts | None:
    """What *engine* knows about a local *image*; None when it says that it has none of that name.

    An engine that fails to tell is asked again after each of *rests* (seconds): podman and buildah do where another process works on
    the same storage. Raises ``Refused`` when it never tells.
    """
    asked = commands.inspect(engine, image)
    for rest in (*rests, None):
        outcome = runner.answer(asked)
        if _ABSENT.search(outcome.errors):
            return None
        found = _told(engine, outcome)
        if found is not None or rest is None:
            break
        time.sleep(rest)
    if found is None:
        message = f"{engine} does not tell about {quoted(image)}: {last_words(outcome.errors or outcome.output)}"
        raise Refused(
            [UNTOLD.at(Span(image), message, fix=f"run `{' '.join(asked.argv)}` and mend what it says, then try again")]
        )
    return found


def _told(engine: Engine, outcome: Outcome) -> ImageFacts | None:
    try:
        return read(engine, json.loads(outcome.output)) if outcome.ok else None
    except (ValueError, LookupError, TypeError):
        return None


def read(engine: Engine, said: Any) -> ImageFacts:
    """The facts in an engine's answer to ``commands.inspect``."""
    return _buildah(said) if engine.kind is Kind.BUILDAH else _docker(said[0])


def _docker(said: Mapping[str, Any]) -> ImageFacts:
    identity = str(said["Id"])
    return ImageFacts(
        id=identity if identity.startswith("sha256:") else f"sha256:{identity}",
        size=int(said.get("Size") or 0),
        layers=len((said.get("RootFS") or {}).get("Layers") or ()),
        labels=dict((said.get("Config") or {}).get("Labels") or said.get("Labels") or {}),
        created=str(said.get("Created") or ""),
        digests=tuple(sorted(said.get("RepoDigests") or ())),
        named=str((said.get("Metadata") or {}).get("LastTagTime") or said.get("Created") or ""),
    )


def _buildah(said: Mapping[str, Any]) -> ImageFacts:
    manifest = json.loads(said["Manifest"])
    image = said["OCIv1"]
    layers = manifest.get("layers") or []
    digest = str(said.get("FromImageDigest") or "") or None
    repository = _without_version(str(said.get("FromImage") or ""))
    return ImageFacts(
        id=f"sha256:{said['FromImageID']}",
        size=sum(int(layer.get("size") or 0) for layer in layers) + int(manifest["config"].get("size") or 0),
        layers=len(layers),
        labels=dict((image.get("config") or {}).get("Labels") or {}),
        created=str(image.get("created") or ""),
        digests=(f"{repository}@{digest}",) if repository and digest else (),
        named=str(image.get("created") or ""),
    )


def _without_version(reference: str) -> str:
    return re.sub(r":[^:/@]*$", "", reference.partition("@")[0])


def _repository(reference: str) -> str:
    return commands.full_name(_without_version(reference))


def digest_in(text: str) -> str | None:
    """The last SHA-256 digest in what an engine printed."""
    found = re.findall(_DIGEST, text)
    return found[-1] if found else None
