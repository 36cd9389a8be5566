"""What the sources of a Java or Kotlin program give away: the class that is started, the port, whether it listens."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from itertools import islice

from speccompile.lexing import Lexed
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.stacks.brackets import closings
from speccompile.stacks.code import source
from speccompile.stacks.facts import Chosen
from speccompile.stacks.health_names import TEXT

_ROOTS = ("src/main/java", "src/main/kotlin", "src", "app/src/main/java", "app/src/main/kotlin")
_USUAL = regex(r"(?:\w*(?:Application|Main|App|Server|Launcher|Bootstrap|Cli|Job|Runner))\.(?:java|kt)\Z")
_MAIN = regex(
    r"\bstatic\s+(?:final\s+)?void\s+main\s*\(|^[ \t]*(?:suspend\s+)?fun\s+main\s*\(|^[ \t]*void\s+main\s*\(",
    re.MULTILINE,
)
_TOP_LEVEL = regex(r"^(?:suspend\s+)?fun\s+main\s*\(", re.MULTILINE)
_QUARKUS = regex(r"@QuarkusMain\b")
_PACKAGE = regex(r"^[ \t]*package\s+([A-Za-z_][\w.]*)\s*;?\s*$", re.MULTILINE)
_CLASS = regex(r"[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*\Z")
_PORT = r"\"?(\d{2,5})\"?"
_DEFAULTS = (
    regex(r"getOrDefault\(\s*\"(?:SERVER_)?PORT\"\s*,\s*" + _PORT),
    regex(r"getenv\(\s*\"(?:SERVER_)?PORT\"\s*\)[^;\n]{0,80}?(?:\?:|\?\?|:|orElse\(|requireNonNullElse\()\s*" + _PORT),
    regex(r"getenv\(\s*\"(?:SERVER_)?PORT\"\s*\)\s*,\s*" + _PORT),
)
_FIXED = (
    regex(r"\.(?:start|listen|port)\(\s*" + _PORT),
    regex(r"InetSocketAddress\(\s*(?:\"[^\"\n]{0,60}\"\s*,\s*)?" + _PORT),
    regex(r"\bport\s*[=(]\s*" + _PORT, re.IGNORECASE),
)
_LISTENS = regex(
    r"HttpServer\.create\(|HttpsServer\.create\(|new ServerSocket\(|createHttpServer\(|embeddedServer\(|Javalin\.create|"
    r"ServerSocketChannel|SpringApplication\.run\(|DropwizardResourceConfig|extends Application<"
)
_HEALTH = regex(rf"[\"'](/{TEXT})/?[\"']")
_ASKED = regex(r"https?:")
_NOT_GET = regex(r"\b(?:post|put|patch|delete|POST|PUT|PATCH|DELETE)\(\s*\Z")
_NESTING = regex(r"\b(route|path|nest)\(\s*(?:\"([^\"\n$]*)\")?(?!\s*\+)")
_BLOCK = regex(r"\s{0,40}\{")
_MOST_FILES, _DEEPEST, _MOST_ROUTES = 300, 12, 60


@record(kw_only=True)
class Source:
    """A source file with a main method: where it is, and the name of the class that is made of it."""

    path: str
    class_name: str


def main(tree: Tree, directory: str) -> Source | None:
    """The class that is started in the module in *directory*: one with a usual name before others, the highest up."""
    return next(_mains(tree, files(tree, directory)), None)


def of_class(tree: Tree, directory: str, name: str) -> Source | None:
    """The class called *name*, when its source is where it should be; None when it is elsewhere, or this is no name."""
    if not _CLASS.match(name):
        return None
    paths = (
        posixpath.join(directory, root, name.removesuffix("Kt" if end == ".kt" else "").replace(".", "/") + end)
        for root in _ROOTS
        for end in (".java", ".kt")
    )
    return Source(path=next((path for path in paths if tree.is_file(path)), ""), class_name=name)


def port(tree: Tree, path: str) -> Chosen | None:
    """The port that the source at *path*, or one beside it, listens on."""
    texts = [(each, tuple(source(tree, each).lines())) for each in with_neighbours(tree, path)]
    for patterns, what in ((_DEFAULTS, "default of PORT"), (_FIXED, "number in the source")):
        for each, lines in texts:
            for line in lines:
                found = next((match for pattern in patterns if (match := line.search(pattern))), None)
                if found and 0 < int(found[1]) < 65536:
                    span = Span(each, line.number, found.start(1) + 1)
                    return Chosen("port", str(int(found[1])), f"{each}:{line.number} ({what})", span)
    return None


def health(tree: Tree, path: str) -> Chosen | None:
    """A health route in the source at *path*, or in one beside it, with the paths of the blocks that it is in."""
    for each in with_neighbours(tree, path):
        code = source(tree, each)
        for match in islice(code.finditer(_HEALTH), _MOST_ROUTES):
            line = code.line(match.start())
            begins = code.code.rfind("\n", 0, match.start()) + 1
            if _ASKED.search(code.code, begins, code.code.find("\n", match.end())):
                continue
            above = _NOT_GET.search(code.code, begins, match.start()) is None and _around(code, match.start())
            if isinstance(above, str):
                span = Span(each, line, match.start() - begins + 1)
                return Chosen("health", above + match[1], f"{each}:{line}", span)
    return None


def _around(code: Lexed, at: int) -> str | None:
    """What the blocks around *at* put before a path there (Ktor's ``route``, Javalin's ``path``); None where that cannot be told."""
    found = ""
    for match in code.finditer(_NESTING):
        if match.start() < at < _ends(code, match.end(1)):
            if match[2] is None:
                return None
            found += f"/{match[2].strip('/')}" if match[2].strip("/") else ""
    return found


def _ends(code: Lexed, opened: int) -> int:
    """Where the call ends whose parenthesis is *opened* there, with the blocks behind it."""
    closed = closings(code.bare)
    end = closed.get(opened, len(code.bare))
    while block := _BLOCK.match(code.bare, end + 1):
        end = closed.get(block.end() - 1, len(code.bare))
    return end


def listens(tree: Tree, path: str) -> bool:
    """Whether the source at *path*, or one beside it, opens a server's socket."""
    return any(source(tree, each).search(_LISTENS) for each in with_neighbours(tree, path))


def _mains(tree: Tree, paths: list[str]) -> Iterator[Source]:
    for path in sorted(paths, key=lambda each: (not _USUAL.search(each), each.count("/"), each)):
        text = source(tree, path)
        if text.search(_MAIN) or text.search(_QUARKUS):
            package = text.search(_PACKAGE)
            stem = posixpath.basename(path).partition(".")[0] + ("Kt" if _top_level(path, text) else "")
            name = f"{package[1]}.{stem}" if package else stem
            if _CLASS.match(name):
                yield Source(path=path, class_name=name)


def _top_level(path: str, text: Lexed) -> bool:
    """Whether the main function stands in no class, as in Kotlin."""
    return path.endswith(".kt") and text.search(_TOP_LEVEL) is not None


def files(tree: Tree, directory: str) -> list[str]:
    """The source files of a module, at most so many."""
    found: list[str] = []
    folders = [posixpath.join(directory, root) for root in _ROOTS[:2]]
    if not any(tree.is_directory(folder) for folder in folders):
        folders = [posixpath.join(directory, "src")]
    depth = len(directory.split("/")) + 3 + _DEEPEST
    while folders and len(found) < _MOST_FILES:
        folder = folders.pop(0)
        for entry in tree.entries(folder):
            path = f"{folder}/{entry.rstrip('/')}"
            if entry.endswith("/") and path.count("/") < depth and entry != "test/":
                folders.append(path)
            elif entry.endswith((".java", ".kt")):
                found.append(path)
    return found[:_MOST_FILES]


def with_neighbours(tree: Tree, path: str) -> tuple[str, ...]:
    """The source at *path* and those beside it, at most so many."""
    folder = posixpath.dirname(path)
    beside = (f"{folder}/{entry}" for entry in tree.entries(folder) if entry.endswith((".java", ".kt")))
    return tuple(dict.fromkeys((path, *sorted(beside))))[:12] if path else ()
