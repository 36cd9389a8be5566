"""What a package's manifest says keeps its place: alter each field that artifacts follow, and each line that changes cites it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import pytest
from test_origins_of_keys import artifacts, fresh, uncited

from projects import manifest

SPECS = {"specs/assertions.json": manifest("web-service"), "specs/deploy.yaml": "app: shop\n"}
Edit = Callable[[str], str]


def _put(old: str, new: str) -> Edit:
    return lambda text: text.replace(old, new, 1)


NODE = {
    "package.json": '{\n  "name": "a",\n  "version": "1.0.0",\n  "main": "server.js",\n  "dependencies": {\n    "express": "4.19.2"\n  }\n}\n',
    "server.js": "require('express')().listen(process.env.PORT)\n",
    "other.js": "require('express')().listen(process.env.PORT)\n",
}
PYTHON = {
    "pyproject.toml": '[project]\nname = "a"\nversion = "1.0.0"\nrequires-python = ">=3.11"\ndependencies = ["flask==3.0.0", "gunicorn==22.0.0"]\n',
    "requirements.txt": "flask==3.0.0\ngunicorn==22.0.0\n",
    "app.py": "from flask import Flask\napp = Flask(__name__)\n",
}
RUST = {
    "Cargo.toml": '[package]\nname = "a"\nversion = "0.1.0"\nedition = "2021"\n\n[dependencies]\naxum = "0.7"\n',
    "Cargo.lock": 'version = 3\n\n[[package]]\nname = "a"\nversion = "0.1.0"\ndependencies = ["axum"]\n\n[[package]]\nname = "axum"\nversion = "0.7.5"\n',
    "src/main.rs": "fn main() { let app = axum::Router::new(); axum::serve(listener, app); }\n",
}
GO = {
    "go.mod": "module example.com/a\n\ngo 1.22\n",
    "main.go": 'package main\n\nimport (\n\t"net/http"\n\t"os"\n)\n\nfunc main() { http.ListenAndServe(":"+os.Getenv("PORT"), nil) }\n',
}
_SPRING = "<groupId>org.springframework.boot</groupId>"
MAVEN = {
    "pom.xml": f"""<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>a</groupId>
  <artifactId>shop</artifactId>
  <version>1.0.0</version>
  <properties>
    <maven.compiler.release>17</maven.compiler.release>
  </properties>
  <dependencies>
    <dependency>
      {_SPRING}
      <artifactId>spring-boot-starter-web</artifactId>
      <version>3.2.0</version>
    </dependency>
  </dependencies>
  <build>
    <plugins>
      <plugin>
        {_SPRING}
        <artifactId>spring-boot-maven-plugin</artifactId>
      </plugin>
    </plugins>
  </build>
</project>
""",
    "src/main/java/a/App.java": "package a;\n@SpringBootApplication\npublic class App { public static void main(String[] a) { SpringApplication.run(App.class, a); } }\n",
}


def _npm_lock(text: str) -> dict[str, str]:
    data = json.loads(text)
    asked = {"dependencies": data["dependencies"], "devDependencies": data.get("devDependencies", {})}
    installed = {
        f"node_modules/{name}": {"version": version} for each in asked.values() for name, version in each.items()
    }
    packages = {"": {"name": "a", **asked}, **installed}
    return {"package-lock.json": json.dumps({"name": "a", "lockfileVersion": 3, "packages": packages})}


def _cargo_lock(text: str) -> dict[str, str]:
    said = dict(line.split(" = ") for line in text.split("\n")[1:3])
    return {
        "Cargo.lock": RUST["Cargo.lock"]
        .replace('name = "a"', f"name = {said['name']}")
        .replace('"0.1.0"', said["version"])
    }


def _no_lock(_: str) -> dict[str, str]:
    return {}


_JSON = '"version"'
FIELDS: tuple[tuple[str, Mapping[str, str], Callable[[str], dict[str, str]], tuple[tuple[str, Edit], ...]], ...] = (
    (
        "package.json",
        NODE,
        _npm_lock,
        (
            ("version", _put("1.0.0", "2.0.0")),
            ("description", _put(_JSON, '"description": "A shop",\n  "version"')),
            ("license", _put(_JSON, '"license": "MIT",\n  "version"')),
            ("homepage", _put(_JSON, '"homepage": "https://example.com",\n  "version"')),
            ("main", _put("server.js", "other.js")),
            ("engines", _put(_JSON, '"engines": {\n    "node": "20.11.1"\n  },\n  "version"')),
            ("scripts.start", _put(_JSON, '"scripts": {\n    "start": "node other.js"\n  },\n  "version"')),
            ("dependencies", _put('"express"', '"bcrypt": "5.1.0",\n    "express"')),
        ),
    ),
    (
        "pyproject.toml",
        PYTHON,
        _no_lock,
        (
            ("version", _put("1.0.0", "2.0.0")),
            ("description", _put("version", 'description = "A shop"\nversion')),
            ("license", _put("version", 'license = "MIT"\nversion')),
            ("requires-python", _put('">=3.11"', '"==3.11.*"')),
            ("urls", lambda text: f'{text}\n[project.urls]\nHomepage = "https://example.com"\n'),
        ),
    ),
    (
        "Cargo.toml",
        RUST,
        _cargo_lock,
        (
            ("name", _put('"a"', '"shop"')),
            ("version", _put('"0.1.0"', '"0.2.0"')),
            ("description", _put("edition", 'description = "A shop"\nedition')),
            ("license", _put("edition", 'license = "MIT"\nedition')),
            ("homepage", _put("edition", 'homepage = "https://example.com"\nedition')),
            ("bin", _put("\n[dep", '\n[[bin]]\nname = "shop"\npath = "src/main.rs"\n\n[dep')),
        ),
    ),
    (
        "go.mod",
        GO,
        _no_lock,
        (
            ("module", _put("com/a", "com/shop")),
            ("go", _put("1.22", "1.27.1")),
        ),
    ),
    (
        "pom.xml",
        MAVEN,
        _no_lock,
        (
            ("artifactId", _put("<artifactId>shop", "<artifactId>store")),
            ("version", _put("<version>1.0.0", "<version>2.0.0")),
            ("maven.compiler.release", _put(">17<", ">21<")),
            ("description", _put("  <properties>", "  <description>A shop</description>\n  <properties>")),
            ("finalName", _put("<build>\n", "<build>\n    <finalName>store</finalName>\n")),
        ),
    ),
)
CASES = [
    pytest.param(name, base, lock, edit, id=f"{name}-{field}")
    for name, base, lock, edits in FIELDS
    for field, edit in edits
]


@pytest.mark.parametrize(("name", "base", "lock", "edit"), CASES)
def test_every_line_that_a_field_changes_cites_it(
    name: str, base: Mapping[str, str], lock: Callable[[str], dict[str, str]], edit: Edit
) -> None:
    """At the line of the manifest that the field is in."""
    text = edit(base[name])
    before = artifacts({**SPECS, **base, **lock(base[name])})
    after = artifacts({**SPECS, **base, **lock(text), name: text})
    changed = [path for path, one in after.items() if one.text != before[path].text]
    assert changed, "the field changes nothing"
    assert uncited(before, after, name, set(fresh(base[name], text))) == []
