"""Workers of JavaScript's queues: the script, or the file, that works on what the server puts into one."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.stacks.code import source
from speccompile.stacks.javascript.facts import JsFacts
from speccompile.stacks.javascript.output import makes
from speccompile.stacks.javascript.scripts import commands
from speccompile.survey.found import Found, Worker

_QUEUES = frozenset((
    "@nestjs/bull", "@nestjs/bullmq", "agenda", "amqplib", "bee-queue", "bull", "bullmq", "faktory-worker", "graphile-worker", "kafkajs", "kue", "nats",
    "pg-boss", "rsmq-worker", "sqs-consumer",
))  # fmt: skip
# What is called like a worker, and no server's own worker of browsers or threads.
_CALLED = regex(
    r"(?:start[:_-]|run[:_-])?(?:(?:queue|job|bull|mail|email|task)s?[:_-])?(?:workers?|consumers?)(?:[:_-](?:start|prod(?:uction)?|run))?\Z"
)
_WORKS = regex(
    r"\bnew\s+(?:\w+\.)?Worker\s*(?:<[^>\n]{0,80}>)?\(\s*[\"'`\w]|\.(?:process|work|define|consume)\(|\brun\(\s*\{|\.run\(\s*\{\s*eachMessage"
)
_FILES = tuple(
    f"{folder}{stem}.{end}"
    for folder in ("", "src/")
    for stem in ("worker", "workers", "consumer")
    for end in ("js", "mjs", "cjs")
)
_PROGRAMS = ("node", "bun")
_CODE = (".js", ".mjs", ".cjs")


def workers(tree: Tree, service: Found, named: frozenset[str]) -> Iterator[Worker]:
    """The worker of the queue that *service* uses, where none of the words of other commands, *named*, is its file."""
    facts = service.detection.facts
    if not isinstance(facts, JsFacts) or not _QUEUES & facts.dependencies:
        return
    below = tree.below(service.directory) if service.directory else tree
    for name in facts.package.scripts:
        if _CALLED.match(name) and (command := _plain(below, facts, name)):
            if command[-1] not in named:
                yield Worker("worker", command, f"the script {name} of package.json runs it")
            return
    runtime = "bun" if facts.stack == "bun" else "node"
    started = facts.start.entry if facts.start else None
    for path in _FILES:
        works = path not in (facts.entry, started, *named) and source(below, path).search(_WORKS)
        if works:
            yield Worker("worker", (runtime, path), f"{path} works on a queue")
            return


def _plain(tree: Tree, facts: JsFacts, script: str) -> tuple[str, ...] | None:
    """The one command of *script*, where that is a file that the image has, run by what the image has."""
    found = commands(facts.package, script)
    if len(found) != 1 or len(found[0]) != 2 or found[0][0] not in _PROGRAMS:
        return None
    program, path = found[0]
    file = path.removeprefix("./")
    whole = file if file.endswith(_CODE) else f"{file}.js"
    if (program == "bun") != (facts.stack == "bun") or file.startswith(("-", "/", "../")):
        return None
    there = tree.is_file(file) or tree.is_file(whole) or makes(facts.made, whole)
    return (program, file) if there and file not in (facts.entry, facts.start.entry if facts.start else None) else None
