"""The services of a project: where they are, what they are called, what they are."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from speccompile.detect.detection import Detection, detect
from speccompile.lower.naming import slug
from speccompile.project.tree import Tree
from speccompile.realise.front_door import NAME as PROXY
from speccompile.record import record
from speccompile.regex import regex
from speccompile.spec.archetypes import CLI_TOOL, DATA_PIPELINE, LIBRARY, WEB_SERVICE
from speccompile.stacks import directories
from speccompile.stacks.archetype import guess
from speccompile.stacks.code import source
from speccompile.stacks.manifest import json_table, table, texts, word
from speccompile.survey import compiled, processes
from speccompile.survey.composefile import ComposeFile, ComposeService
from speccompile.survey.found import Found, PassedOver
from speccompile.survey.members import members

_CODE = (".py", ".js", ".mjs", ".cjs", ".ts", ".html", ".go", ".rs", ".java", ".rb", ".php", ".cs", ".ex")
_AS_GOOD_AS_MANIFESTS = frozenset(("manage.py", "setup.py"))
# Directories of which everybody knows what is in them: a service, even without a manifest.
_ROLES = frozenset((
    "admin", "api", "backend", "bot", "client", "dashboard", "frontend", "gateway", "portal", "server", "site", "ui", "web", "webapp", "worker", "www",
))  # fmt: skip
_WORK = frozenset(("bot", "worker"))
# Where the Dockerfiles of what lies elsewhere are kept.
_OF_IMAGES = frozenset(("container", "containers", "docker", "dockerfiles", "image", "images", "packaging"))
_ONCE = regex(r"migrat|seed|init|setup|prepare|once|job|cron|backup|import|export|load|bootstrap|batch|test|etl|report")
_ONLY = "app"
_BUILT_ELSEWHERE = "build it and push it yourself, and name it in specs/deploy.yaml as an accessory, with `image`"
_MOST = 40
_ABOVE = regex(r"""^[ \t]*require_relative[ \t(]+["']\.\./""", re.MULTILINE)
_RUN = ("install", "prepare", "build", "start")
_BETWEEN = regex(r"[\s\"'();&|]+")


@record()
class Findings:
    """The services, sorted by directory and name, and what was passed over. Without a service, ``root`` says why there is none."""

    services: tuple[Found, ...]
    passed_over: tuple[PassedOver, ...]
    root: Detection


def find(tree: Tree, compose: ComposeFile) -> Findings:
    """The services of the project in *tree*."""
    root = detect(tree)
    top = _root(tree, root, compose)
    seen = [_as_library(one, tree, top) for one in _below(tree, compose, root)]
    seen = [_as_library(one, tree, *seen) for one in seen]
    why_not = [_no_service(one, seen) or _part_of_above(tree, one) for one in seen]
    passed = [PassedOver(one.directory, why) for one, why in zip(seen, why_not, strict=True) if why]
    below = [one for one, why in zip(seen, why_not, strict=True) if not why]
    compiled_there = compiled.parts(top)
    passed = [one for one in passed if one.directory not in compiled_there]
    passed += [
        PassedOver(
            path,
            f"it is {'installed' if top and top.detection.facts.stack == 'python' else 'compiled'} at the root, with what else is there",
        )
        for path in sorted(compiled_there)
    ]
    beside = list(compiled.besides(top, below))
    below = [*beside, *(one for one in below if one.directory not in compiled_there)]
    if top and compiled_there and (top.detection.facts.runnable or not beside):
        below = [compiled.named(top, beside), *below]
    elif top and below and _is_service(top, below):
        script = {one.directory: name for one in below if (name := _built_by_root(tree, one.directory))}
        passed += [
            PassedOver(path, f"the script {name} of package.json takes care of it") for path, name in script.items()
        ]
        below = [top, *(one for one in below if one.directory not in script)]
    elif not below and top:
        below = [top]
    known = {*(one.directory for one in (*seen, *below)), *compiled_there}
    passed += _not_recognised(compose, known)
    passed += _only_dockerfile(tree, compose, known)
    several = [started for one in below for started in processes.started(tree, one, compose)]
    passed += _beyond(several)
    return Findings(tuple(_named(several[:_MOST])), tuple(sorted(passed, key=lambda one: one.directory)), root)


def _beyond(found: list[Found]) -> Iterator[PassedOver]:
    """Those that are one too many: a collection of programs is no project with one deployment."""
    for one in found[_MOST:]:
        name = f"{one.name}, which is a program there" if one.name else "a service"
        why = f"it is {name}, and no more than {_MOST} services are proposed: write those that you want into specs/deploy.yaml"
        yield PassedOver(one.directory, why)


def chosen(tree: Tree, compose: ComposeFile, paths: Iterable[str], stack: str | None) -> Findings:
    """The services in the directories *paths*, because somebody says that they are there, as *stack*."""
    found, last = [], detect(tree, stack)
    for path in sorted(set(paths)):
        last = detect(tree.below(path) if path else tree, stack, path)
        if last.taken is None:
            return Findings((), (), last)
        found.append(_seen(tree, path, last, compose, "you said so"))
    return Findings(tuple(_named(found)), (), last)


def _below(tree: Tree, compose: ComposeFile, root: Detection) -> Iterator[Found]:
    """What is recognised below the root; not within another service, unless somebody declares it. What has no manifest is the root's, if that
    has one."""
    declared, inside = members(tree), [" "]
    roles = frozenset[str]() if root.taken and _has_manifest(root) else _ROLES
    for path in directories.walk(tree):
        if compose.built_from(path):
            why = f"{compose.path} builds it"
        elif declared.have(path):
            why = "it is a member of the workspace"
        elif directories.is_beside(path) or path.startswith(tuple(inside)):
            continue
        else:
            why = ""
        detection = detect(tree.below(path), None, path)
        if not why and _is_the_roots(detection, root):
            continue
        if detection.taken and (why or _has_manifest(detection) or path in roles) and not _leads_up(tree, path):
            inside += [f"{path}/"] if detection.facts.runnable else []
            yield _seen(tree, path, detection, compose, why or "it has a manifest of its own")


def _leads_up(tree: Tree, path: str) -> bool:
    """Whether *path* is, or is below, a link to a directory above it: all that is there was seen there."""
    links = (one.partition("//") for one in tree.about("links", path))
    return any(f"{path}/".startswith(f"{posixpath.join(target, link)}/") for link, _, target in links)


def _is_the_roots(detection: Detection, root: Detection) -> bool:
    """Whether what was found is a program of Django whose dependencies are the root's: the root starts it where it is."""
    if root.taken is None or detection.taken is None or "django" not in root.facts.dependencies:
        return False
    return all(posixpath.basename(span.path) in _AS_GOOD_AS_MANIFESTS for span in detection.facts.evidence)


def _has_manifest(detection: Detection) -> bool:
    names = [posixpath.basename(span.path) for span in detection.facts.evidence]
    return any(not name.endswith(_CODE) or name in _AS_GOOD_AS_MANIFESTS for name in names)


def _seen(tree: Tree, path: str, detection: Detection, compose: ComposeFile, why: str) -> Found:
    entry = next(iter(compose.built_from(path)), None)
    view = tree.below(path) if path else tree
    archetype, reason = guess(view, detection.facts)
    last, role = posixpath.basename(path), None
    if archetype in (CLI_TOOL, LIBRARY) and entry:
        archetype = WEB_SERVICE if entry.published else DATA_PIPELINE
        reason = f"{compose.path} {'publishes its port' if entry.published else 'runs it'}"
    elif archetype == CLI_TOOL and path and tree.is_file(f"{path}/Dockerfile"):
        archetype, reason, role = DATA_PIPELINE, "the Dockerfile beside it says that it is run", "worker"
    elif archetype == CLI_TOOL and last in _ROLES:
        archetype, reason = DATA_PIPELINE if last in _WORK else WEB_SERVICE, f"it is called {last}"
    if archetype == DATA_PIPELINE and (detection.facts.lasting or (entry and _lasts(entry, compose))):
        role = "worker"
    return Found(
        name="",
        directory=path,
        detection=detection,
        archetype=archetype,
        role=role,
        reason=reason,
        why=why,
        compose=entry,
    )


def _lasts(entry: ComposeService, compose: ComposeFile) -> bool:
    """Whether what an existing compose file runs stays: nobody waits for its end, and it is not called after something that is done once."""
    return not entry.published and entry.name not in compose.awaited and not _ONCE.search(entry.name)


def _as_library(one: Found, tree: Tree, *others: Found | None) -> Found:
    """*one* as a library where another package depends on it, and it neither listens nor has a program or a start script."""
    manifest = json_table(tree.read(f"{one.directory}/package.json"))
    name = word(table(manifest).get("name"))
    wanted = any(
        name in other.detection.facts.dependencies for other in others if other and other.directory != one.directory
    )
    runs = table(manifest).get("bin") or "start" in table(manifest, "scripts")
    if one.archetype != CLI_TOOL or one.compose or not name or not wanted or runs:
        return one
    return replace(one, archetype=LIBRARY, reason=f"another package depends on {name}")


def _no_service(one: Found, among: list[Found]) -> str | None:
    """Why *one* is no service."""
    if one.archetype == LIBRARY:
        return "a library: nothing there is run"
    if one.compose:
        return None
    if other := next((each for each in among if _starts(one, each)), None):
        return f"what it starts is in {other.directory}, which is a service of its own"
    if one.archetype == CLI_TOOL and any(other.archetype not in (CLI_TOOL, LIBRARY) for other in among):
        return "it does not listen, and nothing says that it runs beside the others"
    known = posixpath.basename(one.directory) in _ROLES
    return None if one.detection.facts.runnable or known else "nothing to start was found there"


def _starts(one: Found, other: Found) -> bool:
    """Whether what *one* starts is *other*, a directory below it: a solution, or a workspace, of one program."""
    if not one.directory or not other.directory.startswith(f"{one.directory}/") or not other.detection.facts.runnable:
        return False
    facts = one.detection.facts
    started = (posixpath.join(one.directory, path) for path in (facts.entry, facts.source) if path)
    return any(path.startswith(f"{other.directory}/") for path in started)


def _part_of_above(tree: Tree, one: Found) -> str | None:
    """Why *one* is no service of its own, where what it starts loads the application above it: an image of its directory alone lacks that."""
    entry = one.detection.facts.entry
    if not one.directory or one.detection.facts.stack != "ruby" or not entry:
        return None
    leads = source(tree, posixpath.join(one.directory, entry)).search(_ABOVE)
    return f"its {entry} loads what is above it: it is another server of those sources" if leads else None


def _root(tree: Tree, detection: Detection, compose: ComposeFile) -> Found | None:
    return _seen(tree, "", detection, compose, "it is the project itself") if detection.taken else None


def _is_service(root: Found, below: Iterable[Found]) -> bool:
    """Whether the root is a service although there are services below it: not when what it starts is one of these."""
    if root.compose:
        return True
    started = tuple(path for path in (root.detection.facts.entry, root.detection.facts.source) if path)
    if any(path.startswith(f"{one.directory}/") for one in below for path in started):
        return False
    strong = _has_manifest(root.detection) or root.archetype == WEB_SERVICE
    return root.detection.facts.runnable and strong and root.archetype in (WEB_SERVICE, DATA_PIPELINE)


def _built_by_root(tree: Tree, directory: str) -> str | None:
    """The script of the root's package.json that goes into *directory* when the root is installed, built or started: what is made there is the
    root's business. A script that only developers call, or another platform, makes nothing here."""
    goes = re.compile(rf"(?:\bcd|--prefix|--cwd|--dir|-C)[ =]+[\"']?(?:\./)?{re.escape(directory)}(?![\w-])")
    scripts = texts(table(json_table(tree.read("package.json"))).get("scripts"))
    return next((name for name in _called(scripts) if goes.search(scripts[name])), None)


def _called(scripts: Mapping[str, str]) -> Iterator[str]:
    """The names of those *scripts* that a package manager runs by itself in an image, and of those that these run."""
    waiting = [f"{when}{name}" for name in _RUN for when in ("pre", "", "post")]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop(0)
        if name in scripts and name not in seen:
            seen.add(name)
            yield name
            words = [word.removeprefix("npm:") for word in _BETWEEN.split(scripts[name])]
            waiting += [f"{when}{word}" for word in words if word in scripts for when in ("pre", "", "post")]


def _not_recognised(compose: ComposeFile, known: set[str]) -> Iterator[PassedOver]:
    for directory in dict.fromkeys(entry.directory for entry in compose.services):
        if directory is not None and directory not in known:
            names = ", ".join(entry.name for entry in compose.built_from(directory))
            yield PassedOver(directory, f"{compose.path} builds it as {names}, and no stack is recognised there")


def _only_dockerfile(tree: Tree, compose: ComposeFile, known: set[str]) -> Iterator[PassedOver]:
    """Directories that somebody makes an image of, and no stack is recognised in or below; what a compose file builds is told with its name."""
    told = {entry.directory for entry in compose.services}
    for path in directories.walk(tree):
        if directories.is_beside(path) or posixpath.basename(path).lower() in _OF_IMAGES:
            continue
        inside = any(one == path or one.startswith(f"{path}/") or path.startswith(f"{one}/") for one in known if one)
        if path not in told and not inside and (name := _dockerfile(tree, path)):
            yield PassedOver(path, f"it has a {name}, and no stack is recognised there: {_BUILT_ELSEWHERE}")


def _dockerfile(tree: Tree, directory: str) -> str | None:
    return next((name for name in ("Dockerfile", "Containerfile") if tree.is_file(f"{directory}/{name}")), None)


def _named(found: list[Found]) -> Iterator[Found]:
    """*found* with names: those of the compose file, else the directories'; no two alike."""
    taken = {PROXY}
    for one in sorted(found, key=lambda one: (one.directory, one.command is not None, one.name)):
        parent, _, last = one.directory.rpartition("/")
        usual = (one.name, one.compose.name if one.compose else "", slug(last, "") if last else _ONLY)
        wanted = [name for name in usual if name] or [_ONLY]
        numbered = (f"{wanted[-1]}-{number}" for number in range(2, _MOST + len(found)))
        name = next(name for name in (*wanted, slug(f"{parent}-{last}", _ONLY), *numbered) if name not in taken)
        taken.add(name)
        yield replace(one, name=name)
