"""Ruby projects as people write them: versions, gems and their packages, servers, routes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from recipes import envs, words
from recipes import made_of as recipe

from speccompile.errors import Refused
from speccompile.project.memory import MemoryTree
from speccompile.stacks.ruby import stack as ruby
from speccompile.stacks.ruby.facts import RubyFacts

RACK = {"config.ru": "run App\n"}
SERVER = "require 'socket'\nTCPServer.new('0.0.0.0', 8123)\n"


def gemfile(*gems: str, head: str = "") -> str:
    """A Gemfile."""
    return "source 'https://gems.example.com'\n" + head + "".join(f'gem "{name}"\n' for name in gems)


def lock(
    *gems: str, platforms: tuple[str, ...] = ("ruby",), more: str = "", dependencies: tuple[str, ...] | None = None
) -> str:
    """A Gemfile.lock with *gems*, each ``NAME`` or ``NAME (RELEASE)``."""
    specs = "".join(f"    {one if '(' in one else f'{one} (1.0.0)'}\n" for one in gems)
    names = gems if dependencies is None else dependencies
    named = "".join(f"  {one.split(' ')[0]}\n" for one in names)
    lines = "".join(f"  {one}\n" for one in platforms)
    return f"{more}GEM\n  remote: https://gems.example.com/\n  specs:\n{specs}\nPLATFORMS\n{lines}\nDEPENDENCIES\n{named}\nBUNDLED WITH\n   2.5.0\n"


def bundle(*gems: str, **more: Any) -> dict[str, str]:
    """A Gemfile with its lock."""
    names = tuple(one.split(" ")[0] for one in gems)
    return {"Gemfile": gemfile(*names), "Gemfile.lock": lock(*gems, **more)}


def facts(files: Mapping[str, str | bytes]) -> RubyFacts:
    """What is known about *files*."""
    found = ruby.detect(MemoryTree(files))
    assert found is not None
    return found


VERSIONS = [
    ({"Gemfile": gemfile()}, "3.4", "default"),
    ({"Gemfile": gemfile(head='ruby "3.3.6"\n')}, "3.3.6", "Gemfile ruby"),
    ({"Gemfile": gemfile(head='ruby "~> 3.2.0"\n')}, "3.2", "Gemfile ruby"),
    ({"Gemfile": gemfile(head='ruby "4.0.5"\n')}, "4.0.5", "Gemfile ruby"),
    ({"Gemfile": gemfile(head='ruby ">= 3.1", "< 3.4"\n')}, "3.3", "Gemfile ruby"),
    ({"Gemfile": gemfile(head='# ruby "3.1.0"\n')}, "3.4", "default"),
    ({"Gemfile": gemfile(head='ruby file: ".ruby-version"\n'), ".ruby-version": "ruby-3.2.4\n"}, "3.2.4", ".ruby-version"),
    ({"Gemfile": gemfile(), ".tool-versions": "ruby 3.3.1\n"}, "3.3.1", ".tool-versions"),
    ({"Gemfile": gemfile(), "mise.toml": "[tools]\nruby = '3.2'\n"}, "3.2", "mise.toml"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "version", "source"), VERSIONS)
def test_the_version(files: dict[str, str], version: str, source: str) -> None:
    """A pin, a range, the default."""
    chosen = facts({**files, **RACK}).runtime
    assert (chosen.value, chosen.source) == (version, source)


def test_a_pin_that_the_gemfile_reads_is_copied() -> None:
    """In the build, and where the program runs: Bundler reads the Gemfile in both."""
    made = recipe({"Gemfile": gemfile(), ".ruby-version": "3.3\n", **RACK})
    assert ".ruby-version" in made.context


OBSTACLES = [
    ({"Gemfile": gemfile("rack")}, "SC238", "there is no Gemfile.lock"),
    ({"Gemfile": gemfile("rack", "puma"), "Gemfile.lock": lock("rack")}, "SC239", '"puma"'),
    (bundle("rack", platforms=("arm64-darwin-23",)), "SC239", "arm64-darwin-23"),
    (bundle("rack", more="PATH\n  remote: engines/shop\n  specs:\n    shop (1.0.0)\n\n"), "SC290", "engines/shop"),
]


@pytest.mark.parametrize(("files", "code", "said"), OBSTACLES)
def test_what_bundler_would_refuse(files: dict[str, str], code: str, said: str) -> None:
    """No lock, one for another Gemfile, one for another system, a gem by its directory."""
    found = facts({**files, **RACK}).obstacles
    assert [one.code for one in found] == [code]
    assert said in found[0].message
    with pytest.raises(Refused):
        recipe({**files, **RACK})


def test_gems_bring_their_packages() -> None:
    """What is compiled for Linux already needs none to be built; groups for developers are not there when it runs."""
    files = {
        "Gemfile": gemfile("pg", "nokogiri", "image_processing", head="group :development, :test do\n  gem 'debug'\nend\n"),
        "Gemfile.lock": lock("pg", "nokogiri (1.18.2-x86_64-linux-gnu)", "image_processing", "debug", platforms=("x86_64-linux",)),
        **RACK,
    }  # fmt: skip
    made = recipe(files)
    assert "libpq-dev=15.*" in words(made, "build")
    assert "libxml2-dev" not in words(made, "build")
    assert (
        words(made, "final")
        == "apt-get update ; apt-get install -y --no-install-recommends libpq5=15.* libvips42=8.14.*"
    )
    assert "debug" not in facts(files).dependencies
    assert "libxml2-dev=2.9.*" in words(recipe({**bundle("nokogiri"), **RACK}), "build")


def test_gems_that_are_there_are_not_fetched() -> None:
    """From vendor/cache, file by file: the sources are not there yet."""
    made = recipe({**bundle("rack"), **RACK, "vendor/cache/rack-1.0.0.gem": b"x", "vendor/assets/a.css": ""})
    assert "bundle install --local" in words(made, "build")
    assert "vendor/cache/rack-1.0.0.gem" in made.context
    assert "env BUNDLE_FROZEN=true bundle install" in words(recipe({**bundle("rack"), **RACK}), "build")


SERVERS = [
    ({**bundle("rack", "puma"), **RACK}, ("bundle", "exec", "puma", "-b", "tcp://0.0.0.0:4321")),
    ({**bundle("rack", "puma"), **RACK, "config/puma.rb": "port ENV.fetch('PORT', 3000)\n"}, ("bundle", "exec", "puma")),
    ({**bundle("rack", "puma"), **RACK, "config/puma.rb": "threads 1, 2\n"}, ("bundle", "exec", "puma", "-b", "tcp://0.0.0.0:4321")),
    ({**bundle("rack", "unicorn"), **RACK}, ("bundle", "exec", "unicorn", "-l", "0.0.0.0:4321")),
    ({**bundle("rack", "falcon"), **RACK}, ("bundle", "exec", "falcon", "serve", "-b", "http://0.0.0.0:4321")),
    ({**bundle("rackup", "webrick"), **RACK}, ("bundle", "exec", "rackup", "-o", "0.0.0.0", "-p", "4321")),
    ({**bundle("sinatra"), "app.rb": "require 'sinatra'\n"}, ("bundle", "exec", "ruby", "app.rb", "-o", "0.0.0.0", "-p", "4321")),
    ({"server.rb": SERVER}, ("ruby", "server.rb")),
]  # fmt: skip


@pytest.mark.parametrize(("files", "argv"), SERVERS)
def test_what_serves(files: dict[str, str], argv: tuple[str, ...]) -> None:
    """At the port that is asked for, where others reach it."""
    assert recipe(files, port=4321).command == argv


PORTS = [
    ({"server.rb": SERVER}, 8123),
    ({"server.rb": "require 'socket'\nTCPServer.new(ENV.fetch('PORT', 8124).to_i)\n"}, 8124),
    ({**bundle("puma"), **RACK, "config/puma.rb": 'port ENV.fetch("PORT") { 3001 }\n'}, 3001),
    ({**bundle("puma"), **RACK}, 9292),
    ({**bundle("rails"), **RACK, "config/application.rb": ""}, 3000),
    ({**bundle("sinatra"), "app.rb": "require 'sinatra'\n"}, 4567),
    ({**bundle("sinatra"), "app.rb": "require 'sinatra'\nset :port, 5000\n"}, 5000),
]  # fmt: skip


@pytest.mark.parametrize(("files", "port"), PORTS)
def test_the_port(files: dict[str, str], port: int) -> None:
    """What the sources say, else what is usual for such a program."""
    assert facts(files).port == port


RAILS = {**bundle("rails", "puma", "propshaft"), **RACK, "config/application.rb": "module Shop\nend\n"}
ROUTES = [
    ({**RAILS, "config/routes.rb": 'Rails.application.routes.draw do\n  get "up" => "rails/health#show"\nend\n'}, "/up"),
    ({**RAILS, "config/routes.rb": "Rails.application.routes.draw do\n  get '/healthz', to: 'h#show'\nend\n"}, "/healthz"),
    ({**RAILS, "config/routes.rb": "Rails.application.routes.draw do\n  get '/up/', to: 'up#index'\nend\n"}, "/up"),
    ({**RAILS, "config/routes.rb": "Rails.application.routes.draw do\n  namespace :a do\n    get 'health', to: 'h#s'\n  end\nend\n"}, "/a/health"),
    ({**RAILS, "config/routes.rb": "Rails.application.routes.draw do\n  # get 'up' => 'a'\n  post 'health'\nend\n"}, None),
    ({**bundle("sinatra"), "app.rb": "require 'sinatra'\n\nget '/healthz' do\n  'ok'\nend\n"}, "/healthz"),
    ({**bundle("sinatra"), **RACK, "app.rb": "class App < Sinatra::Base\n  get '/health' do\n  end\nend\n"}, "/health"),
    ({**bundle("sinatra"), "config.ru": "map '/api' do\n  run App\nend\n", "app.rb": "class App < Sinatra::Base\n  get '/health' do\n  end\nend\n"}, "/api/health"),
    ({"server.rb": SERVER + "path == '/livez'\n"}, "/livez"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "route"), ROUTES)
def test_the_health_route(files: dict[str, str], route: str | None) -> None:
    """Only one whose whole path is known, and that answers GET."""
    assert facts(files).health_path == route


def test_rails_is_asked_as_it_insists() -> None:
    """Over https where everything else is redirected there; a comment says nothing."""
    forced = {
        **RAILS,
        "config/environments/production.rb": "Rails.application.configure do\n  config.force_ssl = true\nend\n",
    }
    scheme = facts(forced).asked_over
    assert scheme
    assert scheme.value == "https"
    assert facts({**RAILS, "config/environments/production.rb": "  # config.force_ssl = true\n"}).asked_over is None


def test_rails_makes_its_assets_ahead() -> None:
    """With a key that says nothing, in the stage that builds; it runs in production."""
    made = recipe(RAILS)
    assert "env SECRET_KEY_BASE_DUMMY=1 bundle exec rake assets:precompile" in words(made, "build")
    assert words(made, "final") == ""
    assert made.writable == ("/app/log", "/app/tmp")
    env = envs(made)
    assert env["RAILS_ENV"] == "production"
    assert not [name for name in env if "SECRET" in name]


DEFAULT = (
    "default: &default\n  adapter: sqlite3\n\ndevelopment:\n  <<: *default\n  database: db/development.sqlite3\n\n"
)


@pytest.mark.parametrize(
    ("production", "line"),
    [("  <<: *default\n\n  # kept\n  database: db/production.sqlite3\n", 12), ("  <<: *default\n  database: storage/production.sqlite3\n", None)],
)  # fmt: skip
def test_a_database_beside_what_the_image_has(production: str, line: int | None) -> None:
    """It cannot be written there; the one for developers is none of the image's."""
    files = {**bundle("rails", "puma", "sqlite3"), "config/application.rb": "", "config.ru": "", "db/schema.rb": ""}
    text = f"{DEFAULT}production:\n{production}\ntest:\n  database: db/test.sqlite3\n"
    found = [one for one in facts({**files, "config/database.yml": text}).written if one.directory == "db"]
    assert [(one.named, one.free, one.span.line, one.span.column) for one in found] == (
        [("db/production.sqlite3", False, line, 13)] if line else []
    )


def test_node_s_part_of_the_assets_comes_first() -> None:
    """jsbundling would run it a second time."""
    npm = {"package.json": '{"scripts": {"build": "esbuild app/javascript/application.js"}}', "package-lock.json": "{}"}
    made = recipe({**RAILS, **npm})
    assert [stage.name for stage in made.stages] == ["assets", "build", "final"]
    assert "SKIP_JS_BUILD=1" in words(made, "build")


@pytest.mark.parametrize("gem", ["jekyll", "fastlane", "cocoapods"])
def test_a_gemfile_of_tools_is_no_ruby_project(gem: str) -> None:
    """Sites and mobile applications have one, too."""
    assert ruby.detect(MemoryTree(bundle(gem))) is None
    assert ruby.detect(MemoryTree({**bundle(gem), **RACK})) is not None


@pytest.mark.parametrize("archetype", ["web-service", "cli-tool", "data-pipeline"])
def test_nothing_to_start_is_refused(archetype: str) -> None:
    """A library is none of these; its command says otherwise."""
    files = {**bundle("rake"), "lib/a.rb": ""}
    with pytest.raises(Refused):
        recipe(files, archetype)
    assert recipe(files, archetype, command=("rake", "work")).stages
