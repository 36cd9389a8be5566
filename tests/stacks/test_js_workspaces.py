"""Workspaces: which one a package belongs to, what of it is needed, and what stands in the way."""

from __future__ import annotations

import json
from typing import Any

import pytest
from stack_cases import request

from speccompile.detect.detection import Detection, detect
from speccompile.plan.image import Copy, ImageRecipe, Run
from speccompile.project.memory import MemoryTree
from speccompile.stacks.javascript import packagejson, workspaces
from speccompile.stacks.javascript.workspaces import Workspace


def package(name: str, **data: Any) -> str:
    """A package.json."""
    return json.dumps({"name": name, **data})


def lock(**members: dict[str, str]) -> str:
    """A package-lock.json that was made for members with these dependencies (``__`` stands for a slash)."""
    packages = {name.replace("__", "/"): {"dependencies": wanted} for name, wanted in members.items()}
    return json.dumps({"lockfileVersion": 3, "packages": {"": {}, **packages}})


FILES = {
    "package.json": package("acme", workspaces=["apps/*", "packages/**", "!packages/old"], scripts={"prepare": "x"}),
    "package-lock.json": lock(
        apps__web={"@acme/ui": "*"}, packages__ui={"@acme/base": "*"}, packages__core__base={"ms": "1"}
    ),
    "tsconfig.base.json": "{}",
    "apps/web/package.json": package("@acme/web", dependencies={"@acme/ui": "*"}, scripts={"start": "node index.js"}),
    "apps/web/index.js": "",
    "apps/other/package.json": package("@acme/other"),
    "packages/ui/package.json": package(
        "@acme/ui", dependencies={"@acme/base": "*"}, main="dist/index.js", scripts={"build": "tsc --outDir dist"}
    ),
    "packages/ui/src/index.ts": "",
    "packages/core/base/package.json": package("@acme/base", dependencies={"ms": "1"}, main="index.js"),
    "packages/core/base/index.js": "",
    "packages/old/package.json": package("@acme/old"),
    "packages/ui/node_modules/x/package.json": package("x"),
}


def around(files: dict[str, str], place: str) -> Workspace:
    """The workspace of the package in *place*."""
    tree = MemoryTree(files).below(place) if place else MemoryTree(files)
    own = packagejson.read(tree)
    assert own is not None
    return workspaces.around(tree, own)


def image(found: Detection, prefix: str) -> ImageRecipe:
    """The image of what was detected."""
    made = found.stack.recipe(found.facts, request("web-service", found, prefix))
    assert isinstance(made, ImageRecipe)
    return made


def member(files: dict[str, str], place: str) -> Detection:
    """What the service at *place* is."""
    return detect(MemoryTree(files).below(place), None, place)


def test_a_member_and_what_it_needs() -> None:
    """Each package after what it needs itself; nothing else of the workspace."""
    found = around(FILES, "apps/web")
    assert (found.up, found.place, found.outside) == ("../..", "apps/web", "../..")
    assert found.needed == ("packages/core/base", "packages/ui")
    assert found.linked == ("apps/web", "packages/core/base", "packages/ui")
    assert set(found.members) == {"apps/other", "apps/web", "packages/core/base", "packages/ui"}


def test_the_root_is_a_workspace_of_its_own() -> None:
    """Its members are there; it needs none of them."""
    found = around(FILES, "")
    assert (found.up, found.place, found.needed, found.linked) == ("", "", (), ())


@pytest.mark.parametrize(
    "patterns",
    [["apps/web"], ["./apps/web/"], ["apps/*"], ["apps/w*"], ["**"], ["apps/{web,admin}"], {"packages": ["apps/*"]}],
)
def test_patterns_of_members(patterns: Any) -> None:
    """As npm, yarn and Bun write them; pnpm's are in a file of its own."""
    files = {"package.json": package("a", workspaces=patterns), "apps/web/package.json": package("web")}
    assert around(files, "apps/web").place == "apps/web"
    pnpm = {**files, "package.json": package("a"), "pnpm-workspace.yaml": json.dumps({"packages": patterns})}
    assert around(pnpm, "apps/web").place == ("apps/web" if isinstance(patterns, list) else "")


@pytest.mark.parametrize(
    "patterns", [["packages/*"], ["../*"], ["/"], [""], ["apps"], ["!apps/web", "apps/*"], [1], "*", None]
)
def test_packages_that_stand_alone(patterns: Any) -> None:
    """No pattern means them."""
    files = {"package.json": package("a", workspaces=patterns), "apps/web/package.json": package("web")}
    assert around(files, "apps/web").place == ""


def test_a_lock_of_its_own_where_the_root_has_none() -> None:
    """Such a member is installed by itself."""
    files = {**FILES, "apps/web/package-lock.json": "{}"}
    assert around(files, "apps/web").place == "apps/web"
    del files["package-lock.json"]
    assert around(files, "apps/web").place == ""


def test_packages_that_need_each_other() -> None:
    """Each is there once."""
    files = {
        "package.json": package("a", workspaces=["*"]),
        "x/package.json": package("x", dependencies={"y": "*"}),
        "y/package.json": package("y", dependencies={"x": "*", "y": "*"}),
    }
    assert around(files, "x").needed == ("y",)


def test_the_image_of_a_member() -> None:
    """The manifests of what is needed, each in its place; built in order; what is not needed stays outside."""
    found = member(FILES, "apps/web")
    made = image(found, "apps/web")
    assert "package-lock.json" in made.context
    assert "tsconfig.base.json" in made.context
    assert not [path for path in made.context if path.startswith(("apps/other", "packages/old"))]
    manifests, install, deps, build, final = made.stages
    assert [step.target for step in manifests.steps if isinstance(step, Copy)] == [
        "./", "apps/web/", "packages/core/base/", "packages/ui/"
    ]  # fmt: skip
    runs = [word for step in manifests.steps if isinstance(step, Run) for words in step.commands for word in words]
    assert runs == ["npm", "pkg", "delete", "scripts.prepare"]
    assert [stage.base.reference for stage in (install, deps, build)] == ["manifests", "install", "install"]
    assert not [step for step in deps.steps if isinstance(step, Copy)]
    assert [step.commands for step in build.steps if isinstance(step, Run)] == [(("npm", "run", "build"),)]
    assert "packages/ui/dist/" in [step.target for step in final.steps if isinstance(step, Copy)]
    assert made.command == ("node", "index.js")


def test_places_in_a_context_above_the_project() -> None:
    """Everything is as seen from there."""
    made = image(member(FILES, "apps/web"), "somewhere/apps/web")
    assert all(path.startswith(("somewhere/", "generated/")) for path in made.context)


def test_the_root_starts_a_member() -> None:
    """By name, by directory, or because only one can be started."""
    expected = image(member(FILES, "apps/web"), "apps/web")
    for start in (
        "npm start -w @acme/web",
        "npm run start --workspace=apps/web",
        "turbo run start",
        "cd apps/web && npm start",
        None,
    ):
        root = {
            "workspaces": ["apps/*", "packages/**"],
            "scripts": {"prepare": "x", **({"start": start} if start else {})},
        }
        found = detect(MemoryTree({**FILES, "package.json": package("acme", **root)}))
        assert found.facts.source == "apps/web/index.js", start
        assert image(found, "").command == expected.command
        assert image(found, "").context == expected.context


def test_a_program_at_the_root_is_the_root_s() -> None:
    """Although members could be started too."""
    files = {
        **FILES,
        "package.json": package("acme", workspaces=["apps/*"], scripts={"start": "node server.js"}),
        "server.js": "",
    }
    assert detect(MemoryTree(files)).facts.source == "server.js"


def test_a_stale_lock_is_cited_where_it_is() -> None:
    """With the member that it was not made for."""
    web = package("@acme/web", dependencies={"@acme/ui": "*", "left": "1"}, scripts={"start": "node index.js"})
    (one,) = member({**FILES, "apps/web/package.json": web}, "apps/web").facts.obstacles
    assert (one.code, one.span.path, one.related[0].span.path) == (
        "SC239",
        "package-lock.json",
        "apps/web/package.json",
    )


def test_local_dependencies() -> None:
    """A directory is part of what is installed; npm links it, others copy it; outside of the service is too far."""
    files = {
        "package.json": package("a", dependencies={"lib": "file:libs/lib", "tar": "file:./vendor/t.tgz"}, main="a.js"),
        "a.js": "",
        "libs/lib/package.json": package("lib", main="b.js"),
        "libs/lib/b.js": "",
        "vendor/t.tgz": "",
        "package-lock.json": json.dumps(
            {"packages": {"": {"dependencies": {"lib": "file:libs/lib", "tar": "file:./vendor/t.tgz"}}}}
        ),
    }
    made = image(detect(MemoryTree(files)), "")
    assert {"libs/lib/package.json", "vendor/t.tgz"} <= set(made.context)
    outside = {**files, "package.json": package("a", dependencies={"lib": "file:../lib"}, main="a.js")}
    assert "SC259" in [one.code for one in detect(MemoryTree(outside)).facts.obstacles]
