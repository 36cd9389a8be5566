"""The scanner: a text and a grammar give the comments and the strings.

It goes from one landmark to the next and never back, so that its time is in proportion to the length of the text. What
is not closed goes to the end of the line or, where it may go over lines, of the text. Nothing is called in itself:
what is open stands on a stack.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from functools import cached_property, partial

from speccompile.lexing.grammar import Grammar, Quote, contents, landmarks
from speccompile.lexing.lexed import Extent, Kind, Lexed, StringLiteral
from speccompile.regex import regex

_OPENING = {")": "(", "}": "{", "]": "["}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"', "`": "`", "/": "/", "$": "$", "0": "\0"}
_ESCAPED = regex(r"\\([\s\S])")
_REGEX = regex(r"\\[^\r\n]|[/\[\]\r\n]")
_WORD = regex(r"[\w$]")
_STATEMENT_ENDS = regex(r"[ \t]*(?:[\r\n#;]|\Z)")
# After a word a slash divides, unless the word is one of these.
_OPERATORS = frozenset((
    "return", "typeof", "case", "do", "else", "in", "of", "void", "delete", "throw", "new", "await", "yield", "default", "when", "if", "unless", "and",
    "or", "not", "while", "until", "then", "assert", "puts",
))  # fmt: skip
_VALUE = "x"  # what stands before a slash where a string or a bracket has ended


class Scanner:
    """A text in the state of being scanned."""

    def __init__(self, text: str, grammar: Grammar) -> None:
        self.text, self.grammar = text, grammar
        self.at = 0
        self.strings: list[StringLiteral] = []
        self.comments: list[Extent] = []
        # What stands before the scanner in code, as far as it tells a regular expression from a division.
        self.before = ""
        # Expressions inside strings that are open: what closes each, its open brackets, and what goes on behind it.
        self._open: list[tuple[str, int, Callable[[], None]]] = []
        self._awaited: list[tuple[str, int]] = []
        # Whether a statement begins here, and how many brackets are open.
        self._fresh, self._depth = True, 0
        self._landmarks: dict[tuple[str, bool], re.Pattern[str]] = {}
        self._contents: dict[tuple[int, str], re.Pattern[str]] = {}

    def lexed(self) -> Lexed:
        """The text with its comments and strings."""
        while self.at < len(self.text):
            self._step()
        return Lexed(self.text, self.strings, self.comments)

    def _step(self) -> None:
        found = self._stops().search(self.text, self.at)
        self._passed(self.text[self.at : found.start() if found else len(self.text)])
        if found is None:
            self.at = len(self.text)
            return
        start, self.at = found.start(), found.end()
        match found.lastgroup or "":
            case "line":
                self.comments.append(found.span())
            case "block":
                self._block(start)
            case "heredoc":
                self._heredoc(start)
            case "slash":
                self._slash(start)
            case "tag":
                self._tag(start)
            case "bracket":
                self._bracket(found[0])
            case "break":
                self._bodies()
            case "passed":
                self.before = _VALUE
            case quote:
                self._string(self.grammar.quotes[int(quote.removeprefix("quote"))], start)

    def _stops(self) -> re.Pattern[str]:
        """What the scanner stops at in code, as things stand."""
        state = self._open[-1][0] if self._open else "", bool(self._awaited)
        if state not in self._landmarks:
            brackets = state[0] and _OPENING[state[0]] + state[0]
            self._landmarks[state] = landmarks(self.grammar, brackets=brackets, breaks=state[1])
        return self._landmarks[state]

    def _passed(self, code: str) -> None:
        """Take note of *code*, in which there is neither a comment nor a string."""
        if self.grammar.documents:
            self._depth = max(0, self._depth + sum(map(code.count, "([{")) - sum(map(code.count, ")]}")))
            head, broken, tail = code.rpartition("\n")
            began = not head.endswith("\\") if broken else self._fresh
            self._fresh = began and not tail.strip()
        if self.grammar.slashes and (code := code.rstrip()):
            start = len(code) - 1
            while start and len(code) - start < 12 and _WORD.match(code, start) and _WORD.match(code, start - 1):
                start -= 1
            self.before = _VALUE if code.endswith(("++", "--")) else code[start:]

    def _block(self, start: int) -> None:
        """A block comment; at its end where nothing closes it."""
        closing = self.grammar.block[1]
        if not self.grammar.nested:
            end = re.compile(closing, re.MULTILINE).search(self.text, self.at)
            self.at = end.end() if end else len(self.text)
        else:
            depth, either = 1, re.compile(f"{self.grammar.block[0]}|({closing})")
            while depth:
                found = either.search(self.text, self.at)
                depth += (-1 if found[1] else 1) if found else -depth
                self.at = found.end() if found else len(self.text)
        self.comments.append((start, self.at))

    def _string(self, quote: Quote, start: int) -> None:
        closing = quote.ends(self.text[start : self.at])
        documents = quote.documents or (self.grammar.documents and self._fresh and not self._depth and not self._open)
        self._fresh = False
        self._body(quote, closing, start, documents=documents)

    def _body(
        self, quote: Quote, closing: str, start: int, nested: int = 0, *, resumed: bool = False, documents: bool = False
    ) -> None:
        """The contents of a string from here to an expression in it, or to its end."""
        inner = self.at
        if not (quote.escape or quote.holes or quote.nests) and quote.lines:
            end = self.text.find(closing, self.at)
            self._closed(
                quote,
                (start, inner),
                (end, end + len(closing)) if end >= 0 else None,
                resumed=resumed,
                documents=documents,
            )
            return
        key = id(quote), closing
        stops = self._contents.get(key) or self._contents.setdefault(key, contents(quote, closing))
        while found := stops.search(self.text, self.at):
            self.at = found.end()
            match found.lastgroup:
                case "hole":
                    self._add(quote.kind, start, inner, self.at, None)
                    closer = dict(quote.holes)[found[0]]
                    self.before = ""
                    self._open.append((closer, 0, partial(self._resumed, quote, closing, nested)))
                    return
                case "opener":
                    nested += 1
                case "closing" if nested:
                    nested -= 1
                case "closing" | "break":
                    self._closed(quote, (start, inner), found.span(), resumed=resumed, documents=documents)
                    return
        self._closed(quote, (start, inner), None, resumed=resumed, documents=documents)

    def _resumed(self, quote: Quote, closing: str, nested: int) -> None:
        """Go on with a string behind an expression in it."""
        self._body(quote, closing, self.at - 1, nested, resumed=True)

    def _closed(self, quote: Quote, opening: Extent, closing: Extent | None, *, resumed: bool, documents: bool) -> None:
        """Take note of a string, or the last piece of one, that *closing* ends; None where nothing does."""
        (start, inner), (before, end) = opening, closing or (len(self.text), len(self.text))
        self.at, self.before = end, _VALUE
        if documents and (quote.documents or _STATEMENT_ENDS.match(self.text, end)):
            self.comments.append((start, end))
        else:
            self._add(quote.kind, start, inner, end, None if resumed else _value(quote, self.text[inner:before]))

    def _add(self, kind: Kind, start: int, inner: int, end: int, value: str | None) -> None:
        self.strings.append(StringLiteral(kind, start, inner, end, value))

    def _bracket(self, bracket: str) -> None:
        """A bracket in an expression inside a string: the one that closes it ends the expression."""
        closing, depth, resume = self._open.pop()
        if bracket == closing and not depth:
            self.before = _VALUE
            resume()
            return
        self.before = bracket
        self._open.append((closing, depth + (-1 if bracket == closing else 1), resume))

    def _slash(self, start: int) -> None:
        """A regular expression where a value may begin; else a division."""
        last = self.before[-1:]
        divides = last in (")", "]", "<") or (bool(last and _WORD.match(last)) and self.before not in _OPERATORS)
        self.before = "/"
        if divides:
            return
        grouped, at = False, self.at
        while found := _REGEX.search(self.text, at):
            at = found.end()
            if found[0] in ("\r", "\n") or (found[0] == "/" and not grouped):
                break
            grouped = {"[": True, "]": False}.get(found[0], grouped)
        end = len(self.text) if found is None else at - (found[0] != "/")
        self._add("regex", start, start + 1, end, None)
        self.at, self.before = end, _VALUE

    def _tag(self, start: int) -> None:
        """An element in the middle of code: in the languages that have them."""
        raise NotImplementedError(f"no grammar with tags is scanned here: {start}")

    @cached_property
    def _terminators(self) -> dict[str, list[int]]:
        """Where each line begins, by its words: what ends a here-document is found without a search."""
        found: dict[str, list[int]] = {}
        at = 0
        for line in self.text.split("\n"):
            if len(line) < 200:
                found.setdefault(line.strip().rstrip(";,)"), []).append(at)
            at += len(line) + 1
        return found

    def _heredoc(self, start: int) -> None:
        """Await the body of a here-document behind the end of this line, if a line ends it."""
        opened = re.compile(self.grammar.heredoc).match(self.text, start)
        word = opened[opened.lastindex or 0] if opened else ""
        if opened and word in self._terminators and self._terminators[word][-1] > start:
            self.at = opened.end()
            self._awaited.append((word, start))
        self.before = _VALUE

    def _bodies(self) -> None:
        """The bodies of here-documents, at the beginning of the line behind those that opened them."""
        for word, _ in self._awaited:
            places = self._terminators[word]
            number = bisect_left(places, self.at)
            if number < len(places):
                end = self.text.find(word, places[number]) + len(word)
                self._add("heredoc", self.at, self.at, end, self.text[self.at : places[number]])
                self.at = end
        self._awaited.clear()


def _value(quote: Quote, written: str) -> str | None:
    """What a string stands for; None where an escape is not one that all languages have."""
    if quote.escape == "\\" and "\\" in written:
        known = all(found[1] in _ESCAPES for found in _ESCAPED.finditer(written))
        return _ESCAPED.sub(lambda found: _ESCAPES[found[1]], written) if known else None
    return written.replace(quote.escape * 2, quote.escape) if quote.escape not in ("", "\\") else written
