"""The command line (DESIGN §8). Commands are imported when they are called, so that none pays for another."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from speccompile import __version__
from speccompile.diagnostics import quoted

COMMANDS = (
    "init",
    "import",
    "settle",
    "generate",
    "check",
    "plan",
    "explain",
    "patch",
    "eject",
    "verify",
    "report",
    "build",
    "push",
    "deploy",
    "status",
    "rollback",
    "run",
    "inspect",
    "releases",
    "agent",
    "secrets",
    "route",
    "doctor",
    "schema",
    "lsp",
)


MODULES = {"import": "importing"}  # no module can be called so


class _Lazy(click.Group):
    """A group whose commands live in modules of their own names, as far as Python has no use of its own for these."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands, in the order in which one uses them."""
        del ctx
        return list(COMMANDS)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; Ctrl-C before and after it has taken over ends with 130 as it does meanwhile."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("interrupted", err=True)
            ctx.exit(130)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it; a name that no command has is a usage error that names the closest one."""
        word = args[0]
        if word in COMMANDS or word.startswith("-") or ctx.resilient_parsing:
            return super().resolve_command(ctx, args)
        close = import_module("difflib").get_close_matches(word.lower(), COMMANDS, n=1)
        hint = f"Did you mean {close[0]}?" if close else f"There are: {', '.join(COMMANDS)}."
        raise click.UsageError(f"There is no command {quoted(word)}. {hint}", ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command in the module of that name. Who asked for JSON gets a document, also when Ctrl-C comes this early."""
        if cmd_name not in COMMANDS:
            return None
        try:
            command: click.Command = import_module(f"speccompile.cli.{MODULES.get(cmd_name, cmd_name)}").command
        except KeyboardInterrupt:
            click.echo("interrupted", err=True)
            if "json" in sys.argv:
                click.echo('{"status": "interrupted", "diagnostics": []}')
            ctx.exit(130)
        return command


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-C",
    "directory",
    default=".",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False),
    help="Run as if started in DIR. The project is found from there upwards, as git does it.",
)
@click.version_option(__version__, prog_name="speccompile")
@click.pass_context
def main(ctx: click.Context, directory: str) -> None:
    """Compile specs into deployment artifacts, and prove them.

    Exit codes: 0 fine, 1 diagnostics or drift, 2 usage, 3 internal error, 75 transient failure, 130 interrupted.
    """
    ctx.obj = directory
