"""Variables that files for other platforms set, and no deployment of ours does. What a `.env` sets is not looked at: it is one machine's."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from speccompile.codes.unused import VARIABLES_UNUSED
from speccompile.detect.unused.development import DEVELOPMENT
from speccompile.detect.unused.listing import listed
from speccompile.diagnostics import Diagnostic
from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.spec.project import ServiceSpec
from speccompile.stacks.manifest import items, json_table, table, toml_table, word, yaml_table

_NAME = regex(r"[A-Za-z_][A-Za-z0-9_]{0,60}\Z")
# How platforms choose what an image is made with.
_OF_PLATFORMS = regex(
    r"(?:PYTHON|NODE|RUBY|GO|JAVA|PHP|POETRY|UV|BUN|PNPM|YARN|BUNDLER)_VERSION|WEB_CONCURRENCY|DISABLE_COLLECTSTATIC|"
    r"(?:NPM|YARN|PNPM)_CONFIG_\w+|COMPOSE_\w+|NIXPACKS_\w+|NPM_CONFIG_\w+|BUILDKIT_\w+|DOCKER_\w+"
)


def variables(tree: Tree, spec: ServiceSpec, known: Collection[str], stores: tuple[str, ...]) -> Iterator[Diagnostic]:
    """One note of the variables that files for other platforms set for the service *spec* in *tree*, but for those *known* and those whose names
    begin as those about its *stores* do; paths are as seen from the tree."""
    given = {*known, *DEVELOPMENT}
    if spec.deploy:
        given |= {*spec.deploy.env, *(one if isinstance(one, str) else one.name for one in spec.deploy.secrets)}
        given |= {*(spec.deploy.build.args if spec.deploy.build else ())}
    tracked = frozenset(tree.about("tracked", ""))
    told: list[tuple[str, str]] = []
    for path, names in _said(tree):
        left = [
            name
            for name in names
            if name not in given
            and not _OF_PLATFORMS.fullmatch(name)
            and not name.upper().startswith(stores or ("\0",))
        ]
        if left and path in tracked:
            given |= {*left}
            told.append((path, listed(left)))
    if told:
        yield VARIABLES_UNUSED.at(
            Span(told[0][0]),
            f"nothing sets these variables for {spec.name}: {'; '.join(f'{names} (of {path})' for path, names in told)}",
            fix=f"write those that the program needs into specs/deploy.yaml: services.{spec.name}.env, or services.{spec.name}.secrets for what is secret",
        )


def _said(tree: Tree) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Files with the names of the variables that they set, in the order of the text. Values are not looked at."""
    yield "app.json", _names(table(json_table(tree.read("app.json")), "env"))
    yield "fly.toml", _names(table(toml_table(tree.read("fly.toml")), "env"))
    yield "app.yaml", _names(table(yaml_table(tree.read("app.yaml")), "env_variables"))
    for name in ("render.yaml", "render.yml"):
        blueprint = yaml_table(tree.read(name))
        listed_ = (
            entry
            for service in items(table(blueprint).get("services"))
            for entry in items(table(service).get("envVars"))
        )
        yield name, tuple(key for one in listed_ if (key := word(table(one).get("key"))) and _NAME.match(key))


def _names(found: object) -> tuple[str, ...]:
    return tuple(str(name) for name in table(found) if _NAME.match(str(name)))
