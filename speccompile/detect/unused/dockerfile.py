"""What a project's own Dockerfile puts into its image, and the generated one does not."""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Iterator
from itertools import pairwise

from speccompile.codes.unused import DOCKERFILE_UNUSED
from speccompile.detect.unused.development import DEVELOPMENT
from speccompile.detect.unused.listing import listed
from speccompile.diagnostics import Diagnostic
from speccompile.plan.image import Env, ImageRecipe, Run
from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.spec.project import ServiceSpec

_NAME = "Dockerfile"
_CONTINUED = regex(r"\\[ \t]*\r?\n(?:[ \t]*#[^\n]*\n)*")
_COMMAND = regex(r"&&|\|\||;|\n|<<")
_INSTALLERS = (("apt-get", "install"), ("apt", "install"), ("apk", "add"), ("dnf", "install"), ("yum", "install"))
_TAKING_A_WORD = frozenset(("-t", "--virtual", "--repository", "-X", "-o"))
_PACKAGE = regex(r"[a-z0-9][a-z0-9+._-]{0,60}")
# What builds, fetches, and is in every image or of no use to a program that runs.
_TOOLS = regex(
    r".*-dev(?:el)?|build-(?:essential|base)|gcc|g\+\+|make|cmake|git|curl|wget|ca-certificates|gnupg2?|apt-utils|apt-transport-https|"
    r"software-properties-common|lsb-release|pkg-config|pkgconf|bash|sudo|vim|nano|less|procps|unzip|zip|tar|xz-utils|openssl|python3?|python3-pip|"
    r"py3-pip|nodejs|npm|yarn|netcat\S*|dumb-init|tini|libc6-compat|gettext|tzdata|locales|musl|rust|cargo|node-gyp|dos2unix|autoconf|automake|"
    r"libtool|lld|clang|mold|llvm|libncurses\d\S*|libstdc\+\+\d?|patch|file|nginx|supervisor|gosu|su-exec|cron"
)
_ENV = regex(r"^[ \t]*ENV[ \t]+(.+)$", re.IGNORECASE | re.MULTILINE)
_STARTED = regex(r"^[ \t]*(?:CMD|ENTRYPOINT)[ \t]+(.+)$", re.IGNORECASE | re.MULTILINE)
_SCRIPT = regex(r"(?<![\w./-])[\w./-]+\.sh\b")
_RUN = regex(r"^[ \t]*RUN[ \t]+(.+)$", re.IGNORECASE | re.MULTILINE)
_VARIABLE = regex(r"[A-Za-z_][A-Za-z0-9_]{0,60}\Z")
# Of installers and interpreters; an image that is made here has its own.
_OF_BUILDS = regex(
    r"(?:PIP|UV|POETRY|PYTHON|NPM|PNPM|YARN|NEXT_TELEMETRY|DEBIAN|VIRTUAL|CARGO|RUST|GO|CGO|JAVA|MAVEN|GRADLE|COMPOSER|BUNDLE|GEM|CONDA|NVM|LANG|LC)"
    r"(?:_?\w*)|TZ|HOME|APP_HOME|APP_DIR|WORKDIR|NODE_VERSION|TERM|PS1|SHELL"
)


def dockerfile(image: ImageRecipe, tree: Tree, spec: ServiceSpec, known: frozenset[str]) -> Iterator[Diagnostic]:
    """One note of what the Dockerfile beside the service *spec* in the project *tree* has, and *image* has not; *known* are the variables that
    are asked for anyway."""
    path = posixpath.join(spec.directory, _NAME)
    text = _CONTINUED.sub(" ", tree.read(path) or "")
    if not text:
        return
    there = frozenset(word for word in _words(image) if _PACKAGE.fullmatch(word))
    packages = tuple(
        name for name in dict.fromkeys(_packages(text)) if name not in there and not _TOOLS.fullmatch(name)
    )
    known = known | frozenset(_set(image))
    names = tuple(
        name
        for name in dict.fromkeys(_variables(text))
        if name not in known | DEVELOPMENT and not _OF_BUILDS.fullmatch(name)
    )
    names = tuple(name for name in names if not (spec.deploy and name in spec.deploy.env))
    scripts = () if spec.deploy and (spec.deploy.command or spec.deploy.release) else tuple(_scripts(text))
    told, remedies = [], []
    if packages:
        told.append(f"installs {listed(packages)}")
        remedies.append(f"services.{spec.name}.packages: {{runtime: […]}} for what the program runs or loads")
    if names:
        told.append(f"sets {listed(names)}")
        remedies.append(f"services.{spec.name}.env")
    if scripts:
        told.append(f"starts {listed(scripts)}")
        remedies.append(f"services.{spec.name}.release for what is done before the program, .command for the program")
    if told:
        yield DOCKERFILE_UNUSED.at(
            Span(path),
            f"the image of {spec.name} is not made by {path}, which {'; '.join(told)}",
            fix=f"what the program needs of that goes into specs/deploy.yaml: {'; '.join(remedies)}",
        )


def _words(image: ImageRecipe) -> Iterator[str]:
    for stage in image.stages:
        for step in stage.steps:
            if isinstance(step, Run):
                yield from (word for command in step.commands for word in command if isinstance(word, str))


def _set(image: ImageRecipe) -> Iterator[str]:
    """The variables that the image sets, in any of its stages."""
    for stage in image.stages:
        yield from (name for step in stage.steps if isinstance(step, Env) for name, _ in step.pairs)


def _packages(text: str) -> Iterator[str]:
    """The system packages that are installed; versions are cut off."""
    for run in _RUN.findall(text):
        for command in _COMMAND.split(run):
            words = command.split()
            at = next((number for number, pair in enumerate(pairwise(words)) if pair in _INSTALLERS), None)
            rest = words[at + 2 :] if at is not None else _behind_options(words)
            skipped = False
            for word in rest:
                name = word.strip("\"'").partition("=")[0]
                if not skipped and _PACKAGE.fullmatch(name):
                    yield name
                skipped = word in _TAKING_A_WORD


def _behind_options(words: list[str]) -> list[str]:
    """The packages of an installer whose options stand before ``install``: ``apt-get -y install x``."""
    bare = [word for word in words if not word.startswith("-")]
    pair = tuple(bare[:2])
    return bare[2:] if pair in _INSTALLERS else []


def _variables(text: str) -> Iterator[str]:
    for line in _ENV.findall(text):
        try:
            words = shlex.split(line)
        except ValueError:
            continue
        several = bool(words) and "=" in words[0]
        pairs = [word.partition("=")[0] for word in words if "=" in word] if several else words[:1]
        yield from (name for name in pairs if _VARIABLE.match(name))


def _scripts(text: str) -> Iterator[str]:
    """The scripts that the image starts."""
    for line in _STARTED.findall(text):
        yield from (posixpath.basename(found) for found in _SCRIPT.findall(line))
