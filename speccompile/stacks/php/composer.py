"""composer.json and composer.lock: what PHP is asked for, which packages and extensions, and whether they are locked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from speccompile.codes.stacks import LOCK_MISSING, LOCK_STALE, LOCK_UNREADABLE, MANIFEST
from speccompile.codes.stacks_scripts import LOCAL_PACKAGE
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.manifest import Table, items, json_fault, json_table, place, prose, table, texts, word, words
from speccompile.stacks.pins import Said
from speccompile.stacks.sources import nameable

PATH = "composer.json"
LOCK = "composer.lock"
_PACKAGE = regex(r"[a-z0-9]([_.-]?[a-z0-9]+)*/[a-z0-9](([_.]|-{1,2})?[a-z0-9]+)*\Z")
# Two numbers behind a tilde are a major version here, and a minor one for everybody else.
_TILDE = regex(r"~(\d+\.\d+)(?![.\d])")
_PIPE = regex(r"\s*\|\|?\s*")


@record(kw_only=True)
class Composer:
    """The manifest, and its lock.

    ``required`` are packages with what is accepted of them, ``locked`` those that the lock has for production. ``extensions`` of PHP are wanted by
    the project or by one of its packages. ``vendor`` is where packages are, ``vendored`` whether they are there already; ``scripts`` are the
    programs that it installs as commands. ``problems`` stand in the way.
    """

    text: str
    manifest: Table
    required: Mapping[str, str]
    locked: frozenset[str]
    has_lock: bool
    extensions: frozenset[str]
    vendor: str
    vendored: bool
    scripts: tuple[str, ...]
    problems: tuple[Diagnostic, ...]

    @property
    def packages(self) -> frozenset[str]:
        """The packages that the project itself asks for."""
        return frozenset(name for name in self.required if "/" in name)

    @property
    def installs(self) -> bool:
        """Whether Composer has to fetch packages."""
        return bool(self.packages) and not self.vendored

    @property
    def autoloads(self) -> bool:
        """Whether Composer has to write the autoloader, or the packages."""
        return not self.vendored and (bool(self.packages) or bool(table(self.manifest, "autoload")))

    @property
    def name(self) -> str | None:
        """The last part of its name."""
        return (word(self.manifest.get("name")) or "").rpartition("/")[2] or None

    @property
    def description(self) -> str | None:
        """What it says of itself."""
        return prose(self.manifest.get("description"))

    @property
    def licenses(self) -> str | None:
        """Its license, or several of which one may be chosen."""
        said = self.manifest.get("license")
        return word(said) or " OR ".join(words(said)) or None

    def versions(self) -> Iterator[Said]:
        """What it says about PHP: the platform that packages were chosen for, then what it accepts."""
        platform = word(table(self.manifest, "config", "platform").get("php"))
        if platform:
            line = ".".join(platform.split(".")[:2])
            yield Said(f"{line}.*", f"{PATH} config.platform.php", place(PATH, self.text, '"platform"', '"php"'))
        if asked := self.required.get("php"):
            plain = _PIPE.sub(" || ", _TILDE.sub(r"^\1", asked)).replace(",", " ")
            yield Said(plain, f"{PATH} require.php", place(PATH, self.text, '"require"', '"php"'))


def read(tree: Tree) -> Composer | None:
    """The manifest in *tree*; None where there is none."""
    text = tree.read(PATH)
    if text is None:
        return None
    manifest = json_table(text)
    lock_text = tree.read(LOCK)
    lock = json_table(lock_text) if lock_text is not None else None
    required = texts((manifest or {}).get("require"))
    packages = [entry for entry in items((lock or {}).get("packages")) if isinstance(entry, Mapping)]
    asked = [required, *(texts(entry.get("require")) for entry in packages)]
    vendor = word(table(manifest, "config").get("vendor-dir")) or "vendor"
    vendored = nameable(vendor) and tree.is_file(f"{vendor}/autoload.php")
    found = Composer(
        text=text,
        manifest=manifest or {},
        required=required,
        locked=frozenset(name for entry in packages if (name := word(entry.get("name")))),
        has_lock=lock is not None,
        extensions=frozenset(name[4:].lower() for one in asked for name in one if name.startswith("ext-")),
        vendor=vendor.rstrip("/") if nameable(vendor) else "vendor",
        vendored=vendored,
        scripts=tuple(path for path in words((manifest or {}).get("bin")) if tree.is_file(path) and nameable(path)),
        problems=(),
    )
    problems = (*_unreadable(manifest, text, lock, lock_text), *_unlocked(found), *_local(found, packages, lock_text))
    return replace(found, problems=problems)


def _unreadable(manifest: Table | None, text: str, lock: Table | None, lock_text: str | None) -> Iterator[Diagnostic]:
    if manifest is None:
        yield MANIFEST.at(json_fault(PATH, text), f"{PATH} is not a JSON object", fix="correct it: `composer validate`")
    if lock is None and lock_text is not None:
        message = f"{LOCK} is not a JSON object"
        yield LOCK_UNREADABLE.at(json_fault(LOCK, lock_text), message, fix="make it anew: `composer update --lock`")


def _unlocked(found: Composer) -> Iterator[Diagnostic]:
    if not found.installs:
        return
    if not found.has_lock:
        yield LOCK_MISSING.at(
            place(PATH, found.text, '"require"'),
            f"{PATH} asks for {len(found.packages)} packages, and there is no {LOCK}",
            fix=f"run `composer update` and commit {LOCK}",
        )
        return
    lost = sorted(name for name in found.packages - found.locked if _PACKAGE.match(name))
    if lost:
        shown = ", ".join(map(quoted, lost[:3])) + (" and others" if len(lost) > 3 else "")
        yield LOCK_STALE.at(
            place(PATH, found.text, '"require"', f'"{lost[0]}"'),
            f"{LOCK} does not know {shown}",
            fix=f"run `composer update {lost[0]}` and commit {LOCK}",
        )


def _local(found: Composer, packages: list[Mapping[str, object]], lock_text: str | None) -> Iterator[Diagnostic]:
    """Packages that are directories of the project: Composer wants them before anything else is there."""
    for entry in packages if found.installs else ():
        if word(table(entry, "dist").get("type")) == "path":
            name = word(entry.get("name")) or ""
            yield LOCAL_PACKAGE.at(
                place(LOCK, lock_text, f'"{name}"') if name else Span(LOCK),
                f"{quoted(name)} is a directory of the project, which is not there when packages are installed",
                fix=f"put its sources into the project's own `autoload`, or commit {found.vendor}/",
            )
