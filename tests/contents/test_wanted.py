"""What git tracks is in the image, however deep it lies and whatever it is called, when the program needs it."""

from __future__ import annotations

import json

import pytest
from contents_of import compilation, copied, noted, sent

from speccompile.errors import Refused

NODE = {
    "package.json": '{"name": "app", "version": "1.0.0", "scripts": {"start": "node server.js"}}',
    "server.js": "require('http').createServer((q, r) => r.end('ok')).listen(process.env.PORT || 3000)\n",
}
PYTHON = {
    "requirements.txt": "flask==3.0.3\ngunicorn==22.0.0\n",
    "app.py": "from flask import Flask\n\napp = Flask(__name__)\n",
}
GO = {
    "go.mod": "module example.com/app\n\ngo 1.23\n",
    "main.go": 'package main\n\nimport "net/http"\n\nfunc main() { http.ListenAndServe(":8080", nil) }\n',
}


def built(name: str, script: str, start: str = "") -> dict[str, str]:
    """A package with one dependency, which is locked, and a script that builds."""
    scripts = {"build": script, **({"start": start} if start else {})}
    wanted = {name: "5.0.0"}
    return {
        "package.json": json.dumps({"name": "app", "version": "1.0.0", "scripts": scripts, "dependencies": wanted}),
        "package-lock.json": json.dumps(
            {
                "lockfileVersion": 3,
                "packages": {"": {"dependencies": wanted}, f"node_modules/{name}": {"version": "5.0.0"}},
            }
        ),
    }


DEEP = [
    (NODE | {"server.js": "require('./lib/a/b/x.js')\n"}, "lib/a/b/x.js"),
    (PYTHON | {"app.py": "import domain.a.b.x\n" + PYTHON["app.py"]}, "domain/a/b/x.py"),
    (NODE, "prompts/system.txt"),
    (PYTHON, "prompts/de/system.txt"),
    (PYTHON, "abi/token.abi"),
    (PYTHON, "models/model.bin"),
    (NODE, "words.dat"),
    (GO, "prompts/system.txt"),
    (NODE | {"server.js": "import './env/index.js'\n"}, "env/index.js"),
    (PYTHON | {"app.py": "import docs.text\n" + PYTHON["app.py"]}, "docs/text.py"),
    (PYTHON | {"app.py": "open('docs/openapi.yaml')\n" + PYTHON["app.py"]}, "docs/openapi.yaml"),
    (PYTHON | {"app.py": "p = HERE / 'examples' / 'a.txt'\n" + PYTHON["app.py"]}, "examples/a.txt"),
    (NODE | {"server.js": "readFileSync(path.join(__dirname, 'LICENSE'))\n"}, "LICENSE"),
    (NODE | {"src/x.js": "require('../test/fake')\n"}, "test/fake.js"),
]


@pytest.mark.parametrize(("sources", "path"), DEEP, ids=lambda one: one if isinstance(one, str) else "")
def test_what_the_program_needs_is_copied(sources: dict[str, str], path: str) -> None:
    """By an import, by a literal path, or because nothing is known against it."""
    assert copied(compilation(sources | {path: "x\n"}), path)


@pytest.mark.parametrize(
    "path",
    [
        "pages/index.vue",
        "components/a/b/Card.vue",
        "server/api/x/y.get.ts",
        "layouts/default.vue",
        "app/router.options.ts",
    ],
)
def test_all_of_a_nuxt_application_is_built(path: str) -> None:
    """Nothing of it has to be named by anything: the framework finds it by its place."""
    made = compilation({**built("nuxt", "nuxt build"), "nuxt.config.ts": "export default {}\n", path: "x\n"})
    (service,) = made.plan.services
    assert any(copied(made, path, number) for number in range(len(service.image.stages)))


@pytest.mark.parametrize(
    "path", ["src/pages/a/b/index.astro", "src/content/blog/2026/post.md", "src/layouts/x/Base.astro"]
)
def test_all_of_an_astro_site_is_built(path: str) -> None:
    """No page is lost because it lies deep."""
    made = compilation({**built("astro", "astro build"), "astro.config.mjs": "export default {}\n", path: "x\n"})
    assert any(copied(made, path, number) for number in range(len(made.plan.services[0].image.stages)))


UNWANTED = (
    "README.md", "LICENSE", "test/a.test.js", "tests/fixture.json", ".github/workflows/ci.yml", ".editorconfig", "docs/plan.md",
    "Makefile", "docker-compose.yml", "Dockerfile", "k8s/app.yaml", ".eslintrc.json", "jest.config.js", "dist/old.js", "notes.log",
)  # fmt: skip


@pytest.mark.parametrize("path", UNWANTED)
def test_what_is_known_not_to_be_wanted_is_left_out_and_said(path: str) -> None:
    """Once, with the way to have it all the same."""
    made = compilation(NODE | {path: "x\n"})
    assert not copied(made, path)
    assert not sent(made, path)
    top = path.partition("/")[0]
    assert noted(made).count(top) == 1
    (note,) = (one for one in made.notes if one.code == "SC286")
    assert "services.app.include" in note.fix


def test_include_has_it_all_the_same() -> None:
    """A directory and a file, in the final stage, after the note's own words."""
    sources = NODE | {"docs/swagger.json": "{}", "docs/plan.md": "x\n", "examples/a/b.txt": "x\n"}
    made = compilation(sources, include=["examples/", "docs/swagger.json"])
    assert copied(made, "examples/a/b.txt")
    assert copied(made, "docs/swagger.json")
    assert not sent(made, "docs/plan.md")
    (line,) = (n for n, text in enumerate(made.files["Dockerfile"].split("\n")) if "swagger.json" in text)
    assert line


def test_what_git_ignores_is_not_sent() -> None:
    """At the top and below, by the files of each directory, and what is brought back is there."""
    sources = NODE | {
        ".gitignore": "*.local.js\n/cache/\nlib/**/tmp\n",
        "lib/.gitignore": "*.dat\n!keep.dat\n",
        "lib/x.js": "x\n", "lib/big.dat": "x\n", "lib/keep.dat": "x\n", "lib/a/tmp/y.js": "x\n", "lib/a.local.js": "x\n", "cache/x.js": "x\n",
    }  # fmt: skip
    made = compilation(sources)
    assert copied(made, "lib/x.js")
    assert copied(made, "lib/keep.dat")
    for path in ("lib/big.dat", "lib/a/tmp/y.js", "lib/a.local.js", "cache/x.js", "lib/other.dat", "README.dat"):
        assert not sent(made, path), path


def test_what_only_one_machine_has_changes_nothing() -> None:
    """What git passes over is not seen: neither the artifacts nor the answers that are kept differ by it."""
    sources = NODE | {".gitignore": "local/\n*.tmp.js\n", "lib/x.js": "x\n"}
    other = sources | {"local/a.js": "require('../docs/x')\n", "lib/y.tmp.js": "-----BEGIN PRIVATE KEY-----\n"}
    assert compilation(sources).files == compilation(other).files


@pytest.mark.parametrize(
    "line", ["!lib/../specs/assertions.json", "!/lib/*/../../specs", "!**", "!*", "!.env", "!lib/**/*.key", "!/specs/"]
)
def test_gitignore_lets_nothing_in(line: str) -> None:
    """It takes away, and brings back what it took; specs and secrets stay out whatever a stranger writes."""
    made = compilation(NODE | {".gitignore": f"*.x\n{line}\n", "lib/x.js": "x\n", "lib/a/y.js": "x\n"})
    for path in ("specs/assertions.json", ".env", "lib/.env", "lib/a/b.key", "README.md", "docs/a.js"):
        assert not sent(made, path), path


def test_a_line_that_is_made_to_take_long_is_not_followed() -> None:
    """Twenty stars against a name of two hundred letters would not end."""
    name = "lib/" + "a" * 200
    assert copied(compilation(NODE | {".gitignore": "*a" * 20 + "b\n", name: "x\n"}), name)


@pytest.mark.parametrize("path", ["specs/", "./", "missing.txt", "node_modules/x"])
def test_include_names_what_is_the_programs(path: str) -> None:
    """Not what the compiler reads, not what is made anew, not what is not there."""
    with pytest.raises(Refused) as refused:
        compilation(NODE | {"node_modules/x/a.js": "x\n"}, include=[path])
    assert [one.code for one in refused.value.diagnostics] == ["SC287"]
