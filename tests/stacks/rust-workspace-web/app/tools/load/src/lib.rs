//! How many requests make a load.

/// Enough for a test.
pub const REQUESTS: usize = 100;
