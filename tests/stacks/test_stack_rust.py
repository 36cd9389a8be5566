"""Cargo projects as they are found in the world: which program, which sources, which image."""

from __future__ import annotations

import pytest
from rust_projects import (
    IMAGES,
    MAIN,
    PROGRAMS,
    SERVES,
    TOOLCHAINS,
    WORKSPACE,
    copied,
    facts,
    image,
    lock,
    manifest,
    single,
    words,
)

from speccompile.errors import Refused
from speccompile.plan.image import Copy


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


@pytest.mark.parametrize(("crates", "archetype", "base", "build", "run"), IMAGES)
def test_system_libraries(
    crates: tuple[str, ...], archetype: str, base: str, build: tuple[str, ...], run: tuple[str, ...]
) -> None:
    """From the lock: what is compiled along needs no package, and what the distroless image has keeps it."""
    made = image(single(SERVES, locked=lock("bank", *crates)), archetype)
    assert made.stages[-1].base.reference == base
    installed = [{word for command in words(made, stage) for word in command if "=" in word} for stage in (0, -1)]
    assert set(build) <= installed[0]
    asked = {word for word in installed[0] if word[0] != "-" and not word.startswith("link-arg=")}
    assert bool(build) == bool(asked - {words(made)[1][1]})
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
