"""What stands in a release's way, in the format that was asked for: no document is left out because a store or a machine does not answer."""

from __future__ import annotations

from collections.abc import Callable

from speccompile.cli.answering import refused
from speccompile.cli.environments import unreachable
from speccompile.cli.guard import Exit
from speccompile.cli.workspace import Workspace
from speccompile.codes.releases import BUSY
from speccompile.errors import Refused
from speccompile.releases.machine import Machine
from speccompile.releases.session import refused as platform_refuses
from speccompile.releases.store import Leased, Lost, Unreachable
from speccompile.releases.wanted import PlatformFailed
from speccompile.source import Span


def told(workspace: Workspace, style: str, action: Callable[[], int]) -> int:
    """Run *action*; what stands in the way becomes a document, too."""
    try:
        code = action()
    except Refused as problem:
        return refused(problem, workspace, style)
    except Leased as problem:
        fix = "wait until that has ended: with --wait this command does"
        refused(Refused([BUSY.at(Span("releases"), str(problem), fix=fix)]), workspace, style)
        return Exit.TRANSIENT
    except Lost:
        what = "the turn to deploy has run out, and somebody else may be deploying: what was begun is left as it is, and not recorded"
        fix = "run the command again: it looks at what is there, and finishes it or goes back"
        refused(Refused([BUSY.at(Span("releases"), what, fix=fix)]), workspace, style)
        return Exit.TRANSIENT
    except Unreachable as problem:
        refused(Refused([unreachable(problem)]), workspace, style)
        return Exit.TRANSIENT
    except PlatformFailed as problem:
        return refused(platform_refuses(Machine(), problem), workspace, style)
    return code
