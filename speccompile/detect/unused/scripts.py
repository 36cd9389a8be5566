"""Scripts of manifests that neither the build nor the start of a service runs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from speccompile.codes.unused import SCRIPTS_UNUSED
from speccompile.detect.unused.listing import listed
from speccompile.diagnostics import Diagnostic
from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.spec.project import ServiceSpec
from speccompile.stacks.manifest import Table, json_table, jsonc_table, place, table, toml_table

_ENTRY_POINTS = (("project", "scripts"), ("tool", "poetry", "scripts"))
_JSON, _JSONC, _TOML = json_table, jsonc_table, toml_table
# Manifests, how they are read, where their scripts are, and which of these an image runs by itself.
_MANIFESTS = (
    ("package.json", _JSON, ("scripts",), ("build", "start")),
    ("deno.json", _JSONC, ("tasks",), ("build", "start")),
    ("deno.jsonc", _JSONC, ("tasks",), ("build", "start")),
    ("composer.json", _JSON, ("scripts",), ()),
    ("pyproject.toml", _TOML, ("tool", "poe", "tasks"), ()),
    ("pyproject.toml", _TOML, ("tool", "pdm", "scripts"), ()),
    ("pyproject.toml", _TOML, ("tool", "taskipy", "tasks"), ()),
    ("pyproject.toml", _TOML, ("project", "scripts"), ()),
    ("pyproject.toml", _TOML, ("tool", "poetry", "scripts"), ()),
    ("Pipfile", _TOML, ("scripts",), ()),
)
# What is run around an installation or before the start has diagnostics of its own (SC283), or is run.
_HOOKS = frozenset((
    "preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare", "postprepare", "prestart", "prepack", "postpack", "prepublishOnly",
    "publish", "postpublish", "preversion", "version", "postversion", "dependencies",
    "post-root-package-install", "post-create-project-cmd", "post-update-cmd", "pre-update-cmd", "pre-package-uninstall", "post-package-uninstall",
))  # fmt: skip
# By which people work on the sources.
_BY_PEOPLE = regex(
    r"(?:dev(?:elop(?:ment)?)?|debug|local(?:ly)?|watch\w*|nodemon|hmr|preview|open|serve|stop|test\w*|spec|e2e|unit|integration|jest|vitest|cypress|cy|playwright|"
    r"pw|mocha|coverage|cov|codecov|snapshots?|mutation|lint\w*|eslint|stylelint|oxlint|prett\w*|biome|format\w*|fmt|fix|style|check\w*|"
    r"typecheck|types|tsc|audit|validate|verify|analy[sz]e\w*|profile|clean\w*|clear|reset|storybook|sb|chromatic|docs?|docgen|typedoc|release|"
    r"publish|version|changeset|changelog|semantic|commit\w*|cz|husky|hooks|pre|precommit|ci|bench\w*|report|generate\w*|gen|codegen|scaffold|new|"
    r"create|add|ncu|outdated|upgrade|update|eject|ng|nx|turbo|docker\w*|compose|mock\w*|fixtures?|examples?|demo|studio|playground|size|bundlesize|"
    r"phpstan|psalm|phpunit|pest|pint|cs|csfix|rector|infection|ide|stan|mypy|ruff|black|isort|flake8|pylint|pytest|tox|nox|type|nuxi|astro|vite|ide)\Z",
    re.IGNORECASE,
)  # fmt: skip
_PARTS = regex(r"[:._/\-\s]+|(?<=[a-z])(?=[A-Z])")


def scripts(tree: Tree, spec: ServiceSpec, entry: str | None) -> Iterator[Diagnostic]:
    """One note a manifest of the service *spec*, whose sources are *tree* and which starts *entry*; paths are as seen from there."""
    for path, read, keys, run in _MANIFESTS:
        text = tree.read(path)
        found = _texts(table(read(text), *keys))
        if keys in _ENTRY_POINTS:
            found = _entry_points(found, spec, entry)
        names = tuple(_unused(found, run, _said(spec, entry)))
        if names:
            yield SCRIPTS_UNUSED.at(
                place(path, text, keys[-1]),
                f"nothing runs these scripts of {path} where {spec.name} runs: {listed(names)}",
                fix=f"of what one of them does where it runs, write the command into specs/deploy.yaml: services.{spec.name}.release for what "
                "is done once before a new version serves, a service of its own (`role: worker`, or `schedule`) for what runs beside it",
            )


def _entry_points(found: Mapping[str, str], spec: ServiceSpec, entry: str | None) -> Mapping[str, str]:
    """Of a package's programs those that are neither the service's own nor in the module *entry* that it starts; a tool and a library are made for theirs."""
    if spec.role not in ("server", "worker"):
        return {}
    started = frozenset(words[0].rpartition("/")[2] for words in _said(spec, None) if words)
    module = (entry or "").removesuffix(".py").removesuffix("/__init__").removeprefix("src/").replace("/", ".")
    return {
        name: text
        for name, text in found.items()
        if name not in started and text.partition(":")[0].strip() not in (module, f"{module}.__main__")
    }


def _texts(found: Table) -> Mapping[str, str]:
    """The scripts with what they run, whichever way it is written."""
    return {str(name): value if isinstance(value, str) else repr(value) for name, value in found.items() if value}


def _said(spec: ServiceSpec, entry: str | None) -> tuple[tuple[str, ...], ...]:
    """The commands that deploy.yaml has for the service, and the start of the file *entry*, which people name without its suffix, too."""
    started = ((entry,), (entry.rpartition(".")[0] or entry,)) if entry else ()
    return (
        (*started, *spec.deploy.steps, *((spec.deploy.command,) if spec.deploy.command else ()))
        if spec.deploy
        else started
    )


def _unused(found: Mapping[str, str], run: tuple[str, ...], commands: tuple[tuple[str, ...], ...]) -> Iterator[str]:
    used = _reached(found, run, commands)
    done = {_plain(found[name]) for name in used}
    for name, text in found.items():
        hook = name.removeprefix("pre").removeprefix("post")
        by_people = any(_BY_PEOPLE.match(part) for part in _PARTS.split(name))
        if name not in used and name not in _HOOKS and not by_people and hook not in used and _plain(text) not in done:
            yield name


def _reached(found: Mapping[str, str], run: tuple[str, ...], commands: tuple[tuple[str, ...], ...]) -> frozenset[str]:
    """The scripts that are run, those that run others among them, and those that deploy.yaml has as commands."""
    open_ = [name for name in run if name in found]
    open_ += [name for name, text in found.items() if any(_is_command(text, words) for words in commands)]
    reached: set[str] = set()
    while open_:
        name = open_.pop()
        if name not in reached:
            reached.add(name)
            around = (f"pre{name}", f"post{name}")
            words = {word.removeprefix("npm:").strip("'\"") for word in found[name].split()}
            open_ += [other for other in found if other in words or other in around]
    return frozenset(reached)


def _is_command(text: str, words: tuple[str, ...]) -> bool:
    """Whether a script runs the command *words*, which deploy.yaml may name by its path."""
    program = words[0].rpartition("/")[2]
    said = text.replace("=", " ").split()
    return program in {one.rpartition("/")[2] for one in said} and all(word in said for word in words[1:])


def _plain(text: str) -> str:
    return " ".join(text.split())
