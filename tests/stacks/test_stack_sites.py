"""When a project is a site, where its pages are, and what its image gives out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from stack_cases import request

from speccompile.detect.detection import Detection, detect
from speccompile.errors import Refused
from speccompile.plan.image import Copy, ImageRecipe
from speccompile.project.memory import MemoryTree
from speccompile.stacks.archetype import guess

PAGE = "<!doctype html>\n<title>Hello</title>\n"
HTML = {"index.html": PAGE}


def package(script: str = "vite build", *, dev: str = "vite", **more: Any) -> str:
    """A package.json with a build."""
    return json.dumps(
        {
            "name": "board",
            "scripts": {"build": script, **more.pop("scripts", {})},
            "devDependencies": {dev: "1.0.0"},
            **more,
        }
    )


def found(files: Mapping[str, str]) -> Detection:
    """What *files* are."""
    return detect(MemoryTree(files))


def image(files: Mapping[str, str], archetype: str = "web-service") -> ImageRecipe:
    """The image of *files*, with a lock that fits."""
    data = json.loads(files.get("package.json", "{}"))
    names = {key: data.get(key, {}) for key in ("dependencies", "devDependencies")}
    lock = {"package-lock.json": json.dumps({"lockfileVersion": 3, "packages": {"": names}})} if data else {}
    detection = found({**lock, **files})
    made = detection.stack.recipe(detection.facts, request(archetype, detection))
    assert isinstance(made, ImageRecipe)
    return made


def pages_from(made: ImageRecipe) -> set[tuple[str, str]]:
    """What is copied into the site, and from where."""
    copies = [step for step in made.stages[-1].steps if isinstance(step, Copy) and step.target.startswith("/app/site/")]
    return {(source, copy.target) for copy in copies for source in copy.sources}


VITE = {"index.html": PAGE, "src/main.ts": "export {};\n"}
ANGULAR = {"projects": {"shop": {"projectType": "application", "architect": {"build": {}}}}}


def angular(builder: str, **options: Any) -> str:
    """An angular.json."""
    build = {"builder": builder, "options": options}
    return json.dumps({"projects": {"shop": {"projectType": "application", "architect": {"build": build}}}})


BUILT = {
    "vite": (package(), VITE, "dist", "/index.html"),
    "vite, typed": (package("tsc -b && vite build"), VITE, "dist", "/index.html"),
    "vite, called by run-p": (package('run-p check "build:only {@}" --', scripts={"check": "tsc", "build:only": "vite build"}), VITE, None, None),
    "vite, in a script": (package("npm run check && npm run build:only", scripts={"check": "tsc", "build:only": "vite build"}), VITE, "dist", "/index.html"),
    "vite, flag": (package("vite build --outDir=public/app"), VITE, "public/app", "/index.html"),
    "vite, configured": (package(), {**VITE, "vite.config.ts": 'export default { build: { outDir: "out" } }'}, "out", "/index.html"),
    "vite, in a call": (package(), {**VITE, "vite.config.ts": 'build: { outDir: resolve(__dirname, "web") }'}, "web", "/index.html"),
    "vite, root": (package(), {"web/index.html": PAGE, "vite.config.js": "export default {\n  root: 'web',\n  build: { outDir: '../out' } }"}, "out", "/index.html"),
    "vite, pages": (package(), {**VITE, "about.html": PAGE}, "dist", None),
    "vite, library": (package(), {**VITE, "vite.config.ts": "build: { lib: { entry: 'src/main.ts' } }"}, None, None),
    "vite, no page": (package(), {"src/main.ts": ""}, None, None),
    "vite, rendered": (package("vite build && vite build --ssr src/server.ts"), VITE, None, None),
    "vite, laravel": (package(dev="laravel-vite-plugin"), VITE, None, None),
    "vite, serve": (package(scripts={"start": "serve -s dist"}, dependencies={"serve": "1"}), VITE, "dist", "/index.html"),
    "vite, preview": (package(scripts={"start": "vite preview --port 80"}), VITE, "dist", "/index.html"),
    "vite, server": (package(scripts={"start": "node server.js"}), {**VITE, "server.js": ""}, None, None),
    "vite, express": (package(dependencies={"express": "5"}), {**VITE, "server.js": ""}, None, None),
    "vite, concurrently": (package(scripts={"start": 'concurrently "vite" "node server.js"'}), {**VITE, "server.js": ""}, None, None),
    "react-scripts": (package("react-scripts build", dev="react-scripts", scripts={"start": "react-scripts start"}), {"public/index.html": PAGE, "src/index.js": ""}, "build", "/index.html"),
    "vue-cli": (package("vue-cli-service build", dev="@vue/cli-service"), {"public/index.html": PAGE, "vue.config.js": "outputDir: 'www'"}, "www", "/index.html"),
    "astro": (package("astro check && astro build", dev="astro"), {"astro.config.mjs": "export default {}"}, "dist", None),
    "astro, adapter": (package("astro build", dev="astro"), {"astro.config.mjs": "output: 'server', adapter: node()"}, None, None),
    "next": (package("next build", dev="next"), {"next.config.mjs": "export default {}"}, None, None),
    "next, export": (package("next build", dev="next", scripts={"start": "next start"}), {"next.config.mjs": "output: 'export'"}, "out", None),
    "nuxt": (package("nuxt build", dev="nuxt", scripts={"generate": "nuxt generate"}), {}, None, None),
    "nuxt, generate": (package("nuxt generate", dev="nuxt"), {}, ".output/public", None),
    "gatsby": (package("gatsby build", dev="gatsby", scripts={"start": "gatsby develop"}), {}, "public", None),
    "eleventy": (package("npx @11ty/eleventy", dev="@11ty/eleventy"), {".eleventy.js": "dir: { output: 'www' }"}, "www", None),
    "docusaurus": (package("docusaurus build", dev="@docusaurus/core"), {}, "build", None),
    "vitepress": (package("x", dev="vitepress", scripts={"build": "vitepress build docs"}), {"docs/index.md": "# Hello"}, "docs/.vitepress/dist", None),
    "sveltekit": (package(dependencies={"@sveltejs/kit": "2"}), {"svelte.config.js": "adapter-auto"}, None, None),
    "sveltekit, static": (package(dependencies={"@sveltejs/kit": "2", "@sveltejs/adapter-static": "3"}), {"svelte.config.js": "import a from '@sveltejs/adapter-static'; a({ fallback: '200.html' })"}, "build", "/200.html"),
    "angular": (package("ng build", dev="@angular/cli", scripts={"start": "ng serve"}), {"angular.json": angular("@angular/build:application")}, "dist/shop/browser", "/index.html"),
    "angular, older": (package("ng build", dev="@angular/cli"), {"angular.json": angular("@angular-devkit/build-angular:browser", outputPath="dist/web")}, "dist/web", "/index.html"),
    "angular, rendered": (package("ng build", dev="@angular/cli"), {"angular.json": angular("@angular/build:application", ssr={"entry": "server.ts"})}, None, None),
    "react-router": (package("react-router build", dev="@react-router/dev"), {"react-router.config.ts": "ssr: false"}, "build/client", "/index.html"),
    "react-router, rendered": (package("react-router build", dev="@react-router/dev"), {}, None, None),
    "parcel": (package("parcel build src/index.html", dev="parcel"), {"src/index.html": PAGE}, "dist", "/index.html"),
    "webpack": (package("webpack --mode production", dev="html-webpack-plugin"), {"webpack.config.js": "output: { path: path.resolve(__dirname, 'dist/web') }"}, "dist/web", "/index.html"),
    "webpack, no pages": (package("webpack", dev="webpack"), {}, None, None),
    "electron": (package(dependencies={"electron": "30"}), VITE, None, None),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(BUILT))
def test_what_a_build_makes(name: str) -> None:
    """Where the pages are, and the page that answers for all paths; or that it makes no site."""
    text, files, output, page = BUILT[name]
    detection = found({"package.json": text, **files})
    if output is None:
        assert detection.taken is None or detection.stack.name != "static" or not detection.facts.build
        return
    assert (detection.stack.name, detection.others) == (
        "static",
        tuple(o for o in detection.others if not o.facts.runnable),
    )
    assert guess(MemoryTree({"package.json": text, **files}), detection.facts)[0] == "web-service"
    pages = detection.facts.pages
    assert pages
    assert pages.page == page
    assert pages_from(image({"package.json": text, **files})) == {(f"/app/{output}/", "/app/site/")}


PLAIN = {
    "the top": (HTML, "static"),
    "public": ({"public/index.html": PAGE}, "static"),
    "docs": ({"docs/index.html": PAGE}, "static"),
    "tools only": ({**HTML, "package.json": '{"devDependencies": {"prettier": "3"}}'}, "static"),
    "live-server": ({**HTML, "package.json": '{"scripts": {"start": "live-server"}, "dependencies": {"live-server": "1"}}'}, "static"),
    "a script of the page": ({"index.html": '<script src="./index.js"></script>', "index.js": "", "package.json": '{"main": "index.js"}'}, "static"),
    "a server beside": ({"public/index.html": PAGE, "server.js": "", "package.json": '{"scripts": {"start": "node server.js"}}'}, "node"),
    "a server and a page": ({**HTML, "server.js": "", "package.json": '{"scripts": {"start": "node server.js"}}'}, "node"),
    "flask": ({**HTML, "app.py": "from flask import Flask\napp = Flask(__name__)\n", "requirements.txt": "flask==3.0.0\n"}, "python"),
    "a python library with papers": ({"docs/index.html": PAGE, "pyproject.toml": '[project]\nname = "x"\nversion = "1"\n'}, "python"),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(PLAIN))
def test_pages_that_are_there(name: str) -> None:
    """They are the site where nothing else answers requests."""
    files, stack = PLAIN[name]
    assert found(files).stack.name == stack


def test_the_other_one_is_told_and_can_be_chosen() -> None:
    """Pages at the top beside a server are plausible; ``stack`` chooses them."""
    files = PLAIN["a server and a page"][0]
    assert [one.stack.name for one in found(files).others if one.facts.runnable] == ["static"]
    assert detect(MemoryTree(files), "static").stack.name == "static"


def test_what_of_the_top_is_given_out() -> None:
    """Pages and what they load; not what a repository has besides."""
    files = {
        **HTML, "style.css": "", "README.md": "", "package.json": "{}", "vite.config.js": "", ".env": "", "data.json": "{}",
        "img/a.png": "", "docs/index.html": "", "node_modules/x/x.js": "", ".git/config": "", "tests/a.js": "",
        ".well-known/security.txt": "", "secrets/a.json": "", "Dockerfile": "", "server.key": "",
    }  # fmt: skip
    assert pages_from(image(files)) == {
        ("index.html", "/app/site/"), ("style.css", "/app/site/"), ("data.json", "/app/site/"),
        ("img/", "/app/site/img/"), ("docs/", "/app/site/docs/"), (".well-known/", "/app/site/.well-known/"),
    }  # fmt: skip


def test_what_is_edited_most_is_the_last_layer() -> None:
    """An edit of the first page sends none of the pictures again."""
    made = image({**HTML, "data.json": "{}", "images/a.png": "", "css/a.css": "", "docs/index.html": ""})
    assert [step.target for step in made.stages[-1].steps if isinstance(step, Copy)][-4:] == [
        "/app/site/images/", "/app/site/css/", "/app/site/docs/", "/app/site/",
    ]  # fmt: skip


def test_a_directory_of_pages_is_given_out_whole() -> None:
    """It is the site."""
    assert pages_from(image({"public/index.html": PAGE, "notes.txt": ""})) == {("public/", "/app/site/")}


def test_content_enters_the_build() -> None:
    """Texts and directories of pages, whatever their names mean elsewhere."""
    files = {
        "package.json": package("vitepress build docs", dev="vitepress"), "docs/index.md": "# Hello", "README.md": "",
        "docs/.vitepress/config.mts": "", "guide.md": "", "build/make.js": "",
    }  # fmt: skip
    assert {"docs/", "guide.md"} <= set(image(files).context)
    assert not {"README.md", "build/"} & set(image(files).context)


@pytest.mark.parametrize("archetype", ["cli-tool", "data-pipeline"])
def test_a_site_is_nothing_else(archetype: str) -> None:
    """There is nothing to run."""
    with pytest.raises(Refused) as refused:
        image(HTML, archetype)
    assert [one.code for one in refused.value.diagnostics] == ["SC277"]


@pytest.mark.parametrize(
    "files",
    [
        {"_config.yml": "", "index.md": ""},
        {"hugo.toml": "", "content/a.md": ""},
        {"mkdocs.yml": "", "docs/index.md": ""},
        {"index.html": "---\ntitle: x\n---\n"},
    ],
)
def test_sources_of_other_generators_are_not_given_out(files: Mapping[str, str]) -> None:
    """Readers would see templates."""
    with pytest.raises(Refused) as refused:
        image(files)
    assert [one.code for one in refused.value.diagnostics] == ["SC278"]


@pytest.mark.parametrize(
    "files",
    [
        {"package.json": package("vite build --outDir ../../etc"), **VITE},
        {"package.json": package("vite build --outDir"), **VITE},
        {"package.json": package('vite build --outDir "a\\"b"'), **VITE},
        {"package.json": package("vite build /etc"), **VITE},
        {"package.json": package("vite build 'x"), **VITE},
        {"package.json": package(), **VITE, "vite.config.js": "outDir: '" + "a/" * 5000},
        {"package.json": package(), **VITE, "vite.config.js": "root: '../..'"},
        {"package.json": package("npm run a", scripts={"a": "npm run build && npm run a"}), **VITE},
        {"package.json": package("ng build"), "angular.json": '{"projects": {"a": 1, "b": {"architect": []}}}'},
        {
            "package.json": package("ng build"),
            "angular.json": angular("x:application", outputPath={"base": 1, "browser": {}}),
        },
        {"package.json": package("ng build"), "angular.json": "[]"},
        {"index.html": "\x00\ud800".encode("utf-8", "replace").decode()},
        {"a\nb/index.html": PAGE, "index.html": PAGE, "x\n.css": ""},
        {"package.json": '{"scripts": {"build": "&& ; | vite"}}', **VITE},
    ],
)
def test_odd_projects_never_raise(files: Mapping[str, str]) -> None:
    """They are refused, or something is made of them that stays inside of the project."""
    detection = found(files)
    if detection.taken is None:
        return
    try:
        made = detection.stack.recipe(detection.facts, request("web-service", detection))
    except Refused:
        return
    assert all(".." not in source.split("/") for source, _ in pages_from(made))
