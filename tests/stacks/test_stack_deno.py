"""What deno.json, its tasks and its lock come to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from stack_cases import request

from speccompile.detect.detection import Detection, detect
from speccompile.errors import Refused
from speccompile.plan.image import Copy, ImageRecipe, Run
from speccompile.project.memory import MemoryTree
from speccompile.stacks.archetype import guess

MAIN = "Deno.serve(() => new Response('ok'));\n"


def project(start: str | None = None, main: str = MAIN, **more: Any) -> dict[str, str]:
    """A project with a task."""
    tasks = {"tasks": {"start": start, **more.pop("tasks", {})}} if start else {}
    return {"deno.json": json.dumps({**tasks, **more}), "main.ts": main}


def image(files: Mapping[str, str], archetype: str = "web-service", **wishes: Any) -> ImageRecipe:
    """The image of *files*."""
    detection = found(files)
    made = detection.stack.recipe(detection.facts, request(archetype, detection, **wishes))
    assert isinstance(made, ImageRecipe)
    return made


def found(files: Mapping[str, str]) -> Detection:
    """What *files* are."""
    return detect(MemoryTree(files))


STARTS = {
    "deno run --allow-net main.ts": "deno run --no-prompt --cached-only --allow-net main.ts",
    "deno run -A --watch main.ts": "deno run --no-prompt --cached-only -A main.ts",
    "deno -A main.ts": "deno run --no-prompt --cached-only -A main.ts",
    "PORT=9000 deno run --allow-net --env-file=.env main.ts x": "deno run --no-prompt --cached-only --allow-net main.ts x",
    "deno serve -A --port 9000 main.ts": "deno serve --no-prompt --cached-only -A --host 0.0.0.0 --port 9000 main.ts",
    "deno serve main.ts": "deno serve --no-prompt --cached-only --allow-env --allow-read --host 0.0.0.0 --port 8000 main.ts",
    "deno task serve": "deno run --no-prompt --cached-only --allow-net=:80 main.ts",
    "deno run main.ts": "deno run --no-prompt --cached-only --allow-env --allow-net --allow-read main.ts",
}


@pytest.mark.parametrize("task", sorted(STARTS))
def test_what_a_task_starts(task: str) -> None:
    """The same program with the same permissions, and without what is for development."""
    files = project(task, tasks={"serve": "deno run --allow-net=:80 main.ts"})
    assert " ".join(image(files).command) == STARTS[task]


@pytest.mark.parametrize(
    "task",
    [
        "deno run a.ts | tee log", "node main.js", "deno task start", "deno run", "deno fmt", "deno run 'x", "deno task no",
        "API_TOKEN=x deno run main.ts", "deno run --allow-net ../main.ts",
    ],
)  # fmt: skip
def test_what_cannot_be_started_is_refused(task: str) -> None:
    """With a reason."""
    with pytest.raises(Refused):
        image(project(task))


def test_permissions_follow_from_what_the_sources_use() -> None:
    """Where no task says which; what is imported counts."""
    files = {**project(main="import './log.ts';\n" + MAIN), "log.ts": "await Deno.writeTextFile('/tmp/x', '');\n"}
    assert "--allow-write" in image(files).command
    assert "--allow-net" not in image(files, "cli-tool").entrypoint


PORTS = {
    "Deno.serve({ port: Number(Deno.env.get('PORT') ?? 8300) }, f)": 8300,
    'Deno.serve({ port: parseInt(Deno.env.get("PORT") || "3001") }, f)': 3001,
    "await app.listen({ port: 8080 });": 8080,
    MAIN: 8000,
}


@pytest.mark.parametrize("main", sorted(PORTS))
def test_the_port(main: str) -> None:
    """As the source says it."""
    assert found(project("deno run -A main.ts", main)).facts.port == PORTS[main]


WHOSE = {
    "deno.jsonc": ({"deno.jsonc": "{ // mine\n }", "main.ts": MAIN}, "deno"),
    "a lock": ({"deno.lock": "{}", "main.ts": MAIN}, "deno"),
    "a program": ({"main.ts": MAIN}, "deno"),
    "node, formatted by Deno": (
        {"deno.json": '{"fmt": {}}', "package.json": '{"scripts": {"start": "node server.js"}}', "server.js": "",
         "package-lock.json": "{}"},
        "node",
    ),
    "no Deno": ({"package.json": '{"scripts": {"start": "node main.js"}}', "main.js": ""}, "node"),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(WHOSE))
def test_whose_project_it_is(name: str) -> None:
    """Deno's own files speak for it, and so does a program that names it, where there is no manifest."""
    files, stack = WHOSE[name]
    assert found(files).stack.name == stack


LOCK = json.dumps({"version": "5", "specifiers": {"npm:hono@^4.6.0": "4.6.0"}})
HONO: dict[str, Any] = {"imports": {"hono": "npm:hono@^4.6.0"}}
LOCKS = {
    "fits": ({**project("deno run -A main.ts", **HONO), "deno.lock": LOCK}, None),
    "missing": (project("deno run -A main.ts", **HONO), "SC238"),
    "stale": ({**project("deno run -A main.ts", imports={"cli": "jsr:@std/cli@1"}), "deno.lock": LOCK}, "SC239"),
    "broken": ({**project("deno run -A main.ts", **HONO), "deno.lock": "<<<<"}, "SC248"),
    "not wanted": (project("deno run -A main.ts", lock=False, **HONO), None),
    "nothing to lock": (project("deno run -A main.ts"), None),
    "elsewhere": ({**project("deno run -A main.ts", lock="locks/deno.lock", **HONO), "locks/deno.lock": LOCK}, None),
    "in a map": (
        {**project("deno run -A main.ts", importMap="./map.json"), "map.json": json.dumps(HONO)}, "SC238",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(LOCKS))
def test_the_lock(name: str) -> None:
    """What it does not know is not fetched."""
    files, code = LOCKS[name]
    assert [one.code for one in found(files).facts.obstacles] == ([code] if code else [])


def test_what_is_built_is_built_and_copied() -> None:
    """As Fresh does it."""
    files = {
        **project("deno serve -A _fresh/server.js", tasks={"build": "deno run -A dev.ts build"}),
        "dev.ts": "", "routes/index.tsx": "", "static/logo.svg": "",
    }  # fmt: skip
    made = image(files)
    runs = [
        " ".join(map(str, words)) for step in made.stages[0].steps if isinstance(step, Run) for words in step.commands
    ]
    assert runs[:2] == ["deno task build", "deno cache --frozen _fresh/server.js"]
    assert {"routes/", "static/"} <= set(made.context)


@pytest.mark.parametrize(("version", "modules"), [("2.5.6", "remote"), ("1.46.3", "deps")])
def test_what_an_edit_changes_of_the_cache_comes_after_what_it_does_not(version: str, modules: str) -> None:
    """What was fetched, and later what was made of the sources; no database, in which each build writes something else."""
    made = image({**project("deno run -A main.ts"), ".dvmrc": f"{version}\n"})
    copied = [step.target for step in made.stages[-1].steps if isinstance(step, Copy)]
    assert copied[:2] == ["/deno-dir/npm/", f"/deno-dir/{modules}/"]
    assert copied[-2:] == ["/deno-dir/gen/", "./"]


def test_a_version_is_whole() -> None:
    """There are no images for less."""
    files = project("deno run -A main.ts")
    assert found({**files, ".dvmrc": "2.5.6\n"}).facts.runtime.value == "2.5.6"
    told = found({**files, ".tool-versions": "node 20.1.0\ndeno 2\n"})
    assert (told.facts.runtime.source, [one.code for one in told.facts.diagnostics]) == ("default", ["SC254"])


@pytest.mark.parametrize(
    ("source", "archetype", "dependencies"),
    [
        ('import express from "npm:express@4.18";\nexpress().listen(8000);\n', "web-service", {"express"}),
        ('import { createClient } from "npm:redis@^4.5";\nconst s = new Server({});\nawait s.listenAndServe();\n', "web-service", {"redis"}),
        ('import { startStandaloneServer } from "npm:@apollo/server@4.1/standalone";\nawait startStandaloneServer(s);\n', "web-service", {"@apollo/server"}),
        ('import { Application } from "https://deno.land/x/oak@v12.6.1/mod.ts";\nawait new Application().listen();\n', "web-service", {"oak"}),
        ('import pg from "jsr:@db/postgres@0.19";\nDeno.exit(0);\n', "cli-tool", {"@db/postgres"}),
    ],
)  # fmt: skip
def test_what_only_a_specifier_names(source: str, archetype: str, dependencies: set[str]) -> None:
    """No manifest has to: Deno fetches what a source imports."""
    tree = MemoryTree({"main.ts": f"{source}// Deno.env\nDeno.env.get('X');\n"})
    found = detect(tree)
    assert found.taken is not None
    assert (found.facts.stack, guess(tree, found.facts)[0], set(found.facts.dependencies)) == (
        "deno",
        archetype,
        dependencies,
    )


@pytest.mark.parametrize("text", ["", "[]", "{", '{"tasks": 1, "imports": [], "lock": {}}', '{"tasks": {"start": {"command": 1}}}',
                                  '{"exports": {".": "../x.ts"}}', '{"lock": "/etc/passwd"}', '{"workspace": ["a"]}'])  # fmt: skip
def test_odd_configurations_never_raise(text: str) -> None:
    """They are refused, or nothing is made of them."""
    files = {"deno.json": text, "main.ts": MAIN}
    try:
        made = image(files)
    except Refused:
        return
    assert set(made.context) <= {"deno.json", "main.ts", "generated/health.ts"}
