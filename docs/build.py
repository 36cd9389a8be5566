"""Write the generated pages of the documentation: python docs/build.py [--check]"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import import_page
import targets_page
from click import Context
from click.testing import CliRunner

from speccompile.cli import COMMANDS
from speccompile.cli import main as command
from speccompile.cli.deploy_page import page
from speccompile.codes.families import CODES, FAMILIES
from speccompile.lower.catalogue import RULE_DOCS
from speccompile.verify.invariants import CATALOGUE

HERE = Path(__file__).resolve().parent
_STANDINGS = re.compile(r"(plan --assertions`\):\n\n```text\n).*?(```\n)", re.DOTALL)
_NOTE = "<!-- Written by docs/build.py. Do not edit. -->\n"


def rules() -> str:
    """The catalogue of rules, from the docstrings of their modules."""
    parts = [_NOTE, "# Rules\n", "What follows from which sentence. `speccompile explain CODE` prints the same.\n"]
    for code, (title, text) in RULE_DOCS.items():
        parts.append(f"## {code} {title}\n\n{text}\n")
    return "\n".join(parts)


def diagnostics() -> str:
    """Every diagnostic code."""
    parts = [_NOTE, "# Diagnostics\n"]
    for family in FAMILIES:
        for code in family:
            parts.append(f"## {code.id} {code.title} ({code.severity.value})\n\n{' '.join(code.explanation.split())}\n")
    return "\n".join(parts)


def invariants() -> str:
    """What is proved of every artifact before it is written."""
    parts = [
        _NOTE,
        "# Invariants\n",
        "Each is checked on the text that was emitted, by readers that share no code with the emitters.\n",
    ]
    for target, ids in CATALOGUE:
        parts.append(f"## {target}\n")
        parts.append(
            "\n".join(f"- **{id_}** {CODES[id_].title}: {' '.join(CODES[id_].explanation.split())}" for id_ in ids)
            + "\n"
        )
    return "\n".join(parts)


def deploy() -> str:
    """Every key of deploy.yaml."""
    return f"{_NOTE}\n{page()}"


def targets() -> str:
    """What becomes of each kind of demand on each platform."""
    return f"{_NOTE}\n{targets_page.page()}"


def imports() -> str:
    """What becomes of each key of the formats that are imported."""
    return f"{_NOTE}\n{import_page.page()}"


def readme() -> str:
    """The README, with what becomes of the assertions of an example."""
    text = (HERE.parent / "README.md").read_text(encoding="utf-8")
    shown = CliRunner().invoke(command, ["-C", str(HERE.parent / "specs/sessions"), "plan", "--assertions"]).stdout
    return _STANDINGS.sub(lambda found: f"{found[1]}{shown.rstrip()}\n{found[2]}", text, count=1)


def help_pages() -> str:
    """What ``--help`` prints, of the program and of each command, in a terminal of the usual width."""
    pages = []
    root = Context(command, info_name="speccompile", terminal_width=78, **command.context_settings)
    for name in ("", *COMMANDS):
        one = command.get_command(root, name) if name else None
        shown = one.get_help(Context(one, parent=root, info_name=name)) if one else command.get_help(root)
        text = shown.replace("\\", "\\\\").replace('"', '\\"')
        pages.append(f'    "{name}": """\\\n{text}\n""",\n')
    head = '"""The pages of ``--help``. Written by docs/build.py: do not edit."""\n\nPAGES = {\n'
    return head + "".join(pages) + "}\n"


PAGES = {
    "../speccompile/help_pages.py": help_pages,
    "deploy-yaml.md": deploy,
    "rules.md": rules,
    "diagnostics.md": diagnostics,
    "invariants.md": invariants,
    "targets.md": targets,
    "import.md": imports,
    "../README.md": readme,
}


def main() -> int:
    """Write the pages, or with --check tell whether they are what would be written."""
    stale = [
        name
        for name, page in PAGES.items()
        if not (HERE / name).is_file() or (HERE / name).read_text(encoding="utf-8") != page()
    ]
    if "--check" in sys.argv[1:]:
        sys.stderr.write("".join(f"docs/{name} is stale: run docs/build.py\n" for name in stale))
        return 1 if stale else 0
    for name in stale:
        (HERE / name).write_text(PAGES[name](), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
