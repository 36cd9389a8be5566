"""The targets: what is emitted from a plan and how it is verified. Adding one is a module in ``backends``, one in ``verify`` and a line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from speccompile.artifacts import Artifact
from speccompile.backends import compose, crontab, dockerfile, dotenv, health, ignore, nginx, package, site
from speccompile.diagnostics import Diagnostic
from speccompile.plan.plan import Plan
from speccompile.record import record
from speccompile.verify import compose as verify_compose
from speccompile.verify import crontab as verify_crontab
from speccompile.verify import dockerfile as verify_dockerfile
from speccompile.verify import dotenv as verify_dotenv
from speccompile.verify import health as verify_health
from speccompile.verify import ignore as verify_ignore
from speccompile.verify import nginx as verify_nginx
from speccompile.verify import package as verify_package
from speccompile.verify import site as verify_site

Emit: TypeAlias = Callable[[Plan], tuple[Artifact, ...]]
Verify: TypeAlias = Callable[[Plan, Mapping[str, str]], tuple[Diagnostic, ...]]


@record()
class Target:
    """A kind of artifact: its name on the command line, its emitter, its verifier."""

    name: str
    emit: Emit
    verify: Verify


TARGETS: tuple[Target, ...] = (
    Target("dockerfile", dockerfile.emit, verify_dockerfile.verify),
    Target("ignore", ignore.emit, verify_ignore.verify),
    Target("compose", compose.emit, verify_compose.verify),
    Target("dotenv", dotenv.emit, verify_dotenv.verify),
    Target("nginx", nginx.emit, verify_nginx.verify),
    Target("site", site.emit, verify_site.verify),
    Target("health", health.emit, verify_health.verify),
    Target("crontab", crontab.emit, verify_crontab.verify),
    Target("package", package.emit, verify_package.verify),
)

NAMES = tuple(target.name for target in TARGETS)


def chosen(names: tuple[str, ...]) -> tuple[Target, ...]:
    """The targets called *names*; all of them when there are none."""
    return tuple(target for target in TARGETS if not names or target.name in names)
