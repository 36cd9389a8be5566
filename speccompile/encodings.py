"""Bytes of a file as text: UTF-8, but for the sources of languages whose compilers take others: Python's and Ruby's declare theirs (PEP 263), those of
Java are told theirs by the build, C#, PHP and Perl take bytes as they come, and what runs JavaScript reads what is no UTF-8 as replacement characters.

Imported by the fast path of ``check``, so nothing costly may be imported here.
"""

from __future__ import annotations

from speccompile.regex import regex

_DECLARED = regex(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]{1,40})")
# Whose sources need no UTF-8. All that is looked for in them is ASCII, for which any of these encodings is as good as the right one.
_FREE = (".java", ".kt", ".groovy", ".scala", ".properties", ".cs", ".vb", ".php")
_REPLACED = (".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx", ".vue", ".svelte", ".astro")
_DECLARING = (".py", ".rb", ".ru", ".rake")
_LINE_ENDS = regex(r"-(?:unix|dos|mac)\Z")
_NOTHING_YET = regex(rb"[ \t\f]*(?:#.*)?\r?\Z")
# What texts are written in; Python's codecs have more, which are no encodings of text, or run code of their own.
_TEXTUAL = regex(
    r"(?:latin-?1|l1|iso-?8859-?\d{1,2}|(?:cp|windows-)\d{3,4}|koi8-[rtu]|mac-\w{1,12}|shift-jis|euc-(?:jp|kr)|gb2312|gbk|gb18030|big5)(?:-(?:unix|dos|mac))?\Z"
)


def decoded(path: str, content: bytes) -> str | None:
    """The text of *content*, the file at *path*; None when it is in no encoding that is known. A NUL is in no text: it is UTF-16 without a mark."""
    if b"\0" in content:
        return None
    encoding = _declared(content) if path.endswith(_DECLARING) else None
    try:
        return content.decode(encoding or "utf-8")
    except (UnicodeDecodeError, LookupError):
        if path.endswith(_REPLACED):
            return None if content.startswith((b"\xff\xfe", b"\xfe\xff")) else content.decode("utf-8", "replace")
        return content.decode("latin-1") if path.endswith(_FREE) else None


def _declared(content: bytes) -> str | None:
    """The encoding that the first or second line of a source of Python's declares, where that is one of text."""
    if b"coding" not in content[:2000]:
        return None
    first, _, rest = content[:2000].partition(b"\n")
    for line in (first, rest.partition(b"\n")[0]):
        if match := _DECLARED.match(line):
            name = match[1].decode("ascii", "replace").lower().replace("_", "-")
            return _LINE_ENDS.sub("", name) if _TEXTUAL.match(name) else None
        if not _NOTHING_YET.match(line):
            return None
    return None
