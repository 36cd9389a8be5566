"""What of a Rust project gets into its image: configuration, data, what is compiled in."""

from __future__ import annotations

import pytest
from rust_projects import (
    MAIN,
    WORKSPACE,
    copied,
    environment,
    facts,
    image,
    lock,
    manifest,
    single,
)

from speccompile.errors import Refused


def test_a_configuration_of_cargo() -> None:
    """It is taken over where it fits the image, and left out where it does not."""
    fits = single(**{".cargo/config.toml": '[build]\nrustflags = ["--cfg", "tokio_unstable"]\n'})
    assert copied(image(fits))[2] == ".cargo/config.toml"
    for text in (
        '[build]\ntarget = "x86_64-unknown-linux-musl"',
        '[source.x]\nreplace-with = "y"',
        "[",
        '[target.x]\nlinker = "mold"',
    ):
        found = facts(single(**{".cargo/config.toml": text}))
        assert found.configured is None
        assert [one.code for one in found.diagnostics] == ["SC272"]


def test_what_is_compiled_in() -> None:
    """What sources name is there when they are compiled, wherever it is; what is prepared for sqlx, too."""
    main = """
        const A: &str = include_str!("../README.md");
        const B: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/dist/app.js"));
        static MIGRATOR: Migrator = sqlx::migrate!("./db/steps");
        #[folder = "web/dist/"] struct Assets;
        const C: &str = include_str!("../../outside.txt");
    """
    more = dict.fromkeys(
        ("README.md", "dist/app.js", "db/steps/1.sql", "web/dist/index.html", ".sqlx/query-1.json"), ""
    )
    made = image(single(main + MAIN, **more))
    assert {"README.md", "dist/app.js", "db/", "web/", ".sqlx/"} <= set(copied(made))
    assert environment(made, 0)["SQLX_OFFLINE"] == "true"
    assert not [path for path in made.context if ".." in path]


def test_what_is_read_at_run_time() -> None:
    """Directories and files of data are in the image; what only the build reads is not."""
    more = dict.fromkeys(("templates/a.html", "config/base.toml", "proto/a.proto", "Rocket.toml", "clippy.toml"), "")
    assert copied(image(single(**more)), -1) == ["config/", "templates/", "Rocket.toml"]
    compiled = single(MAIN, 'askama = "0.12"', **more)
    assert "templates/" not in copied(image(compiled), -1)
    assert "templates/" in copied(image(compiled))


def test_a_stub_is_not_left_where_the_sources_are_elsewhere() -> None:
    """A program in a directory that is else left out is copied all the same."""
    text = manifest("bank", rest='[[bin]]\nname = "bank"\npath = "examples/bank.rs"\n')
    made = image({"Cargo.toml": text, "Cargo.lock": lock("bank"), "examples/bank.rs": MAIN, "src/lib.rs": ""})
    assert "examples/" in copied(made)


def test_directories_that_sources_name() -> None:
    """Data that a program reads by name is in the image, whatever the directory is called."""
    more = dict.fromkeys(("docs/base.yaml", "examples/a.txt"), "")
    assert copied(image(single('fn main() { read("docs/base.yaml"); }', **more)), -1) == ["docs/"]


def test_queries_that_are_checked_when_they_are_compiled() -> None:
    """They need what is prepared, or a database, which a build does not have."""
    main = 'fn main() { sqlx::query_as!(User, "select 1"); }'
    with pytest.raises(Refused) as refused:
        image(single(main, 'sqlx = "0.8"'))
    assert [(one.code, one.span.path) for one in refused.value.diagnostics] == [("SC270", "src/main.rs")]
    assert ".sqlx/" in copied(image(single(main, 'sqlx = "0.8"', **{".sqlx/query-1.json": "{}"})))
    assert "src/" in copied(image(single('fn main() { sqlx::query("select 1"); }', 'sqlx = "0.8"')))


def test_what_no_image_gets() -> None:
    """Also where a source wants to take it in: the ignore file would refuse it, and the copy would fail."""
    main = 'fn main() { include_str!("../.env"); include_str!("../specs/a.json"); }'
    more = dict.fromkeys((".env", "specs/a.json"), "")
    assert copied(image(single(main, **more))) == ["Cargo.toml", "Cargo.lock", "src/"]


def test_members_that_are_built_by_default() -> None:
    """They come first, and a command may name a program of any other all the same."""
    files = WORKSPACE | {
        "Cargo.toml": WORKSPACE["Cargo.toml"].replace("exclude", 'default-members = ["crates/worker"]\nexclude')
    }
    assert image(files, "data-pipeline").command == ("/usr/local/bin/worker",)
    assert image(files, command=("api",)).command == ("/usr/local/bin/api",)
