"""Workers and migrations of PHP's and Ruby's frameworks: what their sources have, and nothing names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.stacks.code import source
from speccompile.stacks.php.facts import PhpFacts
from speccompile.stacks.php.frameworks import LARAVEL, SYMFONY
from speccompile.stacks.ruby.facts import RubyFacts
from speccompile.survey.found import Found, Step, Worker

_QUEUED = regex(r"\bimplements\b[^{]*\bShouldQueue\b")
_SCHEDULED = regex(r"\bSchedule::|\$schedule->")
_TRANSPORT = regex(r"^[ \t]+(async\w*)[ \t]*:", re.MULTILINE)
_JOBS = ("app/Jobs", "app/Listeners", "app/Mail", "app/Notifications")
_SIDEKIQ = regex(r"\binclude[ \t]+Sidekiq::(?:Job|Worker)\b")
# What loads all of an application that has no framework to say so.
_LOADING = ("config/environment.rb", "config/application.rb", "config/boot.rb", "app.rb", "main.rb", "server.rb")
_MOST = 60
_MESSENGER = "config/packages/messenger.yaml"


def workers(tree: Tree, service: Found) -> Iterator[Worker]:
    """The workers of the queue that *service* puts work into, and what keeps its schedule."""
    facts = service.detection.facts
    below = tree.below(service.directory) if service.directory else tree
    if isinstance(facts, PhpFacts) and facts.framework == LARAVEL:
        yield from _of_laravel(below, facts)
    elif isinstance(facts, PhpFacts) and facts.framework == SYMFONY:
        named = _TRANSPORT.search(below.read(_MESSENGER) or "")
        if named:
            consume = ("php", "bin/console", "messenger:consume", named[1], "--time-limit=3600")
            yield Worker("worker", consume, f"{_MESSENGER} has the transport {named[1]}")
    elif isinstance(facts, RubyFacts) and facts.bundle:
        yield from _of_ruby(below, facts.bundle.asked, rails=facts.server is not None and facts.server.kind == "rails")


def migrations(tree: Tree, service: Found) -> Iterator[Step]:
    """The migrations of *service*."""
    facts = service.detection.facts
    below = tree.below(service.directory) if service.directory else tree
    inner = f"{service.directory}/" if service.directory else ""
    if isinstance(facts, PhpFacts) and facts.framework == LARAVEL and below.is_directory("database/migrations"):
        yield Step(("php", "artisan", "migrate", "--force"), f"{inner}database/migrations is there")
    elif isinstance(facts, PhpFacts) and "doctrine/doctrine-migrations-bundle" in facts.dependencies:
        command = ("php", "bin/console", "doctrine:migrations:migrate", "--no-interaction", "--allow-no-migration")
        yield Step(command, "it depends on doctrine/doctrine-migrations-bundle")
    elif (
        isinstance(facts, RubyFacts)
        and facts.server
        and facts.server.kind == "rails"
        and below.is_directory("db/migrate")
    ):
        yield Step(("bundle", "exec", "rake", "db:migrate"), f"{inner}db/migrate is there")


def _of_laravel(tree: Tree, facts: PhpFacts) -> Iterator[Worker]:
    queued = next((path for path in _sources(tree, _JOBS) if source(tree, path).search(_QUEUED)), None)
    if "laravel/horizon" in facts.dependencies:
        yield Worker("worker", ("php", "artisan", "horizon"), "it depends on laravel/horizon")
    elif queued:
        command = ("php", "artisan", "queue:work", "--tries=3", "--max-time=3600")
        yield Worker("worker", command, f"{queued} is work for a queue")
    for path in ("routes/console.php", "app/Console/Kernel.php"):
        if source(tree, path).search(_SCHEDULED):
            yield Worker("scheduler", ("php", "artisan", "schedule:work"), f"{path} has a schedule")
            return


def _of_ruby(tree: Tree, gems: frozenset[str], *, rails: bool) -> Iterator[Worker]:
    if "sidekiq" in gems and (rails or tree.is_file("config/sidekiq.yml")):
        yield Worker("worker", ("bundle", "exec", "sidekiq"), "it depends on sidekiq")
    elif "sidekiq" in gems and (work := _work_of_sidekiq(tree)):
        loaded = next((path for path in _LOADING if tree.is_file(path)), work)
        yield Worker("worker", ("bundle", "exec", "sidekiq", "--require", f"./{loaded}"), f"{work} is work for Sidekiq")
    elif "good_job" in gems:
        yield Worker("worker", ("bundle", "exec", "good_job", "start"), "it depends on good_job")
    elif "solid_queue" in gems and tree.is_file("bin/jobs"):
        yield Worker("worker", ("bundle", "exec", "ruby", "bin/jobs"), "bin/jobs runs Solid Queue")


def _work_of_sidekiq(tree: Tree) -> str | None:
    """A source that is work for Sidekiq, at the top or in a directory there."""
    folders = ("", *(name.rstrip("/") for name in tree.entries("") if name.endswith("/") and not name.startswith(".")))
    paths = (f"{folder}/{name}".lstrip("/") for folder in folders[:_MOST] for name in tree.entries(folder)[:_MOST])
    return next((path for path in paths if path.endswith(".rb") and source(tree, path).search(_SIDEKIQ)), None)


def _sources(tree: Tree, folders: tuple[str, ...]) -> Iterator[str]:
    for folder in folders:
        yield from (f"{folder}/{name}" for name in tree.entries(folder) if name.endswith(".php"))
