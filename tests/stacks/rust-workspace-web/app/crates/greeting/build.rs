//! The hour of the greeting is chosen when it is compiled.

fn main() {
    println!("cargo:rustc-env=GREETING=Good morning");
    println!("cargo:rerun-if-changed=build.rs");
}
