"""Go projects as people write them: programs, ports, routes, embedded files, modules on disk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from stack_cases import request

from speccompile.detect.detection import detect
from speccompile.errors import Refused
from speccompile.plan.image import Copy, ImageRecipe, Run
from speccompile.project.memory import MemoryTree
from speccompile.stacks.go import stack as go
from speccompile.stacks.go.facts import GoFacts
from speccompile.stacks.written import own_directories

MOD = "module example.com/shop\n\ngo 1.22\n"
SERVER = 'package main\n\nimport "net/http"\n\nfunc main() {\n\thttp.ListenAndServe(":8081", nil)\n}\n'
TOOL = "package main\n\nfunc main() {\n}\n"


def facts(files: Mapping[str, str | bytes]) -> GoFacts:
    """What is known about *files*."""
    found = go.detect(MemoryTree(files))
    assert found is not None
    return found


def recipe(files: Mapping[str, str | bytes], archetype: str = "web-service", **wishes: Any) -> ImageRecipe:
    """The image of *files*."""
    found = detect(MemoryTree(files))
    made = found.stack.recipe(found.facts, request(archetype, found, **wishes))
    assert isinstance(made, ImageRecipe)
    return made


def words(made: ImageRecipe) -> str:
    """All commands of an image's stages."""
    return " ; ".join(
        " ".join(map(str, command))
        for stage in made.stages
        for step in stage.steps
        if isinstance(step, Run)
        for command in step.commands
    )


def copied(made: ImageRecipe, stage: str) -> list[str]:
    """What a stage takes from the context."""
    return [
        source
        for one in made.stages
        if one.name == stage
        for step in one.steps
        if isinstance(step, Copy) and step.stage is None
        for source in step.sources
    ]


PROGRAMS = [
    ({"main.go": SERVER}, ["shop"]),
    ({"main.go": SERVER, "cmd/other/main.go": SERVER}, ["shop", "other"]),
    ({"cmd/shop/main.go": TOOL, "cmd/api/main.go": SERVER}, ["shop", "api"]),
    ({"cmd/worker/main.go": TOOL, "cmd/web/main.go": SERVER}, ["web", "worker"]),
    ({"cmd/admin/main.go": SERVER, "cmd/server/main.go": SERVER}, ["server", "admin"]),
    ({"cmd/main.go": SERVER}, ["shop"]),
    ({"main.go": SERVER, "examples/a/main.go": SERVER, "tools/b/main.go": TOOL}, ["shop"]),
    ({"main.go": TOOL, "cmd/migrate/main.go": SERVER}, ["shop", "migrate"]),
    ({"examples/a/main.go": SERVER}, ["a"]),
    ({"main.go": "//go:build ignore\n\n" + SERVER, "app/main.go": SERVER}, ["app"]),
    ({"main.go": "//go:build mage || !(linux && amd64)\n\n" + SERVER, "app/main.go": SERVER}, ["app"]),
    ({"main_windows.go": SERVER, "main_linux.go": SERVER}, ["shop"]),
    ({"main.go": SERVER, "nested/go.mod": MOD, "nested/main.go": SERVER}, ["shop"]),
    ({"vendor/x/main.go": SERVER, "testdata/main.go": SERVER}, []),
    ({"main_test.go": SERVER}, []),
]


@pytest.mark.parametrize(("files", "names"), PROGRAMS)
def test_the_programs(files: dict[str, str], names: list[str]) -> None:
    """The likely service first; none of other modules, other systems, tests or constraints that do not hold."""
    assert [one.program.name for one in facts({"go.mod": MOD, **files}).starts] == names


def test_a_command_chooses_the_program() -> None:
    """By its name, with its own arguments; any other command is run as it is."""
    files = {"go.mod": MOD, "cmd/web/main.go": SERVER, "cmd/worker/main.go": TOOL}
    assert recipe(files).command == ("/usr/local/bin/web",)
    made = recipe(files, command=("worker", "-n", "2"))
    assert made.command == ("/usr/local/bin/worker", "-n", "2")
    assert "-o /usr/local/bin/worker ./cmd/worker" in words(made)
    assert copied(made, "build") == ["go.mod", "cmd/worker/"]
    assert recipe(files, command=("/usr/local/bin/web", "x")).command == ("/usr/local/bin/web", "x")
    assert recipe(files, command=("env",)).command == ("env",)
    developers = {"go.mod": MOD, "main.go": TOOL, "cmd/migrate/main.go": SERVER}
    assert recipe(developers).command == ("/usr/local/bin/shop",)
    assert recipe(developers, command=("migrate", "up")).command == ("/usr/local/bin/migrate", "up")
    assert recipe(files, "cli-tool").entrypoint == ("/usr/local/bin/worker",)


PORTS = [
    ('http.ListenAndServe("0.0.0.0:4001", nil)', 4001),
    ('r.Run(":4002")\n\thttp.Serve(nil, nil)', 4002),
    ('port := os.Getenv("PORT")\n\tif port == "" {\n\t\tport = "4003"\n\t}\n\tnet.Listen("tcp", ":"+port)', 4003),
    ('net.Listen("tcp", ":"+env("PORT", "4004"))', 4004),
    ('net.Listen("tcp", ":"+cmp.Or(os.Getenv("PORT"), "4005"))', 4005),
    ('s := &http.Server{Addr: ":4006"}\n\ts.ListenAndServe()', 4006),
    ('addr := flag.String("addr", ":4007", "where")\n\thttp.ListenAndServe(*addr, nil)', 4007),
    ('flag.IntVar(&port, "port", 4008, "where")\n\thttp.ListenAndServe(f(port), nil)', 4008),
    ('type c struct {\n\t\tPort int `env:"PORT" envDefault:"4009"`\n\t}\n\thttp.ListenAndServe(x, nil)', 4009),
    ('viper.SetDefault("server.port", 4010)\n\thttp.ListenAndServe(x, nil)', 4010),
    ('const defaultPort = 4011\n\thttp.ListenAndServe(x, nil)', 4011),
    ('redisAddr := "localhost:6379"\n\thttp.ListenAndServe(x, nil)', 8080),
    ('// port := "4012"\n\thttp.ListenAndServe(x, nil)', 8080),
    ('http.ListenAndServe(":99999", nil)', 8080),
]  # fmt: skip


@pytest.mark.parametrize(("body", "port"), PORTS)
def test_the_port(body: str, port: int) -> None:
    """As it stands in the sources; else the usual one."""
    assert facts({"go.mod": MOD, "main.go": f"package main\n\nfunc main() {{\n\t{body}\n}}\n"}).port == port


def test_a_flag_is_given_where_its_default_will_not_do() -> None:
    """For another port, and for a server that would be alone with itself."""
    source = (
        'package main\n\nfunc main() {{\n\ta := flag.String("addr", "{}", "")\n\thttp.ListenAndServe(*a, nil)\n}}\n'
    )
    here = {"go.mod": MOD, "main.go": source.format(":9000")}
    alone = {"go.mod": MOD, "main.go": source.format("localhost:9000")}
    assert recipe(here).command == ("/usr/local/bin/shop",)
    assert recipe(here, port=9001).command == ("/usr/local/bin/shop", "--addr=0.0.0.0:9001")
    assert recipe(alone).command == ("/usr/local/bin/shop", "--addr=0.0.0.0:9000")
    assert facts(alone).diagnostics == ()


ROUTES = [
    ('\thttp.HandleFunc("/health", h)', "/health"),
    ('\tmux := http.NewServeMux()\n\tmux.HandleFunc("GET /healthz", h)', "/healthz"),
    ('\tr := gin.New()\n\tr.GET("/readyz", h)', "/readyz"),
    ('\tr, err := chi.NewRouter(), f()\n\tr.Get("/livez", h)', "/livez"),
    ('\te := echo.New()\n\te.Any("/health-check", h)', "/health-check"),
    ('\tr := mux.NewRouter()\n\tr.HandleFunc("/health", h).Methods("POST")', None),
    ('\tr := gin.New()\n\tv1 := r.Group("/v1")\n\tv1.GET("/health", h)', "/v1/health"),
    ('\tr := gin.New()\n\tv1 := r.Group(base)\n\tv1.GET("/health", h)', None),
    ('\tr := gin.New()\n\tweb(r.Group("/api"))\n}\n\nfunc web(g *gin.RouterGroup) {\n\tv := g.Group("/v2")\n\tv.GET("/health", h)', "/api/v2/health"),
    ('\tr := chi.NewRouter()\n\tr.Route("/in", func(r chi.Router) {\n\t\tr.Get("/health", h)\n\t})', "/in/health"),
    ('\tr := chi.NewRouter()\n\tr.Mount("/sys", sys())\n}\n\nfunc sys() http.Handler {\n\tr := chi.NewRouter()\n\tr.Get("/healthz", h)\n\treturn r', "/sys/healthz"),
    ('\tr := chi.NewRouter()\n\tr.Mount(base, sys())\n}\n\nfunc sys() http.Handler {\n\tr := chi.NewRouter()\n\tr.Get("/healthz", h)\n\treturn r', None),
    ('\tm := http.NewServeMux()\n\tm.HandleFunc("/health", h)\n\tx := http.NewServeMux()\n\tx.Handle("/api/", http.StripPrefix("/api", m))', "/api/health"),
    ('\tr := mux.NewRouter()\n\ts := r.PathPrefix("/api").Subrouter()\n\ts.HandleFunc("/health", h).Methods("GET")', "/api/health"),
    ('\thttp.Get("http://other/health")', None),
    ('\t// http.HandleFunc("/health", h)', None),
]  # fmt: skip


@pytest.mark.parametrize(("body", "route"), ROUTES)
def test_the_health_route(body: str, route: str | None) -> None:
    """Only one whose whole path is known: a wrong path would make a healthy service unhealthy."""
    source = f"package main\n\nfunc main() {{\n{body}\n\thttp.ListenAndServe(x, nil)\n}}\n"
    assert facts({"go.mod": MOD, "main.go": source}).health_path == route


def test_a_router_that_is_given_is_a_root() -> None:
    """By its type: an engine is no group."""
    other = 'package web\n\nfunc Routes(r *gin.{}) {{\n\tr.GET("/health", h)\n}}\n'
    files = {"go.mod": MOD, "main.go": SERVER.replace('"net/http"', '"example.com/shop/web"')}
    assert facts({**files, "web/web.go": other.format("Engine")}).health_path == "/health"
    assert facts({**files, "web/web.go": other.format("RouterGroup")}).health_path is None


SUGGESTIONS = [
    ({"main.go": SERVER}, "web-service"),
    ({"main.go": TOOL}, "cli-tool"),
    ({"shop.go": "package shop\n"}, "library"),
    ({"main.go": SERVER.replace('import "net/http"', 'import "github.com/spf13/cobra"')}, "cli-tool"),
    ({"main.go": SERVER.replace("{", '{\n\tUse: "serve",', 1).replace('"net/http"', '"github.com/spf13/cobra"')}, "web-service"),
    ({"cmd/nightly-export-job/main.go": TOOL}, "data-pipeline"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "archetype"), SUGGESTIONS)
def test_what_it_probably_is(files: dict[str, str], archetype: str) -> None:
    """For init."""
    suggestion = facts({"go.mod": MOD, **files}).suggests
    assert suggestion
    assert suggestion[0] == archetype


def test_the_subcommand_that_serves() -> None:
    """Of a program with several."""
    source = 'package main\n\nimport "github.com/spf13/cobra"\n\nvar c = &cobra.Command{Use: "serve", Short: "x"}\n\nfunc main() {\n\thttp.ListenAndServe(":1234", nil)\n}\n'
    assert recipe({"go.mod": MOD, "main.go": source}).command == ("/usr/local/bin/shop", "serve")


def test_embedded_files_are_compiled_and_others_are_read() -> None:
    """Also from directories that are otherwise left out; what is in the binary is not beside it."""
    main = (
        'package main\n\nimport _ "embed"\n\n//go:embed dist/*.js "robots.txt" all:docs\nvar f embed.FS\n\n'
        'func main() {\n\tt := template.ParseGlob("./web/pages/*.html")\n\tos.ReadFile("rates.csv")\n'
        '\tos.ReadFile("certs/server.p12")\n\thttp.ListenAndServe(":80", http.FileServer(http.Dir("public")))\n}\n'
    )
    names = (
        "dist/a.js",
        "robots.txt",
        "docs/a.md",
        "web/pages/a.html",
        "rates.csv",
        "certs/server.p12",
        "public/a.css",
        "README.md",
        "config/c.go",
    )
    made = recipe({"go.mod": MOD, "main.go": main, **dict.fromkeys(names, "package config")})
    assert copied(made, "build") == ["go.mod", "main.go", "robots.txt", "dist/", "docs/"]
    assert copied(made, "final") == ["rates.csv", "public/", "web/"]


def test_packages_of_the_project_are_copied_whatever_they_are_called() -> None:
    """``docs`` and ``log`` are packages here, ``unused`` is of no use."""
    files = {
        "go.mod": MOD,
        "main.go": SERVER.replace('"net/http"', '(\n\t_ "example.com/shop/docs"\n\t"example.com/shop/log/line"\n\t"net/http"\n)').replace("import (", "import ("),
        "docs/docs.go": "package docs\n", "log/line/line.go": "package line\n", "unused/unused.go": "package unused\n",
    }  # fmt: skip
    assert copied(recipe(files), "build") == ["go.mod", "main.go", "docs/", "log/"]


def test_c_is_called() -> None:
    """By the project itself, or by a module: with its packages, on a base with a C library."""
    plain = recipe({"go.mod": MOD, "main.go": SERVER})
    own = recipe({"go.mod": MOD, "main.go": SERVER.replace("import", 'import "C"\nimport'), "x.c": "int x;"})
    images = {
        "go.mod": MOD + "\nrequire github.com/h2non/bimg v1.1.9\n", "main.go": SERVER,
        "go.sum": "github.com/h2non/bimg v1.1.9 h1:x=\ngithub.com/h2non/bimg v1.1.9/go.mod h1:x=\n",
    }  # fmt: skip
    assert plain.stages[-1].base.reference == "gcr.io/distroless/static-debian12:nonroot"
    assert own.stages[-1].base.reference == "gcr.io/distroless/cc-debian12:nonroot"
    assert "x.c" in copied(own, "build")
    made = recipe(images)
    assert made.stages[-1].base.reference == "debian:bookworm-slim"
    assert "libvips-dev" in words(made)
    assert "libvips42" in words(made)


VERSIONS = [
    ({}, "1.26", "go.mod go"),
    ({"go.mod": "module a\n"}, "1.26", "default"),
    ({"go.mod": "module a\n\ngo 1.27\n"}, "1.27", "go.mod go"),
    ({"go.mod": "module a\n\ngo 1.21\ntoolchain go1.27.1\n"}, "1.27", "go.mod toolchain"),
    ({".go-version": "1.23.4\n"}, "1.23.4", ".go-version"),
    ({".tool-versions": "golang 1.24.1\n"}, "1.24.1", ".tool-versions"),
]


@pytest.mark.parametrize(("files", "version", "source"), VERSIONS)
def test_the_version(files: dict[str, str], version: str, source: str) -> None:
    """A pin is taken; what go.mod says is the least that will do."""
    found = facts({"go.mod": MOD, "main.go": SERVER, **files})
    assert (found.runtime.value, found.runtime.source) == (version, source)


REQUIRE = "\nrequire github.com/a/b v1.0.0\n"
SUM = "github.com/a/b v1.0.0 h1:x=\ngithub.com/a/b v1.0.0/go.mod h1:y=\n"
TROUBLE = [
    ({"go.mod": MOD + REQUIRE}, ["SC238"]),
    ({"go.mod": MOD + REQUIRE, "go.sum": ""}, ["SC239"]),
    ({"go.mod": MOD + REQUIRE, "go.sum": SUM}, []),
    ({"go.mod": MOD + REQUIRE, "go.sum": "<<<<<<< HEAD\n" + SUM}, []),
    ({"go.mod": MOD + REQUIRE, "go.sum": SUM, "vendor/modules.txt": "# github.com/a/b v1.0.0\n## explicit\n"}, []),
    ({"go.mod": MOD + REQUIRE, "go.sum": SUM, "vendor/modules.txt": ""}, ["SC239"]),
    ({"go.mod": "module a\n\ngo 1.13\n" + REQUIRE, "go.sum": SUM, "vendor/modules.txt": ""}, []),
    ({"go.mod": MOD + REQUIRE + "replace github.com/a/b => ./b\n", "b/go.mod": "module b\n"}, []),
    ({"go.mod": MOD + REQUIRE + "replace github.com/a/b => ./b\n"}, ["SC265"]),
    ({"go.mod": MOD + REQUIRE + "replace github.com/a/b => /b\n"}, ["SC265"]),
    ({"go.mod": MOD + REQUIRE + "replace github.com/a/b => github.com/c/d v2.0.0\n", "go.sum": SUM}, ["SC239"]),
    ({"go.mod": "<<<<<<< HEAD\n" + MOD}, ["SC237"]),
    ({"go.mod": ""}, ["SC237"]),
    ({"go.mod": MOD + "\ngo 9.9\n", "go.work": "go 9.9\n\nuse .\n"}, ["SC252"]),
    ({"main.go": "package shop\n"}, ["SC240"]),
    ({"main.go": SERVER + "//go:embed x\n"}, ["SC267"]),
    ({"main.go": SERVER + "//go:embed ../x\n"}, ["SC267"]),
    ({"main.go": SERVER + "//go:embed 'x\n"}, []),
]  # fmt: skip


@pytest.mark.parametrize(("files", "codes"), TROUBLE)
def test_what_stands_in_the_way(files: dict[str, str], codes: list[str]) -> None:
    """Told before the go command would."""
    try:
        recipe({"go.mod": MOD, "main.go": SERVER, **files})
        found = []
    except Refused as refused:
        found = [one.code for one in refused.diagnostics]
    assert found == codes


def test_a_vendored_project_fetches_nothing() -> None:
    """Its modules are sources like others."""
    made = recipe({
        "go.mod": MOD + REQUIRE, "main.go": SERVER, "vendor/modules.txt": "# github.com/a/b v1.0.0\n## explicit\n",
    })  # fmt: skip
    assert "go mod download" not in words(made)
    assert "go build -mod=vendor" in words(made)
    assert "vendor/" in copied(made, "build")


def test_a_warning_for_a_server_that_is_alone() -> None:
    """SC268."""
    found = facts({"go.mod": MOD, "main.go": SERVER.replace(":8081", "127.0.0.1:8081")})
    assert [one.code for one in found.diagnostics] == ["SC268"]


def test_directories_that_are_made_are_writable() -> None:
    """In the working directory, which is read-only otherwise."""
    source = SERVER.replace("{\n", '{\n\tos.MkdirAll("./uploads/new", 0o755)\n\tos.Mkdir("/var/x", 0)\n', 1)
    assert own_directories(facts({"go.mod": MOD, "main.go": source}).written) == ("uploads/new",)


WRITES = [
    ('os.Create("out/report.csv")', ("out",)),
    ('sqlite.Open("./db/app.db?cache=shared")', ("db",)),
    ('&lumberjack.Logger{Filename: "logs/app.log"}', ("logs",)),
    ('os.OpenFile("templates/a.html", os.O_RDONLY, 0)', ()),
    ('os.Create("report.csv")', ()),
    ('os.Create("/var/log/x")', ()),
    ('os.Create("../x/y")', ()),
]  # fmt: skip


@pytest.mark.parametrize(("call", "writable"), WRITES)
def test_directories_that_are_written_are_writable(call: str, writable: tuple[str, ...]) -> None:
    """But never one that it reads; they belong to the user also where nothing is mounted there."""
    files = {"go.mod": MOD, "main.go": SERVER.replace("{\n", f"{{\n\t{call}\n", 1), "templates/a.html": ""}
    made = recipe(files)
    assert own_directories(facts(files).written) == writable
    owned = [step for step in made.stages[-1].steps if isinstance(step, Copy) and step.owner == made.user]
    assert bool(owned) == bool(writable)
