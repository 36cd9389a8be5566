"""Gemfile and Gemfile.lock: which Ruby and which gems are asked for, and whether they are locked for the image's platform."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from speccompile.codes.stacks import LOCK_MISSING, LOCK_STALE
from speccompile.codes.stacks_py import VARIABLE_NEEDED
from speccompile.codes.stacks_scripts import LOCAL_PACKAGE
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.code import source
from speccompile.stacks.facts import Withheld
from speccompile.stacks.pins import Said
from speccompile.stacks.sources import nameable
from speccompile.stacks.supported import Asked, Supported, narrowed, oldest
from speccompile.stacks.versions import RUBY

PATH = "Gemfile"
LOCK = "Gemfile.lock"
CACHE = "vendor/cache"
PIN = ".ruby-version"
_GEM = regex(r"""^([ \t]*)gem[ \t(]+["']([A-Za-z0-9._-]{1,100})["']([^\n]*)""", re.MULTILINE)
_GROUP = regex(r"^[ \t]*group[ \t(]+([^\n]*?)\)?[ \t]+do\b", re.MULTILINE)
_END = regex(r"^[ \t]*end\b", re.MULTILINE)
_NOT_DEPLOYED = regex(r":(?:development|test)\b|['\"](?:development|test)['\"]")
_DEPLOYED = regex(r":(?:default|production)\b")
_OPTION_GROUP = regex(r"\bgroups?[ \t]*(?::|=>)[ \t]*([^\n]*)")
_RUBY = regex(r"""^[ \t]*ruby[ \t(]+((?:["'][^"'\n]{1,40}["'][ \t]*,?[ \t]*)+)""", re.MULTILINE)
_SPEC = regex(r"^    ([A-Za-z0-9._-]{1,100}) \(([^()\s]{1,60})\)$", re.MULTILINE)
_SECTION = regex(r"^([A-Z][A-Z ]+)\n((?:[ \t]+[^\n]*\n?)*)", re.MULTILINE)
_NAMED = regex(r"^  ([A-Za-z0-9._-]{1,100})(?:!| |$)", re.MULTILINE)
_ADDRESS = regex(r"^[ \t]*(?:source|git|gem)\b[^\n]*#\{[ \t]*ENV\b[^\n]*", re.MULTILINE)
_VARIABLE = regex(r"""\bENV(?:\[|\.fetch\()[ \t]*["']([A-Z][A-Z0-9_]{0,60})["']""")
# Rails before 7.0 calls methods that Ruby 3.2 took away, before 7.1 gems that Ruby 3.4 no longer brings
# (https://www.fastruby.io/blog/ruby/rails/versions/compatibility-table.html).
_AGES = {"Rails": (("6.0", "2.6"), ("6.1", "3.0"), ("7.0", "3.1"), ("7.1", "3.3"))}
_LINUX = regex(r"^(?:ruby|(?:x86_64|aarch64|arm64)-linux(?:-gnu|-musl)?)$")


@record(kw_only=True)
class Bundle:
    """The Gemfile, and its lock.

    ``asked`` are the gems that run in production, ``locked`` all that the lock has, with their releases; ``precompiled`` those locked for Linux
    with what is compiled in them. ``held`` is what runs on older lines of Ruby alone.
    ``cached`` are gems that lie in vendor/cache. ``git`` is whether any is fetched by git. ``problems`` stand in
    the way.
    """

    asked: frozenset[str]
    locked: Mapping[str, str]
    precompiled: frozenset[str]
    has_lock: bool
    cached: tuple[str, ...]
    git: bool
    pins: tuple[Said, ...]
    ranges: tuple[Said, ...]
    held: Supported | None
    problems: tuple[Diagnostic, ...]
    withheld: tuple[Withheld, ...] = ()

    @property
    def gems(self) -> frozenset[str]:
        """The gems that there will be."""
        return self.asked | frozenset(self.locked)


def read(tree: Tree) -> Bundle | None:
    """The Gemfile in *tree*; None where there is none."""
    if not tree.is_file(PATH):
        return None
    lock = tree.read(LOCK)
    sections = {match[1]: match[2] for match in _SECTION.finditer((lock or "").replace("\r\n", "\n") + "\n")}
    specs = dict(_SPEC.findall("".join(text for name, text in sections.items() if name in ("GEM", "GIT", "PATH"))))
    asked = dict(_asked(tree))
    pins, ranges = _versions(tree)
    return Bundle(
        asked=frozenset(name for name, deployed in asked.items() if deployed),
        locked={name: release.split("-")[0] for name, release in sorted(specs.items())},
        precompiled=frozenset(name for name, release in specs.items() if "linux" in release),
        has_lock=lock is not None,
        cached=tuple(f"{CACHE}/{name}" for name in tree.entries(CACHE) if name.endswith(".gem") and nameable(name)),
        git="GIT" in sections,
        pins=pins,
        ranges=narrowed(RUBY, ranges, held := oldest(RUBY, _AGES, _aged(specs))),
        held=held,
        problems=tuple(_problems(asked, sections, lock)),
        withheld=tuple(_asks_for_variables(tree)),
    )


def _asks_for_variables(tree: Tree) -> Iterator[Withheld]:
    """The variables in the addresses that gems come from, without which none is fetched unless the build is told them."""
    code = source(tree, PATH)
    found = list(code.finditer(_ADDRESS))
    names = sorted({name for match in found for name in _VARIABLE.findall(match[0])})
    if names:
        span = Span(PATH, code.line(found[0].start()), 1)
        note = VARIABLE_NEEDED.at(
            span,
            f"{PATH} has {', '.join(names)} of the environment in an address, which a build does not have",
            fix=f"write `build: {{secrets: [{', '.join(names)}]}}` into specs/deploy.yaml; `speccompile build` hands them on from its environment",
        )
        yield Withheld(PATH, frozenset(names), note)


def _asked(tree: Tree) -> Iterator[tuple[str, bool]]:
    """The gems by name, and whether they are for production: not in groups for development and tests alone."""
    code = source(tree, PATH)
    groups = list(code.finditer(_GROUP))
    for match in code.finditer(_GEM):
        around = [one for one in groups if one.start() < match.start() and not _ended(code.code, one, match.start())]
        said = [one[1] for one in around]
        option = _OPTION_GROUP.search(match[3])
        said += [option[1]] if option else []
        yield match[2], not any(_NOT_DEPLOYED.search(one) and not _DEPLOYED.search(one) for one in said)


def _aged(locked: Mapping[str, str]) -> Iterator[Asked]:
    """Rails, at its locked release."""
    if release := locked.get("railties"):
        yield Asked("Rails", release, Span(LOCK))


def _ended(code: str, group: re.Match[str], at: int) -> bool:
    """Whether the block of *group* ends before *at*: blocks are not nested in these."""
    end = _END.search(code, group.end())
    return end is not None and end.start() < at


def _versions(tree: Tree) -> tuple[tuple[Said, ...], tuple[Said, ...]]:
    """What the Gemfile says of Ruby: a release, which Bundler insists on, or a range."""
    code = source(tree, PATH)
    match = code.search(_RUBY)
    if match is None:
        return (), ()
    words = re.findall(r"""["']([^"']+)["']""", match[1])
    said = Said(" ".join(words), f"{PATH} ruby", Span(PATH, code.line(match.start()), 1))
    return ((said,), ()) if re.fullmatch(r"\d[\d.]*", said.text) else ((), (said,))


def _problems(asked: Mapping[str, bool], sections: Mapping[str, str], lock: str | None) -> Iterator[Diagnostic]:
    if not asked:
        return
    if lock is None:
        message = f"{PATH} asks for {len(asked)} gems, and there is no {LOCK}"
        yield LOCK_MISSING.at(Span(PATH), message, fix=f"run `bundle lock` and commit {LOCK}")
        return
    known = set(_NAMED.findall(sections.get("DEPENDENCIES", "")))
    lost = sorted(set(asked) - known)
    if lost:
        shown = ", ".join(map(quoted, lost[:3])) + (" and others" if len(lost) > 3 else "")
        yield LOCK_STALE.at(Span(PATH), f"{LOCK} does not know {shown}", fix=f"run `bundle lock` and commit {LOCK}")
    platforms = [line.strip() for line in sections.get("PLATFORMS", "").splitlines() if line.strip()]
    if platforms and not any(_LINUX.match(one) for one in platforms):
        yield LOCK_STALE.at(
            Span(LOCK),
            f"{LOCK} is for {', '.join(platforms[:3])}, and images are of Linux: Bundler would refuse it",
            fix="run `bundle lock --add-platform x86_64-linux aarch64-linux` and commit it",
        )
    remotes = re.findall(r"^  remote: (\S+)$", sections.get("PATH", ""), re.MULTILINE)
    for path in remotes[:1]:
        yield LOCAL_PACKAGE.at(
            Span(LOCK),
            f"a gem is taken from {quoted(path)}, a directory of the project, which is not there when gems are installed",
            fix=f"`require` its sources from the program instead; or build it (`gem build`), put the .gem into {CACHE}/ and ask for it without `path`",
        )
