"""What the sources cannot do without is asked of the operator, with who wants it; what has a default, or is given, is not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from projects import GO_WEB, PYTHON_WEB, compiled, manifest
from speccompile.detect.demands import demands
from speccompile.detect.reading import sources
from speccompile.detect.variables import Demand
from speccompile.pipeline import Compilation
from speccompile.project.memory import MemoryTree

PYTHON = [
    'def main():\n    if debug:\n        log()\n    x = os.environ["X_KEY"]\n\nif __name__ == "__main__":\n    main()',
    'import os\nX = os.environ["X_KEY"]',
    'import os\nx = os.getenv("X_KEY")\nif not x:\n    raise RuntimeError("X_KEY")',
    'import os\nif "X_KEY" not in os.environ:\n    sys.exit(1)',
    'x = env("X_KEY")',
    'x = env.int("X_KEY")',
    'x = config("X_KEY", cast=int)',
    "class Settings(BaseSettings):\n    x_key: str\n    debug: bool = False",
    'class Settings(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix="X_")\n    key: SecretStr',
    'class Settings(BaseSettings):\n    other: str = Field(alias="X_KEY")',
    "class Settings(BaseSettings):\n    x_key: str = Field(..., min_length=1)",
    "class Settings(BaseSettings):\n    x_key: str | None\n\nclass Other(BaseModel):\n    y: str",
    'x = require_env("X_KEY")',
]
PYTHON_FREE = [
    'if os.environ.get("DB"):\n    x = {\n        "key": os.environ["X_KEY"],\n    }',
    'x = os.environ.get("X_KEY")',
    'x = os.getenv("X_KEY", "a")',
    'os.environ["X_KEY"] = "a"',
    '"""os.environ["X_KEY"]"""',
    '# os.environ["X_KEY"]',
    'x = config("X_KEY", default="a")',
    'x = config("X_KEY", default=1, cast=int)',
    'class Settings(BaseSettings):\n    x_key: str = "a"',
    'class Settings(BaseSettings):\n    x_key: str = Field(default="a")',
    "class Settings(BaseSettings):\n    x_key: list[str] = Field(default_factory=list)",
    "class Model(BaseModel):\n    x_key: str",
    "print(\"os.environ['X_KEY']\")",
]
SCRIPT = [
    "const x = process.env.X_KEY!;",
    "f(process.env['X_KEY']!)",
    "if (!process.env.X_KEY) throw new Error('X_KEY');",
    "if (!process.env.X_KEY) {\n  console.error('X_KEY is missing');\n  process.exit(1);\n}",
    "const key = process.env.X_KEY;\nif (!key) {\n  throw new Error('no key');\n}",
    "const x = process.env.X_KEY ?? (() => { throw new Error() })();",
    "const x = requireEnv('X_KEY');",
    "const x = getEnvOrThrow('X_KEY');",
    "this.config.getOrThrow<string>('X_KEY')",
    "const env = z.object({ X_KEY: z.string().min(1), Y: z.string().optional() }).parse(process.env);",
    "const env = createEnv({ server: { X_KEY: z.string().url() }, runtimeEnv: process.env });",
    "const env = cleanEnv(process.env, { X_KEY: str(), Y: port({ default: 1 }) });",
    "assert(process.env.X_KEY, 'X_KEY');",
]
SCRIPT_FREE = [
    "if (process.env.SMTP_HOST) {\n  send(process.env.X_KEY!);\n}",
    "const x = process.env.X_KEY;",
    "const x = process.env.X_KEY ?? 'a';",
    "if (process.env.X_KEY !== 'a') f();",
    "// process.env.X_KEY!",
    "const x = `process.env.X_KEY!`;",
    "const env = z.object({ X_KEY: z.string().default('a') }).parse(process.env);",
    "const env = z.object({ X_KEY: z.coerce.number().optional() }).parse(process.env);",
    "const env = cleanEnv(process.env, { X_KEY: str({ default: 'a' }) });",
    "const body = z.object({ X_KEY: z.string() });",
]
GO = [
    'key := os.Getenv("X_KEY")\n\tif key == "" {\n\t\tlog.Fatal("X_KEY")\n\t}',
    'if os.Getenv("X_KEY") == "" {\n\t\tpanic("X_KEY")\n\t}',
    'key, ok := os.LookupEnv("X_KEY")\n\tif !ok {\n\t\treturn errors.New("X_KEY")\n\t}',
    'key := mustGetenv("X_KEY")',
    'type c struct {\n\tKey string `env:"X_KEY,required"`\n}',
    'type c struct {\n\tKey string `envconfig:"X_KEY" required:"true"`\n}',
]
GO_FREE = [
    'key := os.Getenv("X_KEY")',
    'key := os.Getenv("X_KEY")\n\tif key == "" {\n\t\tkey = "a"\n\t}',
    '/* key := mustGetenv("X_KEY") */',
    'var s = `key := mustGetenv("X_KEY")`',
    'type c struct {\n\tKey string `env:"X_KEY" envDefault:"a"`\n}',
]
RUST = [
    'let x = std::env::var("X_KEY").expect("X_KEY");',
    'let x = env::var("X_KEY")?;',
    'let x = env::var("X_KEY")\n        .unwrap();',
    '#[arg(long, env = "X_KEY")]\n    key: String,',
]
RUST_FREE = [
    'let x = env::var("X_KEY").unwrap_or_else(|_| "a".into());',
    'let x = env::var("X_KEY").ok();',
    'let x = env!("X_KEY");',
    '#[arg(long, env = "X_KEY", default_value = "a")]\n    key: String,',
    '#[arg(long, env = "X_KEY")]\n    key: Option<String>,',
]
JAVA = [
    'var x = Objects.requireNonNull(System.getenv("X_KEY"));',
    '@Value("${X_KEY}") String x;',
]
JAVA_FREE = [
    'var x = System.getenv("X_KEY");',
    '@Value("${X_KEY:a}") String x;',
    'var x = System.getenv().getOrDefault("X_KEY", "a");',
]
CASES = [
    (f"a.{suffix}", text, wanted)
    for suffix, texts, wanted in (
        ("py", PYTHON, True), ("py", PYTHON_FREE, False), ("ts", SCRIPT, True), ("js", SCRIPT_FREE, False), ("go", GO, True), ("go", GO_FREE, False),
        ("rs", RUST, True), ("rs", RUST_FREE, False), ("java", JAVA, True), ("java", JAVA_FREE, False),
        ("kt", ['val x = System.getenv("X_KEY") ?: error("X_KEY")', 'val x = System.getenv("X_KEY")!!'], True),
        ("kt", ['val x = System.getenv("X_KEY") ?: "a"'], False),
    )
    for text in texts
]  # fmt: skip


def _wanted(tree: MemoryTree) -> tuple[Demand, ...]:
    return demands(sources(tree, "", ()), tree, "")


@pytest.mark.parametrize(("path", "text", "wanted"), CASES)
def test_what_a_source_wants(path: str, text: str, wanted: bool) -> None:
    found = [one.name for one in _wanted(MemoryTree({path: text}))]
    assert ("X_KEY" in found) is wanted
    assert set(found) <= {"X_KEY"}


@pytest.mark.parametrize(
    ("path", "text", "names"),
    [
        ("application.yml", "a:\n  key: ${X_KEY}\n  other: ${Y_KEY:1}\n", ["X_KEY"]),
        ("application.properties", "a.key=${X_KEY}\n#b=${Y_KEY}\n", ["X_KEY"]),
        ("application-dev.yml", "a: ${X_KEY}", []),
        (".env.example", "# Y_KEY=1\nX_KEY=\nexport LOG_LEVEL='info'\n", ["LOG_LEVEL", "X_KEY"]),
        (".env.sample", "X_KEY=1", ["X_KEY"]),
        (".env", "X_KEY=1", []),
        ("compose.yaml", "services: {a: {build: ., environment: {X_KEY: '${X_KEY:?}', Y: '${Z:-1}', W: 1}}}", ["X_KEY"]),
        ("compose.yaml", "services: {a: {build: {context: .}, environment: [X_KEY, Y=1, 'V=${V}']}, b: {image: x, environment: [Q]}}", ["V", "X_KEY"]),
    ],
)  # fmt: skip
def test_what_a_file_of_configuration_wants(path: str, text: str, names: list[str]) -> None:
    # One letter is no name that anybody gives a variable; here it is, for short.
    found = [one.name for one in _wanted(MemoryTree({path: text.replace("V", "VV")}))]
    assert [name.replace("VV", "V") for name in found] == names


def test_what_has_a_default_is_not_wanted_by_an_example() -> None:
    files = {".env.example": "LOG_LEVEL=info\n", "a.js": "log(process.env.LOG_LEVEL || 'warn')"}
    assert _wanted(MemoryTree(files)) == ()


def _result(sources: dict[str, str], deploy: dict[str, Any] | None = None) -> Compilation:
    result = compiled(sources, manifest("web-service"), deploy)
    assert result.defects == ()
    return result


def _text(result: Compilation, path: str) -> str:
    return next(artifact.text for artifact in result.artifacts if artifact.path == path)


SOURCES = {
    **PYTHON_WEB,
    "config.py": 'import os\nKEY = os.environ["STRIPE_KEY"]\nREGION = os.environ["REGION"]\nPORT = os.environ["PORT"]\n',
    ".env.example": "LOG_LEVEL=info\nVITE_API=x\n",
}


def test_a_slot_with_who_asked_for_it() -> None:
    """Without any deploy.yaml: what is wanted is in the compose file and in .env.example, and has no value."""
    result = _result(SOURCES)
    compose, example = _text(result, "docker-compose.yml"), _text(result, ".env.example")
    for line in (
        'STRIPE_KEY: "${STRIPE_KEY:?see .env.example}"',
        'REGION: "${REGION:?see .env.example}"',
        "LOG_LEVEL: ${LOG_LEVEL:-info}",
    ):
        assert line in compose
    assert "VITE_API" not in compose
    assert "config.py:2\n" in example
    (stripe,) = [slot for slot in result.plan.parameters if slot.name == "STRIPE_KEY"]
    assert (stripe.secret, stripe.example, stripe.default) == (True, "", None)
    assert [str(cause.span) for cause in stripe.origin.causes] == ["config.py:2:19"]


def test_what_deploy_yaml_says_is_not_asked_for() -> None:
    service = {"env": {"REGION": "eu"}, "secrets": ["STRIPE_KEY"]}
    result = _result(SOURCES, {"version": 1, "app": "bank", "services": {"api": service}})
    (region,) = [entry for entry in result.plan.services[0].workload.environment if entry.name == "REGION"]  # type: ignore[union-attr]
    assert region.value == "eu"  # type: ignore[union-attr]
    (stripe,) = [slot for slot in result.plan.parameters if slot.name.startswith("STRIPE_KEY")]
    assert stripe.requested_by == ("api",)


def test_a_store_s_own_variables_are_the_store_s() -> None:
    sources = {**GO_WEB, "x.go": 'package main\n\nvar u, h = mustGetenv("DATABASE_URL"), mustGetenv("DB_HOST")\n'}
    result = _result(
        sources, {"version": 1, "app": "bank", "services": {"api": {"needs": ["db"]}, "db": {"uses": "postgres"}}}
    )
    assert not {"DATABASE_URL", "DB_HOST"} & {slot.name for slot in result.plan.parameters}


def test_a_schema_in_json_is_none() -> None:
    assert _wanted(MemoryTree({"package.json": json.dumps({"scripts": {"start": "X_KEY=1 node ."}})})) == ()


def test_what_we_ask_operators_elsewhere_no_program_wants() -> None:
    """An example that was generated for another output directory is none of the sources; one that somebody made out of it is, as is anybody's."""
    own = compiled(PYTHON_WEB, manifest("web-service")).files
    texts = {path.rpartition("/")[2]: text for path, text in own.items()}
    ours, compose = f"{texts['.env.example']}NAME=\n", texts["docker-compose.yml"]
    generated = {"other/.env.example": ours, "other/docker-compose.yml": compose}
    read = [
        sources(MemoryTree(files), "", ())
        for files in (generated, {".env.example": ours}, {"a/.env.example": "NAME=\n"})
    ]
    assert [[path for path, _ in one] for one in read] == [[], [".env.example"], ["a/.env.example"]]
