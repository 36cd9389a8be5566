"""Cargo projects as they are found in the world: which program, which sources, which image."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from stack_cases import request

from speccompile.errors import Refused
from speccompile.plan.image import Copy, Env, ImageRecipe, Run
from speccompile.project.memory import MemoryTree
from speccompile.stacks.detect import detect
from speccompile.stacks.rustfacts import RustFacts

MAIN = "fn main() {}\n"
SERVES = 'fn main() { let _ = std::net::TcpListener::bind("0.0.0.0:4000"); }\n'


def manifest(name: str, *dependencies: str, rest: str = "") -> str:
    """A Cargo.toml of a package; dependencies are lines."""
    wanted = "\n".join(dependencies)
    return f'[package]\nname = "{name}"\nversion = "1.0.0"\nedition = "2021"\n{rest}\n[dependencies]\n{wanted}\n'


def lock(*names: str, **uses: str) -> str:
    """A Cargo.lock of crates; *uses* are those that use another one."""
    entries = [f'[[package]]\nname = "{name}"\nversion = "1.0.0"\n' for name in names]
    entries += [
        f'[[package]]\nname = "{name.replace("_", "-")}"\nversion = "1.0.0"\ndependencies = ["{used}"]\n'
        for name, used in uses.items()
    ]
    return "version = 4\n\n" + "\n".join(entries)


def facts(files: Mapping[str, str]) -> RustFacts:
    """What is known about *files*."""
    found = detect(MemoryTree(files)).facts
    assert isinstance(found, RustFacts)
    return found


def image(files: Mapping[str, str], archetype: str = "web-service", **wishes: Any) -> ImageRecipe:
    """The image of *files*."""
    found = detect(MemoryTree(files))
    made = found.stack.recipe(found.facts, request(archetype, found, **wishes))
    assert isinstance(made, ImageRecipe)
    return made


def copied(made: ImageRecipe, stage: int = 0) -> list[str]:
    """What a stage takes from the context, the health module apart, in order."""
    steps = made.stages[stage].steps
    found = [step for step in steps if isinstance(step, Copy) and step.stage is None and not step.generated]
    return [source for step in found for source in step.sources]


def words(made: ImageRecipe, stage: int = 0) -> list[list[str]]:
    """The commands that a stage runs."""
    runs = [step for step in made.stages[stage].steps if isinstance(step, Run)]
    return [[word for word in command if isinstance(word, str)] for run in runs for command in run.commands]


def environment(made: ImageRecipe, stage: int = -1) -> dict[str, str]:
    """A stage's environment."""
    return dict(pair for step in made.stages[stage].steps if isinstance(step, Env) for pair in step.pairs)


def single(main: str = MAIN, *dependencies: str, locked: str = "", **files: str) -> dict[str, str]:
    """One package with a src/main.rs."""
    names = [line.split(" ", 1)[0] for line in dependencies]
    text = locked or lock("bank", *names)
    return {"Cargo.toml": manifest("bank", *dependencies), "Cargo.lock": text, "src/main.rs": main, **files}


PROGRAMS: dict[str, tuple[dict[str, str], str | None]] = {
    "the only one": ({"src/main.rs": MAIN}, "bank"),
    "called like the package": ({"src/main.rs": MAIN, "src/bin/load.rs": MAIN}, "bank"),
    "the one that listens": ({"src/bin/load.rs": MAIN, "src/bin/http.rs": SERVES}, "http"),
    "with a usual name": ({"src/bin/load.rs": MAIN, "src/bin/server/main.rs": MAIN}, "server"),
    "unclear": ({"src/bin/load.rs": MAIN, "src/bin/save.rs": MAIN}, None),
    "an example is none": ({"src/lib.rs": "", "examples/show.rs": MAIN}, None),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_which_program(name: str) -> None:
    """By its name or by what it does; where nothing speaks for one it is asked for."""
    files, wanted = PROGRAMS[name]
    found = facts({"Cargo.toml": manifest("bank"), "Cargo.lock": lock("bank"), **files})
    assert (found.program.target.name if found.program else None) == wanted
    assert found.runnable == (wanted is not None)


def test_what_the_manifest_says_about_programs() -> None:
    """``default-run`` decides; paths are taken as they are written; what is switched off is not looked for."""
    listed = '[[bin]]\nname = "one"\npath = "cmd/one.rs"\n[[bin]]\nname = "two"\npath = "cmd/two.rs"\n'
    text = manifest("bank", rest=f'default-run = "two"\nautobins = false\n{listed}')
    found = facts(
        {"Cargo.toml": text, "Cargo.lock": lock("bank"), "cmd/one.rs": MAIN, "cmd/two.rs": MAIN, "src/main.rs": MAIN}
    )
    assert [one.target.path for one in found.binaries] == ["cmd/one.rs", "cmd/two.rs"]
    assert found.entry == "cmd/two.rs"


def test_a_listed_file_is_not_found_once_more() -> None:
    """What Cargo would find by itself has the name that the manifest gives it."""
    text = manifest("bank", rest='[[bin]]\nname = "bank-server"\npath = "src/bin/server.rs"\n')
    found = facts(
        {"Cargo.toml": text, "Cargo.lock": lock("bank"), "src/bin/server.rs": SERVES, "src/bin/load.rs": MAIN}
    )
    assert [one.target.name for one in found.binaries] == ["bank-server", "load"]
    assert found.program
    assert found.program.target.name == "bank-server"


def test_the_first_edition_finds_nothing_where_something_is_listed() -> None:
    """Unless it is told to."""
    listed = '[[bin]]\nname = "bank"\npath = "src/main.rs"\n'
    files = {"Cargo.lock": lock("bank"), "src/main.rs": MAIN, "src/bin/load.rs": MAIN}
    for edition, more, names in (
        ("2015", "", ["bank"]),
        ("2015", "autobins = true\n", ["bank", "load"]),
        ("2018", "", ["bank", "load"]),
    ):
        text = manifest("bank", rest=more + listed).replace("2021", edition)
        assert [one.target.name for one in facts({"Cargo.toml": text, **files}).binaries] == names


def test_a_command_names_another_program() -> None:
    """That one is built and started; a command that is no program's name is run as it is."""
    files = {
        "Cargo.toml": manifest("bank"),
        "Cargo.lock": lock("bank"),
        "src/bin/load.rs": MAIN,
        "src/bin/save.rs": MAIN,
    }
    made = image(files, "data-pipeline", command=("./target/release/save", "--all"))
    assert made.command == ("/usr/local/bin/save", "--all")
    assert ["cargo", "build", "--release", "--locked", "--package", "bank", "--bin", "save"] in words(made)
    with pytest.raises(Refused) as refused:
        image(files, "data-pipeline")
    assert [one.code for one in refused.value.diagnostics] == ["SC269"]


def test_features_that_a_program_requires() -> None:
    """They are asked for, or Cargo would refuse to build it."""
    text = manifest("bank", rest='[[bin]]\nname = "bank"\npath = "src/main.rs"\nrequired-features = ["cli", "tls"]\n')
    made = image(single() | {"Cargo.toml": text}, "cli-tool")
    assert words(made)[-1][-2:] == ["--features", "cli,tls"]


WORKSPACE = {
    "Cargo.toml": '[workspace]\nmembers = ["crates/*", "apps/api"]\nexclude = ["crates/old"]\n'
    '[workspace.package]\nversion = "1.0.0"\n[workspace.dependencies]\nmoney = { path = "crates/money" }\naxum = "0.8"\n',
    "Cargo.lock": lock("api", "money", "axum", "worker", "unused", "macros"),
    "apps/api/Cargo.toml": '[package]\nname = "api"\nversion.workspace = true\n[dependencies]\nmoney.workspace = true\naxum.workspace = true\n',
    "apps/api/src/main.rs": SERVES,
    "apps/api/templates/page.html": "",
    "crates/money/Cargo.toml": '[package]\nname = "money"\nversion.workspace = true\n[dependencies]\nmacros = { path = "../macros" }\n',
    "crates/money/src/lib.rs": "",
    "crates/macros/Cargo.toml": '[package]\nname = "macros"\nversion = "1.0.0"\n[lib]\nproc-macro = true\npath = "lib.rs"\n',
    "crates/macros/lib.rs": "",
    "crates/worker/Cargo.toml": '[package]\nname = "worker"\nversion = "1.0.0"\n',
    "crates/worker/src/main.rs": MAIN,
    "crates/unused/Cargo.toml": '[package]\nname = "unused"\nversion = "1.0.0"\n[[bench]]\nname = "speed"\n',
    "crates/unused/src/lib.rs": "",
    "crates/old/Cargo.toml": "not TOML",
    "migrations/1.sql": "",
}  # fmt: skip


def test_a_workspace() -> None:
    """All manifests and a stub for every target; the sources of what the program is made of, and of nothing else."""
    made = image(WORKSPACE)
    names = ("apps/api", "crates/macros", "crates/money", "crates/unused", "crates/worker")
    manifests = ["Cargo.toml", "Cargo.lock", *(f"{name}/Cargo.toml" for name in names)]
    assert copied(made)[: len(manifests)] == manifests
    assert sorted(copied(made)[len(manifests) :]) == [
        "apps/api/src/", "apps/api/templates/", "crates/macros/lib.rs", "crates/money/src/", "migrations/",
    ]  # fmt: skip
    stubs = next(command[2:] for command in words(made) if command[0] == "awk")
    assert stubs == [
        "apps/api/src/main.rs", "crates/macros/lib.rs", "crates/money/src/lib.rs", "crates/unused/benches/speed.rs",
        "crates/unused/src/lib.rs", "crates/worker/src/main.rs",
    ]  # fmt: skip
    touched = next(command[1:] for command in words(made) if command[0] == "touch")
    assert touched == ["apps/api/src/main.rs", "crates/macros/lib.rs", "crates/money/src/lib.rs"]
    assert copied(made, -1) == ["apps/api/templates/", "migrations/"]
    targets = [step.target for step in made.stages[-1].steps if isinstance(step, Copy) and step.stage is None]
    assert targets == ["templates/", "migrations/"]
    assert made.command == ("/usr/local/bin/api",)


def test_another_program_of_a_workspace() -> None:
    """With its own sources."""
    made = image(WORKSPACE, "data-pipeline", command=("worker",))
    assert "crates/worker/src/" in copied(made)
    assert not {"apps/api/src/", "crates/money/src/"} & set(copied(made))


IMAGES = [
    ((), "web-service", "gcr.io/distroless/cc-debian12:nonroot", (), ()),
    (("openssl-sys",), "web-service", "gcr.io/distroless/cc-debian12:nonroot", ("libssl-dev=3.0.*",), ()),
    (("openssl-sys", "openssl-src"), "cli-tool", "gcr.io/distroless/cc-debian12:nonroot", ("perl=5.36.*",), ()),
    (("pq-sys",), "web-service", "debian:bookworm-slim", ("libpq-dev=15.*",), ("libpq5=15.*",)),
    (("prost-build",), "web-service", "gcr.io/distroless/cc-debian12:nonroot", ("protobuf-compiler=3.21.*",), ()),
    (("prost-build", "protox"), "web-service", "gcr.io/distroless/cc-debian12:nonroot", (), ()),
    (("libsqlite3-sys",), "web-service", "debian:bookworm-slim", ("libsqlite3-dev=3.40.*",), ("libsqlite3-0=3.40.*",)),
    (("openssl-sys",), "data-pipeline", "debian:bookworm-slim", ("libssl-dev=3.0.*",), ("libssl3=3.0.*",)),
]


@pytest.mark.parametrize(("crates", "archetype", "base", "build", "run"), IMAGES)
def test_system_libraries(
    crates: tuple[str, ...], archetype: str, base: str, build: tuple[str, ...], run: tuple[str, ...]
) -> None:
    """From the lock: what is compiled along needs no package, and what the distroless image has keeps it."""
    made = image(single(SERVES, locked=lock("bank", *crates)), archetype)
    assert made.stages[-1].base.reference == base
    installed = [{word for command in words(made, stage) for word in command if "=" in word} for stage in (0, -1)]
    assert set(build) <= installed[0]
    assert bool(build) == bool({word for word in installed[0] if word[0] != "-"} - {words(made)[1][1]})
    assert {word for word in installed[1] if "=" in word} == set(run)


def test_a_database_that_is_compiled_along() -> None:
    """The crate cc in the lock's entry says so."""
    made = image(single(SERVES, locked=lock("bank", "cc", libsqlite3_sys="cc")))
    assert not [command for command in words(made) if command[0] == "apt-get"]


def test_a_database_that_is_locked_and_not_used() -> None:
    """sqlx locks all its databases; what asks for the system's copy needs it."""
    locked = lock("bank", "libsqlite3-sys", sqlx_sqlite="libsqlite3-sys")
    unused = single(SERVES, 'sqlx = { version = "1", features = ["postgres"] }', locked=locked + lock("sqlx")[13:])
    used = {**unused, "Cargo.toml": manifest("bank", 'sqlx = { version = "1", features = ["sqlite-unbundled"] }')}
    assert image(unused).stages[-1].base.reference != image(used).stages[-1].base.reference


def test_authorities_come_from_the_build_where_the_image_has_none() -> None:
    """The slim image knows no authority of TLS; the distroless one does."""
    files = single(MAIN, locked=lock("bank", "rustls-native-certs"))
    certificates = "/etc/ssl/certs/ca-certificates.crt"
    brought = {
        archetype: certificates in [path for step in image(files, archetype).stages[-1].steps if isinstance(step, Copy) for path in step.sources]
        for archetype in ("data-pipeline", "cli-tool")
    }  # fmt: skip
    assert brought == {"data-pipeline": True, "cli-tool": False}


TOOLCHAINS = [
    ({}, "1.95", "default"),
    ({"rust-toolchain.toml": '[toolchain]\nchannel = "1.81.0"\n'}, "1.81.0", "rust-toolchain.toml"),
    ({"rust-toolchain": "1.80\n"}, "1.80", "rust-toolchain"),
    ({"rust-toolchain": '[toolchain]\nchannel = "1.79"\n'}, "1.79", "rust-toolchain"),
    ({"rust-toolchain": "stable-x86_64-unknown-linux-gnu"}, "1.95", "rust-toolchain"),
    ({"rust-toolchain.toml": '[toolchain]\nchannel = "nightly-2024-01-01"\n'}, "1.95", "default"),
    ({"rust-toolchain.toml": "[toolchain"}, "1.95", "default"),
    ({".tool-versions": "rust 1.85.1\n"}, "1.85.1", ".tool-versions"),
]


@pytest.mark.parametrize(("files", "version", "source"), TOOLCHAINS)
def test_toolchains(files: dict[str, str], version: str, source: str) -> None:
    """The image's is the one that is pinned; the file itself stays out, or rustup would fetch it once more."""
    found = facts(single() | files)
    assert (found.runtime.value, found.runtime.source) == (version, source)
    assert not [path for path in image(single() | files).context if "rust-toolchain" in path]


def test_the_least_version_that_a_package_accepts() -> None:
    """The usual one does; a newer one than there are images of is refused."""
    newer, older = (single() | {"Cargo.toml": manifest("bank", rest=f'rust-version = "{v}"')} for v in ("1.99", "1.60"))
    assert [one.code for one in facts(newer).obstacles] == ["SC252"]
    assert facts(older).runtime.value == "1.95"


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
    assert {"README.md", "dist/app.js", "db/steps/", "web/dist/", ".sqlx/"} <= set(copied(made))
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
    more = dict.fromkeys(("settings.d/base.yaml", "notes/a.txt"), "")
    assert copied(image(single('fn main() { read("settings.d/base.yaml"); }', **more)), -1) == ["settings.d/"]


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
    main = 'fn main() { include_str!("../.env"); include_bytes!("../certs/tls.key"); include_str!("../specs/a.json"); }'
    more = dict.fromkeys((".env", "certs/tls.key", "specs/a.json"), "")
    assert copied(image(single(main, **more))) == ["Cargo.toml", "Cargo.lock", "src/"]


def test_members_that_are_built_by_default() -> None:
    """They come first, and a command may name a program of any other all the same."""
    files = WORKSPACE | {
        "Cargo.toml": WORKSPACE["Cargo.toml"].replace("exclude", 'default-members = ["crates/worker"]\nexclude')
    }
    assert image(files, "data-pipeline").command == ("/usr/local/bin/worker",)
    assert image(files, command=("api",)).command == ("/usr/local/bin/api",)
