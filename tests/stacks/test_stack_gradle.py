"""Gradle builds: which program is found in them, and how it is built."""

from __future__ import annotations

import pytest
from java_builds import GRADLEW, MAIN, SOURCE, commands, facts, made

from speccompile.plan.image import Glob
from speccompile.stacks.java.facts import Form

BOOT_GRADLE = "plugins {\n id 'java'\n id 'org.springframework.boot' version '3.4.0'\n}\ndependencies {\n implementation 'org.springframework.boot:spring-boot-starter-web'\n}"
KTOR = 'plugins {\n kotlin("jvm") version "2.0.0"\n alias(libs.plugins.ktor)\n}\napplication {\n mainClass.set("a.b.AppKt")\n}\ndependencies {\n implementation(libs.ktor.server.netty)\n}'
CATALOG = '[versions]\nktor = "3.0.0"\n[plugins]\nktor = { id = "io.ktor.plugin", version.ref = "ktor" }\n[libraries]\nktor-server-netty = { module = "io.ktor:ktor-server-netty", version.ref = "ktor" }\n'
GRADLES = [
    ({"build.gradle": BOOT_GRADLE}, Form.TOOLS, Glob("build/libs/*.jar"), ":bootJar"),
    ({"build.gradle.kts": KTOR, "gradle/libs.versions.toml": CATALOG, "src/main/kotlin/a/b/App.kt": "package a.b\nfun main() {}"},
     Form.DISTRIBUTION, Glob("build/install/*/lib"), ":installDist"),
    ({"build.gradle": "plugins {\n  id 'application'\n}"}, Form.DISTRIBUTION, Glob("build/install/*/lib"), ":installDist"),
    ({"build.gradle": "plugins {\n  id 'java'\n  id 'com.gradleup.shadow' version '8.3.0'\n}"}, Form.FAT, Glob("build/libs/*-all.jar"), ":shadowJar"),
    ({"build.gradle": "plugins {\n  id 'java'\n}"}, Form.FAT, Glob("build/libs/*.jar"), ":jar"),
    ({"build.gradle": "plugins {\n  id 'java'\n  id 'io.quarkus'\n}"}, Form.QUARKUS, "build/quarkus-app", ":quarkusBuild"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "form", "path", "task"), GRADLES)
def test_what_a_gradle_build_makes(files: dict[str, str], form: Form, path: str | Glob, task: str) -> None:
    """By its plugins, those of its catalogue included."""
    every = {
        **files,
        **({} if "src/main/kotlin/a/b/App.kt" in files else SOURCE),
        **{k: v.format("8.10") for k, v in GRADLEW.items()},
    }
    product = facts(every).product
    assert product
    assert (product.form, product.path) == (form, path)
    assert f"sh ./gradlew --no-daemon {task} ;" in commands(made(every))


@pytest.mark.parametrize(
    ("said", "archetype"),
    [
        ('micronaut {\n runtime("netty")\n testRuntime("junit5")\n}', "web-service"),
        ("micronaut {\n runtime = 'jetty'\n}", "web-service"),
        ('micronaut {\n testRuntime("junit5")\n}', "cli-tool"),
    ],
)
def test_the_server_that_a_plugin_of_micronaut_adds(said: str, archetype: str) -> None:
    """No dependency names it."""
    script = f"plugins {{\n id 'io.micronaut.application' version '4.5.0'\n}}\n{said}\ndependencies {{\n implementation 'io.micronaut:micronaut-runtime'\n}}"
    found = facts({"build.gradle": script, **SOURCE})
    assert (found.suggests or ("cli-tool", ""))[0] == archetype


GRADLE_MODULES = {
    "settings.gradle": "rootProject.name = 'shop'\ninclude 'core', ':web:api'\n",
    "build.gradle": "plugins {\n  id 'org.springframework.boot' version '3.2.0' apply false\n}\n",
    "core/build.gradle": "plugins {\n  id 'java-library'\n}",
    "core/src/main/java/C.java": "class C {}",
    "web/api/build.gradle": "plugins {\n  id 'org.springframework.boot'\n}\ndependencies {\n  implementation project(':core')\n}",
    "web/api/src/main/java/a/b/Api.java": MAIN % "Api",
    "web/api/src/test/java/a/b/T.java": "",
}


def test_the_module_of_a_gradle_build() -> None:
    """With those that it names; a plugin that is only declared at the root is not applied there."""
    recipe = made(GRADLE_MODULES)
    assert "gradle --no-daemon :web:api:dependencies ;" in commands(recipe)
    assert (
        "gradle --no-daemon :web:api:bootJar ; java -Djarmode=layertools -jar web/api/build/libs/*.jar extract --destination /out"
        in commands(recipe)
    )
    assert {path for path in recipe.context if path.endswith("/")} == {"core/src/main/", "web/api/src/main/"}
    assert (facts(GRADLE_MODULES).name, facts(GRADLE_MODULES).product) == ("shop", facts(GRADLE_MODULES).product)


def test_the_build_s_own_logic_comes_with_the_sources() -> None:
    """Before them only Gradle itself can be fetched: no directory is copied before that."""
    files = {"build.gradle": "plugins {\n  id 'application'\n}", "buildSrc/build.gradle": "", **SOURCE}
    recipe = made(files)
    assert "gradle --no-daemon --version ;" in commands(recipe)
    assert "buildSrc/" in recipe.context


def test_locked_dependencies_of_gradle_are_not_complained_about() -> None:
    """The lock file is copied with the scripts."""
    script = {"build.gradle": "plugins {\n id 'application'\n}\ndependencies {\n implementation 'g:a:1.+'\n}", **SOURCE}
    assert [one.code for one in facts(script).diagnostics] == ["SC275"]
    locked = {**script, "gradle.lockfile": ""}
    assert facts(locked).diagnostics == ()
    assert "gradle.lockfile" in made(locked).context
