"""Python, Ruby, Elixir and shells: the languages with ``#`` for comments."""

from __future__ import annotations

from speccompile.lexing.grammar import Grammar, Quote, paired

_HASH = r"#[^\r\n]*"
_HOLE = (("#{", "}"),)
_BRACES = (("{", "}"),)
_DELIMITERS = r"[(\[{<|!/\"']"


def _python(letters: str, holes: tuple[tuple[str, str], ...] = ()) -> tuple[Quote, ...]:
    """The strings whose prefix is matched by *letters*."""
    return tuple(
        Quote(
            opening=letters + mark,
            closing=mark,
            kind="raw" if len(mark) == 3 else "string",
            lines=len(mark) == 3,
            holes=holes,
        )
        for mark in ('"""', "'''", '"', "'")
    )


# A scanner of our own, not the tokenize module: that one refuses broken files, and what it gives depends on Python's version
# (f-strings, since 3.12); the same sources must give the same artifacts. The tests hold the two against each other.
PYTHON = Grammar(
    line=_HASH,
    quotes=(
        *_python(r"\b(?i:[ft]|[ft]r|r[ft])", _BRACES),
        *_python(r"(?:\b(?i:[rbu]|br|rb))?"),
    ),
    documents=True,
)
RUBY = Grammar(
    line=_HASH,
    block=(r"^=begin\b|^__END__$", r"^=end\b[^\r\n]*"),
    passed=r"(?<![\w)\]}])\?[\"'#`/]|\$[\"'`/]",
    heredoc=r"<<(?:[~-][\"'`]?([A-Za-z_]\w{0,60})[\"'`]?|[\"'`]?([A-Z_]\w{0,60})[\"'`]?)",
    quotes=(
        Quote(opening='"', closing='"', lines=True, holes=_HOLE),
        Quote(opening="'", closing="'", lines=True),
        Quote(opening="`", closing="`", lines=True, holes=_HOLE),
        Quote(opening=rf"(?<![\w)\]}}])%[qwis]{_DELIMITERS}", closing=paired, lines=True, nests=True),
        Quote(opening=rf"(?<![\w)\]}}])%[QWIrx]?{_DELIMITERS}", closing=paired, lines=True, nests=True, holes=_HOLE),
    ),
    slashes=True,
)
_DOCUMENTATION = r"@(?:module|type)?doc[ \t]+(?:~[sS])?"
ELIXIR = Grammar(
    line=_HASH,
    passed=r"(?<!\w)\?\\?[\"'#]",
    quotes=(
        Quote(opening=f'{_DOCUMENTATION}"""', closing='"""', kind="raw", lines=True, documents=True),
        Quote(opening=f'{_DOCUMENTATION}"', closing='"', lines=True, documents=True),
        Quote(
            opening=r'~[A-Z]{1,20}"""|~[A-Z]{1,20}\'\'\'',
            closing=lambda opening: opening[-3:],
            kind="raw",
            escape="",
            lines=True,
        ),
        Quote(opening=r'~[a-z]"""|"""', closing='"""', kind="raw", lines=True, holes=_HOLE),
        Quote(opening=r"~[a-z]'''|'''", closing="'''", kind="raw", lines=True, holes=_HOLE),
        Quote(opening=rf"~[A-Z]{{1,20}}{_DELIMITERS}", closing=paired, kind="raw", escape="", lines=True),
        Quote(opening=rf"~[a-z]{_DELIMITERS}", closing=paired, lines=True, holes=_HOLE),
        Quote(opening='"', closing='"', lines=True, holes=_HOLE),
        Quote(opening="'", closing="'", lines=True, holes=_HOLE),
    ),
)
SHELL = Grammar(
    line=r"(?<![^\s;&|()`])#[^\r\n]*",
    passed=r"\\[^\r\n]|<<<",
    heredoc=r"<<-?[ \t]*\\?[\"']?([A-Za-z_]\w{0,60})[\"']?",
    quotes=(
        Quote(opening=r"\$'", closing="'", lines=True),
        Quote(opening="'", closing="'", kind="raw", escape="", lines=True),
        Quote(opening='"', closing='"', lines=True, holes=(("$(", ")"), ("${", "}"))),
    ),
)
