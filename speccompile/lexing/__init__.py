"""Source text of each language, with comments and strings told apart: nobody searches raw source text.

``lex`` never raises, whatever the text; it takes time in proportion to its length.
"""

from speccompile.lexing.languages import lex
from speccompile.lexing.lexed import Kind, Lexed, Line, StringLiteral

__all__ = ["Kind", "Lexed", "Line", "StringLiteral", "lex"]
