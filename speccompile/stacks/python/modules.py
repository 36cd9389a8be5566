"""Where the modules of a Python project are, and by which names they import each other."""

from __future__ import annotations

import re
from collections.abc import Iterator

from speccompile.codes.stacks_py import UNREADABLE
from speccompile.diagnostics import Diagnostic
from speccompile.lexing import Lexed
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.code import source
from speccompile.stacks.sources import belongs

_NOT_PACKAGES = frozenset(("alembic", "migrations", "scripts", "static", "templates"))
_NOT_PROGRAMS = regex(r"(test_.*|.*_test|tests|conftest|setup|noxfile|fabfile|tasks|manage|gunicorn.*conf.*)\.py\Z")
_IMPORT = regex(r"^[ \t]*(?:from|import)\s+(\w+)", re.MULTILINE)
_IMPORTS_SRC = regex(r"^(from|import) src\b", re.MULTILINE)
_FROM = regex(r"^[ \t]*from[ \t]+(\.*)([\w.]*)[ \t]+import[ \t]*(?:\(([\w, \t\r\n]*)|[ \t]([\w, \t]*))", re.MULTILINE)
_PLAIN_IMPORT = regex(r"^[ \t]*import[ \t]+([\w.]+)", re.MULTILINE)
_MOST_IMPORTS = 24
_MOST_MODULES = 400


@record()
class Module:
    """A module of the project: its file, and the name it is imported by."""

    path: str
    name: str

    @property
    def root(self) -> str:
        """The directory that must be on the path for the name to be right ("" is the top)."""
        parts = self.path.removesuffix(".py").removesuffix("/__init__").split("/")
        return "/".join(parts[: len(parts) - len(self.name.split("."))])


def modules(tree: Tree, stems: tuple[str, ...]) -> Iterator[Module]:
    """The modules called one of *stems*: at the top, in the directories there, in ``src``, one level deeper."""
    for folder, package in _folders(tree):
        for stem in stems:
            path = f"{folder}/{stem}.py" if folder else f"{stem}.py"
            name = _name(package, stem)
            if name and tree.is_file(path):
                yield Module(path, name)


def others(tree: Tree, stems: tuple[str, ...]) -> Iterator[Module]:
    """All modules in the same directories that are not called one of *stems*, and are no tests or tools."""
    count = 0
    for folder, package in _folders(tree):
        for entry in tree.entries(folder):
            stem, name = entry.removesuffix(".py"), _name(package, entry.removesuffix(".py"))
            if entry.endswith(".py") and stem not in stems and name and not _NOT_PROGRAMS.match(entry):
                count += 1
                if count > _MOST_MODULES:
                    return
                yield Module(f"{folder}/{entry}" if folder else entry, name)


def file_of(tree: Tree, name: str, roots: tuple[str, ...] = ("", "src")) -> Module | None:
    """The module that is imported as *name* when one of *roots* is on the path."""
    inner = name.replace(".", "/")
    first = inner.partition("/")[0]
    for root in (one for one in roots if {f"{first}.py", f"{first}/"} & set(tree.entries(one))):
        for path in (f"{inner}.py", f"{inner}/__init__.py"):
            whole = f"{root}/{path}" if root else path
            if tree.is_file(whole):
                return Module(whole, name)
    return None


def with_imports(tree: Tree, module: Module) -> tuple[str, ...]:
    """The file of *module* and those of the project that it imports, the nearest first."""
    found = [module]
    for one in found:  # grows while it is read
        for name in _imported(one, source(tree, one.path)):
            other = file_of(tree, name, tuple(dict.fromkeys((module.root, "", "src"))))
            if other and other not in found and len(found) < _MOST_IMPORTS:
                found.append(other)
    return tuple(one.path for one in found)


def _imported(module: Module, code: Lexed) -> Iterator[str]:
    """The modules that *code* imports, by their whole names; what is imported from a package may be one of its
    modules."""
    package = module.name.split(".") if module.path.endswith("/__init__.py") else module.name.split(".")[:-1]
    for dots, said, several, plain in (match.groups() for match in code.finditer(_FROM)):
        base = package[: max(len(package) - len(dots) + 1, 0)] if dots else []
        name = ".".join(filter(None, (*base, said)))
        if name:
            yield name
            yield from (f"{name}.{thing}" for thing in re.findall(r"\w+", several or plain or "")[:20])
    yield from (match[1] for match in code.finditer(_PLAIN_IMPORT))


def _name(package: str, stem: str) -> str:
    if stem == "__init__":
        return package
    return ".".join(filter(None, (package, stem))) if stem.isidentifier() else ""


def _folders(tree: Tree) -> Iterator[tuple[str, str]]:
    """Directories with Python in them, and the packages that they are ("" for a directory on the path); the shallow
    ones first."""
    yield "", ""
    shallow = list(_shallow(tree))
    yield from shallow
    for folder, package in shallow:
        for name in _with_code(tree, folder):
            if name.isidentifier():
                yield f"{folder}/{name}", f"{package}.{name}" if package else name
    for folder in _directories(tree, ""):
        if folder != "src" and not _has_code(tree, folder):
            for name in _with_code(tree, folder):
                yield f"{folder}/{name}", name if name.isidentifier() else ""


def _shallow(tree: Tree) -> Iterator[tuple[str, str]]:
    for name in _with_code(tree, ""):
        if name != "src":
            yield name, "" if _is_on_path(tree, name) else name
    if tree.is_directory("src"):
        package = tree.is_file("src/__init__.py") or _imports_src(tree)
        yield "src", "src" if package else ""
        for name in _with_code(tree, "src"):
            if name.isidentifier():
                yield f"src/{name}", f"src.{name}" if package else name


def _directories(tree: Tree, folder: str) -> Iterator[str]:
    for entry in tree.entries(folder):
        name = entry.rstrip("/")
        if entry.endswith("/") and belongs(name) and name.lower() not in _NOT_PACKAGES:
            yield name


def _with_code(tree: Tree, folder: str) -> Iterator[str]:
    for name in _directories(tree, folder):
        if _has_code(tree, f"{folder}/{name}" if folder else name):
            yield name


def _has_code(tree: Tree, folder: str) -> bool:
    return any(entry.endswith(".py") for entry in tree.entries(folder))


def _is_on_path(tree: Tree, folder: str) -> bool:
    """Whether the modules in *folder* import each other without its name: then it is where the program is started,
    and no package."""
    if not folder.isidentifier():
        return True
    entries = tree.entries(folder)
    if "__init__.py" in entries:
        return False
    siblings = {entry.removesuffix(".py").rstrip("/") for entry in entries if entry.endswith((".py", "/"))}
    siblings -= {folder, *(entry.removesuffix(".py").rstrip("/") for entry in tree.entries(""))}
    codes = (source(tree, f"{folder}/{entry}") for entry in entries if entry.endswith(".py"))
    return any(match[1] in siblings for code in codes for match in code.finditer(_IMPORT))


def _imports_src(tree: Tree) -> bool:
    codes = (source(tree, f"src/{entry}") for entry in tree.entries("src") if entry.endswith(".py"))
    return any(code.search(_IMPORTS_SRC) for code in codes)


def unreadable(tree: Tree) -> Iterator[Diagnostic]:
    """The modules at the top of *tree* that are no text in the encoding that they declare: what is in them nobody can tell, and Python refuses them."""
    for name in tree.entries(""):
        if name.endswith(".py") and tree.is_file(name) and tree.read(name) is None and not tree.about("oversize", name):
            yield UNREADABLE.at(
                Span(name),
                f"{name} is not text in UTF-8, nor in an encoding that its first lines declare: Python refuses it",
                fix=f"save {name} as UTF-8, or declare its encoding in the first line: `# -*- coding: latin-1 -*-`",
            )
