"""Comments and strings of every language are told apart; no text is refused, none takes long."""

from __future__ import annotations

import io
import re
import tokenize
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import speccompile
from speccompile.lexing import lex
from speccompile.lexing.languages import KNOWN
from speccompile.lexing.scanner import Scanner

SECRET = re.compile("9191")

# A text in each language, with what is code in it as CODE, and all that is not as 9191.
TEXTS = {
    "a.go": "x := 'a' // 9191\n/* 9191 */ CODE(\"x\", `\n 9191 \"`, '\"') // \" 9191\nCODE",
    "a.java": 'char c = \'"\'; /* 9191\n * " */ CODE("a // \\" 9191", """\n 9191 " \\""" """); CODE',
    "a.kt": '/* a /* b */ 9191 */ CODE("${CODE("9191")} 9191", """ " 9191 ${CODE} """) // 9191\nCODE',
    "a.gradle": "CODE 'it''s 9191' /* 9191 */\nx = ~/[\"/] 9191/\ny = '''\n 9191 ' '''; z = $/ 9191 \" /$; CODE",
    "a.rs": "fn f<'a>(x: &'a str) -> char { /* /* 9191 */ 9191 */ CODE(r##\"9191 \"# \"##, b'\"', '\\'', \"\n9191\") } // 9191\nCODE",
    "a.js": "CODE / 2; x = /[/\"']9191/; `9191 ${CODE + `9191 ${CODE}` + {a: '9191'}} 9191`; // 9191\nreturn /'9191/.test(CODE)",
    "a.ts": "const a = <T>(x: T) => x; CODE(/* 9191 */ '9191\\'', \"\\\n9191\"); a++ / CODE / 1",
    "a.tsx": "const f = <T,>(a: T) => CODE;\nreturn <div a='9191' b={CODE}>don't 9191 // 9191 {CODE /* 9191 */}<b/>\n9191</div>; CODE",
    "a.cs": 'CODE(@"9191 \\", $"9191 {CODE} {{9191}}", $@"9191 "" {CODE}", """\n 9191 " """, \'"\'); // 9191\nCODE',
    "a.fs": 'CODE (* a (* b *) 9191 *) @"9191 \\" "9191 \\"" \'"\' """\n 9191 " """ // 9191\nCODE',
    "a.vb": "CODE(\"9191 \"\" 'a\") ' 9191 \"\nCODE",
    "a.php": "9191 <p>it's</p> <?php CODE; # 9191\n#[CODE]\n$x = <<<'END'\n 9191 \"\n END;\nCODE; // 9191 ?> 9191 <?= CODE /* 9191 */ ?> 9191",
    "a.py": '"""9191\n"""\nCODE = r"9191\\"" + f"9191 {CODE["9191"]!r:>{CODE}} {{9191" # 9191\ndef f():\n    \'\'\'9191\'\'\'\n    CODE(\n"9191")',
    "a.rb": "CODE %q(9191 (9191) ) # 9191\n=begin\n9191\n=end\nx = <<~A + CODE + <<-'B'\n 9191 #{CODE}\nA\n 9191\n B\nCODE if a =~ /\"9191/\n__END__\n9191",
    "a.ex": '@moduledoc """\n9191 "\n"""\nCODE(~r/"9191/, ~S(9191), "9191 #{CODE}", ?") # 9191\n@doc "9191"\nCODE \'\'\'\n9191\n\'\'\'',
    "a.sh": "CODE '9191' \"9191 $(CODE \"9191\") ${CODE}\" \\\" $# # 9191\ncat <<EOF | CODE\n9191 '\nEOF\nCODE \"\"#CODE",
    "a.yaml": "a: CODE # 9191\nb: \"9191 # 9191\"\nc: CODE#CODE\nd: it's CODE",
    "a.toml": "a = CODE # 9191\nb = '''\n 9191 # ' '''\nc = \"9191 # \\\"\" # 9191\nd = CODE",
    "a.properties": "# 9191\n ! 9191\na=CODE # CODE",
    "a.vue": "<!-- 9191 --><p>CODE</p><script>CODE // 9191\n</script><b>// CODE</b>",
    "a.astro": "---\nCODE // 9191\n---\n<p>// CODE</p>",
    "a.prisma": 'a = "9191" // 9191\nCODE',
}  # fmt: skip


@pytest.mark.parametrize("path", TEXTS)
def test_what_is_code_and_what_is_not(path: str) -> None:
    text = TEXTS[path]
    if path == "a.rb":  # an expression in a here-document is not looked for
        text = text.replace("#{CODE}", "")
    found = lex(path, text)
    assert found.search(SECRET) is None
    assert found.bare.count("CODE") == text.count("CODE")
    assert len(found.text) == len(found.code) == len(found.bare)


def test_every_language_has_a_text() -> None:
    """But for those with nothing that another one does not have."""
    tried = [KNOWN[ending] for path in TEXTS if (ending := path.partition(".")[2]) in KNOWN]
    alike = [KNOWN[ending] for ending in ("c", "env", "conf", "ini", "xml")]
    assert all(grammar in (*tried, *alike) for grammar in KNOWN.values())


def test_the_value_of_a_plain_literal() -> None:
    found = lex("a.js", "f('a\\'b', `c`, `d${e}f`, \"\\x41\")")
    assert [(one.kind, one.value) for one in found.strings] == [
        ("string", "a'b"), ("template", "c"), ("template", None), ("template", None), ("string", None),
    ]  # fmt: skip


def test_a_brace_behind_a_backslash_opens_an_expression_all_the_same() -> None:
    found = lex("a.py", 'x = (rf"\\{{?a", f"\\{b}", f"\\N{DIGIT ONE}{c}", "d")')
    assert [one.value for one in found.strings] == [None] * 5 + ["d"]
    assert [piece in found.bare for piece in ("b}", "c}", "DIGIT")] == [True, True, False]


def test_documentation_is_no_string() -> None:
    found = lex(
        "a.py", '"""One."""\nx = 1\nclass A:\n    """Two."""\n    y = """Three"""\nf(\n"Four")\nz = \\\n"Five"\n'
    )
    assert [one.value for one in found.strings] == ["Three", "Four", "Five"]
    assert len(found.comments) == 2


@pytest.mark.parametrize("path", sorted(Path(speccompile.__file__).parent.rglob("*.py")), ids=lambda path: path.stem)
def test_python_as_the_tokenizer_of_python_has_it(path: Path) -> None:
    """But for strings with expressions in them, of which versions of Python have different tokens."""
    text = path.read_text("utf-8")
    found = lex(path.name, text)
    ours = {(found.line(start), found.column(start) - 1) for start, _ in found.comments}
    ours |= {(found.line(one.start), found.column(one.start) - 1) for one in found.strings}
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    theirs = {one.start for one in tokens if one.type in (tokenize.COMMENT, tokenize.STRING)}
    assert theirs <= ours


# Pieces that open, close and interrupt what the languages have.
PIECES = st.sampled_from((
    '"', "'", "`", '"""', "'''", "/*", "*/", "//", "#", "\n", "\r\n", "\\", "${", "#{", "{", "}", "(", ")", "$(", "<<A\n", "<<~A\n", "A\n", "r#\"", "\"#",
    "%q(", "~s{", "@doc ", "=begin\n", "=end\n", "<?php", "?>", "<<<A\n", "<a>", "</a>", "<a b={", "/>", "/", "[", "]", "f\"", "@\"", "$\"", "=", "x",
    " ", "\u2028", "\x85", "<script>", "</script>", "<!--", "-->", "---\n", "__END__\n", "İ",
))  # fmt: skip
ANY = st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=60)


@given(st.sampled_from(sorted({*KNOWN, "vue"})), ANY)
def test_no_text_is_refused_and_no_line_moves(ending: str, text: str) -> None:
    found = lex(f"a.{ending}", text)
    for view in (found.code, found.bare):
        assert len(view) == len(text)
        assert [len(line) for line in view.splitlines(keepends=True)] == [
            len(line) for line in text.splitlines(keepends=True)
        ]
        assert all(shown in (written, " ") for shown, written in zip(view, text, strict=True))
    extents = sorted([*found.comments, *((one.start, one.end) for one in found.strings)])
    assert all(0 <= start <= end <= len(text) for start, end in extents)
    assert all(first[1] <= second[0] for first, second in pairwise(extents))
    assert [line.number for line in found.lines()] == sorted({line.number for line in found.lines()})


HOSTILE = (
    "/*", "/* */", "//", "#", '"', "'", "`", "`${", '"""', "r#\"", "<a>", "<a b={", "(/[", "=/a", "<<A ", "<<~A", "%q(", "$(", '"$(', "f\"{", "{", "\\", "'' ", "x ",
    "\n", "?>", "<?php ", "~s{", "@doc ", "=begin\n", "<script>", "<!--", "a: '", "<<<A ", "<T", "/ ", "<<a\n", "# \n'' ",
)  # fmt: skip


@pytest.mark.parametrize(
    "ending", sorted({*KNOWN, "vue"} - {"mts", "cts", "mjs", "cjs", "jsx", "pyi", "pyw", "cc", "cpp", "hpp", "kts"})
)
def test_the_work_is_in_proportion_to_the_length(ending: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twice the text takes at most twice the characters looked at, so that a megabyte of anything ends."""
    seen = 0

    for piece in HOSTILE:
        costs = []
        for times in (400, 800):
            seen = 0

            def counted(scanner: Scanner, code: str, step=Scanner._passed) -> None:  # type: ignore[no-untyped-def]
                nonlocal seen
                seen += len(code) + 1
                step(scanner, code)

            monkeypatch.setattr(Scanner, "_passed", counted)
            lex.__wrapped__(f"a.{ending}", piece * times)
            monkeypatch.undo()
            costs.append(seen)
        assert costs[1] <= 2.1 * costs[0] + 10, piece
