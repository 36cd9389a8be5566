"""Ruby: what is known about the sources."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from speccompile.codes.stacks import NO_START
from speccompile.diagnostics import Diagnostic, Severity, errors
from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks import assets
from speccompile.stacks.facts import Suggestion
from speccompile.stacks.ruby import debian, gemfile, image, routes
from speccompile.stacks.ruby import server as servers
from speccompile.stacks.ruby.debian import Packages
from speccompile.stacks.ruby.facts import RubyFacts
from speccompile.stacks.ruby.gemfile import Bundle
from speccompile.stacks.ruby.loopback import loopback
from speccompile.stacks.ruby.server import Server
from speccompile.stacks.sources import sources
from speccompile.stacks.stack import Stack
from speccompile.stacks.supported import told
from speccompile.stacks.versions import RUBY, choose
from speccompile.stacks.written import Written

_OUTPUT = "app/assets/builds"
_DATABASE = "config/database.yml"
_PRODUCTION = regex(r"^production:[ \t]*\n(?:(?:[ \t#][^\n]*)?(?:\n|\Z))+", re.MULTILINE)
_FILE = regex(r"^[ \t]+database:[ \t]*[\"']?([\w./-]{1,200}\.sqlite3?)\b", re.MULTILINE)
_PIPELINES = frozenset(("propshaft", "sprockets", "sprockets-rails"))
_SITES = frozenset(("jekyll", "middleman"))
# What a Gemfile is also for: tools of mobile applications and of Macs.
_TOOLS = frozenset(("cocoapods", "fastlane"))


def detect(tree: Tree) -> RubyFacts | None:
    """A Gemfile, a config.ru, or a program of a usual name at the top."""
    bundle = gemfile.read(tree)
    gems = bundle.gems if bundle else frozenset[str]()
    server, script = servers.find(tree, gems), servers.script(tree)
    if server is None and (gems & (_SITES | _TOOLS) or not (bundle or script)):
        return None
    return _facts(tree, bundle, gems, server, script)


def _facts(
    tree: Tree, bundle: Bundle | None, gems: frozenset[str], server: Server | None, script: str | None
) -> RubyFacts:
    version, complaints = choose(tree, RUBY, bundle.pins if bundle else (), bundle.ranges if bundle else ())
    entry = server.entry if server else script
    first = gemfile.PATH if bundle else entry or "."
    rails = server is not None and server.kind == "rails"
    made, about = assets.read(tree, _OUTPUT) if rails else (None, ())
    allowed = sources(tree)
    return RubyFacts(
        stack="ruby",
        reason=f"{first} is there",
        evidence=(Span(first), *((Span(gemfile.LOCK),) if bundle and bundle.has_lock else ())),
        dependencies=bundle.asked if bundle else frozenset(),
        runtime=version,
        tools=(made.node,) if made else (),
        listens=servers.port(tree, server),
        health=routes.health(tree, server),
        answers_to=routes.host(tree, server),
        asked_over=routes.scheme(tree, server),
        entry=entry,
        source=entry,
        runnable=server is not None or script is not None,
        suggests=_suggestion(server, script),
        diagnostics=(
            *allowed.problems,
            *loopback(tree, server),
            *told(RUBY, version, bundle.held if bundle else None, complaints),
            *(one for one in complaints if one.severity is not Severity.ERROR),
        ),
        withheld=bundle.withheld if bundle else (),
        written=_written(tree, gems) if rails else (),
        obstacles=(*(bundle.problems if bundle else ()), *errors((*complaints, *about))),
        unstartable=() if server or script else (_nothing(first),),
        bundle=bundle,
        server=server,
        script=script,
        pinned=tree.is_file(gemfile.PIN),
        packages=debian.packages(bundle) if bundle and bundle.locked else Packages((), ()),
        sources=allowed,
        compiles=rails and bool(gems & _PIPELINES),
        assets=made,
    )


def _suggestion(server: Server | None, script: str | None) -> Suggestion:
    """The archetype that the sources speak for, and why."""
    if server:
        why = "config/application.rb is there" if server.kind == "rails" else f"{server.entry} serves"
        return "web-service", why
    if servers.is_job(script):
        return "data-pipeline", f"{script} is the name of a job"
    return ("cli-tool", f"{script} runs and does not listen") if script else ("library", "nothing is there to be run")


def _written(tree: Tree, gems: frozenset[str]) -> tuple[Written, ...]:
    """What Rails keeps beside its code, each directory once."""
    uploads = _uploads(tree)
    kept = {one.directory for one in uploads}
    return (*uploads, *(one for one in _database(tree, gems) if one.directory not in kept))


def _uploads(tree: Tree) -> tuple[Written, ...]:
    """What Rails keeps beside its code: its own database, and what is uploaded."""
    if not tree.is_file("config/storage.yml") or not tree.is_directory("storage"):
        return ()
    free = not any(not entry.startswith(".") for entry in tree.entries("storage"))
    what = "what people upload, and databases of SQLite"
    return (Written(directory="storage", what=what, named="storage", lasting=True, free=free, span=Span("storage")),)


def _database(tree: Tree, gems: frozenset[str]) -> Iterator[Written]:
    """The file that config/database.yml has for a database, where it is beside what the image has: before Rails 8 that was db/production.sqlite3."""
    text = (tree.read(_DATABASE) or "") if "sqlite3" in gems else ""
    section = _PRODUCTION.search(text)
    found = _FILE.search(section[0]) if section else None
    directory = posixpath.dirname(found[1]) if found else ""
    if section and found and directory:
        at = section.start() + found.start(1)
        span = Span(_DATABASE, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))
        free = not any(not entry.startswith(".") for entry in tree.entries(directory))
        yield Written(directory=directory, what="its database", named=found[1], lasting=True, free=free, span=span)


def _nothing(first: str) -> Diagnostic:
    return NO_START.at(
        Span(first),
        "there is neither a config.ru, nor Rails, nor an app.rb or main.rb, nor one program in bin/ or exe/",
        fix="add config.ru, set the service's `command` in specs/deploy.yaml, or set the archetype to library",
    )


STACK: Stack[RubyFacts] = Stack(
    name="ruby",
    language="ruby",
    recognised_by="Gemfile, config.ru, or an app.rb or main.rb",
    detect=detect,
    recipe=image.recipe,
)
