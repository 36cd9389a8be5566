"""A made-up rule, key, diagnostic, stack and target: the files that CONTRIBUTING's steps ask for, and the lines that they add to files that are there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Line:
    """Text that is put before the first place where ``before`` stands in the file ``path``."""

    path: str
    before: str
    text: str


@dataclass(frozen=True, slots=True)
class Addition:
    """What one section of CONTRIBUTING adds: new files, and lines of files that are there."""

    section: str
    files: dict[str, str]
    lines: tuple[Line, ...]

    def apply(self, root: Path) -> None:
        """Add it to the sources below *root*."""
        for path, text in self.files.items():
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            assert not target.exists(), path
            target.write_text(text, "utf-8")
        for line in self.lines:
            text = (root / line.path).read_text("utf-8")
            assert text.count(line.before) >= 1, (line.path, line.before)
            (root / line.path).write_text(text.replace(line.before, line.text + line.before, 1), "utf-8")


KEY = Addition(
    "Add a key to deploy.yaml",
    {},
    (
        Line(
            "speccompile/spec/deploy.py",
            "    env: Annotated[",
            '    motto: str | None = Field(None, description="What the service says of itself, in MOTTO.", examples=["onwards"])\n',
        ),
        Line("speccompile/frontends/deploy_grammar.py", '        "env": "{LOG_LEVEL', '        "motto": "onwards",\n'),
    ),
)

DIAGNOSTIC = Addition(
    "Add a diagnostic",
    {
        "tests/cases/SC399-motto/main.py": "print('x')\n",
        "tests/cases/SC399-motto/specs/assertions.json": '{"version": "1.0.0", "archetype": "cli-tool", "assertions": []}\n',
        "tests/cases/SC399-motto/specs/deploy.yaml": "app: lamp\nservices:\n  lamp:\n    motto: ONWARDS\n",
        "tests/cases/SC399-motto/expected.txt": "\n".join(
            (
                "specs/deploy.yaml:4:5: error[SC399]: ONWARDS is in capitals",
                "    4 |     motto: ONWARDS",
                "            ^",
                "  fix: write it in small letters",
            )
        ),
    },
    (
        Line(
            "speccompile/codes/lowering.py",
            "REPLICAS_OF_EXCLUSIVE = Code(",
            'MOTTO_SHOUTS = Code("SC399", "a motto that shouts", """It is in capitals.""")\n',
        ),
        Line("speccompile/codes/lowering.py", "    REPLICAS_OF_EXCLUSIVE,\n", "    MOTTO_SHOUTS,\n"),
    ),
)

RULE = Addition(
    "Add a rule",
    {
        "speccompile/lower/rules/motto.py": '''"""Motto: deploy.yaml's ``motto`` is the variable MOTTO."""

from __future__ import annotations

from dataclasses import replace

from speccompile.codes.lowering import MOTTO_SHOUTS
from speccompile.lower.draft import Draft
from speccompile.lower.subject import Subject
from speccompile.plan.workload import Literal
from speccompile.provenance import because

CODE = "SC359"
TITLE = "motto"


def apply(subject: Subject, draft: Draft) -> Draft:
    """Add the variable."""
    motto = subject.deploy.motto if subject.deploy else None
    if not motto:
        return draft
    cause = subject.deployed("motto")
    notes = draft.notes
    if motto.isupper():
        finding = MOTTO_SHOUTS.at(
            cause.span, f"{motto} is in capitals", fix="write it in small letters", found=motto, expected="small letters"
        )
        notes = (*notes, finding)
    said = Literal(name="MOTTO", value=motto, origin=because(CODE, cause))
    return replace(
        draft, environment=tuple(sorted((*draft.environment, said), key=lambda one: one.name)), notes=notes
    )
''',
    },
    (
        Line("speccompile/lower/rules/__init__.py", "    pages,\n    port,", "    motto,\n"),
        Line("speccompile/lower/rules/__init__.py", "    demands,\n    health,\n    shutdown", "    motto,\n"),
    ),
)

STACK = Addition(
    "Add a stack",
    {
        "speccompile/stacks/lua/__init__.py": '"""Lua."""\n',
        "speccompile/stacks/lua/stack.py": '''"""Lua, one file: main.lua."""

from __future__ import annotations

from speccompile.plan.image import ImageRecipe
from speccompile.project.tree import Tree
from speccompile.source import Span
from speccompile.stacks.facts import Chosen, Facts
from speccompile.stacks.request import Request
from speccompile.stacks.stack import Stack
from speccompile.stacks.steps import USER, Steps, context
from speccompile.stacks.written import HOME


def detect(tree: Tree) -> Facts | None:
    """A main.lua."""
    if not tree.is_file("main.lua"):
        return None
    return Facts(
        stack="lua",
        reason="main.lua is there",
        evidence=(Span("main.lua"),),
        runtime=Chosen("lua", "5.4", "default"),
        listens=Chosen("port", "8080", "default"),
        entry="main.lua",
        source="main.lua",
        runnable=True,
        suggests=("cli-tool", "main.lua is a script"),
    )


def recipe(facts: Facts, request: Request) -> ImageRecipe:
    """Debian's interpreter, and the file."""
    steps = Steps.for_(facts, request)
    base = steps.base("debian:bookworm-slim", facts.runtime)
    install = steps.packages((f"lua{facts.runtime.value}", *request.runtime_packages))
    stages = (steps.stage("runtime", base, (*install, steps.workdir(), steps.files(("main.lua",)))),)
    return ImageRecipe(
        stack="lua",
        stages=stages,
        user=USER,
        entrypoint=(f"/usr/bin/lua{facts.runtime.value}", f"{HOME}/main.lua"),
        command=(),
        context=context(stages),
        needs_init=True,
        language="shell",
        origin=steps.origin,
    )


STACK = Stack(name="lua", language="shell", recognised_by="main.lua", detect=detect, recipe=recipe)
''',
    },
    (Line("speccompile/stacks/__init__.py", '    Entry("go",', '    Entry("lua", "lua.stack", ("main.lua",)),\n'),),
)

TARGET = Addition(
    "Add a target",
    {
        "speccompile/backends/roster.py": '''"""Plan → roster: the names of the services, a line each."""

from __future__ import annotations

from speccompile.artifacts import Artifact
from speccompile.backends import header
from speccompile.backends.escape.ignore import IgnoreText, ignore_comment
from speccompile.backends.jinja import render
from speccompile.plan.node import Node
from speccompile.plan.plan import Plan
from speccompile.record import record

PATH = "roster"


@record(kw_only=True)
class _Name(Node):
    text: IgnoreText


@record(kw_only=True)
class _Document(Node):
    header: tuple[IgnoreText, ...]
    names: tuple[_Name, ...]


def emit(plan: Plan) -> tuple[Artifact, ...]:
    """The file."""
    document = _Document(
        header=tuple(ignore_comment(line) for line in header.lines(PATH)),
        names=tuple(_Name(text=IgnoreText(service.name), origin=service.origin) for service in plan.services),
        origin=plan.origin,
    )
    text, origins = render("roster/roster.j2", IgnoreText, document)
    return (Artifact(PATH, text, origins, "roster"),)
''',
        "templates/roster/roster.j2": """{% trace all %}
{% for line in header %}
# {{ line }}
{% endfor %}
{% for name in names %}
{% trace name %}
{{ name.text }}
{% endtrace %}
{% endfor %}
{% endtrace %}
""",
        "speccompile/verify/roster.py": '''"""The roster, read back."""

from __future__ import annotations

from collections.abc import Mapping

from speccompile.codes.roster import NOT_THE_PLAN
from speccompile.diagnostics import Diagnostic
from speccompile.plan.plan import Plan
from speccompile.source import Span
from speccompile.verify import place


def verify(plan: Plan, files: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Every service is in it, once, and nothing else."""
    text = files.get("roster", "")
    names = tuple(line for line in text.splitlines() if not line.startswith("# "))
    comments = tuple(line.removeprefix("# ") for line in text.splitlines() if line.startswith("# "))
    if (comments, names) == (tuple(place.header("roster")), tuple(service.name for service in plan.services)):
        return ()
    return (NOT_THE_PLAN.at(Span(place.on_disk(plan, "roster")), "the names are not the plan's", fix=place.FIX),)
''',
        "speccompile/codes/roster.py": '''"""SC998: the roster."""

from __future__ import annotations

from speccompile.codes.code import Code

NOT_THE_PLAN = Code("SC998", "the roster is not what the plan says", """Each service has one line.""")

CODES: tuple[Code, ...] = (NOT_THE_PLAN,)
''',
    },
    (
        Line(
            "speccompile/targets.py",
            '    Target("package", _emit("package"',
            '    Target("roster", _emit("roster"), _verify("roster"), ("roster",)),\n',
        ),
        Line("speccompile/spec/deploy.py", '    "package",\n', '    "roster",\n'),
        Line("speccompile/codes/families.py", "    site,\n", "    roster,\n"),
        Line("speccompile/codes/families.py", "    site.CODES,\n", "    roster.CODES,\n"),
    ),
)

ALL = (KEY, DIAGNOSTIC, RULE, STACK, TARGET)
