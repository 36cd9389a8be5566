"""The targets: what is emitted from a plan and how it is verified. Adding one is a module in ``backends``, one in ``verify`` and a line here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from importlib import import_module
from typing import Any, TypeAlias

from speccompile.artifacts import Artifact
from speccompile.codes.delivery import NEEDS_TARGET
from speccompile.diagnostics import Diagnostic
from speccompile.plan.plan import Plan
from speccompile.realise.front_door import front_door
from speccompile.realise.loss import Losses
from speccompile.record import record
from speccompile.source import Span
from speccompile.verify.held.outcome import Held
from speccompile.wildcard import fits

Emit: TypeAlias = Callable[[Plan], tuple[Artifact, ...]]
Verify: TypeAlias = Callable[[Plan, Mapping[str, str]], tuple[Diagnostic, ...]]
Has: TypeAlias = Callable[[Plan], bool]
Loses: TypeAlias = Callable[[Plan], tuple[Diagnostic, ...]]


def _of(module: str, name: str) -> Callable[..., Any]:
    """The function *name* of one of our *module*s, which is imported when it is first called: a system that runs on one platform waits for no other's."""

    def call(*given: object) -> Any:
        return getattr(import_module(f"speccompile.{module}"), name)(*given)

    return call


def _where(has: Has, function: Callable[..., tuple[Any, ...]]) -> Callable[..., tuple[Any, ...]]:
    """*function* for plans of which *has* says that there is something to do; others do not wait for its module. What *has* asks, emitter and
    verifier ask again: each stands on its own."""

    def call(plan: Plan, *given: object) -> tuple[Any, ...]:
        return function(plan, *given) if has(plan) else ()

    return call


def _always(_: Plan) -> bool:
    return True


def _emit(module: str, has: Has = _always) -> Emit:
    return _where(has, _of(f"backends.{module}", "emit"))


def _verify(module: str, has: Has = _always) -> Verify:
    return _where(has, _of(f"verify.{module}", "verify"))


def _proxied_by(kind: str) -> Has:
    def has(plan: Plan) -> bool:
        front = front_door(plan.ingress)
        return front is not None and front.kind == kind

    return has


def _has_sites(plan: Plan) -> bool:
    return any(service.site for service in plan.services)


def _has_scripts(plan: Plan) -> bool:
    return any(service.fpm for service in plan.services)


def _has_packages(plan: Plan) -> bool:
    return bool(plan.packages)


def _loses(module: str) -> Loses:
    return _of(f"backends.{module}", "loses")


def _nothing(_: Plan) -> tuple[Diagnostic, ...]:
    """What files lose that hold all that is theirs to hold."""
    return ()


@record()
class Target:
    """A kind of artifact: its name on the command line, its emitter, its verifier, and patterns of the names that its files can have.

    A file of another name is never taken for one of ours, so every name that the emitter can give has to be there. ``platform`` is whose
    files these are; images and packages are the same wherever they go. What builds, pushes and hosts is chosen besides a platform, by its own name:
    ``loses`` is what of a plan its files cannot hold, ``takes`` are the targets without whose files they are of no use. ``apart`` says that each of
    its files follows from one service, whatever else there is.
    """

    name: str
    emit: Emit
    verify: Verify
    files: tuple[str, ...]
    platform: str | None = None
    loses: Loses = _nothing
    takes: tuple[str, ...] = ()
    apart: bool = False

    def gives(self, path: str) -> bool:
        """Whether one of its files can have the last name of *path*."""
        name = path.rpartition("/")[2]
        return any(fits(name, pattern) for pattern in self.files)


@record()
class Platform:
    """What a system runs on: its name in deploy.yaml's ``targets``, what of a plan it cannot do, and what its artifacts say about demands."""

    name: str
    losses: Losses
    held: Callable[[Plan, Mapping[str, str]], Held]


_HEALTH = (
    "health.py",
    "health.mjs",
    "health.ts",
    "health.go",
    "health.rs",
    "Health.java",
    "health.sh",
    "health.php",
    "health.rb",
)
_PACKAGE = (
    "package.json.patch", "pyproject.toml.patch",
    "npm-publish.yml", "npm-publish-*.yml", "pypi-publish.yml", "pypi-publish-*.yml",
)  # fmt: skip
_STACK = ("stack.yml", "stack.*.yml", ".env.example", "nginx.conf", "nginx.*.conf", "Caddyfile", "Caddyfile.*")
_QUADLET = (
    "*.container", "*.network", "*.volume", "*.timer", "*.service", "parameters.env.example", "nginx.conf", "nginx.*.conf", "Caddyfile", "Caddyfile.*",
    "05-*.conf",
)  # fmt: skip

_KUBERNETES = (
    "kustomization.yaml", "namespace.yaml", "serviceaccount.yaml", "networkpolicy.yaml", "ingress.yaml", "cronjob-*.yaml", "deployment-*.yaml",
    "horizontalpodautoscaler-*.yaml", "job-*.yaml", "networkpolicy-*.yaml", "persistentvolumeclaim-*.yaml", "poddisruptionbudget-*.yaml",
    "service-*.yaml", "statefulset-*.yaml",
)  # fmt: skip
_TERRAFORM = ("main.tf", "variables.tf", "outputs.tf", "versions.tf", "cloud-init.yaml.tftpl")
_IMAGES = ("dockerfile", "ignore")

TARGETS: tuple[Target, ...] = (
    Target("dockerfile", _emit("dockerfile"), _verify("dockerfile"), ("Dockerfile",), apart=True),
    Target("ignore", _emit("ignore"), _verify("ignore"), (".dockerignore", "Dockerfile.dockerignore"), apart=True),
    Target("compose", _emit("compose"), _verify("compose"), ("docker-compose.yml", "compose.*.yml"), "compose"),
    Target("dotenv", _emit("dotenv"), _verify("dotenv"), (".env.example",), "compose"),
    Target("gitignore", _emit("gitignore"), _verify("gitignore"), (".gitignore",)),
    Target(
        "nginx",
        _emit("nginx", _proxied_by("nginx")),
        _verify("nginx", _proxied_by("nginx")),
        ("nginx.conf", "nginx.*.conf"),
        "compose",
    ),
    Target(
        "caddy",
        _emit("caddy", _proxied_by("caddy")),
        _verify("caddy", _proxied_by("caddy")),
        ("Caddyfile", "Caddyfile.*"),
        "compose",
    ),
    Target("site", _emit("site", _has_sites), _verify("site", _has_sites), ("site.conf",), apart=True),
    Target("serve", _emit("serve", _has_scripts), _verify("serve", _has_scripts), ("serve.sh",), apart=True),
    Target("health", _emit("health"), _verify("health"), _HEALTH, apart=True),
    Target("crontab", _emit("crontab"), _verify("crontab"), ("crontab",), "compose"),
    Target("package", _emit("package", _has_packages), _verify("package", _has_packages), _PACKAGE),
    Target("swarm", _emit("swarm"), _verify("swarm"), _STACK, "swarm"),
    Target("kubernetes", _emit("kubernetes.artifacts"), _verify("kubernetes.manifests"), _KUBERNETES, "kubernetes"),
    Target("quadlet", _emit("quadlet"), _verify("quadlet"), _QUADLET, "quadlet"),
    Target("bake", _emit("bake"), _verify("bake"), ("docker-bake.hcl",), "bake", _loses("bake"), _IMAGES),
    Target(
        "github-actions",
        _emit("actions"),
        _verify("actions"),
        ("deploy.yml",),
        "github-actions",
        _loses("actions"),
        _IMAGES,
    ),
    Target(
        "terraform",
        _emit("terraform"),
        _verify("terraform"),
        _TERRAFORM,
        "terraform",
        _loses("terraform"),
        ("compose",),
    ),
)

NAMES = tuple(target.name for target in TARGETS)


PLATFORMS: tuple[Platform, ...] = (
    Platform("compose", _of("realise.compose_losses", "losses"), _of("verify.held", "compose")),
    Platform("swarm", _of("realise.swarm_losses", "losses"), _of("verify.held.swarm", "held")),
    Platform("kubernetes", _of("realise.kubernetes.losses", "losses"), _of("verify.kubernetes.held", "kubernetes")),
    Platform("quadlet", _of("realise.quadlet.losses", "losses"), _of("verify.held.quadlet", "held")),
)


def chosen(names: tuple[str, ...]) -> tuple[Target, ...]:
    """The targets called *names*, and nothing else; the default ones when there are none."""
    return tuple(target for target in TARGETS if target.name in names) if names else DEFAULT


def of_platforms(names: tuple[str, ...]) -> tuple[Target, ...]:
    """The targets that deploy.yaml's *names* mean: of platforms, and what is chosen besides them, all that they need, images too; else those of these
    names."""
    if not set(names) <= {target.platform for target in TARGETS}:
        return chosen(names)
    return tuple(target for target in TARGETS if target.platform is None or target.platform in names)


def platforms_of(targets: Collection[Target]) -> tuple[Platform, ...]:
    """The platforms of which there is a file among those of *targets*; compose where there is none of any."""
    names = {target.platform for target in targets}
    return tuple(platform for platform in PLATFORMS if platform.name in names) or PLATFORMS[:1]


DEFAULT = of_platforms(("compose",))
"""What is generated where nobody chooses."""


def generates(path: str) -> bool:
    """Whether any target can give a file with the last name of *path*."""
    return any(target.gives(path) for target in TARGETS)


def lacking(targets: Collection[Target], at: Span) -> tuple[Diagnostic, ...]:
    """Those of *targets*, chosen *at* a place in deploy.yaml, whose files are of no use without those of others that are not chosen."""
    names = {target.name for target in targets}
    return tuple(
        NEEDS_TARGET.at(
            at,
            f"the files of {target.name} are of no use without those of {other}, which is not chosen",
            fix=f"add {other} to `targets`",
        )
        for target in dict.fromkeys(targets)
        for other in target.takes
        if other not in names
    )
