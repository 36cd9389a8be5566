//! Nothing to measure yet.

fn main() {}
