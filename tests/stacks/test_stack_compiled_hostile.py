"""Projects of .NET and Elixir that anybody may have written: nothing raises but ``Refused``, what comes out can be written, nothing takes long."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from recipes import made_of
from test_stack_hostile import ARCHETYPES, WORDS, compiles, writable

from speccompile.detect.detection import detect
from speccompile.errors import Refused
from speccompile.project.memory import MemoryTree

NAMES = st.sampled_from(
    [
        "A.csproj",
        "a b/B.csproj",
        "--x/C.fsproj",
        "src/$(id).csproj",
        "All.sln",
        "All.slnx",
        "global.json",
        "nuget.config",
        "packages.lock.json",
        "Directory.Build.props",
        "Directory.Packages.props",
        "appsettings.json",
        "Program.cs",
        "mix.exs",
        "mix.lock",
        "config/runtime.exs",
        "lib/a.ex",
        "apps/a/mix.exs",
        ".tool-versions",
        "assets/package.json",
    ]
)
PIECES = st.sampled_from([
    '<Project Sdk="Microsoft.NET.Sdk.Web">', "</Project>", "<PropertyGroup>", "</PropertyGroup>", "<TargetFramework>net8.0</TargetFramework>",
    "<AssemblyName>$(id) `id` ../../x</AssemblyName>", "<AssemblyName>-p:x</AssemblyName>", "<OutputType>Exe</OutputType>", "<A>$(A)$(B)</A>",
    '<ProjectReference Include="..\\..\\..\\etc\\passwd.csproj" />', '<ProjectReference Include="A.csproj" />', '<Compile Include="../*" />',
    '<PackageReference Include="$(id)" Version="*" />', '<!DOCTYPE a [<!ENTITY b "c">]>', "&b;", '{"sdk": {"version": "8.0.100\\nRUN id"}}',
    'app.Run("http://localhost:99999");', 'app.MapGet("/health' + "/x" * 60, "[HttpGet(", '{"Urls": 5, "Kestrel": []}', '{"Urls": "http://*:0"}',
    "app: :shop,", "app: :$(id),", "mod: {Shop.A, []}", "releases: [", "releases: [a: [b: [c: [", "{:a, path: \"../../etc\"}", "deps: [{:a, \"~> 1\"}]",
    'apps_path: "../.."', 'apps_path: "apps"', "escript: [main_module: A, name: \"$(id)\"]", "use Phoenix.Endpoint", 'scope "/a" do', "end", "if x do",
    'elixir: "~> $(id)"', 'port: 99999999', "elixir 1.17.3-otp-27\\nRUN id", '"assets.deploy": ["cmd npm"]', "[" * 300, "{:a," * 100,
])  # fmt: skip
FILES = st.dictionaries(NAMES, st.lists(st.one_of(PIECES, WORDS), max_size=6).map("\n".join), max_size=6)


@given(FILES, ARCHETYPES)
@example(
    {
        "A.csproj": '<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><AssemblyName>a"; id #</AssemblyName></PropertyGroup></Project>'
    },
    "web-service",
)
@example({"mix.exs": 'app: :a, escript: [main_module: A.B, name: "--x"]'}, "cli-tool")
@example({"a b/B.csproj": '<Project Sdk="Microsoft.NET.Sdk.Worker"/>'}, "data-pipeline")
def test_whatever_is_written(files: dict[str, str], archetype: str) -> None:
    """Wrong syntax everywhere, odd characters, paths that lead out."""
    compiles(files, archetype)


def test_projects_that_need_each_other() -> None:
    """MSBuild refuses a circle, and here it has an end."""
    text = '<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup><ItemGroup><ProjectReference Include="{}" /></ItemGroup></Project>'
    made = made_of(
        {
            "All.slnx": '<Solution><Project Path="a/A.csproj" /></Solution>',
            "a/A.csproj": text.format("..\\b\\B.csproj"),
            "b/B.csproj": text.format("../a/A.csproj"),
            "a/Program.cs": "",
        }
    )
    writable(made)
    assert {"a/", "b/"} <= set(made.context)


SLOW: list[tuple[str, Callable[[int], str]]] = [
    ("A.csproj", lambda count: "<Project Sdk='Microsoft.NET.Sdk.Web'>" + "<PropertyGroup><A>$(A)$(A)</A></PropertyGroup>" * count + "</Project>"),
    ("Program.cs", lambda count: "app.MapGet(" * count),
    ("Program.cs", lambda count: 'var a = b.MapGroup("/' * count),
    ("Program.cs", lambda count: "class A : " * count + "Controller"),
    ("mix.exs", lambda count: "releases: [" + "a: [" * count),
    ("mix.exs", lambda count: "{:a, {" * count),
    ("lib/a.ex", lambda count: 'scope "/a" do\n' * count),
    ("lib/a.ex", lambda count: 'get "/health", H, :i\n' * count),
    ("config/runtime.exs", lambda count: "https: [" * count + "ip: {127, 0, 0, 1}" * 3),
    ("mix.lock", lambda count: '"a": {:hex, ' * count),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(SLOW)))
def test_no_source_takes_long(number: int) -> None:
    """Time in proportion to the length: four times as much takes no more than eight times as long, but for what is nothing at all."""
    path, text = SLOW[number]
    base = {
        "A.csproj": '<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup></Project>',
        "mix.exs": "app: :a, mod: {A.B, []}\n",
        "lib/b.ex": "use Phoenix.Endpoint\n",
    }

    def cost(count: int) -> float:
        began = time.process_time()
        found = detect(MemoryTree({**base, path: text(count)}))
        with suppress(Refused):
            str(found.taken)
        return time.process_time() - began

    assert cost(4000) < max(8 * cost(1000), 2.0)
