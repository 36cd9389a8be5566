"""Kinds of projects that strangers have, each as a small tree: what is found in it, and what is said of it. No engine is needed."""

from __future__ import annotations

import pytest
from survey_cases import proposed

from speccompile.detect.detection import detect
from speccompile.project.memory import MemoryTree
from speccompile.secret_contents import says_secret
from speccompile.stacks import procfile

FLASK = 'from flask import Flask\napp = Flask(__name__)\n@app.get("/health")\ndef health():\n    return "ok"\n'
MAIN = (
    "package shop;\nimport com.sun.net.httpserver.HttpServer;\npublic class Main { public static void main(String[] a) throws Exception {"
    " HttpServer.create(new java.net.InetSocketAddress(8080), 0).start(); } }\n"
)
CONVENTION = 'plugins { java; id("org.springframework.boot") }\njava { toolchain { languageVersion = JavaLanguageVersion.of(21) } }\n'
CONVENTION += 'dependencies { implementation("org.springframework.boot:spring-boot-starter-web") }\n'
CLASS = (
    "package acme\nimport org.gradle.api.*\nclass Boot : Plugin<Project> { override fun apply(t: Project) { with(t) {\n"
    'pluginManager.apply("org.springframework.boot")\ndependencies.add("implementation", "org.springframework.boot:spring-boot-starter-web")\n} } }\n'
)
BUILD_LOGIC = 'dependencies { implementation("org.springframework.boot:spring-boot-gradle-plugin:3.2.5") }\n'
SPRING = {
    "src/main/java/shop/Main.java": "package shop;\npublic class Main { public static void main(String[] a) { } }\n"
}


@pytest.mark.parametrize(
    ("applied", "files"),
    [
        ("acme.boot", {"buildSrc/src/main/kotlin/acme.boot.gradle.kts": CONVENTION, "buildSrc/build.gradle.kts": BUILD_LOGIC}),
        ("acme.boot", {"buildSrc/src/main/kotlin/acme/boot.gradle.kts": f"package acme\n{CONVENTION}", "buildSrc/build.gradle.kts": BUILD_LOGIC}),
        (
            "acme.boot",
            {
                "settings.gradle.kts": 'pluginManagement { includeBuild("gradle-logic") }\n',
                "gradle-logic/settings.gradle.kts": 'include(":plugins")\n',
                "gradle-logic/plugins/build.gradle.kts": 'gradlePlugin { plugins { register("boot") { id = "acme.boot"; implementationClass = "acme.Boot" } } }\n'
                + BUILD_LOGIC,
                "gradle-logic/plugins/src/main/kotlin/acme/Boot.kt": CLASS,
            },
        ),
    ],
)  # fmt: skip
def test_plugins_that_a_build_makes_for_itself_are_followed(applied: str, files: dict[str, str]) -> None:
    """Of scripts, with a package or without, and of classes; what makes them is part of the build."""
    tree = MemoryTree({"build.gradle.kts": f'plugins {{ id("{applied}") }}\n', **SPRING, **files})
    facts = detect(tree).facts
    assert facts.runnable
    assert facts.suggests == ("web-service", "it depends on spring-boot-starter-web")
    assert facts.runtime.value == ("17" if "gradle-logic/settings.gradle.kts" in files else "21")


def test_convention_plugins_that_apply_each_other_end() -> None:
    """A circle of them is followed once around."""
    files = {
        "build.gradle": "plugins { id 'a.one' }\n",
        "buildSrc/src/main/groovy/a.one.gradle": "plugins { id 'a.two' }\n",
        "buildSrc/src/main/groovy/a.two.gradle": "plugins { id 'a.one'\n id 'application' }\n",
        "src/main/java/shop/Main.java": MAIN,
    }
    assert detect(MemoryTree(files)).facts.runnable


def test_the_modules_of_a_build_are_not_passed_over_as_libraries() -> None:
    """They are compiled with the program, and so is what makes plugins for them."""
    files = {
        "settings.gradle": "rootProject.name = 'shop'\ninclude 'app', 'core'\n",
        "build-logic/build.gradle": "plugins { id 'groovy-gradle-plugin' }\n",
        "build-logic/src/main/groovy/shop.program.gradle": "plugins { id 'application' }\n",
        "app/build.gradle": "plugins { id 'shop.program' }\ndependencies { implementation project(':core') }\n",
        "app/src/main/java/shop/Main.java": MAIN,
        "core/build.gradle": "plugins { id 'java-library' }\n",
        "core/src/main/java/shop/Core.java": "package shop; class Core {}\n",
    }
    found = proposed(files)
    assert [(one.found.name, one.found.directory) for one in found.services] == [("app", "")]
    assert {one.directory for one in found.passed_over} == {"app", "core", "build-logic"}
    assert all("compiled at the root" in one.why for one in found.passed_over)


@pytest.mark.parametrize(
    ("files", "page"),
    [
        ({"composer.json": '{"name": "acme/notes"}', "web/front.php": "<?php echo $_SERVER['REQUEST_URI'];\n"}, "web/front.php"),
        ({"home.php": "<?php echo htmlspecialchars($_POST['name']); ?>\n"}, "home.php"),
    ],
)  # fmt: skip
def test_pages_of_php_without_an_index_are_no_library(files: dict[str, str], page: str) -> None:
    """They answer requests, and what is missing is said."""
    facts = detect(MemoryTree(files)).facts
    assert facts.suggests == ("web-service", f"{page} answers requests")
    assert [one.span.path for one in facts.unstartable] == [page]


def test_settings_of_php_tools_are_no_pages() -> None:
    """A library with them stays one."""
    files = {
        "composer.json": '{"name": "acme/x"}',
        "rector.php": "<?php return static fn () => null;\n",
        "src/A.php": "<?php class A {}\n",
    }
    assert detect(MemoryTree(files)).facts.suggests == ("library", "nothing is there to be run")


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("-c conf.py", ("--config", "conf.py")),
        ("--config=conf.py", ("--config", "conf.py")),
        ("-c gone/conf.py", ()),
        ("--bind 0.0.0.0:1 --max-requests 900", ("--max-requests", "900")),
    ],
)
def test_the_configuration_of_gunicorn_is_kept_where_it_is_there(said: str, kept: tuple[str, ...]) -> None:
    """As the Procfile names it; one that is not there would stop the program."""
    process = procfile.web(MemoryTree({"Procfile": f"web: gunicorn {said} app:app\n", "conf.py": "workers = 3\n"}))
    assert process
    assert process.options == kept


def test_a_directory_with_only_a_dockerfile_is_named() -> None:
    """It is no service, and nobody has to find that out."""
    files = {
        "api/requirements.txt": "flask==3.0.3\ngunicorn==22.0.0\n",
        "api/app.py": FLASK,
        "crunch/Dockerfile": "FROM gcc:13\n",
        "crunch/crunch.f90": "end program\n",
    }
    assert [(one.directory, "Dockerfile" in one.why) for one in proposed(files).passed_over] == [("crunch", True)]


@pytest.mark.parametrize(("name", "words"), [("Dockerfile", "what only Dockerfile"), ("compose.yaml", "keep it")])
def test_what_to_do_without_a_stack_follows_from_what_is_there(name: str, words: str) -> None:
    """A Dockerfile and a compose file are no stack, and what becomes of them is said."""
    (problem,) = detect(MemoryTree({name: "x\n"})).diagnostics
    assert (problem.code, words in problem.fix) == ("SC234", True)


def test_django_below_the_requirements_is_the_roots() -> None:
    """A directory with a manage.py, whose dependencies are listed above it, is started from there."""
    files = {
        "requirements.txt": "django==5.0.6\ngunicorn==22.0.0\n",
        "backend/manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n',
        "backend/shop/__init__.py": "",
        "backend/shop/settings.py": 'WSGI_APPLICATION = "shop.wsgi.application"\nROOT_URLCONF = "shop.urls"\n',
        "backend/shop/wsgi.py": "application = None\n",
        "backend/shop/urls.py": "urlpatterns = []\n",
    }
    (one,) = proposed(files).services
    assert (one.found.directory, one.found.archetype) == ("", "web-service")


def test_work_for_sidekiq_without_rails_has_a_worker() -> None:
    """Which loads what the program loads."""
    files = {
        "Gemfile": "source 'https://gems.example.com'\ngem 'sinatra'\ngem 'puma'\ngem 'sidekiq'\n",
        "config.ru": "require_relative 'app'\nrun Sinatra::Application\n",
        "app.rb": "require 'sinatra'\nrequire_relative 'jobs/mail'\n",
        "jobs/mail.rb": "class Mail\n  include Sidekiq::Job\nend\n",
    }
    commands = [one.found.command for one in proposed(files).services]
    assert ("bundle", "exec", "sidekiq", "--require", "./app.rb") in commands
    assert len(proposed({**files, "jobs/mail.rb": "# include Sidekiq::Job\n"}).services) == 1


@pytest.mark.parametrize(
    ("more", "host"),
    [
        ({"config/environments/production.rb": '  config.hosts << "shop.example.com"\n'}, "shop.example.com"),
        ({"config/application.rb": '  config.hosts = [".example.com"]\n'}, "example.com"),
        ({"config/environments/production.rb": '  config.hosts << "a.example"\n  config.hosts.clear\n'}, None),
        (
            {
                "config/environments/production.rb": '  config.hosts << "a.example"\n'
                '  config.host_authorization = { exclude: ->(request) { request.path == "/up" } }\n'
            },
            None,
        ),
        ({"config/environments/production.rb": '  # config.hosts << "a.example"\n'}, None),
    ],
)
def test_the_host_that_rails_answers(more: dict[str, str], host: str | None) -> None:
    """The probe says it: any other is refused."""
    files = {
        "Gemfile": "gem 'rails'\ngem 'puma'\n",
        "config.ru": "run Rails.application\n",
        "bin/rails": "",
        "config/environment.rb": "",
        "config/application.rb": "",
    }
    said = detect(MemoryTree({**files, **more})).facts.answers_to
    assert (said.value if said else None) == host


def test_imports_of_go_on_one_line_are_followed() -> None:
    """As a formatter would not leave them, and the compiler reads them."""
    files = {
        "go.mod": "module acme.dev/vault\ngo 1.22\n",
        "cmd/vault/main.go": 'package main\nimport ("net/http";"acme.dev/vault/internal/secrets")\n'
        'func main() { secrets.Name(); http.ListenAndServe(":9000", nil) }\n',
        "internal/secrets/secrets.go": "package secrets\nfunc Name() {}\n",
    }
    assert "internal/secrets" in str(detect(MemoryTree(files)).facts)


def test_pages_of_blazor_are_no_library() -> None:
    """What browsers run is named, and how it can be served."""
    files = {
        "Pages.csproj": '<Project Sdk="Microsoft.NET.Sdk.BlazorWebAssembly"><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup></Project>'
    }
    facts = detect(MemoryTree(files)).facts
    assert facts.suggests == ("web-service", "it makes pages that browsers run (Blazor WebAssembly)")
    assert "Blazor" in facts.unstartable[0].message


WORKER = {
    "package.json": '{"name": "w", "scripts": {"start": "node index.js"}}',
    "index.js": "setInterval(() => {}, 1000)\n",
}


@pytest.mark.parametrize(("name", "role"), [("worker", "worker"), ("seed-data", None)])
def test_what_a_compose_file_runs_is_a_worker(name: str, role: str | None) -> None:
    """Nobody waits for its end; what is called after something that is done once ends."""
    compose = f"services:\n  web: {{build: web, ports: ['80:80']}}\n  {name}: {{build: {name}}}\n"
    files = {"compose.yaml": compose, "web/index.html": "x"} | {f"{name}/{path}": text for path, text in WORKER.items()}
    roles = {one.found.name: one.found.role for one in proposed(files).services}
    assert roles[name] == role


def test_the_stores_of_a_compose_file_that_builds_nothing_are_the_programs() -> None:
    """They are there for what people start by hand; a mail trap of theirs is not, nor a second database."""
    compose = "services:\n  mysql: {image: 'mysql:8.4'}\n  mail: {image: 'axllent/mailpit:v1.27'}\n"
    files = {
        "compose.yaml": compose,
        "package.json": '{"name": "w", "scripts": {"start": "node index.js"}}',
        "index.js": "require('node:http').createServer((q, s) => s.end('ok')).listen(3000);\n",
    }
    assert [(store.name, store.kind) for store in proposed(files).stores] == [("mysql", "mysql")]
    other = {**files, "index.js": files["index.js"] + "const url = 'postgres://db:5432/x';\n"}
    assert [store.kind for store in proposed(other).stores] == ["postgres"]


def test_a_compose_file_below_the_top_is_named() -> None:
    """It is not read, and said to be there."""
    found = proposed(
        {"package.json": "{}", "index.js": "", "docker/compose.yaml": "services: {db: {image: postgres}}\n"}
    )
    assert "docker/compose.yaml is not read" in " ".join(found.compose.unused)


def test_a_page_for_passwords_is_no_password() -> None:
    """Routes of Ruby are code that every image needs; what is given to a password there still is one."""
    routes = b'get "/login/forgot_password" => "login#forgot_password"\npost "/login/reset_password" => "login#reset"\n'
    assert not says_secret("config/routes.rb", routes)
    assert says_secret("config/routes.rb", b'password = "hunter2x9"\n')
