"""The case folders: small real applications, and what is made of each. ``python tests/stacks/stack_cases.py`` writes
the expectations anew (look at the difference before you commit it)."""

from __future__ import annotations

import json
import os
from dataclasses import fields
from pathlib import Path
from typing import Any

from speccompile.detect.detection import Detection, detect
from speccompile.plan.dump import data
from speccompile.plan.image import ImageRecipe
from speccompile.project.disk import DiskTree
from speccompile.provenance import Wanted, because
from speccompile.stacks.facts import Facts
from speccompile.stacks.request import Request

HERE = Path(__file__).resolve().parent
_NUGET = "no package of NuGet and no image of .NET can be fetched where the tests run"
_HEX = "no package of Hex and no image of Elixir can be fetched where the tests run"
UNBUILT = {
    "dotnet-console-cli": _NUGET,
    "dotnet-web": _NUGET,
    "dotnet-worker-job": _NUGET,
    "elixir-phoenix-web": _HEX,
    "elixir-plain-web": _HEX,
    "java-gradle-cli": "no Gradle can be fetched where the tests run",
    "php-laravel-web": "no package of Packagist can be fetched where the tests run",
    "ruby-rails-web": "no gem of RubyGems can be fetched where the tests run",
    "ruby-sinatra-web": "its gems are those of the base image where the tests run: test_stack_ruby_engine locks these",
}
"""Cases of which only the recipe is tested, and why."""

LONG = {
    "bun-react-router-web": ("bun-web", "node-react-router-web"),
    "node-astro-web": ("node-web", "node-tanstack-start-web", "node-nest-web"),
    "node-angular-web": ("node-tanstack-start-web",),
    "node-next-start-web": ("node-nest-web",),
    "node-solid-start-web": ("node-tanstack-start-web",),
    "static-astro-web": ("static-vite-web",),
    "static-next-web": ("static-vite-web",),
    "static-react-router-web": ("static-vite-web",),
}
"""Cases whose builds take long, and those that are always built and whose stages have the same steps (test_long_builds.py)."""

EVERY_STACK = bool(os.environ.get("EVERY_STACK"))
if not EVERY_STACK:
    UNBUILT |= {
        case: f"its stages are those of {' and '.join(others)}: EVERY_STACK=1 builds it, too"
        for case, others in LONG.items()
    }
CASES = tuple(sorted(path.parent.name for path in HERE.glob("*/app")))
# Where the service is in its application, for members of a workspace.
DIRECTORIES = {"bun-workspaces-web": "apps/web", "node-workspaces-web": "apps/web"}
_ARCHETYPES = {"web": "web-service", "cli": "cli-tool", "job": "data-pipeline", "pipeline": "data-pipeline"}
_MODULES = {
    "python": "health.py",
    "javascript": "health.mjs",
    "typescript": "health.ts",
    "go": "health.go",
    "rust": "health.rs",
    "java": "Health.java",
    "php": "health.php",
    "ruby": "health.rb",
    "shell": "health.sh",
}


def app(case: str) -> Path:
    """The directory of a case's application."""
    return HERE / case / "app"


def directory(case: str) -> str:
    """Where the service is in the application."""
    return DIRECTORIES.get(case, "")


def archetype(case: str) -> str:
    """The archetype of a case: the last word of its name."""
    return _ARCHETYPES[case.rpartition("-")[2]]


def detected(case: str) -> Detection:
    """What a case's sources are."""
    return detect(DiskTree(app(case)).below(directory(case)), None, directory(case))


def request(archetype: Any, detection: Detection, prefix: str = "", **wishes: Any) -> Request:
    """What lowering would ask for."""
    web = archetype == "web-service"
    module = _MODULES[detection.facts.language or detection.stack.language]
    health = (f"generated/{module}", f"/app/generated/{module}") if web else None
    port = detection.facts.port if web else None
    config = ("generated/site.conf", "/etc/nginx/nginx.conf") if detection.facts.pages and web else None
    if web and detection.facts.front and not wishes.get("command"):
        config = ("generated/serve.sh", "/usr/local/bin/serve.sh")
    asked = {"port": port, "command": None, "health": health, "config": config, **wishes}
    why = because("SC300")
    told = {name: Wanted(asked[name], why) if asked[name] else None for name in ("port", "command")}
    packages = {
        name: tuple(Wanted(one, why) for one in asked.pop(of, ()))
        for name, of in (("to_build", "build_packages"), ("to_run", "runtime_packages"))
    }
    return Request(archetype=archetype, prefix=prefix, origin=why, **{**asked, **told, **packages})


def recipe(case: str, prefix: str = "", **wishes: Any) -> ImageRecipe:
    """The image of a case."""
    found = detected(case)
    where = "/".join(filter(None, (prefix, directory(case))))
    made = found.stack.recipe(found.facts, request(archetype(case), found, where, **wishes))
    assert isinstance(made, ImageRecipe)
    return made


def expectation(case: str) -> dict[str, Any]:
    """Everything that is expected of a case, as JSON would have it."""
    facts = detected(case).facts
    shown = {field.name: _plain(getattr(facts, field.name)) for field in fields(Facts)}
    answer: dict[str, Any] = json.loads(json.dumps({"facts": shown, "recipe": _without_reasons(data(recipe(case)))}))
    return answer


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    return (
        str(value)
        if hasattr(value, "severity")
        else data(value)
        if not isinstance(value, tuple)
        else list(map(_plain, value))
    )


def _without_reasons(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_reasons(entry) for key, entry in value.items() if key != "because"}
    return list(map(_without_reasons, value)) if isinstance(value, list) else value


def main() -> None:
    """Write every case's expectation."""
    for case in CASES:
        text = json.dumps(expectation(case), indent=1, ensure_ascii=False)
        (HERE / case / "expected.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
