"""What an image is made of, asked as its two files say it: by the COPY steps, and by the ignore file."""

from __future__ import annotations

from collections.abc import Mapping

from projects import compiled, manifest
from speccompile.pipeline import Compilation
from speccompile.plan.image import Copy
from speccompile.verify.readers.ignore import Senders, read


def compilation(sources: Mapping[str, str], archetype: str = "web-service", **service: object) -> Compilation:
    """The compilation of a project of one service, of which deploy.yaml says *service*."""
    deploy = {"version": 1, "services": {"app": service}} if service else None
    made = compiled(sources, manifest(archetype), deploy)
    assert made.defects == ()
    return made


def copied(made: Compilation, path: str, stage: int = -1) -> bool:
    """Whether *path* is copied from the context into a stage (the final one), and sent."""
    (service,) = made.plan.services
    steps = service.image.stages[stage].steps
    taken = {source for step in steps if isinstance(step, Copy) and step.stage is None for source in step.sources}
    above = [f"{path[:at]}/" for at, letter in enumerate(path) if letter == "/"]
    return bool(taken & {path, *above}) and sent(made, path)


def sent(made: Compilation, path: str) -> bool:
    """Whether the engine gets *path* at all."""
    (service,) = made.plan.services
    return Senders(read(made.files[service.ignorefile])).sends(path)


def noted(made: Compilation) -> str:
    """What the note about all that was left out says."""
    return "\n".join(note.message for note in made.notes if note.code == "SC286")
