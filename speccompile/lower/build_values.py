"""What the build of an image is told: `build: {args: …, secrets: …}` in deploy.yaml.

A secret reaches exactly the steps that fetch dependencies, as a file that BuildKit or buildah mounts for that step alone (Dockerfile
reference, ``RUN --mount=type=secret``). There it becomes an environment variable of the step, which no layer keeps; secrets that are files
by their nature (NETRC, NPMRC, PIP_CONF, MAVEN_SETTINGS) are mounted where programs look for them. Arguments are public: an ARG in every stage that builds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from speccompile.codes.lowering import BUILD_VALUE_UNUSED
from speccompile.diagnostics import Diagnostic
from speccompile.errors import Refused
from speccompile.lower.subject import Subject
from speccompile.plan.image import MAVEN_SETTINGS, SECRET_FILES, Arg, Env, FromSecret, ImageRecipe, Mount, Run, Stage
from speccompile.provenance import Origin, because, merged
from speccompile.spec.deploy import Build

CODE = "SC373"
TITLE = "build values"


def with_build_values(image: ImageRecipe, subject: Subject) -> ImageRecipe:
    """*image* with what deploy.yaml tells its build; raises ``Refused`` for what no step would see."""
    told = subject.deploy.build if subject.deploy else None
    if told is None:
        return image
    problems = tuple(_unused(image, subject, told))
    if problems:
        raise Refused(problems)
    *building, final = image.stages
    args = tuple(
        Arg(name=name, value=value, origin=because(CODE, subject.deployed("build", "args", name)))
        for name, value in sorted(told.args.items())
    )
    secrets = {name: because(CODE, subject.deployed("build", "secrets", at)) for at, name in enumerate(told.secrets)}
    return replace(image, stages=(*(_told(stage, args, secrets) for stage in building), final))


def _told(stage: Stage, args: tuple[Arg, ...], secrets: dict[str, Origin]) -> Stage:
    steps = tuple(
        _with_secrets(step, secrets) if isinstance(step, Run) and step.fetches else step for step in stage.steps
    )
    return replace(stage, steps=(*args, *steps))


def _with_secrets(run: Run, secrets: dict[str, Origin]) -> Run:
    """*run* with every secret mounted, and those that are values in its environment."""
    if not secrets:
        return run
    mounts = tuple(_mount(name, origin) for name, origin in secrets.items())
    values = [name for name in secrets if name not in (*SECRET_FILES, MAVEN_SETTINGS)]
    read = tuple((FromSecret(name),) for name in values)
    exported = (("export", *values),) if values else ()
    origin = merged((run.origin, *secrets.values()))
    return replace(run, commands=(*read, *exported, *run.commands), mounts=(*run.mounts, *mounts), origin=origin)


def _mount(name: str, origin: Origin) -> Mount:
    target = (("target", SECRET_FILES[name]),) if name in SECRET_FILES else ()
    return Mount(kind="secret", options=(("id", name), *target, ("required", "true")), origin=origin)


def _unused(image: ImageRecipe, subject: Subject, told: Build) -> Iterator[Diagnostic]:
    """What would be told to nobody: no step fetches anything, nothing is built, or the stack sets a variable of that name."""
    steps = [step for stage in image.stages[:-1] for step in stage.steps]
    if not any(isinstance(step, Run) and step.fetches for step in steps):
        for at, name in enumerate(told.secrets):
            yield BUILD_VALUE_UNUSED.at(
                subject.deployed("build", "secrets", at).span,
                f"no step of the image of {subject.name} fetches dependencies, so none would read {name}",
                fix=f"take {name} out of `build.secrets`; what the running service needs belongs into `secrets`",
            )
    own = {name for step in steps if isinstance(step, Env) for name, _ in step.pairs}
    for name in told.args:
        if not steps or name in own:
            why = f"{subject.name} sets {name} itself" if steps else f"nothing is built for the image of {subject.name}"
            yield BUILD_VALUE_UNUSED.at(
                subject.deployed("build", "args", name).span,
                f"the build would not see {name}: {why}",
                fix=f"take {name} out of `build.args`; what the running service needs belongs into `env`",
            )
