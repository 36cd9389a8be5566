"""What is only written about decides nothing: not in a comment, not in documentation, not amid the words of a string."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from stack_cases import CASES, app, archetype, directory, request

from speccompile.detect import reading
from speccompile.detect.detection import detect
from speccompile.plan.dump import data
from speccompile.project.memory import MemoryTree
from speccompile.stacks.archetype import guess

Wrap = Callable[[str], str]

# Other evidence than that of the application, as sources of every language have it.
EVIDENCE = """
app.listen(9191); const port = 9191; process.env.PORT || 9191; Bun.serve({ port: 9191 }); Deno.serve({ port: 9191 });
app.get("/livez", (request, response) => response.end("ok")); import x from "./decoy.js"; Deno.writeTextFile("x");
app = Flask(__name__); uvicorn.run(app, host="127.0.0.1", port=9191); os.environ.get("PORT", 9191)
path("livez/", view); os.makedirs("decoy"); create_engine("sqlite:///decoy/x.db"); import decoy
http.ListenAndServe(":9191", nil); mux.HandleFunc("/livez", live); os.Mkdir("decoy", 0o755); flag.Int("port", 9191, "")
TcpListener::bind("127.0.0.1:9191"); std::env::var("PORT").unwrap_or("9191".into()); include_str!("../decoy.txt");
HttpServer.create(new InetSocketAddress(9191), 0); server.createContext("/livez", handler); static void main(
app.MapHealthChecks("/livez"); app.Run("http://127.0.0.1:9191"); get "/livez", H, :index; http: [ip: {127, 0, 0, 1}, port: 9191]
STATIC_ROOT = BASE_DIR / "decoy"; SECRET_KEY = env("DECOY"); output: "export", outDir: "decoy", lib: { adapter: 9191
"""
LINES = "\n".join(f" * {line}" for line in EVIDENCE.replace("*/", "").splitlines())


def _slashes(text: str) -> str:
    return "".join(f"// {line}\n" for line in EVIDENCE.splitlines()) + text


def _block(text: str) -> str:
    return f"/*{EVIDENCE}*/\n/**\n{LINES}\n */\n{text}"


def _number_signs(text: str) -> str:
    return "".join(f"# {line}\n" for line in EVIDENCE.splitlines()) + text


def _docstring(text: str) -> str:
    return f'"""{EVIDENCE}"""\n{text}\n\ndef documented():\n    r"""{EVIDENCE}"""\n'


def _behind_imports(said: str) -> Wrap:
    """Put *said* where a declaration may stand: behind the package and its imports."""

    def wrapped(text: str) -> str:
        heads = list(re.finditer(r"^(?:package|import)\b(?:[^\n(]*\([^()]*\)|[^\n]*)$", text, re.MULTILINE))
        at = heads[-1].end() if heads else 0
        return f"{text[:at]}\n{said}\n{text[at:]}"

    return wrapped


def _template(text: str) -> str:
    return f"const DECOY = `{EVIDENCE}`;\nconst OTHER = 'app.listen(9191)' + \"port: 9191, \";\n{text}"


def _long_string(text: str) -> str:
    return f"DECOY = r'''{EVIDENCE}'''\nOTHER = \"uvicorn.run(app, port=9191)\"\n{text}"


def _rust_raw(text: str) -> str:
    return f'{text}\nconst DECOY: &str = r#"{EVIDENCE}"#;\n/* nested /* comments */ {EVIDENCE} */\n'


def _csharp_raw(text: str) -> str:
    return f'{text}\nstatic class Decoy {{ const string Text = """\n{EVIDENCE}\n"""; }}\n'


def _heredoc(text: str) -> str:
    """Documentation of the module, where that has none yet."""
    return text.replace(" do\n", f' do\n  @doc """\n{EVIDENCE}\n  """\n', 1)


_SCRIPT: dict[str, Wrap] = {"a line comment": _slashes, "a block comment": _block, "a template": _template}
_PYTHON: dict[str, Wrap] = {"a line comment": _number_signs, "documentation": _docstring, "a raw string": _long_string}
_GO: dict[str, Wrap] = {
    "a line comment": _slashes, "a block comment": _block, "a raw string": _behind_imports(f"const decoy = `{EVIDENCE}`\n"),
}  # fmt: skip
_JAVA: dict[str, Wrap] = {
    "a line comment": _slashes, "a block comment": _block,
    "a raw string": _behind_imports(f'class Decoy {{ static final String TEXT = """{EVIDENCE}"""; }}'),
}  # fmt: skip
_RUST: dict[str, Wrap] = {"a line comment": _slashes, "a block comment": _block, "a raw string": _rust_raw}
_GRADLE: dict[str, Wrap] = {"a line comment": _slashes, "a block comment": _block}
_CSHARP: dict[str, Wrap] = {"a line comment": _slashes, "a block comment": _block, "a raw string": _csharp_raw}
_FSHARP: dict[str, Wrap] = {"a line comment": _slashes}
_ELIXIR: dict[str, Wrap] = {"a line comment": _number_signs, "documentation": _heredoc}
WRAPS: dict[str, dict[str, Wrap]] = {
    ".py": _PYTHON, ".go": _GO, ".java": _JAVA, ".kt": _JAVA, ".rs": _RUST, ".gradle": _GRADLE, ".kts": _GRADLE,
    ".cs": _CSHARP, ".fs": _FSHARP, ".ex": _ELIXIR, ".exs": {"a line comment": _number_signs},
    **dict.fromkeys((".js", ".mjs", ".cjs", ".ts", ".mts", ".tsx", ".jsx"), _SCRIPT),
}  # fmt: skip


def _files(case: str) -> dict[str, str | bytes]:
    root = app(case)
    return {path.relative_to(root).as_posix(): _content(path) for path in sorted(root.rglob("*")) if path.is_file()}


def _content(path: Path) -> str | bytes:
    content = path.read_bytes()
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content


def _found(case: str, files: dict[str, str | bytes]) -> Any:
    """What is found, and what is made of it; lines and columns are others, of course."""
    tree = MemoryTree(files).below(directory(case))
    found = detect(tree, None, directory(case))
    facts = found.facts
    made = found.stack.recipe(facts, request(archetype(case), found, directory(case)))
    shown = {
        "stack": facts.stack,
        "listens": data(facts.listens),
        "health": facts.health and data(facts.health),
        "suggests": guess(tree, facts),
        "entry": [facts.entry, facts.source, facts.runnable],
        "diagnostics": sorted(one.code for one in (*facts.diagnostics, *facts.obstacles, *facts.unstartable)),
        "recipe": data(made),
    }
    text = json.dumps(shown, default=str, sort_keys=True, indent=1)
    return re.sub(r'"(line|column|because)": (?:\d+|\[[^\]]*\])|(?<=\w):\d+', "", text).splitlines()


def _kinds(case: str) -> list[str]:
    suffixes = {path.suffix for path in app(case).rglob("*")}
    return sorted({kind for suffix in suffixes for kind in WRAPS.get(suffix, ())})


@pytest.mark.parametrize(("case", "kind"), [(case, kind) for case in CASES for kind in _kinds(case)])
def test_evidence_that_is_only_written_about(case: str, kind: str) -> None:
    files = _files(case)
    altered = dict(files)
    for path, text in files.items():
        wrap = WRAPS.get(Path(path).suffix, {}).get(kind)
        if wrap and isinstance(text, str):
            altered[path] = wrap(text)
    assert altered != files
    assert _found(case, altered) == _found(case, files)


LOCK = json.dumps({"lockfileVersion": 3, "packages": {"": {"dependencies": {"next": "15.0.0"}}}})
NEXT = json.dumps({"scripts": {"build": "next build", "start": "next start"}, "dependencies": {"next": "15.0.0"}})


@pytest.mark.parametrize(
    ("line", "stack"),
    [('output: "export",', "static"), ('// output: "export",', "node"), ('notes: `output: "export"`,', "node")],
)
def test_an_export_that_is_switched_off(line: str, stack: str) -> None:
    """Next makes pages only where its configuration says so."""
    config = f"const nextConfig = {{\n  {line}\n}};\nexport default nextConfig;\n"
    files = {"package.json": NEXT, "package-lock.json": LOCK, "next.config.mjs": config, "app/page.js": ""}
    assert detect(MemoryTree(files)).stack.name == stack


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.js", "/* process.env.API_URL */ const a = `\nfetch('http://api:8080')\nhost: 'db', process.env.OTHER_URL`"),
        (
            "a.py",
            '"""os.environ["API_URL"]; postgres://db:5432/x"""\na = "see http://api:8080 for os.getenv(\'X_URL\')"',
        ),
        ("a.go", '/* os.Getenv("API_URL") */ var a = `\n os.Getenv("API_URL") http://api:8080 `'),
        ("a.yml", "a: 1 # ${API_URL} http://api:8080"),
    ],
)
def test_what_a_source_only_speaks_of_is_not_read(path: str, text: str) -> None:
    found = reading.read(reading.sources(MemoryTree({path: text}), "", ()))
    assert (dict(found.variables), found.addresses) == ({}, ())


def test_what_a_source_reads() -> None:
    files = {
        "a.js": "const a = process.env.API_URL || 'http://api:8080'; new Pool({ host: 'db', 'redis_host': 'cache' })",
        "b.py": 'url = f"postgres://{user}@db:5432/x"\nhost = os.environ["DB_HOST"]',
        "c.yml": 'a: "${C_URL}" # x\nb: amqp://queue:5672',
    }
    found = reading.read(reading.sources(MemoryTree(files), "", ()))
    assert list(found.variables) == ["API_URL", "C_URL", "DB_HOST"]
    assert [one.host for one in found.addresses] == ["api", "db", "cache", "db", "queue"]
