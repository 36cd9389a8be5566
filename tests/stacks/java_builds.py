"""Java builds in memory, and what is made of them."""

from __future__ import annotations

from collections.abc import Mapping

from stack_cases import request

from speccompile.detect.detection import detect
from speccompile.plan.image import Glob, ImageRecipe, Run
from speccompile.project.memory import MemoryTree
from speccompile.stacks.java.facts import JavaFacts

MAIN = "package a.b;\nclass %s {\n    public static void main(String[] args) {}\n}\n"
SOURCE = {"src/main/java/a/b/App.java": MAIN % "App"}
BOOT_PARENT = "<parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId><version>{}</version><relativePath/></parent>"
BOOT_PLUGIN = "<build><plugins><plugin><artifactId>spring-boot-maven-plugin</artifactId>{}</plugin></plugins></build>"
WRAPPER = {
    "mvnw": "#!/bin/sh\n",
    ".mvn/wrapper/maven-wrapper.properties": "distributionUrl=https://example.org/apache-maven-3.9.6-bin.zip\n",
}
GRADLEW = {
    "gradlew": "#!/bin/sh\n", "gradle/wrapper/gradle-wrapper.jar": "",
    "gradle/wrapper/gradle-wrapper.properties": "distributionUrl=https\\://example.org/gradle-{}-bin.zip\n",
}  # fmt: skip


def pom(inside: str = "", name: str = "app", version: str = "1.0") -> str:
    """A pom.xml."""
    own = "" if "<parent>" in inside and "boot" not in inside else f"<groupId>a</groupId><version>{version}</version>"
    return f'<project xmlns="http://maven.apache.org/POM/4.0.0"><artifactId>{name}</artifactId>{own}{inside}</project>'


def plugin(name: str, inside: str = "") -> str:
    """A build with one plugin."""
    return f"<build><plugins><plugin><artifactId>{name}</artifactId>{inside}</plugin></plugins></build>"


def needing(*artifacts: str) -> str:
    """Dependencies."""
    each = (f"<dependency><groupId>g</groupId><artifactId>{name}</artifactId></dependency>" for name in artifacts)
    return f"<dependencies>{''.join(each)}</dependencies>"


def facts(files: Mapping[str, str]) -> JavaFacts:
    """What is known about *files*."""
    found = detect(MemoryTree(files)).facts
    assert isinstance(found, JavaFacts)
    return found


def made(files: Mapping[str, str], archetype: str = "web-service") -> ImageRecipe:
    """The image of *files*."""
    found = detect(MemoryTree(files))
    recipe = found.stack.recipe(found.facts, request(archetype, found))
    assert isinstance(recipe, ImageRecipe)
    return recipe


def commands(recipe: ImageRecipe) -> str:
    """What is run in the build stage."""
    runs = (step for step in recipe.stages[0].steps if isinstance(step, Run))
    words = (
        word.pattern if isinstance(word, Glob) else str(word)
        for run in runs
        for command in run.commands
        for word in (*command, ";")
    )
    return " ".join(words)
