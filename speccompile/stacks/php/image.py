"""Images of PHP projects: packages by Composer in one stage, extensions and what a framework makes ahead in another; servers are PHP-FPM behind
nginx, which one script starts and ends together."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.codes.stacks import NO_START
from speccompile.codes.stacks_static import NOT_A_SERVER
from speccompile.diagnostics import Diagnostic
from speccompile.errors import Refused
from speccompile.plan.image import Base, Copy, ImageRecipe, Stage, Step, Word, Workdir
from speccompile.provenance import Wanted
from speccompile.record import record
from speccompile.stacks import assets, debian
from speccompile.stacks.php import extensions
from speccompile.stacks.php.composer import LOCK, PATH
from speccompile.stacks.php.extensions import Extension
from speccompile.stacks.php.facts import PhpFacts
from speccompile.stacks.request import Request
from speccompile.stacks.sources import Sources
from speccompile.stacks.steps import USER, Steps
from speccompile.stacks.written import HOME

_NGINX = "nginx-light=1.22.*"
_OWN = "/usr/local/etc/php/own"
_MADE = "/made"
_CACHE = "/root/.cache/composer"
_CODE = ("app", "src")
_PAPERS = (LOCK, "phpunit.xml", "phpunit.xml.dist", "phpstan.neon", "phpstan.neon.dist", "psalm.xml", "infection.json5")


@record()
class _Making:
    facts: PhpFacts
    request: Request
    steps: Steps

    @property
    def serves(self) -> bool:
        """Whether it is PHP-FPM behind nginx that runs."""
        return self.request.config is not None

    @property
    def prepared(self) -> bool:
        """Whether the framework makes anything ahead."""
        return bool(self.facts.framework and self.facts.framework.prepares and _is_there(self.facts))

    @property
    def built(self) -> bool:
        """Whether there is a stage that builds."""
        return self.prepared or bool(self.facts.extensions) or bool(self.request.build_packages)

    @property
    def own(self) -> Sources:
        """The sources, but for what only installations and tests read."""
        besides = self.facts.assets.files if self.facts.assets else ()
        return self.facts.sources.without((*_PAPERS, *besides))

    def base(self) -> Base:
        """The image with PHP: with its server where the sources have pages, for workers share it."""
        kind = "cli" if self.facts.root is None else "fpm"
        return self.steps.base(f"php:{self.facts.runtime.value}-{kind}-{extensions.DEBIAN}", self.facts.runtime)


def recipe(facts: PhpFacts, request: Request) -> ImageRecipe:
    """A server, a job, or a command line tool."""
    making = _Making(facts, request, Steps.for_(facts, request))
    argv = _command(making)
    stages = (*_vendor(making), *_assets(making), *_build(making), _final(making))
    framework = facts.framework
    return making.steps.image(
        request,
        stages,
        argv,
        stack="php",
        user=USER,
        needs_init=not making.serves,
        probe=request.probe("php"),
        language="php",
        writable=tuple(f"{HOME}/{path}" for path in (framework.scratch if framework else ())),
    )


def _is_there(facts: PhpFacts) -> bool:
    """Whether the framework's program is among the sources."""
    return facts.framework is not None and facts.sources.has(facts.framework.console)


def _command(making: _Making) -> tuple[str, ...]:
    facts, request = making.facts, making.request
    found: tuple[Diagnostic, ...] = facts.obstacles
    argv = request.command.value if request.command else ()
    if not argv and request.config:
        argv = ("bash", request.config[1])
    elif not argv and request.archetype == "web-service":
        found = (*found, *(facts.unstartable or (_no_pages(facts),)))
    elif not argv and facts.script:
        argv = ("php", facts.script)
    elif not argv:
        found = (*found, *(facts.unstartable or (_no_program(facts),)))
    if found:
        raise Refused(found)
    return argv


def _vendor(making: _Making) -> Iterator[Stage]:
    """The packages exactly as locked, by Composer's own image; whether PHP and its extensions suit them is known when they run."""
    facts, steps = making.facts, making.steps
    composer = facts.composer
    if composer is None or facts.tool is None:
        return
    locked = steps.because_of(*facts.evidence)
    cache = locked.cache(_CACHE, "composer")
    quiet = ("--no-interaction", "--no-scripts", "--no-plugins")
    install: tuple[Word, ...] = (
        *("composer", "install", "--no-dev", "--no-autoloader", "--no-progress", "--prefer-dist"),
        *("--ignore-platform-reqs", *quiet),
    )
    # Where nothing is asked for there may be no lock, and nothing to follow.
    installed = (locked.fetch(install, mounts=(cache,)),) if composer.has_lock else ()
    yield steps.stage(
        "vendor",
        steps.base(f"composer:{facts.tool.value}", facts.tool),
        (
            steps.workdir(),
            steps.env({"COMPOSER_ALLOW_SUPERUSER": "1", "COMPOSER_CACHE_DIR": _CACHE}),
            locked.files((PATH, *((LOCK,) if composer.has_lock else ()))),
            *installed,
            *steps.tree(making.own, already=(PATH,)),
            steps.run(("composer", "dump-autoload", "--no-dev", "--optimize", *quiet)),
        ),
    )


def _assets(making: _Making) -> Iterator[Stage]:
    if making.facts.assets:
        yield assets.stage(making.facts.assets, making.steps, making.facts.sources.without(_PAPERS))


def _build(making: _Making) -> Iterator[Stage]:
    """Extensions, compiled where the compilers stay; and what the framework makes ahead."""
    if not making.built:
        return
    facts, steps, request = making.facts, making.steps, making.request
    needed = tuple(sorted({name for one in facts.extensions for name in one.build}))
    yield steps.stage(
        "build",
        making.base(),
        (
            Workdir(path=_MADE, origin=steps.origin),
            *steps.packages(debian.merged(needed, request.build_packages)),
            *_compiled(making),
            *_prepared(making),
        ),
    )


def _compiled(making: _Making) -> Iterator[Step]:
    made = making.facts.extensions
    if not made:
        return
    names = tuple(one.name for one in made)
    own = tuple(one.name for one in made if not one.pecl)
    configured = tuple(("docker-php-ext-configure", one.name, *one.options) for one in made if one.options)
    yield making.steps.run(
        ("php", "-r", " ".join(map(_listed, names))),
        *configured,
        *((("docker-php-ext-install", "-j2", *own),) if own else ()),
        *(command for one in made if one.pecl for command in _from_pecl(one)),
        ("php", "-r", " ".join(map(_taken, names))),
    )


def _listed(name: str) -> str:
    """PHP that has an extension loaded from where it will be, unless the image has it already: none can be loaded twice."""
    kind, known = ("zend_extension", "Zend OPcache") if name == "opcache" else ("extension", name)
    return f'extension_loaded("{known}") || file_put_contents("{_MADE}/{name}.ini", "{kind}={_OWN}/{name}.so\\n");'


def _taken(name: str) -> str:
    """PHP that copies such an extension from where it is, which is PHP's to say."""
    return f'is_file("{_MADE}/{name}.ini") && copy(ini_get("extension_dir")."/{name}.so", "{_MADE}/{name}.so");'


def _from_pecl(one: Extension) -> tuple[tuple[str, ...], ...]:
    return ("pecl", "install", f"{one.name}-{one.pecl}"), ("docker-php-ext-enable", one.name)


def _prepared(making: _Making) -> Iterator[Step]:
    framework, steps = making.facts.framework, making.steps
    if framework is None or not making.prepared:
        return
    yield steps.workdir()
    yield from _installed(making)
    yield from steps.tree(making.own)
    yield steps.run(("mkdir", "-p", *framework.made, *framework.scratch), *framework.prepares)


def _installed(making: _Making) -> Iterator[Copy]:
    composer = making.facts.composer
    if composer and making.facts.tool:
        yield making.steps.made("vendor", composer.vendor)


def _final(making: _Making) -> Stage:
    facts, request, steps = making.facts, making.request, making.steps
    framework = facts.framework
    run = tuple(sorted({name for one in facts.extensions for name in one.run}))
    environment: dict[str, str | Wanted[str]] = {
        **({"PHP_INI_SCAN_DIR": f":{_OWN}"} if facts.extensions else {}),
        **dict(framework.environment if framework else ()),
        **request.port_as("PORT"),
    }
    pages = (assets.made(facts.assets, steps),) if facts.assets else ()
    content: tuple[Step, ...] = (
        *steps.head(environment, (_NGINX,) if making.serves else ()),
        *_extensions(making),
        *steps.packages(debian.merged(run, request.runtime_packages)),
        *_installed(making),
        *_server(making),
        *steps.health(request),
        *steps.edited_last((*steps.tree(making.own), *pages), _edited(making)),
        *(steps.made("build", path) for path in (framework.made if framework and making.prepared else ())),
        *_settings(making),
    )
    return steps.stage("final", making.base(), content)


def _edited(making: _Making) -> str | None:
    """Where the code is that is edited most: index.php hardly ever is, where there is more than that."""
    return next((f"{name}/" for name in _CODE if name in making.own.directories), making.facts.source)


def _extensions(making: _Making) -> Iterator[Copy]:
    if making.facts.extensions:
        yield Copy(sources=(f"{_MADE}/",), target=f"{_OWN}/", stage="build", origin=making.steps.origin)


def _settings(making: _Making) -> Iterator[Copy]:
    """A file beside the sources that the framework's preparation wrote."""
    framework = making.facts.framework
    for path in framework.written if framework and making.prepared else ():
        yield Copy(sources=(f"{HOME}/{path}",), target="./", stage="build", origin=making.steps.origin)


def _server(making: _Making) -> Iterator[Copy]:
    if making.request.config:
        source, target = making.request.config
        yield Copy(sources=(source,), target=target, generated=True, origin=making.request.origin)


def _no_pages(facts: PhpFacts) -> Diagnostic:
    return NOT_A_SERVER.at(
        facts.evidence[0],
        "a web-service serves pages, and there is no index.php at the top or in public/",
        fix="add public/index.php, or say what runs by `command` in specs/deploy.yaml",
    )


def _no_program(facts: PhpFacts) -> Diagnostic:
    return NO_START.at(
        facts.evidence[0],
        "there are pages, and no program that could be run without a server",
        fix="name a program in `bin` of composer.json, or set the service's `command` in specs/deploy.yaml",
    )
