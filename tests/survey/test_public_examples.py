"""Kinds that public example applications showed: each as a small project that was not read as its people mean it."""

from __future__ import annotations

import pytest
from survey_cases import proposed
from test_services import FLASK, PYTHON, named, package, server

from speccompile.cli.init_answer import _missing
from speccompile.survey.proposal import Proposal

WORKED = {"requirements.txt": f"{FLASK}celery==5.4.0\nredis==5.0.0\n", "app.py": PYTHON}
CELERY = "from celery import Celery\n\napp = Celery('x')\n"


def commands(files: dict[str, str]) -> dict[str, tuple[str, ...] | None]:
    """What each service runs."""
    return {one.found.name: one.found.command for one in proposed(files).services}


def missing(found: Proposal) -> str:
    """What the user is told to look after."""
    return "\n".join(_missing(found))


PROFILES = """\
x-app: &app
  build: {context: ., target: app}
x-assets: &assets
  build: {context: ., target: assets}
  profiles: [assets]
services:
  db: {image: "postgres:18.4", profiles: [db]}
  web:
    <<: *app
    depends_on: {db: {condition: service_started}}
    ports: ["${FORWARD:-127.0.0.1:8000}:${PORT:-8000}"]
    profiles: [web]
  worker: {<<: *app, command: celery -A app worker, profiles: [worker]}
  css: {<<: *assets, command: yarn watch}
"""


def test_a_compose_file_in_which_everything_has_a_profile() -> None:
    """Profiles choose what runs where, and leave nothing out; what another stage of the Dockerfile is for is no process of the program."""
    found = proposed({**WORKED, "compose.yaml": PROFILES})
    assert {one.found.name: one.found.command for one in found.services} == {
        "web": None,
        "worker": ("celery", "-A", "app", "worker"),
    }
    assert [(store.name, store.version) for store in found.stores if store.kind == "postgres"] == [("db", "18.4")]
    assert "the service css (the stage assets of a Dockerfile, profiles assets) in compose.yaml" in missing(found)


def test_one_profile_is_for_special_occasions() -> None:
    """Beside services that have none."""
    text = "services:\n  web: {build: ., ports: ['80:8000']}\n  seed: {build: ., command: python seed.py, profiles: [seed]}\n"
    found = proposed({**WORKED, "compose.yaml": text})
    assert "the service seed (profiles seed) in compose.yaml" in missing(found)


@pytest.mark.parametrize("text", ["services: [", "services: {}\nnetworks: {a: {}}\n", "web:\n  build: .\n"])
def test_a_compose_file_that_cannot_be_read_is_said(text: str) -> None:
    """Rather than passed over as if it were not there; an empty one says nothing."""
    assert "everything, since no service can be read in docker-compose.yml" in missing(
        proposed({**WORKED, "docker-compose.yml": text})
    )
    assert "docker-compose" not in missing(proposed({**WORKED, "docker-compose.yml": "\n"}))


def test_a_second_server_of_the_same_sources_is_said() -> None:
    """And what runs the same once more; a command is not shown, which can have a password in it."""
    text = (
        "services:\n  web: {build: ., ports: ['80:8000']}\n"
        "  flower: {build: ., command: celery -A app flower --broker=redis://:pw@redis, ports: ['5555:5555']}\n"
        "  again: {build: .}\n"
    )
    said = missing(proposed({**WORKED, "compose.yaml": text}))
    assert "flower in compose.yaml, which runs another command from the sources of web and listens on port 5555" in said
    assert "again in compose.yaml, which is run from the sources of web" in said
    assert "pw" not in said


def test_one_context_for_services_in_directories_of_their_names() -> None:
    """Stages of one Dockerfile at the top: each is what is in the directory that is called like it."""
    text = (
        "services:\n  backend: {build: {context: ., target: backend}, depends_on: [db], environment: {MODE: fast}}\n"
        "  client: {build: {context: ., target: client}}\n  db: {image: 'mysql:9.3'}\n"
    )
    code = "const m = process.env.MODE;\n"
    files = {**server("backend"), **server("client"), "compose.yaml": text, "backend/mode.js": code}
    found = proposed(files)
    assert {one.found.name: one.found.directory for one in found.services} == {"backend": "backend", "client": "client"}
    assert found.passed_over == ()
    assert [store.kind for store in found.stores] == ["mysql"]


def test_a_script_for_developers_makes_no_pages() -> None:
    """``npm start --prefix`` shows them to developers, and another platform's script is not run here: then they are a service."""
    scripts = {
        "start": "node server.js",
        "client": "npm start --prefix client",
        "heroku-postbuild": "cd client && npm run build",
    }
    files = {**server("", dependencies={}), **server("client"), "package.json": package("x", scripts=scripts)}
    assert named(files) == {"app": ("", "web-service"), "client": ("client", "web-service")}
    files["package.json"] = package(
        "x", scripts={**scripts, "build": "npm run pages", "pages": "npm run build --prefix client"}
    )
    assert named(files) == {"app": ("", "web-service")}


@pytest.mark.parametrize(
    ("files", "command"),
    [
        ({"jobs/celery.py": CELERY}, ("celery", "-A", "jobs", "worker", "--loglevel", "INFO")),
        ({"jobs/celery.py": CELERY, "jobs/__init__.py": ""}, ("celery", "-A", "jobs", "worker", "--loglevel", "INFO")),
        ({"jobs/tasks.py": f"import db\n{CELERY}", "jobs/db.py": ""}, ("celery", "--workdir", "jobs", "-A", "tasks", "worker", "--loglevel", "INFO")),
        ({"jobs/tasks.py": f"from jobs import db\n{CELERY}", "jobs/db.py": ""}, ("celery", "-A", "jobs.tasks", "worker", "--loglevel", "INFO")),
    ],
)  # fmt: skip
def test_an_application_of_celery_in_a_directory(files: dict[str, str], command: tuple[str, ...]) -> None:
    """Celery finds it: ``-A celery`` would be the library."""
    assert commands({**WORKED, **files})["worker"] == command


def test_celery_beside_a_manage_py_further_down() -> None:
    """Its modules are named as seen from there, whoever names the command; its log is the container's."""
    django = "django==5.0.6\ngunicorn==22.0.0\ncelery==5.4.0\n"
    files = {
        "requirements.txt": django,
        "src/manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\n",
        "src/config/__init__.py": "",
        "src/config/settings.py": "ROOT_URLCONF = 'config.urls'\nWSGI_APPLICATION = 'config.wsgi.application'\n",
        "src/config/wsgi.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\napplication = 1\n",
        "src/config/celery.py": CELERY,
    }
    expected = ("celery", "--workdir", "src", "-A", "config", "worker", "--loglevel", "INFO")
    assert commands(files)["worker"] == expected
    line = "worker: celery -A config worker --logfile=logs/w.log -f x.log --loglevel INFO\n"
    assert commands({**files, "Procfile": line})["worker"] == expected


@pytest.mark.parametrize(
    ("crate", "kind"),
    [
        ('sqlx = { version = "0.8", features = ["postgres", "macros"] }', "postgres"),
        ('diesel = { version = "2", features = ["mysql"] }', "mysql"),
        ('sea-orm = { version = "1", features = ["sqlx-postgres"] }', "postgres"),
        ('sqlx = { version = "0.8", features = ["sqlite"] }', None),
    ],
)
def test_a_crate_s_feature_names_the_database(crate: str, kind: str | None) -> None:
    """The crate alone is for any."""
    manifest = f'[package]\nname = "x"\nversion = "0.1.0"\nedition = "2021"\n\n[dependencies]\naxum = "0.7"\n{crate}\n'
    found = proposed({"Cargo.toml": manifest, "src/main.rs": "fn main() {}\n"})
    assert [store.kind for store in found.stores] == ([kind] if kind else [])


def test_settings_of_one_host_are_of_one_database() -> None:
    """Profiles in one file: a host runs one server, and the others are to be chosen in its place."""
    depends = "".join(
        f"<dependency><groupId>x</groupId><artifactId>{name}</artifactId><version>1</version></dependency>"
        for name in ("spring-boot-starter-web", "postgresql", "mysql-connector-java")
    )
    boot = "<groupId>org.springframework.boot</groupId><artifactId>spring-boot"
    pom = (
        f"<project><artifactId>x</artifactId><version>1</version><parent>{boot}-starter-parent</artifactId><version>3.4.1</version></parent>"
        f"<dependencies>{depends}</dependencies><build><plugins><plugin>{boot}-maven-plugin</artifactId></plugin></plugins></build></project>"
    )
    settings = "a: {url: 'jdbc:postgresql://database:5432/x'}\n---\nb: {url: 'jdbc:mysql://database:3306/x'}\n"
    main = "class A { public static void main(String[] a) {} }\n"
    files = {"pom.xml": pom, "src/main/java/A.java": main, "src/main/resources/application.yml": settings}
    found = proposed(files)
    assert [(store.name, store.kind) for store in found.stores] == [("database", "postgres")]


def test_a_rackup_file_that_loads_what_is_above_it_is_no_service() -> None:
    """It is another server of the application above."""
    rails = {
        "Gemfile": 'gem "rails"\ngem "puma"\n',
        "config/application.rb": "",
        "config.ru": "run Rails.application\n",
    }
    cable = 'require_relative "../config/environment"\nrun ActionCable.server\n'
    found = proposed({**rails, "cable/config.ru": cable})
    assert [one.found.directory for one in found.services] == [""]
    assert [one.directory for one in found.passed_over] == ["cable"]
    assert len(proposed({**rails, "cable/config.ru": "run App\n"}).services) == 2


def test_a_program_without_a_manifest_is_no_pages() -> None:
    """What lies in static/ beside it is what it gives out."""
    files = {
        "web/dispatcher.go": "package main\n\nfunc main() {}\n",
        "web/static/index.html": "<html>\n",
        **server("api"),
    }
    text = "services:\n  web: {build: web, ports: ['80:80']}\n  api: {build: api}\n"
    found = proposed({**files, "compose.yaml": text})
    assert [one.found.name for one in found.services] == ["api"]
    assert [one.directory for one in found.passed_over] == ["web"]


def test_programs_of_a_solution_are_what_a_compose_file_builds() -> None:
    """One for each Dockerfile further down in the context; the framework may stand beside the versions of all packages."""
    project = '<Project Sdk="Microsoft.NET.Sdk.Web" />'
    text = (
        "services:\n  shop: {build: {context: ., dockerfile: src/Web/Dockerfile}, ports: ['80:8080']}\n"
        "  api: {build: {context: ., dockerfile: src/PublicApi/Dockerfile}, environment: {MODE: fast}}\n"
    )
    files = {
        "Shop.sln": 'Project("{9A}") = "Web", "src\\Web\\Web.csproj", "{1}"\nProject("{9A}") = "PublicApi", "src\\PublicApi\\PublicApi.csproj", "{2}"\n',
        "Directory.Packages.props": "<Project><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup></Project>",
        "src/Web/Web.csproj": project,
        "src/Web/Program.cs": "app.Run();\n",
        "src/PublicApi/PublicApi.csproj": project,
        "src/PublicApi/Program.cs": "app.Run();\n",
        "compose.yaml": text,
    }
    found = proposed(files)
    assert {one.found.compose.name for one in found.services if one.found.compose} == {"shop", "api"}
    assert not [one for one in found.passed_over if "no stack" in one.why]
    assert all(one.found.detection.facts.runtime.value == "8.0" for one in found.services)
    assert not any(one.found.detection.facts.obstacles for one in found.services)


def test_a_module_for_others_is_a_library_of_deno() -> None:
    """What JSR is given has a version and exports mod.ts; a task that starts it makes it a program."""
    config = '{"name": "@a/b", "version": "1.0.0", "exports": {".": "./mod.ts"}, "tasks": {%s}}'
    files = {"deno.json": config % "", "mod.ts": "export const x = 1;\n"}
    assert named(files) == {"app": ("", "library")}
    started = {**files, "deno.json": config % '"start": "deno run mod.ts"'}
    assert named(started) == {"app": ("", "cli-tool")}


def test_a_variable_of_its_own_for_the_port() -> None:
    """What the compose file sets it to is what listens, whatever the source has for want of it."""
    code = 'package main\n\nimport ("net/http"; "os")\n\nvar addr = ":80"\n\nfunc main() {\n\thttp.ListenAndServe(":"+os.Getenv("HTTP_PORT"), nil)\n}\n'
    text = "services:\n  app: {build: ., environment: {HTTP_PORT: '8085', GRPC_PORT: '8081'}, ports: ['8085:8085', '8081:8081']}\n"
    found = proposed({"go.mod": "module example.com/x\n\ngo 1.26\n", "main.go": code, "compose.yaml": text})
    assert [one.port for one in found.services] == [8085]
