"""Which language a file is written in, by its name."""

from __future__ import annotations

from functools import lru_cache

from speccompile.lexing import families, markup, script, scripting, settings
from speccompile.lexing.grammar import Grammar
from speccompile.lexing.lexed import Lexed
from speccompile.lexing.scanner import Scanner

KNOWN: dict[str, Grammar] = {
    **dict.fromkeys(("ts", "mts", "cts"), script.TYPESCRIPT),
    **dict.fromkeys(("js", "mjs", "cjs", "jsx", "tsx"), script.JAVASCRIPT),
    **dict.fromkeys(("c", "h", "cc", "cpp", "hpp", "proto", "scala", "swift"), families.C),
    "go": families.GO,
    "mod": families.GO,
    "work": families.GO,
    "java": families.JAVA,
    **dict.fromkeys(("kt", "kts"), families.KOTLIN),
    **dict.fromkeys(("groovy", "gradle"), families.GROOVY),
    "rs": families.RUST,
    "cs": families.CSHARP,
    "fs": families.FSHARP,
    "vb": families.BASIC,
    "php": families.PHP,
    **dict.fromkeys(("py", "pyi", "pyw"), scripting.PYTHON),
    **dict.fromkeys(("rb", "ru", "rake", "gemspec", "Gemfile", "Rakefile"), scripting.RUBY),
    **dict.fromkeys(("ex", "exs"), scripting.ELIXIR),
    **dict.fromkeys(("sh", "bash", "zsh", "ksh", "envrc"), scripting.SHELL),
    **dict.fromkeys(("yml", "yaml"), settings.YAML),
    **dict.fromkeys(("env", "example", "sample", "template", "dist", "default", "defaults"), settings.DOTENV),
    "conf": settings.NGINX,
    **dict.fromkeys(("ini", "cfg"), settings.INI),
    "properties": settings.PROPERTIES,
    "toml": settings.TOML,
    "prisma": settings.PRISMA,
    **dict.fromkeys(("xml", "csproj", "fsproj", "vbproj", "props", "targets", "slnx"), settings.XML),
}
_PAGES = frozenset(("html", "htm", "vue", "svelte", "astro"))


@lru_cache(maxsize=64)
def lex(path: str, text: str) -> Lexed:
    """The text of the file called *path*, with its comments and strings; a language that is not known has neither."""
    ending = path.rpartition("/")[2].rpartition(".")[2]
    if ending in _PAGES:
        return markup.lexed(text)
    grammar = KNOWN.get(ending)
    if grammar is None:
        return Lexed(text)
    return (script.ScriptScanner if grammar.tags else Scanner)(text, grammar).lexed()
