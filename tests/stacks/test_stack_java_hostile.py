"""Java builds that anybody may have written: nothing raises but ``Refused``, and what comes out can be written to a
Dockerfile."""

from __future__ import annotations

from xml.sax.saxutils import escape

from hypothesis import example, given
from hypothesis import strategies as st
from test_stack_hostile import ARCHETYPES, WORDS, compiles

from speccompile.stacks.java.releases import lts

TAGS = [
    "project", "parent", "groupId", "artifactId", "version", "packaging", "properties", "java.version", "maven.compiler.release", "modules",
    "module", "build", "plugins", "plugin", "configuration", "mainClass", "finalName", "classifier", "dependencies", "dependency", "scope",
    "relativePath", "profiles", "profile", "activation", "activeByDefault", "sourceDirectory", "executions", "execution", "phase", "layers",
]  # fmt: skip
TEXTS = st.one_of(
    WORDS,
    st.sampled_from([
        "app", "1.0", "${a}", "${project.version}", "${version}", "web", "../web", "web/../..", "jar", "war", "pom", "a.b.Main", "Main;rm", "17",
        "spring-boot-maven-plugin", "maven-shade-plugin", "quarkus-maven-plugin", "maven-assembly-plugin", "spring-boot-starter-parent", "3.4.0",
        "[1,2)", "package", "true", "src", "--help", "$HOME", "x y", "a'b", "micronaut-parent", "maven-checkstyle-plugin",
    ]),
)  # fmt: skip
XML = st.recursive(
    TEXTS.map(escape),
    lambda inner: st.lists(st.tuples(st.sampled_from(TAGS), inner), max_size=5).map(
        lambda pairs: "".join(f"<{tag}>{text}</{tag}>" for tag, text in pairs)
    ),
    max_leaves=30,
)
POMS = XML.map(lambda inside: f"<project><artifactId>app</artifactId><version>1</version>{inside}</project>")
MAIN = "package a.b;\nclass Main {\n    public static void main(String[] a) { }\n}\n"
PATHS = st.sampled_from([
    "web/pom.xml", "src/main/java/a/b/Main.java", "web/src/main/java/Main.java", "src/main/resources/application.yml", "mvnw", ".java-version",
    "src/main/resources/application.properties", ".mvn/wrapper/maven-wrapper.properties", "gradlew", "settings.gradle", "build.gradle.kts",
    "gradle/libs.versions.toml", "gradle/wrapper/gradle-wrapper.properties", "gradle/wrapper/gradle-wrapper.jar", "buildSrc/x.gradle",
    "web/build.gradle", "src/ma in/x.java", "src/--x/y.java", "we*ird/a.java", "src/main/kotlin/a b.kt", "system.properties", ".sdkmanrc",
])  # fmt: skip
PIECES = [
    "plugins {\n", "}\n", "id 'application'\n", "id 'org.springframework.boot' version '3.4.0'\n", "alias(libs.plugins.x)\n", "include ':web', 'a b'\n",
    "implementation 'g:a:1.+'\n", "implementation(libs.x.y)\n", "mainClass = 'a.b.Main'\n", "mainClass = '$(id)'\n", "languageVersion = JavaLanguageVersion.of(99)\n",
    "sourceCompatibility = 'x'\n", "rootProject.name = '$(id)'\n", "apply plugin: 'java'\n", "subprojects {\n", "project(':web')\n", "// '\n", "layered\n",
]  # fmt: skip
SCRIPTS = st.lists(st.one_of(st.sampled_from(PIECES), WORDS), max_size=12).map("".join)
CONFIG = st.lists(
    st.one_of(
        WORDS,
        st.sampled_from(
            ["server:", "  port: 1", "server.port=${X:80}", "\tport: x", "server.servlet.context-path=/$(id)"]
        ),
    )
).map("\n".join)
OTHERS = st.dictionaries(PATHS, st.one_of(SCRIPTS, CONFIG, POMS, st.just(MAIN)), max_size=6)


@given(POMS, OTHERS, ARCHETYPES)
@example(
    "<project><artifactId>$(id)</artifactId><version>;</version></project>",
    {"src/main/java/a/b/Main.java": MAIN},
    "cli-tool",
)
@example(
    "<project><packaging>pom</packaging><modules><module>web</module><module>.</module></modules></project>",
    {"web/pom.xml": "<project><artifactId>w</artifactId></project>", "web/src/main/java/Main.java": MAIN},
    "web-service",
)
def test_any_pom(pom: str, others: dict[str, str], archetype: str) -> None:
    """Elements where none should be, names that are commands, modules outside."""
    compiles({"src/main/java/a/b/Main.java": MAIN, **others, "pom.xml": pom}, archetype)


@given(SCRIPTS, OTHERS, ARCHETYPES)
@example("plugins {\nid 'application'\n}\n", {"src/main/java/a/b/Main.java": MAIN}, "cli-tool")
def test_any_gradle_script(script: str, others: dict[str, str], archetype: str) -> None:
    """The same for what is a program itself."""
    compiles({"src/main/java/a/b/Main.java": MAIN, **others, "build.gradle": script}, archetype)


@given(st.text(max_size=30))
def test_any_version(text: str) -> None:
    """A line of the images, or nothing."""
    assert lts(text) in (None, "8", "11", "17", "21", "25")


def test_long_inputs_take_no_long_time() -> None:
    """What opens many times and never closes."""
    for piece in (
        "<a>",
        "<",
        "${",
        "implementation '",
        "include 'a',",
        "id '",
        "plugins {",
        "mainClass = ",
        "alias(libs.plugins.",
    ):
        compiles({"pom.xml": piece * 30_000}, "web-service")
        compiles({"build.gradle": piece * 30_000, "settings.gradle": piece * 30_000}, "web-service")
