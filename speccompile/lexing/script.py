"""JavaScript and TypeScript (ECMA-262, lexical grammar), with JSX where a file may hold it."""

from __future__ import annotations

from functools import partial

from speccompile.lexing.grammar import Grammar, Quote
from speccompile.lexing.scanner import Scanner
from speccompile.regex import regex

TYPESCRIPT = Grammar(
    line=r"//[^\r\n]*|\A#![^\r\n]*",
    block=(r"/\*", r"\*/"),
    quotes=(
        Quote(opening='"', closing='"'),
        Quote(opening="'", closing="'"),
        Quote(opening="`", closing="`", kind="template", lines=True, holes=(("${", "}"),)),
    ),
    slashes=True,
)
JAVASCRIPT = Grammar(line=TYPESCRIPT.line, block=TYPESCRIPT.block, quotes=TYPESCRIPT.quotes, slashes=True, tags=True)

# <T,> and <T extends …> declare a type, also where tags may stand.
_GENERIC = regex(r"<[A-Za-z]\w{0,60}\s*(?:,|extends\b)")
_IN_TAG = regex(r"""["'{>]|/>""")
_IN_CHILDREN = regex(r"[<{]")
_EXPECTS = frozenset("(,=?:&|{}[;>")


class ScriptScanner(Scanner):
    """A scanner that knows elements: attributes are strings, text is text, and what stands in braces is code."""

    def __init__(self, text: str, grammar: Grammar) -> None:
        super().__init__(text, grammar)
        self._elements: list[int] = []  # for each expression that is an element, how many of its tags are open

    def _tag(self, start: int) -> None:
        expected = self.before in ("", "return", "default", "yield", "await") or self.before[-1:] in _EXPECTS
        self.before = "<"
        if expected and not _GENERIC.match(self.text, start):
            self._elements.append(0)
            self._markup(in_tag=True)

    def _markup(self, *, in_tag: bool) -> None:
        """Go through tags and text from here to an expression in braces, or to the end of the element."""
        while self._elements and self.at < len(self.text):
            in_tag = self._attributes() if in_tag else self._children()
            if self._suspended:
                self._suspended = False
                return
        self.before = "x"

    _suspended = False

    def _embed(self, *, in_tag: bool) -> None:
        self._suspended = True
        self.before = ""
        self._open.append(("}", 0, partial(self._markup, in_tag=in_tag)))

    def _attributes(self) -> bool:
        """Go to the next thing of meaning in a tag; whether what follows is a tag still."""
        found = _IN_TAG.search(self.text, self.at)
        self.at = found.end() if found else len(self.text)
        if found is None:
            return True
        start = found.start()
        match found[0]:
            case "{":
                self._embed(in_tag=True)
            case ">":
                self._elements[-1] += 1
                return False
            case "/>":
                self._leave(0)
                return False
            case quote:
                end = self.text.find(quote, self.at)
                self.at = end + 1 if end >= 0 else len(self.text)
                self._add("string", start, start + 1, self.at, self.text[start + 1 : end] if end >= 0 else None)
        return True

    def _children(self) -> bool:
        """Go to the next tag or expression; whether what follows is a tag."""
        found = _IN_CHILDREN.search(self.text, self.at)
        end = found.start() if found else len(self.text)
        if end > self.at:
            self._add("text", self.at, self.at, end, self.text[self.at : end])
        self.at = end + 1
        if found is None:
            self.at = len(self.text)
        elif found[0] == "{":
            self._embed(in_tag=False)
        elif self.text.startswith("/", self.at):
            closing = self.text.find(">", self.at)
            self.at = closing + 1 if closing >= 0 else len(self.text)
            self._leave(1)
        else:
            return True
        return False

    def _leave(self, closed: int) -> None:
        self._elements[-1] -= closed
        if self._elements[-1] <= 0:
            self._elements.pop()
