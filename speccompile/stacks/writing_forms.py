"""How programs of each language write, with the path as a literal: one form a line, by the suffixes of the sources it is looked for in.

A path is a literal, or several that are joined, from the working directory, from the source's own or from the project's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from speccompile.lexing import Lexed
from speccompile.record import record
from speccompile.regex import regex

_LITERAL = r"""(?:[rb]?["'`][^"'`\n$%{}\\*]{1,160}["'`])"""
HERE = (
    r"(?:__dirname|import\.meta\.dirname|(?:pathlib\.)?Path\(\s*__file__\s*\)(?:\.resolve\(\))?\.parent"
    r"|(?:os\.path\.abspath\(\s*)?os\.path\.dirname\(\s*(?:os\.path\.abspath\(\s*)?__file__\s*\)?\s*\)\s*\)?|\bbasedir\b|\bbase_dir\b)"
)
ROOT = r"(?:process\.cwd\(\)|(?:os\.getcwd|os\.path\.abspath|Path\.cwd)\(\)|(?:settings\.)?\b(?:BASE_DIR|BASEDIR|ROOT_DIR|PROJECT_ROOT|BASE_PATH)\b)"
_JOIN = r"(?:path\.(?:posix\.)?(?:join|resolve)|\bjoin|\bresolve|os\.path\.join|filepath\.Join|Paths\.get|Path\.of|Paths?\.join)"
_WRAP = r"(?:(?:pathlib\.)?\bPath|(?:new\s+)?\bFile|Path::new|PathBuf::from|\bstr)"
_JOINED = rf"{_JOIN}\(\s*(?:(?:{HERE}|{ROOT})\s*,\s*)?{_LITERAL}(?:\s*,\s*{_LITERAL}){{0,5}}\s*\)"
_PLAIN = rf"(?:{_WRAP}\(\s*)?(?:(?:{HERE}|{ROOT})\s*/\s*)?{_LITERAL}(?:\s*\))?(?:\s*/\s*{_LITERAL}){{0,5}}"
_ARGUMENT = regex(rf"(?P<path>{_JOINED}|{_PLAIN})")
# The head of a function that is handed over, in any of its forms.
_CALLED = r"(?::\s*(?:function\s*)?)?\([^()]{0,80}\)\s*(?:=>)?\s*\{?\s*(?:return\s+)?"
_IN_STRING = r"(?P<path>[^\"'`\n$%{};?\\]{1,160})"

DATABASE, UPLOADS, FILE, DIRECTORY = "the database", "uploads", "files", "files of its own"

PYTHON = (".py",)
SCRIPTS = (".js", ".cjs", ".mjs", ".jsx", ".ts", ".cts", ".mts", ".tsx")
GO, RUST, JAVA, PRISMA = (".go",), (".rs",), (".java", ".kt"), (".prisma",)


@record()
class Form:
    """A way to write: in which sources, what is kept there, what stands before the path and behind it, and whether that names a directory and
    no file. A head that has the path in its group ``path`` is all there is of the form."""

    suffixes: tuple[str, ...]
    what: str
    head: re.Pattern[str]
    tail: re.Pattern[str]
    directory: bool = False

    def found(self, code: Lexed) -> Iterator[Place]:
        """Where *code* writes so."""
        for match in code.finditer(self.head):
            if "path" in match.re.groupindex:
                yield Place(match.start(), match.end(), match["path"])
                continue
            argument = _ARGUMENT.match(code.code, match.end())
            rest = self.tail.match(code.code, argument.end()) if argument else None
            if argument and rest:
                yield Place(match.start(), rest.end(), argument["path"])


class Place(NamedTuple):
    """A place in the sources, and the path as it is written there."""

    start: int
    end: int
    said: str


def _form(suffixes: tuple[str, ...], what: str, head: str, tail: str = "", *, directory: bool = False) -> Form:
    return Form(suffixes, what, regex(head), regex(tail), directory)


FORMS: tuple[Form, ...] = (
    _form(PYTHON, DATABASE, r"\b(?:sqlite3|aiosqlite|duckdb)\.connect\(\s*(?:database\s*=\s*)?"),
    _form(PYTHON, DATABASE, r"\b(?:shelve|dbm)\.open\(\s*"),
    _form(PYTHON, DATABASE, r"\b(?:SqliteDatabase|SqliteExtDatabase|TinyDB)\(\s*"),
    _form(PYTHON, DATABASE, rf"[\"'](?:sqlite|duckdb)(?:\+\w+)?:///{_IN_STRING}[\"'?]"),
    _form(PYTHON, DATABASE, r"[\"']sqlite(?:\+\w+)?:///[\"']\s*\+\s*"),
    _form(PYTHON, UPLOADS, r"[\"']?\bUPLOAD_(?:FOLDER|DIR|PATH)\b[\"']?\]?\s*(?::\s*\w+\s*)?=\s*", directory=True),
    _form(PYTHON, UPLOADS, r"(?m:^)MEDIA_ROOT\s*=\s*", directory=True),
    _form(PYTHON, FILE, r"(?<![\w.])open\(\s*", r"\s*,\s*(?:mode\s*=\s*)?[\"'][rbt]*[wax+]"),
    _form(PYTHON, FILE, rf"\bPath\(\s*(?P<path>{_LITERAL})\s*\)\.(?:write_text|write_bytes|touch)\("),
    _form(PYTHON, FILE, r"\b\w{0,20}FileHandler\(\s*(?:filename\s*=\s*)?"),
    _form(PYTHON, DIRECTORY, r"\b(?:makedirs|mkdir)\(\s*", directory=True),
    _form(PYTHON, DIRECTORY, rf"\bPath\(\s*(?P<path>{_LITERAL})\s*\)\.mkdir\(", directory=True),
    _form(SCRIPTS, DATABASE, r"\brequire\(\s*[\"'](?:better-sqlite3|libsql)[\"']\s*\)\(\s*"),
    _form(SCRIPTS, DATABASE, r"\bnew\s+(?:Database|DatabaseSync|BetterSqlite3|sqlite3?\.Database(?:Sync)?)\(\s*"),
    _form(SCRIPTS, DATABASE, r"\b(?:filename|storage|database)\s*:\s*(?P<path>[\"'`][^\"'`\n$%{}\\*]{1,160}\.(?:db|db3|sqlite|sqlite3)[\"'`])"),
    _form(SCRIPTS, DATABASE, r"[\"'`]file:(?P<path>[^\"'`\n$%{}?\\]{1,160}\.(?:db|db3|sqlite|sqlite3))[\"'`?]"),
    _form(PRISMA, DATABASE, r"(?m:^)[ \t]*url\s*=\s*\"file:(?P<path>[^\"\n$?]{1,160})[\"?]"),
    _form(SCRIPTS, UPLOADS, r"\bmulter\(\s*\{[^{}]{0,200}?\bdest\s*:\s*", directory=True),
    _form(SCRIPTS, UPLOADS, rf"\bdestination\s*{_CALLED}\w+\(\s*null\s*,\s*", directory=True),
    _form(SCRIPTS, UPLOADS, r"\b(?:destination|uploadDir|uploadsDir)\s*:\s*", directory=True),
    _form(SCRIPTS, FILE, r"\b(?:writeFile|appendFile|createWriteStream|outputFile|outputJson|writeJson)(?:Sync)?\(\s*"),
    _form(SCRIPTS, FILE, r"\b(?:Bun\.write|Deno\.writeTextFile|Deno\.writeFile)(?:Sync)?\(\s*"),
    _form(SCRIPTS, DIRECTORY, r"\b(?:mkdir|mkdirp|ensureDir)(?:Sync)?\(\s*", directory=True),
    _form(GO, DATABASE, r"\bsql\.Open\(\s*\"(?:sqlite3?|duckdb|libsql)\"\s*,\s*"),
    _form(GO, DATABASE, r"\b(?:sqlite3?|bolt|bbolt)\.Open\(\s*"),
    _form(GO, DATABASE, r"\b(?:badger\.DefaultOptions|leveldb\.OpenFile|pebble\.Open)\(\s*", directory=True),
    _form(GO, FILE, r"\b(?:os\.(?:Create|WriteFile)|ioutil\.WriteFile)\(\s*|\bFilename:\s*"),
    _form(GO, FILE, r"\bos\.OpenFile\(\s*", r"\s*,[^)\n]{0,120}\bO_(?:WRONLY|RDWR|CREATE|APPEND)\b"),
    _form(GO, DIRECTORY, r"\bos\.Mkdir(?:All)?\(\s*", directory=True),
    _form(RUST, DATABASE, rf"\"sqlite:(?://)?{_IN_STRING}[\"?]"),
    _form(RUST, DATABASE, r"\bConnection::open\(\s*"),
    _form(RUST, DATABASE, r"\bSqliteConnectOptions::new\(\)\s*\.filename\(\s*"),
    _form(RUST, DATABASE, r"\bsled::open\(\s*", directory=True),
    _form(RUST, FILE, r"\b(?:File::create(?:_new)?|fs::write)\(\s*"),
    _form(RUST, DIRECTORY, r"\bcreate_dir(?:_all)?\(\s*", directory=True),
    _form(JAVA, DATABASE, rf"\"jdbc:(?:sqlite:|h2:file:|h2:(?=\./)|hsqldb:file:){_IN_STRING}[\";?]"),
    _form(JAVA, FILE, r"\bnew\s+(?:FileOutputStream|FileWriter|PrintWriter|RandomAccessFile)\(\s*"),
    _form(JAVA, FILE, r"\bFiles\.(?:write|writeString|newBufferedWriter|newOutputStream|createFile)\(\s*"),
    _form(JAVA, DIRECTORY, r"\bFiles\.createDirector(?:y|ies)\(\s*", directory=True),
)  # fmt: skip
"""In the order in which they are looked for: what is a database, then uploads, then files, then directories that are made."""
