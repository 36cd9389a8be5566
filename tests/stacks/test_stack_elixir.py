"""Elixir projects as people write them: versions of the pair, locks, releases, configuration, routes, pages."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from recipes import envs, images, made_of, words

from speccompile.errors import Refused
from speccompile.project.memory import MemoryTree
from speccompile.stacks.elixir import stack as elixir
from speccompile.stacks.elixir.facts import ElixirFacts

Files = Mapping[str, str | bytes]
DIGEST = "a" * 64
ENDPOINT = "defmodule ShopWeb.Endpoint do\n  use Phoenix.Endpoint, otp_app: :shop\nend\n"


def mix(*deps: str, head: str = "", start: str = "mod: {Shop.Application, []}", more: str = "") -> str:
    """A mix.exs with *deps*, each a tuple as it is written."""
    listed = ",\n      ".join(deps)
    return (
        "defmodule Shop.MixProject do\n  use Mix.Project\n\n"
        f'  def project do\n    [app: :shop, version: "0.1.0", {head} deps: deps()]\n  end\n\n'
        f"  def application do\n    [{start}]\n  end\n\n"
        f"  defp deps do\n    [\n      {listed}\n    ]\n  end\n{more}end\n"
    )


def lock(*names: str) -> str:
    """A mix.lock with *names*."""
    entry = '  "{0}": {{:hex, :{0}, "1.0.0", "{1}", [:mix], [], "hexpm", "{1}"}},\n'
    return "%{\n" + "".join(entry.format(name, DIGEST) for name in names) + "}\n"


def facts(files: Files) -> ElixirFacts:
    """What is known about *files*."""
    found = elixir.detect(MemoryTree(files))
    assert found is not None
    return found


PHOENIX: dict[str, str | bytes] = {
    "mix.exs": mix('{:phoenix, "~> 1.7"}', '{:postgrex, ">= 0.0.0"}'),
    "mix.lock": lock("phoenix", "postgrex"),
    "lib/shop/application.ex": "defmodule Shop.Application do\n  use Application\nend\n",
    "lib/shop_web/endpoint.ex": ENDPOINT,
    "config/config.exs": "import Config\n",
}
VERSIONS = [
    ({}, "1.18", "27"),
    ({"mix.exs": mix(head='elixir: "~> 1.15",')}, "1.18", "27"),
    ({"mix.exs": mix(head='elixir: "~> 1.16.0",')}, "1.16", "26"),
    ({"mix.exs": mix(head='elixir: ">= 1.15.0 and < 1.17.0",')}, "1.16", "26"),
    ({"mix.exs": mix(head='# elixir: "~> 1.15.0",\n')}, "1.18", "27"),
    ({".tool-versions": "erlang 26.2.5\nelixir 1.17.3-otp-26\n"}, "1.17", "26"),
    ({"elixir_buildpack.config": "elixir_version=1.17.2\nerlang_version=27.0\n"}, "1.17", "27"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "line", "otp"), VERSIONS)
def test_the_pair(files: dict[str, str], line: str, otp: str) -> None:
    """A pin, a range in Hex's words, the usual Erlang of the line."""
    made = made_of({"mix.exs": mix(), "lib/shop.ex": ENDPOINT, **files})
    assert f"elixir:{line}-otp-{otp}-slim" in images(made)


def test_a_pair_that_there_is_no_image_of() -> None:
    """Elixir 1.15 is older than Erlang 28."""
    found = facts({"mix.exs": mix(), ".tool-versions": "elixir 1.15.8\nerlang 28.0\n"})
    assert "Erlang 28" in found.diagnostics[0].message + "".join(one.message for one in found.obstacles)


OBSTACLES = [
    ({"mix.exs": mix('{:phoenix, "~> 1.7"}')}, "SC238"),
    ({"mix.exs": mix('{:phoenix, "~> 1.7"}', '{:bandit, "~> 1.0"}'), "mix.lock": lock("phoenix")}, "SC239"),
    ({"mix.exs": mix('{:mine, path: "../mine"}')}, "SC850"),
    ({"mix.exs": mix('{:mine, path: "libs/mine"}')}, "SC850"),
    ({"mix.exs": mix('{:oban_pro, "~> 1.0", repo: "oban"}'), "mix.lock": lock("oban_pro")}, "SC855"),
    ({"mix.exs": mix('{:mine, "~> 1.0", organization: "acme"}'), "mix.lock": lock("mine")}, "SC855"),
    ({"mix.exs": mix(more='  defp aliases, do: ["assets.deploy": ["cmd --cd assets npm run deploy", "phx.digest"]]\n')}, "SC857"),
    ({"mix.exs": mix(start="extra_applications: [:logger]")}, "SC240"),
    ({"mix.exs": 'defmodule A do\n  def project, do: [apps_path: "apps"]\nend\n', "apps/a/mix.exs": mix()}, "SC240"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "code"), OBSTACLES)
def test_what_cannot_be_built(files: dict[str, str], code: str) -> None:
    """No lock or another one's, directories elsewhere, repositories with a login, pages by Node.js, nothing that starts."""
    found = facts(files)
    assert [one.code for one in (*found.obstacles, *found.unstartable)] == [code]
    with pytest.raises(Refused):
        made_of(files, "data-pipeline")


def test_packages_of_developers_are_not_missed() -> None:
    """What is for development and tests alone is neither locked for the image nor fetched."""
    files = {
        **PHOENIX,
        "mix.exs": mix('{:phoenix, "~> 1.7"}', '{:credo, "~> 1.7", only: [:dev, :test], runtime: false}'),
    }
    assert facts(files).obstacles == ()
    assert "credo" not in facts(files).dependencies
    assert "mix deps.get --only prod --check-locked" in words(made_of(files), "build")


def test_a_package_with_c_brings_its_compiler() -> None:
    """Without one nothing is installed to build; git where a package comes by it."""
    assert "apt-get" not in words(made_of(PHOENIX), "build")
    native = {
        **PHOENIX,
        "mix.exs": mix('{:phoenix, "~> 1.7"}', '{:bcrypt_elixir, "~> 3.0"}'),
        "mix.lock": lock("phoenix", "bcrypt_elixir"),
    }
    assert "build-essential=12.*" in words(made_of(native), "build")
    by_git = {
        **PHOENIX,
        "mix.exs": mix('{:mine, github: "acme/mine"}'),
        "mix.lock": '%{\n  "mine": {:git, "https://example.com/mine.git", "abc", []},\n}\n',
    }
    assert "git=1:2.39.*" in words(made_of(by_git), "build")


def test_what_runs_is_a_release_on_plain_debian() -> None:
    """It writes where it may, listens, takes no part in a cluster, and is told its port."""
    made = made_of(PHOENIX, port=4321)
    assert made.command == ("/app/bin/shop", "start")
    assert images(made) == ["golang:1.26-bookworm", "elixir:1.18-otp-27-slim", "debian:bookworm-slim"]
    told = envs(made)
    assert (told["PORT"], told["PHX_SERVER"], told["RELEASE_DISTRIBUTION"]) == ("4321", "true", "none")
    assert told["RELEASE_TMP"].startswith("/tmp/")
    assert not [name for name in told if "SECRET" in name or "COOKIE" in name]


RELEASES = [
    ("releases: [shop_api: [applications: [shop: :permanent]], other: []],", "shop_api "),
    ("releases: [\n      main: [include_executables_for: [:unix], steps: [:assemble]]\n    ],", "main "),
    ("", ""),
]


@pytest.mark.parametrize(("head", "name"), RELEASES)
def test_the_release_that_is_made(head: str, name: str) -> None:
    """The first that has a name; else the application's, by no name, for Mix knows none of that name then."""
    files = {**PHOENIX, "mix.exs": mix('{:phoenix, "~> 1.7"}', head=head)}
    assert f"mix release {name}--path" in words(made_of(files), "build")


def test_an_umbrella_with_a_release() -> None:
    """Every application's mix.exs is there before packages are fetched."""
    root = 'defmodule A do\n  def project, do: [apps_path: "apps", releases: [shop: [applications: [web: :permanent]]]]\nend\n'
    made = made_of({
        "mix.exs": root,
        "mix.lock": lock("phoenix"),
        "apps/web/mix.exs": mix('{:phoenix, "~> 1.7"}', "{:core, in_umbrella: true}"),
        "apps/web/lib/endpoint.ex": ENDPOINT,
        "apps/core/mix.exs": mix(),
    })  # fmt: skip
    assert {"apps/web/mix.exs", "apps/core/mix.exs", "apps/"} <= set(made.context)
    assert made.command == ("/app/bin/shop", "start")


def test_a_command_is_an_escript() -> None:
    """On Erlang's own image, which has what runs it."""
    made = made_of({"mix.exs": mix(head="escript: [main_module: Shop.CLI, name: :shopctl],", start="")}, "cli-tool")
    assert made.entrypoint == ("escript", "/app/shopctl")
    assert images(made)[-1] == "erlang:27-slim"
    assert facts({"mix.exs": mix(head="escript: [main_module: Shop.CLI],", start="")}).suggests == (
        "cli-tool", "mix.exs makes a command of Shop.CLI",
    )  # fmt: skip


ADDRESSES = [
    ({"config/runtime.exs": 'port = String.to_integer(System.get_env("PORT") || "4100")\n'}, "4100", False),
    ({"config/runtime.exs": 'port = String.to_integer(System.get_env("PORT", "4200"))\n'}, "4200", False),
    ({"config/dev.exs": "config :shop, E, http: [ip: {127, 0, 0, 1}, port: 4300]\n"}, "4000", False),
    ({"config/prod.exs": "config :shop, E, http: [ip: {127, 0, 0, 1}, port: 4300]\n"}, "4300", True),
    ({"config/prod.exs": "config :shop, E, http: [ip: :loopback, port: 4300]\n"}, "4300", True),
    ({"config/runtime.exs": "if config_env() == :dev do\n  config :shop, E, http: [ip: {127, 0, 0, 1}, port: 4300]\nend\n"}, "4000", False),
    ({"config/runtime.exs": "config :shop, E, http: [ip: {0, 0, 0, 0, 0, 0, 0, 0}, port: 4400]\n", "config/config.exs": "http: [ip: {127, 0, 0, 1}]\n"}, "4400", False),
    ({"config/runtime.exs": "# http: [ip: {127, 0, 0, 1}, port: 4300]\n"}, "4000", False),
    ({"config/prod.exs": 'config :shop, E, https: [port: 443, ip: {127, 0, 0, 1}], http: [port: 4500]\n'}, "4500", False),
]  # fmt: skip


@pytest.mark.parametrize(("more", "port", "local"), ADDRESSES)
def test_where_it_listens(more: dict[str, str], port: str, local: bool) -> None:
    """By what holds when a release starts."""
    found = facts({**PHOENIX, **more})
    assert (found.listens.value, [one.code for one in found.diagnostics]) == (port, ["SC271"] if local else [])


def test_the_scheme_that_is_insisted_on() -> None:
    """By prod.exs, which is compiled in."""
    forced = {**PHOENIX, "config/prod.exs": "config :shop, ShopWeb.Endpoint, force_ssl: [hsts: true]\n"}
    scheme = facts(forced).asked_over
    assert scheme is not None
    assert scheme.value == "https"
    assert facts({**PHOENIX, "config/prod.exs": "# force_ssl: [hsts: true]\n"}).asked_over is None


ROUTER = "defmodule ShopWeb.Router do\n  use Phoenix.Router\n\n{}end\n"
ROUTES = [
    ('  get "/healthz", HealthController, :index\n', "/healthz"),
    ('  scope "/api", ShopWeb do\n    get "/health", HealthController, :index\n  end\n', "/api/health"),
    ('  scope "/api" do\n    scope "/v1", ShopWeb do\n      get "/health", H, :index\n    end\n  end\n', "/api/v1/health"),
    ('  scope "/api" do\n    get "/orders", O, :index\n  end\n\n  get "/up", H, :index\n', "/up"),
    ('  scope "/", ShopWeb, host: "admin." do\n    get "/health", H, :index\n  end\n', None),
    ('  if Mix.env() == :dev do\n    get "/health", H, :index\n  end\n', None),
    ('  post "/health", H, :index\n', None),
    ('  # get "/health", H, :index\n', None),
    ('  plug Shop.HealthPlug, path: "/livez"\n', "/livez"),
]  # fmt: skip


@pytest.mark.parametrize(("routes", "route"), ROUTES)
def test_the_health_route(routes: str, route: str | None) -> None:
    """One that answers GET and whose whole path is known, in scopes too."""
    assert facts({**PHOENIX, "lib/shop_web/router.ex": ROUTER.format(routes)}).health_path == route


def test_pages_with_packages_of_npm() -> None:
    """They are installed by a stage of Node.js, which nothing else is taken from."""
    alias = '  defp aliases, do: ["assets.deploy": ["esbuild shop --minify", "phx.digest"]]\n'
    files = {
        **PHOENIX,
        "mix.exs": mix('{:phoenix, "~> 1.7"}', more=alias),
        "assets/package.json": '{"dependencies": {"topbar": "^3.0.0"}}',
        "assets/package-lock.json": "{}",
    }
    made = made_of(files)
    assert [stage.name for stage in made.stages] == ["probe", "assets", "build", "final"]
    assert words(made, "assets") == "npm ci --prefix assets --no-audit --no-fund"
    assert "mix assets.deploy ; mix release --path" in words(made, "build")
    unlocked = {path: text for path, text in files.items() if path != "assets/package-lock.json"}
    assert [one.code for one in facts(unlocked).obstacles] == ["SC238"]


def test_what_migrates() -> None:
    """A module with ``migrate`` that runs Ecto's migrator; one in a comment is none."""
    module = "defmodule Shop.Release do\n  def migrate do\n    Ecto.Migrator.with_repo(R, & &1)\n  end\nend\n"
    assert facts({**PHOENIX, "lib/shop/release.ex": module}).migrator == "Shop.Release"
    assert facts({**PHOENIX, "lib/shop/release.ex": "# " + module.replace("\n", "\n# ")}).migrator is None
    assert facts(PHOENIX).migrator is None


def test_what_does_not_listen_is_no_server() -> None:
    """An application without one runs as a worker, until it is stopped."""
    files = {"mix.exs": mix(), "lib/shop.ex": "defmodule Shop.Application do\nend\n"}
    found = facts(files)
    assert found.lasting
    assert found.suggests == ("data-pipeline", "mix.exs starts an application that does not listen")
    with pytest.raises(Refused):
        made_of(files)
