"""``speccompile patch``: what people change about generated files, begun, made of an edit, and listed."""

from __future__ import annotations

from importlib import import_module

import click

_COMMANDS = {"new": "patch_new", "from-diff": "patch_from_diff", "list": "patch_list"}


class _Lazy(click.Group):
    """The commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which one uses them."""
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command in the module of that name."""
        del ctx
        module = _COMMANDS.get(cmd_name)
        if module is None:
            return None
        command: click.Command = import_module(f"speccompile.cli.{module}").command
        return command


@click.group("patch", cls=_Lazy)
def command() -> None:
    """Change generated files so that it stays: patches/FILE.yaml is applied each time, and proved as all else is.

    Example: speccompile patch from-diff generated/nginx.conf --reason "the gateway's own limit is 20 MiB"
    """
