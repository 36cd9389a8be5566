"""Rust projects as people write them, and what is made of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stack_cases import request

from speccompile.detect.detection import detect
from speccompile.plan.image import Copy, Env, ImageRecipe, Run
from speccompile.project.memory import MemoryTree
from speccompile.stacks.rust.facts import RustFacts

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
