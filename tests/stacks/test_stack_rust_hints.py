"""What Rust sources say about listening, and what a project is taken for."""

from __future__ import annotations

import pytest
from rust_projects import MAIN, environment, facts, image, manifest, single

from speccompile.lexing import lex
from speccompile.stacks.rust.hints import listening

PORTS = [
    ('std::env::var("PORT").unwrap_or_else(|_| "8088".to_string())', "8088"),
    ('env::var("PORT").ok().and_then(|p| p.parse::<u16>().ok()).unwrap_or(9000)', "9000"),
    ('#[arg(long, env = "PORT", default_value_t = 7000)]', "7000"),
    ('#[arg(short, default_value = "8086")] pub(crate) http_port: u16,', "8086"),
    ('TcpListener::bind("0.0.0.0:3001").await', "3001"),
    ("let addr = SocketAddr::from(([0, 0, 0, 0], 3002));", "3002"),
    ('HttpServer::new(app).bind(("0.0.0.0", 8083))?', "8083"),
    ("SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 3004)", "3004"),
    ('let address = "[::]:3005".parse()', "3005"),
    ("warp::serve(routes).run(([127, 0, 0, 1], 3030))", "3030"),
    ("const PORT: u16 = 4500;", "4500"),
    ('let x = env::var("PORT").unwrap(); let y = "99 bottles";', None),
    ('// TcpListener::bind("0.0.0.0:3001")', None),
    ('TcpListener::bind("0.0.0.0:99999")', None),
    ('#[cfg(test)]\nmod tests { bind("0.0.0.0:1234") }', None),
]


@pytest.mark.parametrize(("text", "port"), PORTS)
def test_ports(text: str, port: str | None) -> None:
    """As people write them; comments and tests do not count."""
    found = listening((("src/main.rs", lex("src/main.rs", f"fn main() {{\n    {text}\n}}\n")),)).port
    assert (found.value if found else None) == port
    assert not found or (found.span and found.span.line == 2)


@pytest.mark.parametrize(
    ("path", "text", "port"),
    [
        ("configuration/base.yaml", "database:\n  port: 5432\napplication:\n  port: 8123 # ours\n", "8123"),
        ("Rocket.toml", '[default]\naddress = "0.0.0.0"\nport = 8001\n', "8001"),
        ("config/default.toml", "http_port = 99999\nport = 70\n", "70"),
        ("config/default.toml", "[database]\nport = 5432\n", "3000"),
    ],
)
def test_a_port_in_a_file_of_configuration(path: str, text: str, port: str) -> None:
    """Where the sources name none; what is a store's port is not the server's."""
    assert facts(single(MAIN, **{path: text})).listens.value == port


LOOPBACK = [
    ('TcpListener::bind("127.0.0.1:3000")', True),
    ('HttpServer::new(app).bind(("localhost", 8080))', True),
    ("axum::Server::bind(&SocketAddr::from(([127, 0, 0, 1], 3000)))", True),
    ('let cache = connect("redis://127.0.0.1:6379"); TcpListener::bind("0.0.0.0:80")', False),
    ('TcpListener::bind("127.0.0.1:0"); TcpListener::bind("0.0.0.0:80")', False),
    ('let client = "127.0.0.1";', False),
    ('let address = "127.0.0.1"; TcpListener::bind(format!("{address}:0"))', False),
]


@pytest.mark.parametrize(("text", "alone"), LOOPBACK)
def test_the_loopback_address(text: str, alone: bool) -> None:
    """It is told only of a server that is bound to nothing else."""
    assert (listening((("src/main.rs", lex("src/main.rs", f"fn main() {{ {text} }}")),)).loopback is not None) == alone


def test_a_variable_that_says_what_is_bound() -> None:
    """It is set in the image; what names another server is not."""
    main = """fn main() {
        let host = env::var("SERVER_HOST").unwrap_or("127.0.0.1".into());
        let all = env::var("LISTEN_ADDR").unwrap_or_else(|_| "localhost:3000".into());
        let other = env::var("REDIS_HOST").unwrap_or("127.0.0.1".into());
        let url = env::var("DATABASE_URL").unwrap_or("localhost".into());
    }"""
    made = image(single(main), port=3000)
    assert environment(made) == {"SERVER_HOST": "0.0.0.0", "LISTEN_ADDR": "0.0.0.0:3000", "PORT": "3000"}
    assert facts(single(main)).diagnostics == ()


def test_rocket_is_told_in_its_own_words() -> None:
    """It does not look at PORT, and binds the loopback address by itself."""
    made = image(single(MAIN, 'rocket = "0.5"'), port=4321)
    assert environment(made) == {
        "ROCKET_ADDRESS": "0.0.0.0", "ROCKET_PORT": "4321", "ROCKET_CLI_COLORS": "false", "PORT": "4321",
    }  # fmt: skip


SUGGESTIONS = [
    (single(MAIN, 'axum = "0.8"'), "web-service"),
    (single('fn main() { TcpListener::bind("0.0.0.0:1"); }'), "web-service"),
    (single(MAIN, 'clap = "4"'), "cli-tool"),
    (single(MAIN, 'polars = "1"'), "data-pipeline"),
    (single(MAIN), "cli-tool"),
    ({"Cargo.toml": manifest("money"), "src/lib.rs": ""}, "library"),
]


@pytest.mark.parametrize(("files", "archetype"), SUGGESTIONS)
def test_suggestions(files: dict[str, str], archetype: str) -> None:
    """What ``init`` guesses, with its reason."""
    suggested = facts(files).suggests
    assert suggested
    assert suggested[0] == archetype
    assert suggested[1]
