"""Commands of Flask that make the tables: people run them once by hand, and a deployment in which nobody does answers with errors."""

from __future__ import annotations

from speccompile.detect.reading import sources
from speccompile.project.tree import Tree
from speccompile.regex import regex
from speccompile.stacks.python.facts import PyFacts
from speccompile.stacks.python.server import Serving
from speccompile.survey.found import Found

_NAME = r"(?:init|create|setup|make|reset|recreate)[-_]?(?:the[-_])?(?:db|database|tables?|schema)|(?:db|database)[-_]?(?:init|create|setup)|create[-_]all"
_COMMAND = regex(
    rf"@(?:[\w.]+\.)?command\(\s*(?:(?:name\s*=\s*)?[\"'](?P<name>{_NAME})[\"'][^\n]*|\s*\))\n"
    rf"(?:[ \t]*@[^\n]*\n){{0,5}}[ \t]*(?:async\s+)?def\s+(?P<function>\w{{1,60}})\("
)
_OF_FUNCTION = regex(rf"({_NAME})(?:_(?:command|cmd))?\Z")


def by_hand(tree: Tree, service: Found) -> str | None:
    """What to do about the command of *service* that makes its tables; None where it has none."""
    facts = service.detection.facts
    serving = facts.launch.serving if isinstance(facts, PyFacts) else None
    if not isinstance(serving, Serving) or serving.framework.name != "flask":
        return None
    for path, code in sources(tree, service.directory, ()):
        for match in code.finditer(_COMMAND) if path.endswith(".py") else ():
            function = _OF_FUNCTION.match(match["function"])
            name = match["name"] or (function[1].replace("_", "-") if function else None)
            if name:
                command = f"flask --app {serving.target} {name}"
                return (
                    f"{path}:{code.line(match.start())} has the command {name}, which makes the tables, and nothing runs it: run it once, as "
                    f"docker compose -f generated/docker-compose.yml run --rm {service.name} {command}; one that does no harm a second time can be "
                    f"`release: [[{', '.join(command.split())}]]` in specs/deploy.yaml"
                )
    return None
