//! What the routes answer.

use std::{env, fs};

const KEPT: &str = "/tmp/notes.txt";

/// The page, with the name of whom it is for.
pub async fn page() -> String {
    let title = fs::read_to_string("static/title.txt").unwrap_or_default();
    let name = env::var("NAME").unwrap_or_else(|_| "me".to_owned());
    format!("{}: notes for {name}\n{}", title.trim(), include_str!("../HELP.txt"))
}

/// All notes.
pub async fn kept() -> String {
    fs::read_to_string(KEPT).unwrap_or_default()
}

/// One more note.
pub async fn keep(note: String) -> &'static str {
    match fs::write(KEPT, note) {
        Ok(()) => "kept",
        Err(_) => "not kept",
    }
}
