"""What init proposes for .NET and Elixir: services, workers, migrations, stores, keys; and the variables by which they reach these."""

from __future__ import annotations

import pytest
from survey_cases import proposed
from test_needs import stores

from speccompile.detect.demands import demands
from speccompile.detect.reading import read, sources
from speccompile.lower.store_variables import Role, roles
from speccompile.project.memory import MemoryTree
from speccompile.record import record

DIGEST = "a" * 64
MODULE = "defmodule Shop.Release do\n  def migrate do\n    Ecto.Migrator.with_repo(Shop.Repo, & &1)\n  end\nend\n"
PHOENIX = {
    "mix.exs": (
        "defmodule Shop.MixProject do\n  use Mix.Project\n\n"
        '  def project do\n    [app: :shop, version: "0.1.0", deps: [{:phoenix, "~> 1.7"}, {:postgrex, ">= 0.0.0"}]]\n  end\n\n'
        "  def application, do: [mod: {Shop.Application, []}]\nend\n"
    ),
    "mix.lock": "%{\n" + "".join(f'  "{name}": {{:hex, :{name}, "1.0.0", "{DIGEST}", [:mix], [], "hexpm", "{DIGEST}"}},\n' for name in ("phoenix", "postgrex")) + "}\n",
    "lib/shop_web/endpoint.ex": "defmodule ShopWeb.Endpoint do\n  use Phoenix.Endpoint, otp_app: :shop\nend\n",
    "config/runtime.exs": (
        "import Config\n\n"
        'url = System.get_env("DATABASE_URL") || raise "DATABASE_URL is missing"\n'
        'secret = System.get_env("SECRET_KEY_BASE") ||\n  raise "SECRET_KEY_BASE is missing"\n'
        'pool = System.get_env("POOL_SIZE") || "10"\n'
        'key = System.fetch_env!("PAYMENTS_KEY")\n'
    ),
}  # fmt: skip
MIGRATED = {**PHOENIX, "priv/repo/migrations/1_orders.exs": "", "lib/shop/release.ex": MODULE}


def web(items: str = "", sdk: str = "Microsoft.NET.Sdk.Web") -> str:
    """A project."""
    return f'<Project Sdk="{sdk}">\n<PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup>\n<ItemGroup>{items}</ItemGroup>\n</Project>\n'


NPGSQL = '<PackageReference Include="Npgsql.EntityFrameworkCore.PostgreSQL" Version="8.0.0" />'
SHOP = {
    "Shop.csproj": web(NPGSQL),
    "Program.cs": 'var url = builder.Configuration.GetConnectionString("Shop");\nvar app = builder.Build();\napp.Run();\n',
}
MIGRATIONS = [
    (MIGRATED, [("bin/shop", "eval", "Shop.Release.migrate")]),
    ({path: text for path, text in MIGRATED.items() if path != "lib/shop/release.ex"}, []),
    ({**MIGRATED, "lib/shop/release.ex": "# " + MODULE.replace("\n", "\n# ")}, []),
    ({**MIGRATED, "lib/shop/application.ex": "children = [{Ecto.Migrator, repos: [Shop.Repo]}]\n"}, []),
    ({**PHOENIX, "lib/shop/release.ex": MODULE}, []),
    (SHOP, []),
]  # fmt: skip


@pytest.mark.parametrize(("files", "expected"), MIGRATIONS)
def test_migrations(files: dict[str, str], expected: list[tuple[str, ...]]) -> None:
    """Where there are any, and a module of the release can apply them."""
    (service, *_) = proposed(files).services
    assert [step.command for step in service.release] == expected


def test_a_solution_is_as_many_services_as_programs() -> None:
    """A server, and a worker that runs until it is stopped, both at the root: what they share lies beside them."""
    found = proposed({
        "Shop.slnx": '<Solution><Project Path="Web/Web.csproj" /><Project Path="Jobs/Jobs.csproj" /></Solution>',
        "Web/Web.csproj": web('<ProjectReference Include="..\\Core\\Core.csproj" />'),
        "Core/Core.csproj": web(sdk="Microsoft.NET.Sdk"),
        "Web/Program.cs": "app.Run();\n",
        "Jobs/Jobs.csproj": web(sdk="Microsoft.NET.Sdk.Worker"),
        "Jobs/Program.cs": "Host.CreateApplicationBuilder(args).Build().Run();\n",
    }).services  # fmt: skip
    assert [(one.found.archetype, one.found.role, one.found.command) for one in found] == [
        ("web-service", None, None),
        ("data-pipeline", "worker", ("Jobs",)),
    ]


def test_a_worker_alone_is_a_worker() -> None:
    """It is no job that ends."""
    (service,) = proposed({"Jobs.csproj": web(sdk="Microsoft.NET.Sdk.Worker")}).services
    assert (service.found.archetype, service.found.role) == ("data-pipeline", "worker")


STORES = [(PHOENIX, [("db", "postgres", None)]), (SHOP, [("db", "postgres", None)])]


@pytest.mark.parametrize(("files", "expected"), STORES)
def test_stores(files: dict[str, str], expected: list[tuple[str, str, str | None]]) -> None:
    """By the driver, whatever the case of its name."""
    assert stores(proposed(files)) == expected


KEYS = [
    (PHOENIX, ["DATABASE_URL", "PAYMENTS_KEY", "SECRET_KEY_BASE"]),
    ({"A.csproj": web(), "Program.cs": 'var key = Environment.GetEnvironmentVariable("PAYMENTS_KEY") ?? throw new Exception();\nvar level = Environment.GetEnvironmentVariable("LEVEL") ?? "info";\n'}, ["PAYMENTS_KEY"]),
    ({"A.csproj": web(), "Program.cs": 'var key = Environment.GetEnvironmentVariable("PAYMENTS_KEY")!;\n'}, ["PAYMENTS_KEY"]),
]  # fmt: skip


@pytest.mark.parametrize(("files", "expected"), KEYS)
def test_variables_that_they_cannot_do_without(files: dict[str, str], expected: list[str]) -> None:
    """What the sources take without a default."""
    tree = MemoryTree(files)
    assert [one.name for one in demands(sources(tree, "", ()), tree, "")] == expected


@record()
class Store:
    """A store by its name and kind."""

    name: str
    kind: str


def test_named_connections() -> None:
    """The words of a name say which store it is about; without any it is the relational one."""
    tree = MemoryTree(
        {"A.cs": 'c.GetConnectionString("Shop"); c.GetConnectionString("Redis"); // c.GetConnectionString("No")\n'}
    )
    found = read(sources(tree, "", ())).variables
    assert list(found) == ["CONNECTIONSTRINGS__REDIS", "CONNECTIONSTRINGS__SHOP"]
    about = roles((Store("db", "postgres"), Store("redis", "redis")), found)
    assert about == {"db": {"CONNECTIONSTRINGS__SHOP": Role.URL}, "redis": {"CONNECTIONSTRINGS__REDIS": Role.URL}}
