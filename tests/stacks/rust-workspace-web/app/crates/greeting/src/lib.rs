//! What is said to whoever calls.

/// A greeting with a name in it.
pub fn greeting(name: &str) -> String {
    format!("{}, {name}", env!("GREETING"))
}
