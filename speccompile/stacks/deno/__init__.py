"""Deno 2."""
