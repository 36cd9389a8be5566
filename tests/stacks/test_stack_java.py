"""Maven builds: which program is found in them, how it is built, with which Java, and what is told about them."""

from __future__ import annotations

import pytest
from java_builds import (
    BOOT_PARENT,
    BOOT_PLUGIN,
    GRADLEW,
    MAIN,
    SOURCE,
    WRAPPER,
    commands,
    facts,
    made,
    needing,
    plugin,
    pom,
)

from speccompile.errors import Refused
from speccompile.plan.image import Glob
from speccompile.source import Span
from speccompile.stacks.java.facts import Form
from speccompile.stacks.xmltext import Element, parse

SHADE = plugin("maven-shade-plugin", "<configuration><mainClass>a.b.App</mainClass></configuration>")
ASSEMBLY = plugin("maven-assembly-plugin", "<executions><execution><phase>package</phase></execution></executions>")
PRODUCTS = [
    (pom(), Form.CLASSPATH, "target/app-1.0.jar", "a.b.App"),
    (pom("<build><finalName>it-${project.version}</finalName></build>"), Form.CLASSPATH, "target/it-1.0.jar", "a.b.App"),
    (pom(version="${unknown}"), Form.CLASSPATH, Glob("target/*.jar"), "a.b.App"),
    (pom(version="$(id)"), Form.CLASSPATH, Glob("target/*.jar"), "a.b.App"),
    (pom(version="1 ; rm"), Form.CLASSPATH, Glob("target/*.jar"), "a.b.App"),
    (pom(SHADE), Form.FAT, "target/app-1.0.jar", None),
    (pom(plugin("maven-shade-plugin")), Form.FAT, "target/app-1.0.jar", "a.b.App"),
    (pom(plugin("maven-shade-plugin", "<configuration><shadedArtifactAttached>true</shadedArtifactAttached></configuration>")), Form.FAT,
     "target/app-1.0-shaded.jar", "a.b.App"),
    (pom(ASSEMBLY), Form.FAT, "target/app-1.0-jar-with-dependencies.jar", "a.b.App"),
    (pom(plugin("quarkus-maven-plugin")), Form.QUARKUS, "target/quarkus-app", None),
    (pom(BOOT_PARENT.format("3.4.1") + BOOT_PLUGIN.format("")), Form.TOOLS, "target/app-1.0.jar", None),
    (pom(BOOT_PARENT.format("3.3.0") + BOOT_PLUGIN.format("")), Form.TOOLS, "target/app-1.0.jar", None),
    (pom(BOOT_PARENT.format("3.2.9") + BOOT_PLUGIN.format("")), Form.LAYERTOOLS, "target/app-1.0.jar", None),
    (pom(BOOT_PARENT.format("2.7.18") + BOOT_PLUGIN.format("")), Form.LAYERTOOLS, "target/app-1.0.jar", None),
    (pom(BOOT_PARENT.format("2.1.0") + BOOT_PLUGIN.format("")), Form.FAT, "target/app-1.0.jar", None),
    (pom(BOOT_PARENT.format("3.4.1") + BOOT_PLUGIN.format("<configuration><classifier>exec</classifier></configuration>")), Form.TOOLS,
     "target/app-1.0-exec.jar", None),
    (pom(BOOT_PARENT.format("3.4.1") + BOOT_PLUGIN.format("<configuration><layers><configuration>x</configuration></layers></configuration>")),
     Form.FAT, "target/app-1.0.jar", None),
    (pom("<packaging>war</packaging>" + BOOT_PARENT.format("3.4.1") + BOOT_PLUGIN.format("")), Form.FAT, "target/app-1.0.war", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "form", "path", "main"), PRODUCTS)
def test_what_a_maven_build_makes(text: str, form: Form, path: str | Glob, main: str | None) -> None:
    """By its plugins; a name that a shell would misread, or that nobody knows, is left to the shell's own pattern."""
    product = facts({"pom.xml": text, **SOURCE}).product
    assert product
    assert (product.form, product.path, product.main) == (form, path, main)


@pytest.mark.parametrize(
    ("version", "words", "loaded"),
    [
        ("3.4.1", "java -Djarmode=tools -jar target/app-1.0.jar extract --layers --application-filename app.jar --destination /out", "-jar /app/app.jar"),
        ("3.2.1", "java -Djarmode=layertools -jar target/app-1.0.jar extract --destination /out", "org.springframework.boot.loader.launch.JarLauncher"),
        ("2.7.1", "java -Djarmode=layertools -jar target/app-1.0.jar extract --destination /out", "org.springframework.boot.loader.JarLauncher"),
    ],
)  # fmt: skip
def test_spring_boot_is_unpacked_as_its_release_does_it(version: str, words: str, loaded: str) -> None:
    """Its tools, its launcher, its layers in their order."""
    recipe = made({"pom.xml": pom(BOOT_PARENT.format(version) + BOOT_PLUGIN.format("")), **SOURCE})
    assert words in commands(recipe)
    assert " ".join(recipe.command).endswith(loaded)
    assert recipe.command[:2] == ("java", "-XX:MaxRAMPercentage=75.0")


SETTINGS = [
    ({"application.properties": "server.port=9001\n"}, 9001, "/actuator/health"),
    ({"application.properties": "server.port=${PORT:9002}\nserver.servlet.context-path=/api/\n"}, 9002, "/api/actuator/health"),
    ({"application.yml": "server:\n  port: 9003 # it\nmanagement:\n  endpoints:\n    web:\n      base-path: /manage\n"}, 9003, "/manage/health"),
    ({"application.yml": "management:\n  server:\n    port: 9090\n"}, 8080, None),
    ({"application.yml": "a: 1\n---\nserver:\n  port: 9004\n"}, 8080, "/actuator/health"),
    ({"application.yml": "server: [\n\tport: x"}, 8080, "/actuator/health"),
    ({"application.properties": "server.port=${port}\nserver.servlet.context-path=/$(id)\n"}, 8080, None),
    ({"application.properties": "# server.port=1\nserver.port = 99999999\n"}, 8080, "/actuator/health"),
]  # fmt: skip


@pytest.mark.parametrize(("config", "port", "health"), SETTINGS)
def test_port_and_health_of_spring_boot(config: dict[str, str], port: int, health: str | None) -> None:
    """As its configuration says; health only at the server's own port."""
    files = {f"src/main/resources/{name}": text for name, text in config.items()}
    boot = pom(
        BOOT_PARENT.format("3.4.1")
        + needing("spring-boot-starter-web", "spring-boot-starter-actuator")
        + BOOT_PLUGIN.format("")
    )
    found = facts({"pom.xml": boot, **SOURCE, **files})
    assert (found.port, found.health_path) == (port, health)
    assert found.port_names == ("PORT", "SERVER_PORT")
    assert found.suggests == ("web-service", "it depends on spring-boot-starter-web")


def test_health_behind_security_is_not_promised() -> None:
    """It may ask for a password."""
    names = needing("spring-boot-starter-web", "spring-boot-starter-actuator", "spring-boot-starter-security")
    assert facts({"pom.xml": pom(BOOT_PARENT.format("3.4.1") + names), **SOURCE}).health is None


PORTS = [
    ('int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "4001"));', 4001),
    ('var port = System.getenv("PORT") != null ? Integer.parseInt(System.getenv("PORT")) : 4002;', 4002),
    ("Javalin.create().start(4003);", 4003),
    ("HttpServer.create(new InetSocketAddress(\"0.0.0.0\", 4004), 0);", 4004),
    ("static final int PORT = 4005;", 4005),
    ("// port = 4006", 8080),
    ("start(99999)", 8080),
]  # fmt: skip


@pytest.mark.parametrize(("line", "port"), PORTS)
def test_the_port_of_a_plain_server(line: str, port: int) -> None:
    """The default of PORT; else a number in the source."""
    source = (MAIN % "App").replace("{}", "{\n        " + line + "\n    }")
    assert facts({"pom.xml": pom(), "src/main/java/a/b/App.java": source}).port == port


JAVAS = [
    ({"pom.xml": pom("<properties><maven.compiler.release>21</maven.compiler.release></properties>")}, "21", "pom.xml maven.compiler.release"),
    ({"pom.xml": pom("<properties><maven.compiler.source>1.8</maven.compiler.source></properties>")}, "8", "pom.xml maven.compiler.source"),
    ({"pom.xml": pom("<properties><java.version>22</java.version></properties>")}, "25", "pom.xml java.version"),
    ({"pom.xml": pom("<properties><j>11</j></properties>" + plugin("maven-compiler-plugin", "<configuration><release>${j}</release></configuration>"))},
     "11", "pom.xml maven-compiler-plugin release"),
    ({"pom.xml": pom(BOOT_PARENT.format("3.1.0"))}, "17", "pom.xml Spring Boot 3.1"),
    ({"pom.xml": pom("<properties><java.version>11</java.version></properties>" + BOOT_PARENT.format("3.1.0"))}, "17", "pom.xml Spring Boot 3.1"),
    ({"pom.xml": pom()}, "17", "default"),
    ({"pom.xml": pom(), ".java-version": "temurin64-21.0.2\n"}, "21", ".java-version"),
    ({"pom.xml": pom(), ".sdkmanrc": "# it\njava=11.0.20-tem\n"}, "11", ".sdkmanrc"),
    ({"pom.xml": pom(), "system.properties": "java.runtime.version=1.8\n"}, "8", "system.properties"),
    ({"pom.xml": pom(), ".tool-versions": "nodejs 20\njava temurin-17.0.9+9\n"}, "17", ".tool-versions"),
    ({"build.gradle": "plugins { id 'java' }\njava { toolchain { languageVersion = JavaLanguageVersion.of(21) } }"}, "21", "build.gradle toolchain"),
    ({"build.gradle": "sourceCompatibility = '1.8'"}, "8", "build.gradle sourceCompatibility"),
    ({"build.gradle": "sourceCompatibility = JavaVersion.VERSION_11"}, "11", "build.gradle sourceCompatibility"),
    ({"build.gradle.kts": "kotlin {\n    jvmToolchain(21)\n}"}, "21", "build.gradle.kts jvmToolchain"),
    ({"build.gradle": "", **{k: v.format("6.9") for k, v in GRADLEW.items()}}, "11", "gradle/wrapper/gradle-wrapper.properties Gradle 6.9"),
    ({"build.gradle": "", **{k: v.format("8.10.2") for k, v in GRADLEW.items()}}, "17", "gradle/wrapper/gradle-wrapper.properties Gradle 8.10.2"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "line", "source"), JAVAS)
def test_the_java_of_a_build(files: dict[str, str], line: str, source: str) -> None:
    """The line of the long-term release that runs what is compiled, and who says so."""
    chosen = facts({**files, **SOURCE}).runtime
    assert (chosen.value, chosen.source) == (line, source)


def test_a_version_file_that_is_too_old_is_told() -> None:
    """The build would fail with it."""
    release = pom("<properties><maven.compiler.release>21</maven.compiler.release></properties>")
    found = facts({"pom.xml": release, ".java-version": "17", **SOURCE})
    assert (found.runtime.value, [one.code for one in found.diagnostics]) == ("17", ["SC253"])


@pytest.mark.parametrize("said", ["latest", "99", "${x}", "$(id)", "17; rm", "seventeen"])
def test_a_version_that_is_none_is_passed_over(said: str) -> None:
    """With a warning where it can be read at all."""
    found = facts({"pom.xml": pom(), ".java-version": said, **SOURCE})
    assert (found.runtime.value, found.runtime.source) == ("17", "default")
    assert [one.code for one in found.diagnostics] == ["SC254"]


def test_the_wrapper_brings_its_own_maven() -> None:
    """On the image of the JDK; the script is started by a shell, whatever its mode is."""
    recipe = made({"pom.xml": pom(), **WRAPPER, **SOURCE})
    assert recipe.stages[0].base.reference == "eclipse-temurin:17-jdk"
    assert "sh ./mvnw -B -ntp dependency:go-offline" in commands(recipe)
    assert {"mvnw", ".mvn/wrapper/maven-wrapper.properties"} <= set(recipe.context)
    (tool,) = facts({"pom.xml": pom(), **WRAPPER, **SOURCE}).tools
    assert (tool.name, tool.value, tool.span) == (
        "maven",
        "3.9.6",
        Span(".mvn/wrapper/maven-wrapper.properties", 1, 37),
    )


@pytest.mark.parametrize(
    "files",
    [
        {"pom.xml": pom(), "mvnw": ""},
        {"pom.xml": pom(), **WRAPPER, "mvnw": "#!/bin/sh\r\n"},
        {"build.gradle": "apply plugin: 'application'", "gradlew": "", "gradle/wrapper/gradle-wrapper.properties": ""},
    ],
)
def test_a_wrapper_that_cannot_run_is_passed_over(files: dict[str, str]) -> None:
    """It would fail in the build."""
    found = facts({**files, **SOURCE})
    assert [one.code for one in found.diagnostics] == ["SC276"]
    assert made({**files, **SOURCE}).stages[0].base.reference in ("maven:3.9-eclipse-temurin-17", "gradle:8.14-jdk17")


REACTOR = {
    "pom.xml": pom(
        "<packaging>pom</packaging><modules><module>core</module><module>tools/gen</module><module>web</module></modules>",
        "all",
    ),
    "core/pom.xml": pom(
        "<parent><groupId>a</groupId><artifactId>all</artifactId><version>1.0</version></parent>", "core"
    ),
    "core/src/main/java/C.java": "class C {}",
    "core/src/test/java/T.java": "class T {}",
    "tools/gen/pom.xml": pom("", "gen"),
    "tools/gen/src/main/java/Gen.java": MAIN % "Gen",
    "web/pom.xml": pom(
        "<parent><groupId>a</groupId><artifactId>all</artifactId><version>1.0</version></parent>"
        + needing("core", "javalin"),
        "web",
    ),
    "web/src/main/java/a/b/Web.java": MAIN % "Web",
    "web/config/app.xml": "",
}


def test_the_module_that_serves_is_built_with_what_it_needs() -> None:
    """All the poms come first; of the sources only those of the closure, without tests."""
    recipe = made(REACTOR)
    assert "mvn -B -ntp -fn dependency:go-offline ;" in commands(recipe)
    assert "mvn -B -ntp -pl web -am -DskipTests package" in commands(recipe)
    assert set(recipe.context) == {
        *("pom.xml", "core/pom.xml", "tools/gen/pom.xml", "web/pom.xml", "generated/Health.java"),
        *("core/src/main/", "web/src/main/", "web/config/"),
    }
    assert facts(REACTOR).version == "1.0"
    assert not facts(REACTOR).diagnostics


def test_checks_of_style_are_left_to_whoever_commits() -> None:
    """They read files that are no part of an image, or the repository."""
    assert "-Dcheckstyle.skip package" in commands(made({"pom.xml": pom(plugin("maven-checkstyle-plugin")), **SOURCE}))


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"pom.xml": pom()}, "SC240"),
        ({"pom.xml": pom("<packaging>war</packaging>"), **SOURCE}, "SC240"),
        ({"build.gradle": "plugins {\n id 'java'\n}\ndependencies {\n implementation 'g:a:1'\n}", **SOURCE}, "SC240"),
        ({"pom.xml": "<project>", **SOURCE}, "SC237"),
        ({"pom.xml": "<settings/>", **SOURCE}, "SC237"),
        (
            {"pom.xml": pom("<parent><artifactId>p</artifactId><relativePath>../p</relativePath></parent>"), **SOURCE},
            "SC274",
        ),
    ],
)
def test_what_stands_in_the_way(files: dict[str, str], code: str) -> None:
    """No image, but a diagnostic with a fix."""
    with pytest.raises(Refused) as refused:
        made(files)
    assert [one.code for one in refused.value.diagnostics] == [code]


def test_tools_and_jobs() -> None:
    """A tool on the image without a shell, where there is one; a job where there is flock."""
    files = {"pom.xml": pom(needing("picocli")), **SOURCE}
    assert facts(files).suggests == ("cli-tool", "it depends on picocli")
    assert made(files, "cli-tool").stages[-1].base.reference == "gcr.io/distroless/java17-debian12:nonroot"
    assert made(files, "data-pipeline").stages[-1].base.reference == "eclipse-temurin:17-jre"
    older = {"pom.xml": pom("<properties><java.version>11</java.version></properties>"), **SOURCE}
    assert made(older, "cli-tool").stages[-1].base.reference == "eclipse-temurin:11-jre"


RESOURCE = 'import jakarta.ws.rs.*;\n%s\npublic class R {\n    int a = 1;\n\n    %s\n    public String up() { return "{ok}"; }\n}\n'


@pytest.mark.parametrize(
    ("package", "of_class", "of_method", "route"),
    [
        ("quarkus-rest", '@Path("/")', '@GET @Path("/livez") @Produces(TEXT)', "/livez"),
        ("quarkus-rest", '@Path("/ops")', '@Path("health")\n    @GET', "/ops/health"),
        ("quarkus-rest", '@Path("/health")', "@GET", "/health"),
        ("quarkus-rest", '@Path("/health")', "@POST", None),
        ("quarkus-rest", '@Path("/{shop}")', '@GET @Path("health")', None),
        ("quarkus-rest", '@Path("/ops")', '@GET @Path("/a{b}") void a() {}\n    @POST @Path("/health")', None),
        ("micronaut-http-server-netty", '@Controller("/ops")', '@Get("/health")', "/ops/health"),
        ("micronaut-http-server-netty", '@Controller("/health")', "@Get", "/health"),
        ("micronaut-http-server-netty", '@Controller("/ops")', '@Post("/health")', None),
    ],
)
def test_health_routes_of_resources(package: str, of_class: str, of_method: str, route: str | None) -> None:
    """Of JAX-RS and of Micronaut; behind a login, or below a path that nothing says, there is none."""
    files = {
        "pom.xml": pom(needing(package) + plugin("quarkus-maven-plugin")),
        **SOURCE,
        "src/main/java/a/b/R.java": RESOURCE % (of_class, of_method),
    }
    assert facts(files).health_path == route
    put = {"src/main/java/a/b/Api.java": '@ApplicationPath("/api")\npublic class Api extends Application {}\n'}
    if package == "quarkus-rest":
        assert facts({**files, **put}).health_path == (f"/api{route}" if route else None)
        assert (
            facts({**files, "src/main/resources/application.properties": "quarkus.rest.path=/x\n"}).health_path is None
        )
    assert facts({**files, "pom.xml": pom(needing(package, "micronaut-security", "quarkus-oidc"))}).health_path is None


@pytest.mark.parametrize("extension", ["quarkus-smallrye-health", "quarkus-websockets-next", "quarkus-spring-web"])
def test_an_extension_of_quarkus_that_brings_a_server(extension: str) -> None:
    """Though the program routes nothing itself: each is made of vertx-http."""
    found = facts({"pom.xml": pom(needing(extension, "quarkus-arc") + plugin("quarkus-maven-plugin")), **SOURCE})
    assert found.suggests == ("web-service", f"it depends on {extension}")
    assert found.health_path == ("/q/health" if "health" in extension else None)


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", "<a>&x;</a>", "<a" * 9, "", "<a></b>",
        "<a>" * 200, "\ud800", "<a>\x00</a>", "<a/><b/>",
    ],
)  # fmt: skip
def test_xml_that_is_not_read(text: str) -> None:
    """No document type, hence no entity; nothing bottomless; never a traceback."""
    found = parse("pom.xml", text)
    assert not isinstance(found, Element)
    assert found[0].path == "pom.xml"


def test_properties_that_refer_to_each_other_come_to_an_end() -> None:
    """Around in a circle, or doubled at every step."""
    circle = "<properties><a>${b}</a><b>${a}</b></properties>"
    assert facts({"pom.xml": pom(circle, version="${a}"), **SOURCE}).version is None
    bomb = "".join(f"<p{n}>" + "".join(f"${{p{n + 1}}}x" for _ in range(9)) + f"</p{n}>" for n in range(9))
    assert facts({"pom.xml": pom(f"<properties>{bomb}</properties>", version="${p0}"), **SOURCE}).version is None
