"""How programs of each language write, with the path as a literal: one form a line, by the suffixes of the sources it is looked for in.

A path is a literal, or several that are joined, from the working directory, from the source's own or from the project's.
"""

from __future__ import annotations

import re

from speccompile.record import record

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
ARGUMENT = rf"(?P<path>{_JOINED}|{_PLAIN})"
# The head of a function that is handed over, in any of its forms.
_CALLED = r"(?::\s*(?:function\s*)?)?\([^()]{0,80}\)\s*(?:=>)?\s*\{?\s*(?:return\s+)?"
_IN_STRING = r"(?P<path>[^\"'`\n$%{};?\\]{1,160})"

DATABASE, UPLOADS, FILE, DIRECTORY = "the database", "uploads", "files", "files of its own"

PYTHON = (".py",)
SCRIPTS = (".js", ".cjs", ".mjs", ".jsx", ".ts", ".cts", ".mts", ".tsx")
GO, RUST, JAVA, PRISMA = (".go",), (".rs",), (".java", ".kt"), (".prisma",)


@record()
class Form:
    """A way to write: in which sources, what is kept there, the pattern with the path in its group ``path``, and whether that names a
    directory and no file."""

    suffixes: tuple[str, ...]
    what: str
    pattern: re.Pattern[str]
    directory: bool = False


def _form(suffixes: tuple[str, ...], what: str, pattern: str, *, directory: bool = False) -> Form:
    return Form(suffixes, what, re.compile(pattern), directory)


FORMS: tuple[Form, ...] = (
    _form(PYTHON, DATABASE, rf"\b(?:sqlite3|aiosqlite|duckdb)\.connect\(\s*(?:database\s*=\s*)?{ARGUMENT}"),
    _form(PYTHON, DATABASE, rf"\b(?:shelve|dbm)\.open\(\s*{ARGUMENT}"),
    _form(PYTHON, DATABASE, rf"\b(?:SqliteDatabase|SqliteExtDatabase|TinyDB)\(\s*{ARGUMENT}"),
    _form(PYTHON, DATABASE, rf"[\"'](?:sqlite|duckdb)(?:\+\w+)?:///{_IN_STRING}[\"'?]"),
    _form(PYTHON, DATABASE, rf"[\"']sqlite(?:\+\w+)?:///[\"']\s*\+\s*{ARGUMENT}"),
    _form(PYTHON, UPLOADS, rf"[\"']?\bUPLOAD_(?:FOLDER|DIR|PATH)\b[\"']?\]?\s*(?::\s*\w+\s*)?=\s*{ARGUMENT}", directory=True),
    _form(PYTHON, UPLOADS, rf"(?m:^)MEDIA_ROOT\s*=\s*{ARGUMENT}", directory=True),
    _form(PYTHON, FILE, rf"(?<![\w.])open\(\s*{ARGUMENT}\s*,\s*(?:mode\s*=\s*)?[\"'][rbt]*[wax+]"),
    _form(PYTHON, FILE, rf"\bPath\(\s*(?P<path>{_LITERAL})\s*\)\.(?:write_text|write_bytes|touch)\("),
    _form(PYTHON, FILE, rf"\b\w{{0,20}}FileHandler\(\s*(?:filename\s*=\s*)?{ARGUMENT}"),
    _form(PYTHON, DIRECTORY, rf"\b(?:makedirs|mkdir)\(\s*{ARGUMENT}", directory=True),
    _form(PYTHON, DIRECTORY, rf"\bPath\(\s*(?P<path>{_LITERAL})\s*\)\.mkdir\(", directory=True),
    _form(SCRIPTS, DATABASE, rf"\bnew\s+(?:Database|DatabaseSync|BetterSqlite3|sqlite3?\.Database(?:Sync)?)\(\s*{ARGUMENT}"),
    _form(SCRIPTS, DATABASE, r"\b(?:filename|storage|database)\s*:\s*(?P<path>[\"'`][^\"'`\n$%{}\\*]{1,160}\.(?:db|db3|sqlite|sqlite3)[\"'`])"),
    _form(SCRIPTS, DATABASE, r"[\"'`]file:(?P<path>[^\"'`\n$%{}?\\]{1,160}\.(?:db|db3|sqlite|sqlite3))[\"'`?]"),
    _form(PRISMA, DATABASE, r"(?m:^)[ \t]*url\s*=\s*\"file:(?P<path>[^\"\n$?]{1,160})[\"?]"),
    _form(SCRIPTS, UPLOADS, rf"\bmulter\(\s*\{{[^{{}}]{{0,200}}?\bdest\s*:\s*{ARGUMENT}", directory=True),
    _form(SCRIPTS, UPLOADS, rf"\bdestination\s*{_CALLED}\w+\(\s*null\s*,\s*{ARGUMENT}", directory=True),
    _form(SCRIPTS, UPLOADS, rf"\b(?:destination|uploadDir|uploadsDir)\s*:\s*{ARGUMENT}", directory=True),
    _form(SCRIPTS, FILE, rf"\b(?:writeFile|appendFile|createWriteStream|outputFile|outputJson|writeJson)(?:Sync)?\(\s*{ARGUMENT}"),
    _form(SCRIPTS, FILE, rf"\b(?:Bun\.write|Deno\.writeTextFile|Deno\.writeFile)(?:Sync)?\(\s*{ARGUMENT}"),
    _form(SCRIPTS, DIRECTORY, rf"\b(?:mkdir|mkdirp|ensureDir)(?:Sync)?\(\s*{ARGUMENT}", directory=True),
    _form(GO, DATABASE, rf"\bsql\.Open\(\s*\"(?:sqlite3?|duckdb|libsql)\"\s*,\s*{ARGUMENT}"),
    _form(GO, DATABASE, rf"\b(?:sqlite3?|bolt|bbolt)\.Open\(\s*{ARGUMENT}"),
    _form(GO, DATABASE, rf"\b(?:badger\.DefaultOptions|leveldb\.OpenFile|pebble\.Open)\(\s*{ARGUMENT}", directory=True),
    _form(GO, FILE, rf"\b(?:os\.(?:Create|WriteFile)|ioutil\.WriteFile)\(\s*{ARGUMENT}|\bFilename:\s*{ARGUMENT.replace('<path>', '<named>')}"),
    _form(GO, FILE, rf"\bos\.OpenFile\(\s*{ARGUMENT}\s*,[^)\n]{{0,120}}\bO_(?:WRONLY|RDWR|CREATE|APPEND)\b"),
    _form(GO, DIRECTORY, rf"\bos\.Mkdir(?:All)?\(\s*{ARGUMENT}", directory=True),
    _form(RUST, DATABASE, rf"\"sqlite:(?://)?{_IN_STRING}[\"?]"),
    _form(RUST, DATABASE, rf"\bConnection::open\(\s*{ARGUMENT}"),
    _form(RUST, DATABASE, rf"\bSqliteConnectOptions::new\(\)\s*\.filename\(\s*{ARGUMENT}"),
    _form(RUST, DATABASE, rf"\bsled::open\(\s*{ARGUMENT}", directory=True),
    _form(RUST, FILE, rf"\b(?:File::create(?:_new)?|fs::write)\(\s*{ARGUMENT}"),
    _form(RUST, DIRECTORY, rf"\bcreate_dir(?:_all)?\(\s*{ARGUMENT}", directory=True),
    _form(JAVA, DATABASE, rf"\"jdbc:(?:sqlite:|h2:file:|h2:(?=\./)|hsqldb:file:){_IN_STRING}[\";?]"),
    _form(JAVA, FILE, rf"\bnew\s+(?:FileOutputStream|FileWriter|PrintWriter|RandomAccessFile)\(\s*{ARGUMENT}"),
    _form(JAVA, FILE, rf"\bFiles\.(?:write|writeString|newBufferedWriter|newOutputStream|createFile)\(\s*{ARGUMENT}"),
    _form(JAVA, DIRECTORY, rf"\bFiles\.createDirector(?:y|ies)\(\s*{ARGUMENT}", directory=True),
)  # fmt: skip
"""In the order in which they are looked for: what is a database, then uploads, then files, then directories that are made."""
