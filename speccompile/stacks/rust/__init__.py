"""Rust with Cargo."""
