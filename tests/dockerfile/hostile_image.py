"""A plan for a tiny image in which every string that a spec can bring in is hostile."""

from __future__ import annotations

from dataclasses import replace

from projects import BUN_WEB, assertion, compiled, manifest
from speccompile.plan.image import Base, Copy, Env, ImageRecipe, Label, Run, Stage, Step, Workdir
from speccompile.plan.plan import Plan
from speccompile.provenance import because
from strategies import _NASTY

WHY = because("SC000")
BASE = "alpine:3"
STRINGS = (
    *_NASTY, "a b", " a", "a ", "tab\there", "$HOME", "\\$HOME", "\\\\", "a\\", "\\\\\\\"", "<<EOF", "<<-'EOF'", "`", "a\\nb", "${x:-y}", "${x:?y}",
    "$(id)", "a=b=c", "'\"'\"'", "--from=x", "%(x)s", "é中😀", "ⅷ", "a  b   c", "FROM scratch", "\\ ", "\u00a0", "\ufeff",
)  # fmt: skip
TEXTS = tuple(dict.fromkeys(text for text in STRINGS if "\t" not in text))
PATHS = (
    "a b",
    "$HOME",
    "#x",
    "!x",
    "'q'",
    '"dq"',
    "ü中😀",
    "a=b",
    "a,b",
    "~x",
    "(x)",
    "a&b;c",
    "`id`",
    "$(id)",
    "%x",
    "{x}",
    "<<EOF",
    "-x",
    "--from=x",
)


def plan() -> Plan:
    """The plan; its only stage prints its arguments, one a line, when it runs."""
    base = compiled(BUN_WEB, manifest("web-service", assertion(1, "GET /healthz returns 200"))).plan
    steps: tuple[Step, ...] = (
        Workdir(path="/w", origin=WHY),
        Env(pairs=tuple((f"E{n}", text) for n, text in enumerate(TEXTS)), origin=WHY),
        *(Copy(sources=(f"src/{path}",), target=f"/w/{path}", origin=WHY) for path in PATHS),
        Run(commands=tuple(("sh", "-c", 'printf "%s\\n" "$1" >>/w/words', "-", text) for text in TEXTS), origin=WHY),
    )
    image = ImageRecipe(
        stack="none", stages=(Stage(name="final", base=Base(reference=BASE, origin=WHY), steps=steps, origin=WHY),), user="10001:10001",
        entrypoint=("printf", "%s\\n"), command=TEXTS, context=("src/",), needs_init=False, language="python", origin=WHY,
    )  # fmt: skip
    labels = tuple(Label(key=f"org.example.l{n}", value=text, origin=WHY) for n, text in enumerate(TEXTS))
    service = replace(base.services[0], image=image, labels=labels)
    return replace(base, services=(service,))
