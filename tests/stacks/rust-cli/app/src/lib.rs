//! Greetings.

/// A greeting for several people.
pub fn greeting(names: &[String]) -> String {
    format!("Hello, {}!", names.join(" and "))
}
