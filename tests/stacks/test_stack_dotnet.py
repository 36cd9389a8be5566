""".NET projects as people write them: frameworks and SDKs, solutions, locks, feeds, addresses, routes."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from recipes import envs, images, made_of, words

from speccompile.detect.credentials import credential
from speccompile.errors import Refused
from speccompile.project.memory import MemoryTree
from speccompile.stacks.dotnet import stack as dotnet
from speccompile.stacks.dotnet.facts import DotnetFacts

Files = Mapping[str, str | bytes]
PROGRAM = 'var app = WebApplication.Create(args);\napp.MapGet("/", () => "hello");\napp.Run();\n'


def project(sdk: str = "Microsoft.NET.Sdk.Web", items: str = "", **properties: str) -> str:
    """A project file."""
    said = {"TargetFramework": "net8.0", **properties}
    lines = "".join(f"<{name}>{value}</{name}>" for name, value in said.items() if value)
    return (
        f'<Project Sdk="{sdk}">\n<PropertyGroup>{lines}</PropertyGroup>\n<ItemGroup>{items}</ItemGroup>\n</Project>\n'
    )


def package(name: str, version: str = "1.0.0") -> str:
    """A reference to a package."""
    return f'<PackageReference Include="{name}" Version="{version}" />'


def other(path: str) -> str:
    """A reference to a project."""
    return f'<ProjectReference Include="{path}" />'


def solution(*paths: str) -> str:
    """A .sln, whose paths have the slashes of Windows."""
    entry = 'Project("{{9A19103F-16F7-4668-BE54-9A1E7A4F7556}}") = "{0}", "{1}", "{{0}}"\nEndProject\n'
    return "Microsoft Visual Studio Solution File\n" + "".join(
        entry.format(path, path.replace("/", "\\")) for path in paths
    )


def facts(files: Files) -> DotnetFacts:
    """What is known about *files*."""
    found = dotnet.detect(MemoryTree(files))
    assert found is not None
    return found


WEB: dict[str, str | bytes] = {"Shop.csproj": project(), "Program.cs": PROGRAM}
RELEASES = [
    ({"Shop.csproj": project()}, "8.0", "8.0"),
    ({"Shop.csproj": project(TargetFramework="net9.0")}, "9.0", "9.0"),
    ({"Shop.csproj": project(TargetFramework="", TargetFrameworks="netstandard2.0;net8.0;net9.0")}, "9.0", "9.0"),
    ({"Shop.csproj": project(TargetFramework="$(Shared)"), "Directory.Build.props": "<Project><PropertyGroup><Shared>net9.0</Shared></PropertyGroup></Project>"}, "9.0", "9.0"),
    ({"Shop.csproj": project(), "global.json": '{"sdk": {"version": "9.0.100", "rollForward": "latestMinor"}}'}, "8.0", "9.0"),
    ({"Shop.csproj": project(), ".tool-versions": "dotnet 10.0.100\n"}, "8.0", "10.0"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "runtime", "sdk"), RELEASES)
def test_the_release(files: dict[str, str], runtime: str, sdk: str) -> None:
    """What the project is for decides what it runs on, a pin which SDK builds it."""
    found = facts({**files, "Program.cs": PROGRAM})
    assert (found.runtime.value, found.release.sdk.value) == (runtime, sdk)


def test_a_project_for_several_frameworks_is_published_for_one() -> None:
    """The newest that there is an image of."""
    made = made_of({"A.csproj": project(TargetFramework="", TargetFrameworks="net8.0;net9.0"), "Program.cs": PROGRAM})
    assert "-f net9.0" in words(made, "build")
    assert "-f" not in words(made_of(WEB), "build").split()


def test_an_sdk_in_one_release_is_not_insisted_on() -> None:
    """The image's is the newest of its line, which such a global.json would refuse: it is left out, and that is said."""
    strict = {**WEB, "global.json": '{"sdk": {"version": "8.0.100"}}'}
    assert [one.code for one in facts(strict).diagnostics] == ["SC854"]
    assert "global.json" not in made_of(strict).context
    rolling = {**WEB, "global.json": '{"sdk": {"version": "8.0.100", "rollForward": "latestFeature"}}'}
    assert facts(rolling).diagnostics == ()
    assert "global.json" in made_of(rolling).context


OBSTACLES = [
    ({"A.csproj": project(TargetFramework="net48"), "Program.cs": ""}, "SC252"),
    ({"A.csproj": project(TargetFramework="net6.0"), "Program.cs": ""}, "SC252"),
    ({"A.csproj": project(TargetFramework="$(Elsewhere)")}, "SC252"),
    ({"A.csproj": project(items=other("..\\Core\\Core.csproj"))}, "SC850"),
    ({"A.csproj": project(items=other("Core/Core.csproj"))}, "SC850"),
    ({"A.csproj": project("Microsoft.NET.Sdk", OutputType="WinExe", UseWPF="true")}, "SC852"),
    ({"A.csproj": "<Project><PropertyGroup><OutputType>Exe</OutputType></PropertyGroup></Project>"}, "SC852"),
    ({"A.csproj": project("Microsoft.NET.Sdk")}, "SC240"),
    ({"A.csproj": project().replace("</Project>", '<Target Name="Pages" BeforeTargets="Publish"><Exec Command="npm run build" /></Target></Project>')}, "SC857"),
    ({"A.csproj": project(items=other("web/web.esproj")), "web/web.esproj": project("Microsoft.VisualStudio.JavaScript.Sdk")}, "SC857"),
    ({"A.csproj": "<Project"}, "SC237"),
    ({**WEB, "global.json": "{"}, "SC237"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "code"), OBSTACLES)
def test_what_cannot_be_built(files: dict[str, str], code: str) -> None:
    """An old framework, what is elsewhere or not there, programs for Windows, libraries, broken files."""
    found = facts(files)
    codes = [one.code for one in (*found.diagnostics, *found.obstacles, *found.unstartable)]
    assert code in codes
    with pytest.raises(Refused):
        made_of(files)


SPLIT: dict[str, str | bytes] = {
    "Shop.sln": solution("src/Web/Web.csproj", "src/Core/Core.csproj", "src/Jobs/Jobs.csproj", "test/Test/Test.csproj"),
    "src/Web/Web.csproj": project(items=other("..\\Core\\Core.csproj")),
    "src/Web/Program.cs": PROGRAM,
    "src/Core/Core.csproj": project("Microsoft.NET.Sdk", items=package("Npgsql")),
    "src/Core/Orders.cs": "namespace Core;\n",
    "src/Jobs/Jobs.csproj": project("Microsoft.NET.Sdk.Worker", items=other("../Core/Core.csproj")),
    "src/Jobs/Program.cs": "Host.CreateApplicationBuilder(args).Build().Run();\n",
    "test/Test/Test.csproj": project(items=package("xunit")),
    "Directory.Build.props": "<Project/>",
}


def test_a_solution_gives_what_its_program_is_made_of() -> None:
    """The projects that it refers to, however deep, and neither the others nor tests."""
    made = made_of(SPLIT)
    assert made.command == ("dotnet", "Web.dll")
    assert made.context[:5] == (
        "Directory.Build.props",
        "generated/health.go",
        "src/Core/",
        "src/Core/Core.csproj",
        "src/Web/",
    )
    assert not [path for path in made.context if "Jobs" in path or "est/" in path or path.endswith(".sln")]
    assert "npgsql" in facts(SPLIT).dependencies


def test_a_command_names_another_program() -> None:
    """As Go's does: the image is then that one's, with the words behind it."""
    made = made_of(SPLIT, "data-pipeline", command=("Jobs", "--once"))
    assert made.command == ("dotnet", "Jobs.dll", "--once")
    assert images(made)[-1] == "mcr.microsoft.com/dotnet/runtime:8.0-noble-chiseled-extra"
    assert [(one.name, one.suggests[0]) for one in facts(SPLIT).programs] == [("Jobs", "data-pipeline")]


@pytest.mark.parametrize("listed", ["sln", "slnx", "none"])
def test_projects_are_found_however_they_are_listed(listed: str) -> None:
    """In either format of solutions, or in directories."""
    files = {path: text for path, text in SPLIT.items() if path != "Shop.sln"}
    if listed == "slnx":
        files["Shop.slnx"] = '<Solution><Folder Name="/a/"><Project Path="src/Web/Web.csproj" /></Folder></Solution>'
    if listed == "sln":
        files["Shop.sln"] = SPLIT["Shop.sln"]
    assert facts(files).entry == "src/Web/Program.cs"


IMAGES = [
    (WEB, "web-service", {}, "mcr.microsoft.com/dotnet/aspnet:8.0-noble-chiseled-extra"),
    ({**WEB, "Shop.csproj": project(InvariantGlobalization="true")}, "web-service", {}, "mcr.microsoft.com/dotnet/aspnet:8.0-noble-chiseled"),
    (
        {**WEB, "Shop.csproj": project(InvariantGlobalization="true"), "Zones.cs": "class A { TimeZoneInfo z; }"},
        "web-service", {}, "mcr.microsoft.com/dotnet/aspnet:8.0-noble-chiseled-extra",
    ),
    (WEB, "web-service", {"runtime_packages": ("libgdiplus=6.*",)}, "mcr.microsoft.com/dotnet/aspnet:8.0-noble"),
    ({"A.csproj": project("Microsoft.NET.Sdk", OutputType="Exe")}, "data-pipeline", {}, "mcr.microsoft.com/dotnet/runtime:8.0-noble"),
    ({"A.csproj": project("Microsoft.NET.Sdk.Worker")}, "data-pipeline", {}, "mcr.microsoft.com/dotnet/runtime:8.0-noble-chiseled-extra"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "archetype", "wishes", "image"), IMAGES)
def test_the_image(files: Files, archetype: str, wishes: dict[str, tuple[str, ...]], image: str) -> None:
    """Chiseled, with languages and zones unless it does without; a job's has what locks it, packages want what installs them."""
    assert images(made_of(files, archetype, **wishes))[-1] == image


def test_locks_are_insisted_on_where_all_have_one() -> None:
    """One without makes the others vain, which is said; so is a release that floats."""
    lock = '{"version": 1, "dependencies": {"net8.0": {"Npgsql": {"type": "Direct"}}}}'
    locked: dict[str, str | bytes] = {"A.csproj": project(items=package("Npgsql")), "packages.lock.json": lock}
    assert "dotnet restore A.csproj --locked-mode" in words(made_of(locked), "build")
    assert facts(locked).diagnostics == ()
    half = {
        **SPLIT,
        "src/Core/Core.csproj": project("Microsoft.NET.Sdk", items=package("Npgsql")),
        "src/Web/packages.lock.json": lock,
    }
    assert [one.code for one in facts(half).diagnostics] == ["SC853"]
    assert "--locked-mode" not in words(made_of(half), "build")
    assert [one.code for one in facts({"A.csproj": project(items=package("Npgsql", "8.*"))}).diagnostics] == ["SC853"]


@pytest.mark.parametrize(("lock", "code"), [('{"dependencies": {"net8.0": {}}}', "SC239"), ("[", "SC248")])
def test_a_lock_of_another_day(lock: str, code: str) -> None:
    """NuGet would refuse it."""
    with pytest.raises(Refused) as refused:
        made_of({"A.csproj": project(items=package("Npgsql")), "packages.lock.json": lock})
    assert [one.code for one in refused.value.diagnostics] == [code]


def feed(value: str) -> str:
    """A nuget.config with a login."""
    login = f'<add key="Username" value="ci" /><add key="ClearTextPassword" value="{value}" />'
    return f"<configuration>\n<packageSourceCredentials><acme>\n{login}\n</acme></packageSourceCredentials>\n</configuration>"


def test_a_login_of_a_feed_is_a_variable() -> None:
    """Then the file is there where the build is told; one that is written out is a credential in the image."""
    files = {**WEB, "nuget.config": feed("%FEED_TOKEN%")}
    assert "nuget.config" not in made_of(files).context
    assert "nuget.config" in made_of(files, secrets=frozenset(["FEED_TOKEN"])).context
    assert credential("nuget.config", MemoryTree(files)) is None
    found = credential("nuget.config", MemoryTree({"nuget.config": feed("hunter22")}))
    assert found is not None
    assert (found.code, found.span.line) == ("SC282", 3)
    assert "hunter22" not in str(found)
    assert "%TOKEN%" in found.fix


ADDRESSES = [
    ({}, "8080", False),
    ({"appsettings.json": '{"Urls": "http://*:5005"}'}, "5005", False),
    ({"appsettings.json": '{"Urls": "http://localhost:5005"}'}, "5005", True),
    ({"appsettings.json": '{"Kestrel": {"Endpoints": {"Http": {"Url": "http://0.0.0.0:6001"}}}}'}, "6001", False),
    ({"appsettings.json": '{"Urls": "http://localhost:1"}', "appsettings.Production.json": '{"Urls": "http://+:7001"}'}, "7001", False),
    ({"Properties/launchSettings.json": '{"profiles": {"a": {"applicationUrl": "http://localhost:5123"}}}'}, "8080", False),
    ({"appsettings.Development.json": '{"Urls": "http://localhost:5005"}'}, "8080", False),
    ({"Program.cs": 'app.Run("http://0.0.0.0:3000");\n'}, "3000", False),
    ({"Program.cs": 'app.Run("http://127.0.0.1:3000");\n'}, "3000", True),
    ({"Program.cs": '// app.Run("http://127.0.0.1:3000");\napp.Run();\n'}, "8080", False),
    ({"Program.cs": 'builder.WebHost.UseUrls("http://localhost:5001;http://*:5002");\n'}, "5001", False),
    ({"Program.cs": "builder.WebHost.ConfigureKestrel(k => k.ListenLocalhost(5003));\n"}, "5003", True),
    ({"Program.cs": "builder.WebHost.ConfigureKestrel(k => k.ListenAnyIP(5003));\n"}, "5003", False),
]  # fmt: skip


@pytest.mark.parametrize(("more", "port", "local"), ADDRESSES)
def test_where_it_listens(more: dict[str, str], port: str, local: bool) -> None:
    """By what holds in production; what only `dotnet run` reads, or a comment, says nothing."""
    found = facts({**WEB, **more})
    assert (found.listens.value, [one.code for one in found.diagnostics]) == (port, ["SC271"] if local else [])


def test_the_port_is_told() -> None:
    """By ASP.NET's own variable, and by PORT for what reads that."""
    told = envs(made_of(WEB, port=4321))
    assert (told["ASPNETCORE_HTTP_PORTS"], told["PORT"]) == ("4321", "4321")


ROUTES = [
    ('app.MapHealthChecks("/healthz");\n', "/healthz"),
    ('app.MapHealthChecks("/healthz").RequireAuthorization();\n', None),
    ('app.MapGet("/health", () => "ok");\n', "/health"),
    ('app.MapPost("/health", () => "ok");\n', None),
    ('// app.MapGet("/health", () => "ok");\n', None),
    ('var api = app.MapGroup("/api");\nvar v1 = api.MapGroup("v1");\nv1.MapGet("/health", () => "ok");\n', "/api/v1/health"),
    ('routes.MapGet("/health", () => "ok");\n', None),
    ('app.UsePathBase("/shop");\napp.MapGet("/health", () => "ok");\n', "/health"),
    ('app.UseHealthChecks("/live/health");\n', "/live/health"),
    ('[ApiController]\n[Route("api/[controller]")]\npublic class HealthController : ControllerBase\n{\n  [HttpGet]\n  public string Get() => "";\n}\n', "/api/Health"),
    ('[Route("status")]\npublic class StatusController : Controller\n{\n  [HttpGet("healthz")]\n  public string Get() => "";\n}\n', "/status/healthz"),
    ('[Route("status")]\npublic class StatusController : Controller\n{\n  [HttpPost("healthz")]\n  public string Get() => "";\n}\n', None),
]  # fmt: skip


@pytest.mark.parametrize(("source", "route"), ROUTES)
def test_the_health_route(source: str, route: str | None) -> None:
    """One that answers GET, whose whole path is known, and that wants no login."""
    assert facts({**WEB, "Program.cs": source}).health_path == route


def test_a_host_that_is_insisted_on() -> None:
    """Unless any will do."""
    assert facts({**WEB, "appsettings.json": '{"AllowedHosts": "*"}'}).answers_to is None
    named = facts({**WEB, "appsettings.json": '{"AllowedHosts": "shop.example.com;example.com"}'}).answers_to
    assert named is not None
    assert named.value == "shop.example.com"


def test_a_form_of_publishing_is_put_off() -> None:
    """The image has the shared runtime; that is said, and the program is what it was."""
    files = {**WEB, "Shop.csproj": project(PublishAot="true")}
    assert [one.code for one in facts(files).diagnostics] == ["SC856"]
    assert "-p:PublishAot=false" in words(made_of(files), "build")


def test_conditions_are_about_others() -> None:
    """But for a default, which holds where nothing is set."""
    text = project(TargetFramework="").replace(
        "<PropertyGroup>",
        "<PropertyGroup><TargetFramework Condition=\"'$(TargetFramework)' == ''\">net9.0</TargetFramework>"
        "<AssemblyName Condition=\"'$(OS)' == 'Windows_NT'\">Other</AssemblyName>",
    )
    found = facts({"A.csproj": text})
    assert (found.runtime.value, found.name) == ("9.0", "A")


def test_what_only_developers_build_with_is_passed_over() -> None:
    """As the templates have it: a target for one configuration."""
    target = '<Target Name="Check" Condition="\'$(Configuration)\' == \'Debug\'"><Exec Command="node --version" /></Target></Project>'
    assert facts({"A.csproj": project().replace("</Project>", target)}).obstacles == ()
