"""What programs write into, by the literal paths in their sources; and what is near that and is nothing."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from speccompile.detect.detection import detect
from speccompile.project.memory import MemoryTree
from speccompile.stacks.facts import Facts
from speccompile.stacks.written import free_directories

_SERVER = "http.createServer().listen(3000);\n"
_POM = (
    "<project><modelVersion>4.0.0</modelVersion><groupId>a</groupId><artifactId>app</artifactId><version>1</version>"
    "<properties><maven.compiler.release>17</maven.compiler.release></properties></project>"
)
_MAIN_JAVA = "package a;\nclass App { public static void main(String[] x) throws Exception {\n%s\n} }\n"
_CARGO = '[package]\nname = "app"\nversion = "1.0.0"\nedition = "2021"\n'


def _python(line: str) -> dict[str, str]:
    return {"requirements.txt": "six==1\n", "main.py": f"{line}\n", "shop/data.json": ""}


def _node(line: str) -> dict[str, str]:
    return {
        "package.json": '{"name": "a", "scripts": {"start": "node src/server.js"}}',
        "src/server.js": f"{_SERVER}{line}\n",
        "seeds/a.json": "",
    }


def _go(line: str) -> dict[str, str]:
    return {
        "go.mod": "module a\n\ngo 1.22\n",
        "main.go": f'package main\n\nimport "net/http"\n\nfunc main() {{\n\t{line}\n\thttp.ListenAndServe(":80", nil)\n}}\n',
    }


def _rust(line: str) -> dict[str, str]:
    return {
        "Cargo.toml": _CARGO,
        "Cargo.lock": 'version = 4\n\n[[package]]\nname = "app"\nversion = "1.0.0"\n',
        "src/main.rs": f"fn main() {{\n{line}\n}}\n",
    }


def _java(line: str) -> dict[str, str]:
    return {"pom.xml": _POM, "src/main/java/a/App.java": _MAIN_JAVA % line}


def facts(files: Mapping[str, str]) -> Facts:
    """What is known about *files*."""
    return detect(MemoryTree(files)).facts


PROJECTS = {"python": _python, "node": _node, "go": _go, "rust": _rust, "java": _java}

# By language: what is written, and the directories of their own that follow.
WRITES: list[tuple[str, str, tuple[str, ...]]] = [
    ("python", "sqlite3.connect('data/shop.db')", ("data",)),
    ("python", "aiosqlite.connect(database='./var/shop.db')", ("var",)),
    ("python", "db = SqliteDatabase('/data/shop.db')", ("/data",)),
    ("python", "sqlite3.connect(Path('data') / 'shop.db')", ("data",)),
    ("python", "sqlite3.connect(BASE_DIR / 'data' / 'shop.db')", ("data",)),
    ("python", "sqlite3.connect(os.path.join(basedir, 'data', 'shop.db'))", ("data",)),
    ("python", "U = 'sqlite:///' + os.path.join(basedir, 'state/app.db')", ("state",)),
    ("python", "SQLALCHEMY_DATABASE_URI = 'sqlite:///state/app.db'", ("state",)),
    ("python", "SQLALCHEMY_DATABASE_URI = 'sqlite+aiosqlite:////var/lib/shop/app.db?timeout=3'", ("/var/lib/shop",)),
    ("python", "U = os.environ.get('DATABASE_URL', 'sqlite:////app/data/a.db')", ("data",)),
    ("python", "UPLOAD_FOLDER: str = 'uploads'", ("uploads",)),
    ("python", "app.config['UPLOAD_FOLDER'] = os.path.join(os.getcwd(), 'static', 'uploads')", ("static/uploads",)),
    ("python", "open('out/report.csv', 'w')", ("out",)),
    ("python", "open('out/report.csv', mode='ab')", ("out",)),
    ("python", "Path('out/report.csv').write_text(x)", ("out",)),
    ("python", "logging.FileHandler('logs/app.log')", ("logs",)),
    ("python", "os.makedirs('cache')", ("cache",)),
    ("node", "new Database('data/shop.db');", ("data",)),
    ("node", "new DatabaseSync(path.join(process.cwd(), 'data', 'shop.db'));", ("data",)),
    ("node", "new sqlite3.Database('./data/shop.db');", ("data",)),
    ("node", "new Sequelize({ dialect: 'sqlite', storage: './data/shop.sqlite' });", ("data",)),
    ("node", "createClient({ url: 'file:data/local.db' });", ("data",)),
    ("node", "const upload = multer({ limits: 1, dest: 'uploads/' });", ("uploads",)),
    ("node", "multer.diskStorage({ destination: (req, file, cb) => cb(null, './uploads') });", ("uploads",)),
    ("node", "multer.diskStorage({ destination: function (req, file, cb) { cb(null, 'up/loads') } });", ("up/loads",)),
    ("node", "fs.writeFileSync('out/report.json', '');", ("out",)),
    ("node", "await fs.promises.appendFile(`out/report.json`, '');", ("out",)),
    ("node", "fs.createWriteStream(path.join(__dirname, '..', 'logs', 'a.log'));", ("logs",)),
    ("node", "fs.mkdirSync('/var/cache/shop', { recursive: true });", ("/var/cache/shop",)),
    ("go", 'sql.Open("sqlite3", "./data/shop.db")', ("data",)),
    ("go", 'sql.Open("sqlite", "file:data/shop.db?cache=shared")', ("data",)),
    ("go", 'sqlite.Open("state/shop.db")', ("state",)),
    ("go", 'bolt.Open("state/my.db", 0600, nil)', ("state",)),
    ("go", 'badger.DefaultOptions("state/badger")', ("state/badger",)),
    ("go", 'os.Create(filepath.Join("out", "report.csv"))', ("out",)),
    ("go", 'os.WriteFile("out/a", nil, 0o644)', ("out",)),
    ("go", 'os.OpenFile("out/a", os.O_CREATE|os.O_WRONLY, 0o644)', ("out",)),
    ("go", 'log.SetOutput(&lumberjack.Logger{Filename: "logs/app.log"})', ("logs",)),
    ("rust", 'let a = "sqlite://data/shop.db?mode=rwc";', ("data",)),
    ("rust", 'let a = Connection::open("data/shop.db");', ("data",)),
    ("rust", 'std::fs::write(Path::new("out/a.txt"), "");', ("out",)),
    ("rust", 'File::create("out/a.txt");', ("out",)),
    ("rust", 'std::fs::create_dir_all("uploads");', ("uploads",)),
    ("java", 'DriverManager.getConnection("jdbc:sqlite:data/shop.db");', ("data",)),
    ("java", 'DriverManager.getConnection("jdbc:h2:./data/shop;MODE=PostgreSQL");', ("data",)),
    ("java", 'DriverManager.getConnection("jdbc:h2:file:/data/shop");', ("/data",)),
    ("java", 'Files.writeString(Path.of("out", "a.txt"), "");', ("out",)),
    ("java", 'new FileOutputStream(new File("out/a.txt"));', ("out",)),
    ("java", 'Files.createDirectories(Paths.get("uploads"));', ("uploads",)),
]


@pytest.mark.parametrize(("language", "line", "directories"), WRITES)
def test_what_is_written(language: str, line: str, directories: tuple[str, ...]) -> None:
    """The directory, at the line that writes."""
    found = free_directories(facts(PROJECTS[language](line)).written)
    assert tuple(one.directory for one in found) == directories
    source = next(path for path in PROJECTS[language](line) if path.endswith((".py", ".js", ".go", ".rs", ".java")))
    assert {one.span.path for one in found} == {source}


NEAR: list[tuple[str, str]] = [
    ("python", "sqlite3.connect(':memory:')"),
    ("python", "sqlite3.connect('file:a/b?mode=memory&cache=shared', uri=True)"),
    ("python", "sqlite3.connect('/tmp/shop/shop.db')"),
    ("python", "sqlite3.connect(f'{home}/shop.db')"),
    ("python", "# sqlite3.connect('data/shop.db')"),
    ("python", "'''Call sqlite3.connect('data/shop.db').'''"),
    ("python", "print(\"try sqlite3.connect('data/shop.db')\")"),
    ("python", "open('shop/data.json')"),
    ("python", "open('shop/data.json', 'rb')"),
    ("python", "url = 'postgresql:///data/shop'"),
    ("python", "os.makedirs('../elsewhere')"),
    ("python", "os.makedirs('shop', exist_ok=True)"),
    ("python", "Image.open('a/b', 'w')"),
    ("node", "new Database(':memory:');"),
    ("node", "new Database(process.env.DATABASE);"),
    ("node", "// fs.writeFileSync('out/report.json', '');"),
    ("node", "log('fs.writeFileSync(\"out/report.json\")');"),
    ("node", "fs.readFileSync('seeds/a.json');"),
    ("node", "fs.writeFileSync('/tmp/out/report.json', '');"),
    ("node", "fs.writeFileSync(`out/${name}.json`, '');"),
    ("node", "fs.mkdirSync('seeds', { recursive: true });"),
    ("node", "knex({ client: 'pg', connection: { database: 'shop' } });"),
    ("go", 'sql.Open("sqlite3", ":memory:")'),
    ("go", 'sql.Open("sqlite3", "file::memory:?cache=shared")'),
    ("go", 'sql.Open("postgres", "data/shop")'),
    ("go", 'os.OpenFile("data/a", os.O_RDONLY, 0)'),
    ("go", 'os.Create("../x/y")'),
    ("go", 'os.Create(os.TempDir() + "/x/y")'),
    ("go", '// os.Create("out/report.csv")'),
    ("rust", 'let a = "sqlite::memory:";'),
    ("rust", 'let a = Connection::open_in_memory();'),
    ("rust", 'File::open("out/a.txt");'),
    ("rust", '/* File::create("out/a.txt"); */'),
    ("java", 'DriverManager.getConnection("jdbc:h2:mem:shop");'),
    ("java", 'DriverManager.getConnection("jdbc:h2:tcp://db/./shop");'),
    ("java", 'new PrintWriter(System.out);'),
    ("java", '// new FileWriter("out/a.txt");'),
    ("java", 'Files.readString(Path.of("out/a.txt"));'),
]  # fmt: skip


@pytest.mark.parametrize(("language", "line"), NEAR)
def test_what_is_near(language: str, line: str) -> None:
    """Memory, /tmp, what is read, what is put together, what is only written about."""
    assert facts(PROJECTS[language](line)).written == ()


BESIDE: list[tuple[str, str]] = [
    ("python", "sqlite3.connect('shop.db')"),
    ("python", "open('shop/data.json', 'w')"),
    ("node", "new Database('./shop.db');"),
    ("node", "fs.writeFileSync('seeds/b.json', '');"),
    ("go", 'os.Create("report.csv")'),
    ("rust", 'File::create("report.csv");'),
    ("java", 'new FileWriter("report.csv");'),
]


@pytest.mark.parametrize(("language", "line"), BESIDE)
def test_what_is_written_beside_the_code(language: str, line: str) -> None:
    """Neither memory nor a volume can be there."""
    (one,) = facts(PROJECTS[language](line)).written
    assert not one.free


def test_tests_are_not_the_program() -> None:
    """What they write is not written where it is deployed."""
    line = "sqlite3.connect('data/test.db')"
    assert facts({**_python("x = 1"), "test_shop.py": line, "conftest.py": line, "tests/test_a.py": line}).written == ()
    assert facts({**_node(""), "src/server.test.js": "fs.writeFileSync('out/a', '')"}).written == ()


def test_what_must_be_kept() -> None:
    """Databases and uploads, and what is called like them; logs and caches are not."""
    lines = ["sqlite3.connect('a/shop.db')", "UPLOAD_DIR = 'b'", "open('storage/x', 'w')", "open('logs/x', 'w')"]
    found = free_directories(facts(_python("\n".join(lines))).written)
    assert [(one.directory, one.lasting) for one in found] == [
        ("a", True),
        ("b", True),
        ("logs", False),
        ("storage", True),
    ]


def test_prisma_s_file_is_beside_its_schema() -> None:
    """Its path is as seen from the schema; a directory of its own is free."""
    manifest = '{"name": "a", "dependencies": {"@prisma/client": "6"}, "scripts": {"start": "node s.js"}}'
    schema = 'datasource db {\n  provider = "sqlite"\n  url = "file:%s"\n}\n'
    files = {"package.json": manifest, "s.js": _SERVER, "prisma/schema.prisma": schema % "./dev.db"}
    (one,) = facts(files).written
    assert (one.directory, one.free) == ("prisma", False)
    (one,) = facts(files | {"prisma/schema.prisma": schema % "../data/dev.db"}).written
    assert (one.directory, one.free, one.lasting) == ("data", True, True)
    assert facts(files | {"prisma/schema.prisma": "// " + (schema % "./dev.db").replace("\n", "\n// ")}).written == ()


def test_spring_s_settings_name_a_file() -> None:
    """Also where the environment can name another one."""
    settings = "spring.datasource.url=${URL:jdbc:h2:file:./data/shop;AUTO_SERVER=TRUE}\n"
    (one,) = facts({**_java(""), "src/main/resources/application.properties": settings}).written
    assert (one.directory, one.span.path) == ("data", "src/main/resources/application.properties")
    settings = settings.replace("h2:file:./data/shop", "h2:mem:shop")
    assert facts({**_java(""), "src/main/resources/application.properties": settings}).written == ()


def test_django_s_media() -> None:
    """Below the directory of manage.py."""
    settings = "MEDIA_ROOT = BASE_DIR / 'media'\nSECRET_KEY = 'x'\n"
    wsgi = 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")\n'
    files = {"requirements.txt": "django==5\ngunicorn==23\n", "manage.py": wsgi, "site1/wsgi.py": wsgi}
    (one,) = facts({**files, "site1/settings.py": settings}).written
    assert (one.directory, one.lasting, one.span.path) == ("media", True, "site1/settings.py")
    below = {f"web/{path}" if path != "requirements.txt" else path: text for path, text in files.items()}
    (one,) = facts({**below, "web/site1/settings.py": settings}).written
    assert one.directory == "web/media"
